// SPDX-License-Identifier: GPL-2.0-or-later

/// The name of a preprocessor line that is looked at.
///
/// Source: ISO C11 §6.10; C23 for `elifdef` and `elifndef`; GNU C for `include_next`.
enum DirectiveName: Hashable, Sendable {
  case `if`, ifdef, ifndef, elif, elifdef, elifndef, `else`, endif, define, include, includeNext

  /// - Parameter bytes: the token behind `#`. nil for the names of other lines.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first,
      let name = Self.all.first(where: { $0.first == first && $0.bytes == bytes })
    else {
      return nil
    }
    self = name.name
  }

  private static let all: [(first: UInt8, bytes: ArraySlice<UInt8>, name: DirectiveName)] = [
    ("define", .define), ("include", .include), ("endif", .endif), ("ifdef", .ifdef), ("if", .if),
    ("else", .else),
    ("ifndef", .ifndef), ("elif", .elif), ("elifdef", .elifdef), ("elifndef", .elifndef),
    ("include_next", .includeNext),
  ].map { text, name in
    let bytes = Array(text.utf8)
    return (bytes[0], bytes[...], name)
  }
}
