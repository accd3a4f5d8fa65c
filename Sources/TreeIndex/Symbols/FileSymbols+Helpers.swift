// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC

extension FileSymbols {
  /// A short function that may be called in place of its body.
  public struct Helper: Hashable, Sendable {
    public var name: String
    /// What the body spells out, at least two names; by the first it is found.
    public var words: [String]
    public var line: UInt32
  }

  /// The inline functions of a header, and the short functions that a C file exports, that are there in every configuration.
  /// What has less to recognise than `lightest` is left out, and what is only for the file's own use.
  static func helpers(in syntax: SyntaxTree, of kind: Kind, exports: [Export]) -> [Helper] {
    let exported = Set(exports.map(\.name))
    return syntax.functions.compactMap { function -> Helper? in
      let name = syntax.name(of: function)
      guard kind == .header || exported.contains(name), !name.hasPrefix("_"),
        syntax.condition(of: function) == .always,
        let body = HelperBody(of: function, in: syntax), body.weight >= lightest, body.words.count > 1
      else { return nil }
      return Helper(
        name: name, words: body.words, line: syntax.buffer.tokens[Int(syntax[function].main)].line)
    }
  }

  /// A member alone, and a call with nothing but what is passed in, are everywhere.
  private static let lightest = 3
}
