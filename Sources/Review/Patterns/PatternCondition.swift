// SPDX-License-Identifier: GPL-2.0-or-later

/// One `where:` line: a fact that a match must have, or must not.
///
/// `[not] name`, `[not] name(argument, …)`. Variables are those of the pattern; words are globs, alternatives by `|`.
public struct PatternCondition: Hashable, Sendable {
  /// What can be asked. The set is closed: a word that no rule uses is not there.
  public enum Fact: Hashable, Sendable {
    /// In a function that the patch changes, be the match itself new or old.
    case anywhere
    /// Every line of the match, or of what a variable stands for, is added.
    case added(String?)
    /// A number, a character, a name in capitals, or an expression of these.
    case constant(String)
    /// The text, without blanks but between two words.
    case spelled(String, Glob)
    /// No call, no assignment, nothing that counts up or down.
    case pure(String)
    /// A variable or parameter that this function declares, and not static.
    case local(String)
    /// The type that this function declares a name with.
    case type(String, Glob)
    /// What is known of a function by name.
    case contract(String, Contract)
    /// No statement of a gap names what a variable stands for, and none jumps.
    case untouched(String)
    /// The first holds the text of the second.
    case mentions(String, String)
    case inFunction(Glob)
    /// Its function is called by functions of these names, and by no others.
    case calledOnlyFrom(Glob)
    /// The type that this function returns.
    case returns(Glob)
    case path(Glob)
    /// The match ends the body of its function, and no label stands before it.
    case lastStatement
    /// Its value is 0 or 1: a comparison, or something of the type bool.
    case boolean(String)
    /// The first is known to point to the struct that the second names.
    case pointsTo(String, String)
    /// The match is all that is assigned or returned.
    case wholeValue
    /// This function declares it const or volatile.
    case constQualified(String)
  }

  /// What `Contracts` may say of a function.
  public enum Contract: String, Hashable, Sendable, CaseIterable {
    /// It does nothing where its first argument is NULL.
    case nullSafe = "null-safe"
    /// What it returns where it fails.
    case failsWithNull = "fails-with-null"
    case failsWithErrorPointer = "fails-with-error-pointer"
  }

  public var fact: Fact
  public var isNegated: Bool

  /// The words there are, for messages.
  static let names = [
    "anywhere", "added", "constant", "spelled", "pure", "local", "type", "contract", "untouched", "mentions",
    "in-function", "called-only-from", "returns", "path", "last-statement",
    "boolean", "points-to", "const", "whole-value",
  ]

  /// Reads what stands behind `where:`.
  init(parsing text: Substring, variables: [String]) throws(RulePageError.Kind) {
    var rest = text
    isNegated = rest.hasPrefix("not ")
    if isNegated { rest = rest.dropFirst(4) }
    let name = rest.prefix { $0 != "(" }
    var arguments: [Substring] = []
    if name.endIndex < rest.endIndex {
      guard rest.last == ")" else { throw .badFact(String(text)) }
      let inner = rest[rest.index(after: name.endIndex)...].dropLast()
      arguments = inner.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
    }
    guard Self.names.contains(String(name)) else { throw .unknownFact(String(name), known: Self.names) }
    for argument in arguments where argument.hasPrefix("$") && !variables.contains(String(argument)) {
      throw .unboundVariable(String(argument))
    }
    guard let fact = Self.fact(String(name), arguments), !(isNegated && fact == .anywhere) else {
      throw .badFact(String(text))
    }
    self.fact = fact
  }

  private static func fact(_ name: String, _ arguments: [Substring]) -> Fact? {
    let variables = arguments.filter { $0.hasPrefix("$") }.map(String.init)
    let glob = arguments.last.flatMap { $0.hasPrefix("$") ? nil : Glob($0) }
    switch (name, arguments.count, variables.count) {
    case ("anywhere", 0, 0): return .anywhere
    case ("last-statement", 0, 0): return .lastStatement
    case ("whole-value", 0, 0): return .wholeValue
    case ("added", 0, 0): return .added(nil)
    case ("added", 1, 1): return .added(variables[0])
    case ("constant", 1, 1): return .constant(variables[0])
    case ("boolean", 1, 1): return .boolean(variables[0])
    case ("const", 1, 1): return .constQualified(variables[0])
    case ("points-to", 2, 2): return .pointsTo(variables[0], variables[1])
    case ("pure", 1, 1): return .pure(variables[0])
    case ("local", 1, 1): return .local(variables[0])
    case ("untouched", 1, 1): return .untouched(variables[0])
    case ("mentions", 2, 2): return .mentions(variables[0], variables[1])
    case ("contract", 2, 1):
      return Contract(rawValue: String(arguments[1])).map { .contract(variables[0], $0) }
    case ("spelled", 2, 1): return glob.map { .spelled(variables[0], $0) }
    case ("type", 2, 1): return glob.map { .type(variables[0], $0) }
    case ("in-function", 1, 0): return glob.map { .inFunction($0) }
    case ("called-only-from", 1, 0): return glob.map { .calledOnlyFrom($0) }
    case ("returns", 1, 0): return glob.map { .returns($0) }
    case ("path", 1, 0): return glob.map { .path($0) }
    default: return nil
    }
  }
}

extension Substring {
  /// Without blanks at both ends.
  var trimmed: Substring {
    var rest = self
    while rest.first == " " { rest = rest.dropFirst() }
    while rest.last == " " { rest = rest.dropLast() }
    return rest
  }
}
