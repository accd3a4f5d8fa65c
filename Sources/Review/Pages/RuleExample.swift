// SPDX-License-Identifier: GPL-2.0-or-later

public import Model
internal import SourceText

/// One example of a page: what is reviewed, and the findings that must come of it.
///
/// Lines that begin with `^` mark the line above: severity, the text the span covers, a part of the
/// finding's message. `^+` is a line that the fixes put in its place, `^-` says that they take it out. All are cut out before
/// anything reads the example.
public struct RuleExample: Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// A diff without a mail around it.
    case diff
    /// One mail or a mailbox.
    case mail
  }

  /// One expected finding.
  public struct Mark: Hashable, Sendable {
    /// Line of `text` (1-based) that it marks.
    public var line: Int
    public var severity: Severity
    /// What the span covers; empty for the whole line.
    public var covers: String
    /// A part of the message.
    public var message: String
  }

  /// A file of the tree that the example is for.
  public struct BaseFile: Hashable, Sendable {
    public var path: String
    public var text: String
  }

  public var kind: Kind
  /// Under `## Bad`: there must be marks; under `## Good`: there must be none.
  public var isBad: Bool
  public var text: String
  public var marks: [Mark]
  /// What the fixes put in the place of lines of `text` (1-based).
  public var mended: [Int: [String]]
  public var files: [BaseFile]
  /// Whether those are another version of what it is for: `base=near` says so.
  public var isOnNearBase: Bool
  /// What the reference model runs on it.
  public var scenarios: [ScenarioPage]
  /// Line of the page where it begins, 1-based.
  public var pageLine: Int

  static func all(in blocks: [PageBlock], path: String) throws(RulePageError) -> [RuleExample] {
    var examples: [RuleExample] = []
    var files: [BaseFile] = []
    var scenarios: [ScenarioPage] = []
    var heading = ""
    for block in blocks where block.heading.hasPrefix("Bad") || block.heading.hasPrefix("Good") {
      if block.heading != heading { (files, scenarios) = ([], []) }
      heading = block.heading
      if let name = block.attributes["path"] {
        files.append(BaseFile(path: name, text: block.text))
      } else if block.language == "scenario" {
        scenarios.append(ScenarioPage(path: path, text: block.text))
      } else if let kind = Kind(rawValue: block.language) {
        examples.append(
          try RuleExample(
            block, kind: kind, isBad: heading.hasPrefix("Bad"), files: files, scenarios: scenarios, path: path
          ))
      }
    }
    return examples
  }

  private init(
    _ block: PageBlock, kind: Kind, isBad: Bool, files: [BaseFile], scenarios: [ScenarioPage], path: String
  ) throws(RulePageError) {
    (self.kind, self.isBad, pageLine) = (kind, isBad, block.firstLine)
    (self.files, self.scenarios) = (files, scenarios)
    isOnNearBase = block.attributes["base"] == "near"
    (text, marks, mended) = ("", [], [:])
    var line = 0
    for (offset, content) in block.lines.enumerated() {
      if content.hasPrefix("^+") || content == "^-" {
        guard line > 0 else {
          throw RulePageError(path: path, line: block.firstLine + offset, kind: .strayMark)
        }
        mended[line, default: []] += content == "^-" ? [] : [String(content.dropFirst(2))]
      } else if content.hasPrefix("^") {
        guard let mark = Mark(parsing: content, line: line), line > 0 else {
          throw RulePageError(path: path, line: block.firstLine + offset, kind: .strayMark)
        }
        marks.append(mark)
      } else {
        line += 1
        text += content + "\n"
      }
    }
  }
}

extension RuleExample.Mark {
  /// `^ severity "covered": part of the message`; the quoted text may be left out.
  init?(parsing text: Substring, line: Int) {
    var rest = text.drop { $0 == "^" || $0 == " " }
    let word = rest.prefix { $0.isLetter }
    guard let severity = Severity(rawValue: String(word)) else { return nil }
    (self.line, self.severity, covers) = (line, severity, "")
    rest = rest[word.endIndex...].drop { $0 == " " }
    if rest.first == "\"", let colon = rest.firstRange(of: "\":") {
      covers = String(rest[rest.index(after: rest.startIndex)..<colon.lowerBound])
      rest = rest[colon.upperBound...]
    } else {
      guard rest.first == ":" else { return nil }
      rest = rest.dropFirst()
    }
    message = String(rest.drop { $0 == " " })
  }
}
