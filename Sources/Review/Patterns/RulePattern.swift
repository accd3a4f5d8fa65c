// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
internal import SourceText

/// A `pattern` block of a page: the C to look for, then lines that begin with a word and a colon.
///
/// `where: fact` may come several times, and all must hold; `mark: $X` says what the finding points at, `mark: end` that
/// it is the last token, else it is the first added line of the match; `message:` and `help:` are text in which variables are filled in; `precedent:` is C that
/// merged code beside the file would show (`PrecedentShape`); `fix:` and `fix-where:` say what mends it (`PatternFix`).
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
  /// What mends it: the first of which the conditions hold.
  public var fixes: [PatternFix] = []

  /// Whether the match may be old.
  var isAnywhere: Bool { conditions.contains { $0.fact == .anywhere } }

  /// Hashes of the names of which code that the pattern fits has one, for each list.
  private var needed: [[UInt64]] = []

  /// Whether the pattern may fit code with identifiers of these hashes: all that it names are among them, and of the names
  /// that a function may have one is.
  func mayFit(_ identifiers: Set<UInt64>) -> Bool {
    needed.allSatisfy { names in names.contains { identifiers.contains($0) } }
  }

  private func neededNames() -> [[UInt64]] {
    let functions = conditions.compactMap { condition -> [String]? in
      guard !condition.isNegated, case .spelled(let variable, let glob) = condition.fact,
        variable.hasPrefix("$F")
      else { return nil }
      return glob.plainWords
    }
    return (pattern.words.map { [$0] } + functions).map { $0.map { StableHash.of($0.utf8) } }
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
    case "fix-where":
      if fixes.last?.parts.isEmpty != true { fixes.append(PatternFix()) }
      fixes[fixes.count - 1].conditions.append(
        try PatternCondition(parsing: directive.text, variables: pattern.variables))
    case "fix":
      if fixes.isEmpty { fixes.append(PatternFix()) }
      try fixes[fixes.count - 1].read(directive.text, variables: pattern.variables)
    case "help": help = try PatternText(directive.text, variables: pattern.variables)
    default: throw .unknownDirective(String(directive.word))
    }
  }
}

/// A text with a pattern's variables in it: `$X` or `${X}`; `${X#text}` without a text at its beginning, `${X%text}` at its end, as
/// the shell has it.
public struct PatternText: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case text(String)
    case variable(String, Cut?)

    var text: String {
      if case .text(let text) = self { text } else { "" }
    }
  }

  /// What a variable's text is without.
  private enum Cut: Hashable, Sendable {
    case beginning(String)
    case end(String)

    /// nil where it is not there.
    func applied(to text: String) -> String? {
      switch self {
      case .beginning(let part): text.hasPrefix(part) ? String(text.dropFirst(part.count)) : nil
      case .end(let part): text.hasSuffix(part) ? String(text.dropLast(part.count)) : nil
      }
    }
  }

  /// What a variable stands for in a text of C.
  struct Value {
    var text: String
    /// Whether no operator beside it takes it apart.
    var isSimple: Bool
    /// Whether it stands beside one that does.
    var needsParentheses: Bool
  }

  private var parts: [Part] = []

  init(_ text: Substring, variables: [String]) throws(RulePageError.Kind) {
    var rest = text
    while let dollar = rest.firstIndex(of: "$") {
      var behind = rest[rest.index(after: dollar)...]
      let isBraced = behind.first == "{"
      if isBraced { behind = behind.dropFirst() }
      let word = behind.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard variables.contains("$" + word) else { throw .unboundVariable("$" + word) }
      behind = behind[word.endIndex...]
      var cut: Cut?
      if isBraced {
        guard let close = behind.firstIndex(of: "}") else { throw .badFact(String(text)) }
        let wanted = String(behind[..<close].dropFirst())
        switch behind.first {
        case "#": cut = .beginning(wanted)
        case "%": cut = .end(wanted)
        case "}": break
        default: throw .badFact(String(text))
        }
        behind = behind[behind.index(after: close)...]
      }
      parts += [.text(String(rest[..<dollar])), .variable("$" + word, cut)]
      rest = behind
    }
    parts.append(.text(String(rest)))
  }

  func filled(_ value: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .variable(let name, let cut): cut?.applied(to: value(name)) ?? value(name)
      }
    }.joined()
  }

  /// As C: a variable gets parentheses where it needs them, and has none of the text's own where it does not.
  /// - Parameter value: what a variable stands for between two texts; nil where it cannot be said.
  /// - Returns: nil where a variable has not what is to be cut.
  func filled(_ value: (_ name: String, _ before: String, _ behind: String) -> Value?) -> String? {
    var filled = ""
    var isClosing = false
    for (index, part) in parts.enumerated() {
      switch part {
      case .text(let text):
        filled += isClosing ? String(text.dropFirst()) : text
        isClosing = false
      case .variable(let name, let cut):
        let behind = parts.indices.contains(index + 1) ? parts[index + 1].text : ""
        guard let value = value(name, filled, behind) else { return nil }
        guard let text = cut == nil ? value.text : cut?.applied(to: value.text) else { return nil }
        let isWrapped = filled.hasSuffix("(") && behind.hasPrefix(")")
        if value.needsParentheses {
          filled += "(\(text))"
        } else if value.isSimple, isWrapped, filled.dropLast().last.map({ "!~*&-".contains($0) }) == true {
          filled = String(filled.dropLast()) + text
          isClosing = true
        } else {
          filled += text
        }
      }
    }
    return filled
  }
}
