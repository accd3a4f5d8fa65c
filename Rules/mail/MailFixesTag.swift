// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import Review
internal import SourceText

/// `mail/fixes-tag`: the commit that is repaired must be named so that people and tools find it.
struct MailFixesTag: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for (index, line) in patch.mail.log.lines.enumerated() {
      guard let tag = FixesTag(line, next: patch.mail.log.lines.dropFirst(index + 1).first) else { continue }
      let span = patch.span(ofLine: index, in: patch.mail.log)
      if let fault = tag.fault {
        var draft = FindingDraft(
          fault, at: span.narrowed(to: tag.value),
          evidence: [
            Evidence(
              .source,
              "Documentation/process/submitting-patches.rst: Fixes: <12 digits or more> (\"<title>\")")
          ])
        draft.severity = .note
        draft.symbols = [tag.digits]
        result.findings.append(draft)
      }
      guard let name = ObjectID(tag.digits) else { continue }
      guard let repository = patch.series.repository else {
        result.notChecked.append("no repository to look up \(name.hex)")
        continue
      }
      look(up: name, tag, at: span, in: repository, &result)
    }
    return result
  }

  private func look(
    up name: ObjectID, _ tag: FixesTag, at span: Span, in repository: Repository, _ result: inout CheckResult
  ) {
    let found: CommitLookup
    do throws(RepositoryError) {
      found = try repository.commit(name.hex)
    } catch {
      result.notChecked.append("\(name.hex) could not be looked up")
      return
    }
    switch found {
    case .found(let commit):
      let title = String(decoding: commit.subject, as: UTF8.self)
      guard let stated = tag.title, !stated.isEmpty, Self.words(stated) != Self.words(title) else { return }
      var draft = FindingDraft(
        "\(name.hex) is \"\(title)\", not \"\(stated)\"", at: span.narrowed(to: stated),
        evidence: [Evidence(.git, "commit \(commit.id.hex.prefix(12)) has the title \"\(title)\"")])
      draft.symbols = [name.hex]
      draft.help = "Fixes: \(commit.id.hex.prefix(12)) (\"\(title)\")"
      result.findings.append(draft)
    case .ambiguous:
      var draft = FindingDraft(
        "\(name.hex) names more than one object", at: span.narrowed(to: name.hex),
        evidence: [Evidence(.git, "the repository holds several objects whose names begin so")])
      draft.symbols = [name.hex]
      draft.relies = [.tree]
      result.findings.append(draft)
    case .notFound:
      result.notChecked.append("\(name.hex) is not in this repository, which may just not have it yet")
    }
  }

  /// Titles are compared by their words: people cut blanks and quotes when they copy.
  private static func words(_ title: String) -> [Substring] {
    title.split { $0 == " " || $0 == "\"" || $0 == "\\" || $0 == "'" }
  }
}

/// A `Fixes:` line of a log, taken apart.
struct FixesTag {
  /// All behind the colon.
  var value: String
  /// The commit's digits.
  var digits: String
  /// What stands in the quotes.
  var title: String?
  /// What is wrong with the form; nil where it is as asked.
  var fault: String?

  /// nil where the line is no such tag, or names something else than a commit.
  init?(_ line: String, next: String?) {
    let key = "fixes:"
    guard line.lowercased().hasPrefix(key) else { return nil }
    value = line.dropFirst(key.count).trimmed
    var rest = Substring(value)
    let hasCommitWord = rest.lowercased().hasPrefix("commit ")
    if hasCommitWord { rest = rest.dropFirst(7).drop { $0 == " " } }
    let word = rest.prefix { $0 != " " && $0 != "(" }
    // Prose that begins with "Fixes:" is no tag.
    guard word.utf8.allSatisfy(\.isHexDigit), (7...).contains(word.count), word.contains(where: \.isNumber)
    else {
      return nil
    }
    digits = String(word)
    let tail = String(rest.dropFirst(word.count)).trimmed
    let isWrapped = tail.hasPrefix("(") && !tail.contains(")") && next.map { $0.hasSuffix(")") } == true
    if let open = tail.firstIndex(of: "\""), let close = tail.lastIndex(of: "\""), open < close {
      title = String(tail[tail.index(after: open)..<close])
    }
    if hasCommitWord {
      fault = "the word \"commit\" stands before the digits"
    } else if word.count < 12 {
      fault = "the commit is abbreviated to \(word.count) digits, 12 or more are asked for"
    } else if word.count > 40 {
      fault = "\(word.count) digits are more than a commit has"
    } else if isWrapped {
      (fault, title) = ("the tag is wrapped over two lines", nil)
    } else if tail.isEmpty {
      fault = "the title of the commit is missing"
    } else if !tail.hasPrefix("(\"") || !tail.hasSuffix("\")") {
      fault = "the title does not stand in parentheses and double quotes"
    }
  }
}

extension StringProtocol {
  /// Without blanks at both ends.
  var trimmed: String {
    let tail = drop { $0 == " " || $0 == "\t" || $0 == "\r" }
    return String(tail.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed())
  }
}
