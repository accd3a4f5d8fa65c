// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
internal import SourceText

/// A `pattern` block of a page: the C to look for, then lines that begin with a word and a colon.
///
/// `where: fact` may come several times, and all must hold; `mark: $X` says what the finding points at, `mark: end` that
/// it is the last token, else it is the first added line of the match; `message:` and `help:` are text in which variables are filled in; `precedent:` is C that
/// merged code beside the file would show (`PrecedentShape`).
public struct RulePattern: Hashable, Sendable {
  /// What a finding points at.
  public enum Mark: Hashable, Sendable {
    case variable(String)
    case end
  }

  public var pattern: Pattern
  public var conditions: [PatternCondition] = []
  public var mark: Mark?
  /// In place of the page's headline.
  public var message: PatternText?
  public var help: PatternText?
  /// What merged code beside the file would show that this is its habit.
  public var precedent: PrecedentShape?

  /// Whether the match may be old.
  var isAnywhere: Bool { conditions.contains { $0.fact == .anywhere } }

  /// Names of which code that the pattern fits has one, for each list.
  private var needed: [[String]] = []

  /// Whether the pattern may fit code with these identifiers: all that it names are among them, and of the names that a
  /// function may have one is.
  func mayFit(_ identifiers: Set<String>) -> Bool {
    needed.allSatisfy { names in names.contains { identifiers.contains($0) } }
  }

  private func neededNames() -> [[String]] {
    pattern.words.map { [$0] }
      + conditions.compactMap { condition in
        guard !condition.isNegated, case .spelled(let variable, let glob) = condition.fact,
          variable.hasPrefix("$F")
        else { return nil }
        return glob.plainWords
      }
  }

  /// Reads a block.
  /// - Throws: `RulePageError`, with the line of the page.
  init(_ block: PageBlock, path: String) throws(RulePageError) {
    let code = block.lines.prefix { Directive(parsing: $0) == nil }
    do throws(PatternError) {
      pattern = try Pattern(parsing: code.joined(separator: "\n"))
    } catch {
      throw RulePageError(path: path, line: block.firstLine + error.line - 1, kind: .badPattern(error.kind))
    }
    for (offset, line) in block.lines.enumerated().dropFirst(code.count) where !line.trimmed.isEmpty {
      do throws(RulePageError.Kind) {
        try read(line)
      } catch {
        throw RulePageError(path: path, line: block.firstLine + offset, kind: error)
      }
    }
    needed = neededNames()
  }

  /// `word: text`
  private struct Directive {
    var word, text: Substring

    /// nil where a line is C. A label stands alone on its line.
    init?(parsing line: Substring) {
      let word = line.prefix { $0.isLowercase || $0 == "-" }
      guard !word.isEmpty, line[word.endIndex...].hasPrefix(": ") else { return nil }
      (self.word, text) = (word, line[word.endIndex...].dropFirst().trimmed)
    }
  }

  private mutating func read(_ line: Substring) throws(RulePageError.Kind) {
    guard let directive = Directive(parsing: line) else { throw .unknownDirective(String(line.trimmed)) }
    switch directive.word {
    case "where":
      conditions.append(try PatternCondition(parsing: directive.text, variables: pattern.variables))
    case "mark" where directive.text == "end": mark = .end
    case "mark":
      guard pattern.variables.contains(String(directive.text)) else {
        throw .unboundVariable(String(directive.text))
      }
      mark = .variable(String(directive.text))
    case "message": message = try PatternText(directive.text, variables: pattern.variables)
    case "precedent":
      guard let shape = PrecedentShape(String(directive.text)) else { throw .badFact(String(directive.text)) }
      precedent = shape
    case "help": help = try PatternText(directive.text, variables: pattern.variables)
    default: throw .unknownDirective(String(directive.word))
    }
  }
}

/// A sentence with a pattern's variables in it.
public struct PatternText: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case text(String)
    case variable(String)
  }
  private var parts: [Part] = []

  init(_ text: Substring, variables: [String]) throws(RulePageError.Kind) {
    var rest = text
    while let dollar = rest.firstIndex(of: "$") {
      let name = "$" + rest[rest.index(after: dollar)...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard variables.contains(name) else { throw .unboundVariable(name) }
      parts += [.text(String(rest[..<dollar])), .variable(name)]
      rest = rest[rest.index(dollar, offsetBy: name.count)...]
    }
    parts.append(.text(String(rest)))
  }

  func filled(_ value: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .variable(let name): value(name)
      }
    }.joined()
  }
}
