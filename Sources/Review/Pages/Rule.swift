// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText
internal import Yams

/// A rule as its page gives it: documentation, specification and test in one.
public struct Rule: Hashable, Sendable {
  /// What a check must have to run.
  public enum Need: String, CaseIterable, Sendable {
    /// A diff.
    case patch
    /// A message of its own: not a diff alone, not a quotation that may be trimmed.
    case message
    /// White space as the author has it.
    case whitespace
    /// More than the one patch.
    case series
    case tree, kconfig
  }

  public var id: RuleID
  public var severity: Severity
  public var confidence: Confidence
  public var needs: [Need]
  public var isOnByDefault: Bool
  /// Version that first had it.
  public var since: String
  /// The sentence of a reply mail.
  public var question: String
  /// The Swift type that checks it; nil for a rule made of patterns.
  public var check: String?
  public var title: String
  /// The blocks of C that describe what to look for.
  public var patterns: [RulePattern]
  public var examples: [RuleExample]
  public var page: RulePage

  /// Reads a page.
  /// - Parameter readsExamples: who only reviews has no use for them.
  /// - Throws: `RulePageError`, with the line.
  public init(parsing page: RulePage, readsExamples: Bool = true) throws(RulePageError) {
    self.page = page
    guard let text = PageText(page.text) else {
      throw RulePageError(path: page.path, line: 1, kind: .noFrontMatter)
    }
    let fields = try FrontMatter(text.front, path: page.path)
    guard let id = RuleID(try fields.required("id")) else {
      throw fields.bad("id", allowed: RuleID.Family.allCases.map { "\($0.rawValue)/…" })
    }
    self.id = id
    severity = try fields.choice("severity")
    confidence = try fields.choice("confidence")
    needs = try fields.choices("needs")
    isOnByDefault = try fields.choice("default", of: RuleDefault.self) == .on
    since = try fields.required("since")
    question = try fields.required("question")
    check = fields["check"]
    guard let title = text.body.first(where: { $0.hasPrefix("# ") }) else {
      throw RulePageError(path: page.path, line: text.bodyLine, kind: .noTitle)
    }
    self.title = String(title.dropFirst(2))
    let blocks: [PageBlock]
    do throws(PageBlock.Unclosed) {
      blocks = try PageBlock.all(in: text)
    } catch {
      throw RulePageError(path: page.path, line: error.line, kind: .unclosedBlock)
    }
    patterns = []
    for block in blocks where block.language == "pattern" {
      patterns.append(try RulePattern(block, path: page.path))
    }
    examples = readsExamples ? try RuleExample.all(in: blocks, path: page.path) : []
    guard check != nil || !patterns.isEmpty else {
      throw RulePageError(path: page.path, line: 1, kind: .nothingToCheck)
    }
  }

  private enum RuleDefault: String, CaseIterable { case on, off }
}

/// The YAML at the head of a page.
private struct FrontMatter {
  static let keys: Set<String> = [
    "id", "severity", "confidence", "needs", "default", "since", "question", "check",
  ]

  let path: String
  private var values: [String: Node] = [:]

  init(_ text: String, path: String) throws(RulePageError) {
    self.path = path
    let node: Node?
    do { node = try PlainYAML.node(text) } catch {
      throw RulePageError(path: path, line: 1, kind: .malformedFrontMatter("\(error)"))
    }
    guard let mapping = node?.mapping else {
      throw RulePageError(path: path, line: 1, kind: .malformedFrontMatter("no keys"))
    }
    for (key, value) in mapping {
      let name = key.string ?? ""
      guard Self.keys.contains(name) else {
        throw RulePageError(path: path, line: (key.mark?.line ?? 0) + 1, kind: .unknownKey(name))
      }
      values[name] = value
    }
  }

  subscript(key: String) -> String? { values[key]?.scalar?.string }

  func required(_ key: String) throws(RulePageError) -> String {
    guard let value = self[key], !value.isEmpty else {
      throw RulePageError(path: path, line: 1, kind: .missingKey(key))
    }
    return value
  }

  func choice<Choice>(_ key: String, of: Choice.Type = Choice.self) throws(RulePageError) -> Choice
  where Choice: RawRepresentable<String> & CaseIterable {
    guard let choice = Choice(rawValue: try required(key)) else {
      throw bad(key, allowed: Choice.allCases.map(\.rawValue))
    }
    return choice
  }

  /// One word or a list of them.
  func choices<Choice>(_ key: String) throws(RulePageError) -> [Choice]
  where Choice: RawRepresentable<String> & CaseIterable {
    let words = values[key]?.sequence?.compactMap(\.string) ?? self[key].map { [$0] } ?? []
    guard !words.isEmpty else { throw RulePageError(path: path, line: 1, kind: .missingKey(key)) }
    var choices: [Choice] = []
    for word in words {
      guard let choice = Choice(rawValue: word) else {
        throw bad(key, allowed: Choice.allCases.map(\.rawValue))
      }
      choices.append(choice)
    }
    return choices
  }

  func bad(_ key: String, allowed: [String]) -> RulePageError {
    let line = (values[key]?.mark?.line ?? 0) + 1
    let value = self[key] ?? values[key]?.sequence?.compactMap(\.string).joined(separator: ", ") ?? ""
    return RulePageError(path: path, line: line, kind: .badValue(key: key, value: value, allowed: allowed))
  }
}
