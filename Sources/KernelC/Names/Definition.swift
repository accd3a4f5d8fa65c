// SPDX-License-Identifier: GPL-2.0-or-later

/// Something that a text defines outside of functions.
public struct Definition: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case function, variable, typedef, enumerator
    /// A struct, union or enum with its body.
    case tag
  }

  public var name: String
  public var kind: Kind
  /// Token of the name.
  public var token: Int
  /// Whether other files do not see it.
  public var isLocal: Bool
  /// Whether another definition may take its place.
  public var isWeak = false
  /// The type that its declaration begins with, in its words.
  public var types: [String] = []

  /// Whether the linker has it under its name, and takes no other.
  public var isGlobal: Bool { !isLocal && !isWeak && (kind == .function || kind == .variable) }
}

extension SyntaxTree {
  /// What a text defines outside of functions, but for what macros make, in the order of the text.
  /// - Parameter isWanted: of the token of a name.
  public func definitions(where isWanted: (Int) -> Bool) -> [Definition] {
    let names = FileNames(of: self)
    var found: [Definition] = []
    for (name, all) in names.ordinary {
      for declared in all {
        let token = Int(self[declared.node].main)
        guard isWanted(token) else { continue }
        let words = headWords(of: declared.node)
        guard let kind = Self.kind(of: declared, words) else { continue }
        let isOfFile = kind == .typedef || kind == .enumerator || Self.isLocal(words)
        found.append(
          Definition(
            name: name, kind: kind, token: token, isLocal: isOfFile || functionIsCutOff(declared),
            isWeak: words.contains("__weak"), types: typeNames(of: declared.node)))
      }
    }
    for (tag, all) in names.tags {
      for node in all where isWanted(Int(self[node].main)) && function(around: node) == nil {
        found.append(Definition(name: tag, kind: .tag, token: Int(self[node].main), isLocal: true))
      }
    }
    return found.sorted { $0.token < $1.token }
  }

  /// What kind of definition a declaration is; nil where it is none.
  private static func kind(of declared: FileNames.Declared, _ words: Set<String>) -> Definition.Kind? {
    switch declared.kind {
    case .function: .function
    case .variable: words.contains("extern") ? nil : .variable
    case .typedef: .typedef
    case .enumerator: .enumerator
    case .prototype: nil
    }
  }

  /// Whether a function or variable is one of the file alone, by the words of its head.
  static func isLocal(_ words: Set<String>) -> Bool {
    words.contains("static") || words.contains("inline") && words.contains("extern")
  }

  /// Whether a function's name is not all that its head says: then a macro makes the name.
  private func functionIsCutOff(_ declared: FileNames.Declared) -> Bool {
    declared.kind == .function && functionName(of: declared.node) == nil
  }

  /// The words of a declaration's head that stand for types.
  private func typeNames(of declared: NodeID) -> [String] {
    let declaration = self[declared].kind == .function ? declared : parent(of: declared) ?? declared
    guard let specifiers = child(0, of: declaration), self[specifiers].kind == .specifiers else { return [] }
    return children(of: specifiers).filter { self[$0].kind == .typeName }.map { name(of: $0) }
  }
}
