// SPDX-License-Identifier: GPL-2.0-or-later

/// A node of a `SyntaxTree`, by its number there.
public struct NodeID: Hashable, Sendable {
  @usableFromInline let number: UInt32

  @inlinable init(_ number: UInt32) { self.number = number }

  /// No node: behind the last child, above the root.
  public static let none = NodeID(UInt32.max)
}

/// One node: what it is, which tokens it covers, and its neighbours. `NodeKind` says what the children are.
///
/// Nodes lie in one array and know each other by number: half the time and a quarter of the memory of objects.
public struct SyntaxNode: Hashable, Sendable {
  public internal(set) var kind: NodeKind
  public internal(set) var flags: Flags
  /// Why an opaque node is one.
  public internal(set) var reason: OpaqueReason
  /// Index of the first token, and of the one behind the last. Preprocessor lines may lie between.
  public internal(set) var first, end: UInt32
  /// The token that says most: a name, an operator, a keyword.
  public internal(set) var main: UInt32
  public internal(set) var parent, firstChild, nextSibling: NodeID

  /// The tokens, lines of the preprocessor between them included.
  public var tokens: Range<Int> { Int(first)..<Int(end) }

  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Of a `declaration`: it begins with `typedef`.
    public static let isTypedef = Flags(rawValue: 1)
    /// Of a `structType`, `unionType` or `enumType`.
    public static let hasBody = Flags(rawValue: 2)
    /// Of an `initDeclarator`: its last child is the initialiser.
    public static let hasInitialiser = Flags(rawValue: 4)
    /// Of a `function`: a macro's call stands for its head.
    public static let hasMacroHead = Flags(rawValue: 8)
    /// Of a `block`: it has no braces.
    public static let isImplicit = Flags(rawValue: 16)
    /// The text begins or ends inside it, as a hunk does.
    public static let isCut = Flags(rawValue: 32)
    /// Of an external declaration: other branches of its conditionals than the one before it was read with. Tokens
    /// outside of those are in both.
    public static let isAlternative = Flags(rawValue: 64)
  }
}

/// Why tokens were not understood.
public enum OpaqueReason: UInt8, Hashable, Sendable, CaseIterable {
  case none
  case expectedExpression
  case expectedStatementEnd
  case expectedDeclarator
  case expectedOpenParen
  case expectedCloseParen
  case expectedCloseBracket
  case expectedCloseBrace
  case expectedType
  case expectedName
  case expectedColon
  case strayClosing
  /// Nested deeper than is followed.
  case tooDeep
}
