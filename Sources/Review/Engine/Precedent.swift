// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// A run of C tokens to look for, white space and comments apart. `$X` stands for any identifier or
/// number; the same variable stands for the same token each time.
public struct PrecedentShape: Hashable, Sendable {
  let tokens: [CToken]

  /// nil where the text holds no token but variables: that would stand everywhere.
  public init?(_ text: String) {
    tokens = CToken.all(in: Array(text.utf8))
    guard tokens.contains(where: { !$0.isVariable }) else { return nil }
  }

  /// The lines (1-based) where it begins in a text.
  func lines(in text: [UInt8]) -> [UInt32] {
    let found = CToken.all(in: text)
    guard found.count >= tokens.count else { return [] }
    return (0...(found.count - tokens.count)).compactMap { matches(found[$0...]) ? found[$0].line : nil }
  }

  private func matches(_ found: ArraySlice<CToken>) -> Bool {
    var bound: [[UInt8]: [UInt8]] = [:]
    for (token, other) in zip(tokens, found) {
      if token.isVariable {
        guard other.isWord, bound[token.text, default: other.text] == other.text else { return false }
        bound[token.text] = other.text
      } else if token.text != other.text {
        return false
      }
    }
    return true
  }
}

/// A token, as far as comparing shapes needs it.
struct CToken: Hashable, Sendable {
  var text: [UInt8]
  /// 1-based.
  var line: UInt32

  var isVariable: Bool { text.count > 1 && text[0] == UInt8(ascii: "$") }
  var isWord: Bool { text.first.map { Self.isWordByte($0) } ?? false }

  static func isWordByte(_ byte: UInt8) -> Bool {
    byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
      || (byte | 0x20) >= UInt8(ascii: "a")
        && (byte | 0x20) <= UInt8(ascii: "z")
      || byte >= 0x80
  }

  /// Words, strings and single marks; comments and white space are left out.
  static func all(in text: [UInt8]) -> [CToken] {
    var tokens: [CToken] = []
    var line: UInt32 = 1
    var i = 0
    func has(_ a: Character, _ b: Character) -> Bool {
      i + 1 < text.count && text[i] == a.asciiValue && text[i + 1] == b.asciiValue
    }
    while i < text.count {
      let start = i
      let first = line
      if text[i] == UInt8(ascii: "\n") {
        line += 1
        i += 1
      } else if text[i].isBlank || text[i] == UInt8(ascii: "\r") {
        i += 1
      } else if has("/", "*") {
        i += 2
        while i < text.count, !has("*", "/") {
          if text[i] == UInt8(ascii: "\n") { line += 1 }
          i += 1
        }
        i = min(i + 2, text.count)
      } else if has("/", "/") {
        while i < text.count, text[i] != UInt8(ascii: "\n") { i += 1 }
      } else {
        if isWordByte(text[i]) {
          while i < text.count, isWordByte(text[i]) { i += 1 }
        } else if text[i] == UInt8(ascii: "\"") || text[i] == UInt8(ascii: "'") {
          i += 1
          while i < text.count, text[i] != text[start], text[i] != UInt8(ascii: "\n") {
            i += text[i] == UInt8(ascii: "\\") ? 2 : 1
          }
          i = min(i + 1, text.count)
        } else {
          i += 1
        }
        tokens.append(CToken(text: Array(text[start..<i]), line: first))
      }
    }
    return tokens
  }
}

/// Looks for what merged code beside a file does.
struct PrecedentSearch {
  /// A place in merged code.
  struct Precedent: Hashable, Sendable {
    var path: TreePath
    var line: UInt32
  }

  /// Files of a folder that are read, and bytes of each: a search must end before the user looks up.
  enum Limits {
    static let files = 400
    static let fileBytes = 1 << 20
  }

  let tree: any SourceTree

  /// Places in the C files of the folder of `path` that have the shape, sorted; the first `most` of them.
  func places(of shape: PrecedentShape, beside path: TreePath, most: Int = 8) throws(SourceTreeError)
    -> [Precedent]
  {
    var found: [Precedent] = []
    let names = try tree.entries(of: path.folder).filter { $0.kind == .file && Self.isC($0.name) }.map(\.name)
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }).prefix(Limits.files) {
      guard let file = try? path.folder?.appending(name) ?? TreePath(validating: name),
        let text = try tree.bytes(of: file), text.count <= Limits.fileBytes
      else { continue }
      found += shape.lines(in: text).map { Precedent(path: file, line: $0) }
      if found.count >= most { break }
    }
    return Array(found.prefix(most))
  }

  private static func isC(_ name: [UInt8]) -> Bool {
    name.suffix(2).elementsEqual(".c".utf8) || name.suffix(2).elementsEqual(".h".utf8)
  }
}
