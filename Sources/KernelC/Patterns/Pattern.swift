// SPDX-License-Identifier: GPL-2.0-or-later

/// A shape of C to look for: statements that follow each other in one block, or one expression.
///
/// `$X` stands for an expression, `$S…` for a statement, `$T…` for a type, `$F…` for a name before `(`; behind `.`,
/// `->`, `goto` and in a declarator a variable stands for a name. A variable that comes again stands for the same
/// tokens. `...` is the shortest run of statements, or any arguments or elements.
public struct Pattern: Hashable, Sendable {
  /// What a variable may stand for, told by the first letter of its name.
  public enum VariableKind: Hashable, Sendable { case expression, statement, type, function }

  /// The C as it was given.
  public let text: String
  /// Names with their `$`, in the order in which they first come.
  public let variables: [String]
  /// Names that are spelled out: functions, constants, members.
  public let words: [String]
  let nodes: [PatternNode]
  /// Numbers of the statements, or of the one expression.
  let roots: [Int]

  /// - Throws: `PatternError`, with the line of the text.
  public init(parsing text: String) throws(PatternError) {
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)), as: .pattern)
    var compiler = PatternCompiler(tree)
    roots = try compiler.roots()
    (self.text, nodes, variables) = (text, compiler.nodes, compiler.variables)
    words = compiler.words
  }

  /// Whether it is one expression.
  var isExpression: Bool { roots.count == 1 && nodes[roots[0]].kind.isExpression }

  public static func kind(ofVariable name: String) -> VariableKind {
    switch name.dropFirst().first {
    case "S": .statement
    case "T": .type
    case "F": .function
    default: .expression
    }
  }

  public static func == (a: Pattern, b: Pattern) -> Bool { a.text == b.text }
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Why a text is no pattern.
public struct PatternError: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case empty
    /// The C parser's reason, and the token it failed at.
    case notUnderstood(String)
    /// `...` before the first or behind the last statement says nothing.
    case gapAtEnd
    /// A variable or `...` alone stands everywhere.
    case matchesEverything
    /// A `#` line: patterns are matched to what is behind the preprocessor.
    case directive
  }

  /// Line of the text, 1-based.
  public var line: Int
  public var kind: Kind
}

/// A node of a pattern.
struct PatternNode: Sendable {
  var kind: NodeKind
  /// Of an initialised declarator: whether it is.
  var hasInitialiser: Bool
  /// Number of the variable that the node as a whole is; nil where it is spelled out.
  var variable: Int?
  /// The node's own tokens: those that are in none of its children, but for marks that its kind implies.
  var tokens: [PatternToken]
  var children: [Int]
}

/// A token of a pattern.
enum PatternToken: Sendable {
  case spelled([UInt8])
  case variable(Int)
}
