// SPDX-License-Identifier: GPL-2.0-or-later

/// A place of a text that a pattern fits.
public struct PatternMatch: Hashable, Sendable {
  /// What a variable stands for.
  public struct Binding: Hashable, Sendable {
    /// nil where it is a name that is no node of its own: a member's, a label's, a declared one.
    public var node: NodeID?
    public var tokens: Range<Int>
  }

  /// The statements, or the expression.
  public var nodes: [NodeID]
  /// From the first token to the last.
  public var tokens: Range<Int>
  /// By the variable's name, with its `$`.
  public var bindings: [String: Binding]
  /// The tokens of what each `...` among statements stands for, in the order of the text; empty runs are left out.
  public var gaps: [Range<Int>]

  /// The tokens outside of the gaps.
  public var fixedTokens: [Int] {
    tokens.filter { token in !gaps.contains { $0.contains(token) } }
  }
}

extension Pattern {
  /// Nodes that one pattern compares in a text: thousands of functions need fewer.
  private static let mostSteps = 400_000

  /// All places that the pattern fits, in the order of their nodes; of two that begin alike the shorter one. A match
  /// that lines of the preprocessor cut through is none: which of its parts belong together is not known.
  public func matches(in tree: SyntaxTree, _ index: NodeIndex) -> [PatternMatch] {
    guard let first = roots.first else { return [] }
    let candidates = nodes[first].variable != nil ? index.statements : index[nodes[first].kind]
    var seen: Set<Range<Int>> = []
    var matches: [PatternMatch] = []
    var steps = 0
    var matcher = Matcher(self, tree)
    for candidate in candidates where steps < Self.mostSteps {
      let found = matcher.match(at: candidate)
      steps += matcher.steps
      guard let found, seen.insert(found.tokens).inserted,
        !found.tokens.contains(where: { tree.buffer.tokens[$0].flags.contains(.inDirective) })
      else { continue }
      matches.append(found)
    }
    return matches
  }
}
