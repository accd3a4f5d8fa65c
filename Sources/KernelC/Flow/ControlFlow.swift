// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

/// The ways through a function: points at which something is evaluated, and which follow which.
///
/// `&&`, `||` and `!` of conditions are taken apart, so that each test is a point of its own. Statements that are
/// there under a condition of the preprocessor stand behind a test of that condition.
public struct ControlFlow: Sendable {
  /// When one point follows another.
  public enum Branch: Hashable, Sendable {
    case always
    /// The test at the point holds, or does not.
    case isTrue, isFalse
    /// The value is that of a `caseLabel`; nil where it is none of them.
    case isCase(NodeID?)
  }

  public struct Edge: Hashable, Sendable {
    public var target: Int
    public var branch: Branch
  }

  public struct Point: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      case entry, exit
      /// Where ways meet; nothing is evaluated.
      case join
      /// A statement without a choice, a jump, or an expression of a loop's head.
      case step
      /// A condition without `&&`, `||` and `!` at its top.
      case test
      /// The value of a `switch`.
      case dispatch
      /// The head of a macro's loop: one more round, or behind it.
      case round
      /// A condition of the preprocessor.
      case presence(Formula)
    }

    public var kind: Kind
    /// What is evaluated; `none` for `entry`, `exit`, `join` and `presence`.
    public var node: NodeID
    public var successors: [Edge] = []
  }

  /// Why the graph does not show all ways.
  public enum Gap: Hashable, Sendable {
    /// A statement that was not understood.
    case opaque
    /// A return, goto or the like inside of an expression.
    case jumpInExpression
    /// `goto *p`, `asm goto`.
    case computedGoto
    case unknownLabel(String)
    /// The function begins or ends outside of the text.
    case cut
    /// Statements nested deeper than is followed.
    case tooDeep
  }

  /// The first is the entry, the second the exit.
  public let points: [Point]
  public let gaps: Set<Gap>

  public static let entry = 0
  public static let exit = 1

  /// - Parameters:
  ///   - function: a `function` of the tree.
  ///   - noreturn: functions that never come back.
  public init(of function: NodeID, in tree: SyntaxTree, noreturn: Set<String> = []) {
    var builder = FlowBuilder(tree, noreturn)
    builder.build(function)
    (points, gaps) = (builder.points, builder.gaps)
  }

  /// For each point those that it follows.
  public var predecessors: [[Int]] {
    var result = [[Int]](repeating: [], count: points.count)
    for (index, point) in points.enumerated() {
      for edge in point.successors { result[edge.target].append(index) }
    }
    return result
  }
}
