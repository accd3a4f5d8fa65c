// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC

/// The text of a rule's page, as it came from the program or from a user's folder.
public struct RulePage: Hashable, Sendable {
  /// `family/rule` of a built-in page, the file's path of a user's.
  public var path: String
  public var text: String

  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// What stands below the front matter.
  public var body: String {
    text.split(separator: "\n---\n", maxSplits: 1).last.map { String($0.drop { $0 == "\n" }) } ?? text
  }
}

/// Why a page is no rule.
public struct RulePageError: Error, Hashable, Sendable {
  public enum Kind: Error, Hashable, Sendable {
    case noFrontMatter
    /// The YAML library's words.
    case malformedFrontMatter(String)
    case missingKey(String)
    case badValue(key: String, value: String, allowed: [String])
    case unknownKey(String)
    case noTitle
    /// Neither a check nor a pattern says what to look for.
    case nothingToCheck
    case unknownCheck(String)
    case duplicate(RuleID, firstPath: String)
    case unclosedBlock
    case strayMark
    case badPattern(PatternError.Kind)
    case unknownDirective(String)
    case unknownFact(String, known: [String])
    /// A fact with the wrong arguments.
    case badFact(String)
    /// A variable that the pattern does not have.
    case unboundVariable(String)
  }

  public var path: String
  /// 1-based; 0 where the whole page is meant.
  public var line: Int
  public var kind: Kind
}
