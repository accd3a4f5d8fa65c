// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

/// The conditionals of a text: which tokens are there under which condition.
public struct ConditionalMap: Sendable {
  /// What lies between two lines of a conditional.
  public struct Region: Hashable, Sendable {
    /// Index of the first token behind the line that opens it.
    public var start: Int
    /// Under which condition its tokens are there, all conditionals around it included.
    public var condition: Formula
    /// How many conditionals are around it.
    public var depth: Int
  }

  /// Something wrong with the conditionals, at a token.
  public struct Problem: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      case withoutIf, secondElse, withoutEndif, tooDeep
      /// An expression that cannot be read, and stands as an atom with its text.
      case malformedExpression
    }

    public var kind: Kind
    public var token: Int
  }

  public private(set) var table = FormulaTable()
  /// In the order of the text; the first begins at the first token.
  public private(set) var regions: [Region]
  public private(set) var problems: [Problem]
  /// The macro of the guard around the whole text, which counts as not defined before it.
  public private(set) var headerGuard: String?

  /// - Parameter buffer: a whole file, or a fragment: conditionals that a fragment does not close are problems,
  ///   and their conditions hold to its end.
  public init(of buffer: TokenBuffer) {
    var reader = ConditionalReader(buffer)
    reader.run()
    (table, regions, problems) = (reader.table, reader.regions, reader.problems)
    headerGuard = reader.headerGuard
  }

  /// Under which condition a token is there.
  public func condition(ofTokenAt index: Int) -> Formula {
    var (low, high) = (0, regions.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if regions[middle].start <= index { low = middle } else { high = middle - 1 }
    }
    return regions.isEmpty ? .always : regions[low].condition
  }
}
