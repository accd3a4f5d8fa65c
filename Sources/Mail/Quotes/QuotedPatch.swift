// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// The diff that a reply quotes, put together again, with the reviewer's words between its lines.
struct QuotedPatch: Sendable {
  /// What stands between two quoted lines.
  struct Remark: Sendable {
    var text: String
    /// Line of the rebuilt text above it, counted from 0; nil where the remark stands above everything.
    var above: Int?
  }

  /// The log and the diff, without quote marks.
  private(set) var text = MailText()
  private(set) var remarks: [Remark] = []
  /// Hunks in which lines without a marker stand for context.
  private(set) var unmarkedHunks = 0
  private(set) var restoredBlanks = 0
  /// Lines that a mailer broke, joined again.
  private(set) var rejoined = 0
  private(set) var hasTabs = false

  private let lines: [Quote.Line]
  private let isPage: Bool
  private let reviewer: String
  private var at = 0
  /// Whether the reviewer says in this hunk that lines were left out.
  private var isElided = false
  /// Whether the log is over.
  private var isInDiff = false

  /// - Parameter isPage: whether leading blanks are lost, as on an archive's page.
  init(_ quote: Quote, isPage: Bool, reviewer: String) {
    self.reviewer = reviewer
    lines = quote.lines
    self.isPage = isPage
    while at < lines.count {
      let line = lines[at]
      if !line.isQuoted {
        takeRemark()
      } else if line.begins("@@ -"), let counts = Self.counts(line.content) {
        takeHunk(old: counts.old, new: counts.new)
      } else if isMarkedGap(line) {
        at += 1
      } else {
        if line.begins("diff --git ") { isInDiff = true }
        emit(line)
        at += 1
      }
    }
  }

  private mutating func emit(_ line: Quote.Line, marker: Bool = false) {
    if line.content.contains(9) { hasTabs = true }
    text.append(marker ? [32] + Array(line.content) : Array(line.content), place: line.place)
  }

  /// Takes the reviewer's lines up to the next quoted one.
  private mutating func takeRemark() {
    var words: [String] = []
    while at < lines.count, !lines[at].isQuoted {
      words.append(String(decoding: lines[at].content, as: UTF8.self))
      at += 1
    }
    // `...` may stand in a reviewer's code as well.
    let marks = words.filter { !$0.isBlankText && Self.isElision($0) }
    if marks.contains(where: { $0.contains("[") })
      || !marks.isEmpty && words.allSatisfy({ $0.isBlankText || Self.isElision($0) })
    {
      isElided = true
    }
    while words.first?.isBlankText == true { words.removeFirst() }
    if at >= lines.count {
      cutName(&words)
      Self.cutClosing(&words)
    }
    while words.last?.isBlankText == true { words.removeLast() }
    guard words.contains(where: { !$0.isBlankText && !Self.isElision($0) }), !Self.isGreeting(words),
      remarks.count < Limits.remarks
    else {
      return
    }
    remarks.append(Remark(text: words.joined(separator: "\n"), above: text.count == 0 ? nil : text.count - 1))
  }

  /// Takes the reviewer's name from the end of a mail: `/Ron`, `Ron`, `RR`.
  private func cutName(_ words: inout [String]) {
    while words.last?.isBlankText == true { words.removeLast() }
    guard let last = words.last?.lowercased().filter({ !"/-~, .\t".contains($0) }), last.utf8.count < 40
    else { return }
    let names = reviewer.lowercased().split { " ,.\"()".contains($0) }
    let initials = String(names.compactMap(\.first))
    if last == names.joined() || names.contains(where: { $0 == last }) || last == initials {
      words.removeLast()
    }
    while words.last?.isBlankText == true { words.removeLast() }
  }

  /// Whether a remark is `Hi Name,` and nothing more.
  private static func isGreeting(_ words: [String]) -> Bool {
    guard words.count == 1, let line = words.first?.lowercased(), line.utf8.count < 40 else { return false }
    let greets = ["hi", "hello", "hey", "dear"].contains {
      line.hasPrefix($0 + " ") || line.hasPrefix($0 + ",")
    }
    return greets && [",", "!", ".", "-"].contains { line.hasSuffix($0) }
  }

  /// Takes `Thanks, Name` from the end of a mail.
  private static func cutClosing(_ words: inout [String]) {
    let closings = [
      "thanks", "thank you", "thx", "cheers", "regards", "best,", "best regards", "kind regards", "br,",
      "with best",
    ]
    let start = words.lastIndex { line in
      closings.contains { line.lowercased().hasPrefix($0) } && line.utf8.count < 40
    }
    guard let start, words[start...].count(where: { !$0.isBlankText }) <= 3,
      words[start...].allSatisfy({ $0.utf8.count < 40 })
    else { return }
    words.removeSubrange(start...)
  }

  /// `[...]`, `[snip]`: something was left out here.
  private static func isElision(_ line: String) -> Bool {
    let bare = line.lowercased().filter { !"[](){}<>.-_= …\t\r".contains($0) }
    return bare.isEmpty || ["snip", "snipped", "cut", "trimmed"].contains(bare)
  }

  /// Whether a quoted line is `[...]` or the like: no line of the diff, which goes on behind it.
  private func isMarkedGap(_ line: Quote.Line) -> Bool {
    !isPage && isInDiff && line.begins("[")
      && Self.isElision(String(decoding: line.content, as: UTF8.self))
  }

  /// Takes a hunk as far as it is quoted; puts blank lines back that got lost.
  private mutating func takeHunk(old: Int, new: Int) {
    var (old, new) = (old, new)
    isElided = false
    isInDiff = true
    let remarksBefore = remarks.count
    let hasTabsBefore = hasTabs
    let head = text.count
    emit(lines[at])
    at += 1
    let begin = at
    var unmarked = 0
    while at < lines.count, old > 0 || new > 0 {
      let line = lines[at]
      if !line.isQuoted {
        takeRemark()
        continue
      }
      guard !startsHeader(at) else { break }
      switch line.content.first {
      case UInt8(ascii: "+"): new -= 1
      case UInt8(ascii: "-"): old -= 1
      case UInt8(ascii: "\\"): break
      case nil, 32, 9, 13: (old, new) = (old - 1, new - 1)
      default:
        if isMarkedGap(line) {
          isElided = true
          at += 1
          continue
        }
        if isBroken(at) {
          text.extendLast(line.content)
          rejoined += 1
          at += 1
          continue
        }
        guard isPage else {
          (old, new) = (0, 0)  // not a line of a hunk: the rest of it was cut
          continue
        }
        unmarked += 1
        (old, new) = (old - 1, new - 1)
      }
      emit(line, marker: isPage && Self.lacksMarker(line.content))
      at += 1
    }
    if at < lines.count, lines[at].isQuoted, lines[at].begins("\\ ") {
      emit(lines[at])
      at += 1
    }
    if unmarked > 0 { unmarkedHunks += 1 }
    let isLost = !isElided && old == new && old > 0 && (old == 1 || isPage && old <= 3)
    if isLost { restore(old, head: head, begin: begin, remarksBefore: remarksBefore, hasTabsBefore) }
  }

  /// Whether a quoted line is the rest of the long one before it, which a mailer broke.
  private func isBroken(_ i: Int) -> Bool {
    guard !isPage, i > 0, lines[i - 1].isQuoted, lines[i - 1].content.count >= 40,
      lines[i].content.first != UInt8(ascii: ">"),
      !Self.isElision(String(decoding: lines[i].content, as: UTF8.self))
    else { return false }
    guard i + 1 < lines.count, lines[i + 1].isQuoted else { return true }
    return !Self.lacksMarker(lines[i + 1].content) || lines[i + 1].content.isEmpty || startsHeader(i + 1)
  }

  private static func lacksMarker(_ content: ArraySlice<UInt8>) -> Bool {
    guard let first = content.first else { return true }
    return ![UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "\\"), 32].contains(first)
  }

  /// Emits the hunk again with as many blank lines as are missing: behind the remarks in it, where
  /// people cut them, else at its end.
  private mutating func restore(
    _ missing: Int, head: Int, begin: Int, remarksBefore: Int, _ hadTabs: Bool
  ) {
    let end = at
    var left = missing
    text.truncate(to: head)
    hasTabs = hadTabs
    remarks.removeSubrange(remarksBefore...)
    at = begin - 1
    emit(lines[at])
    at += 1
    while at < end {
      if lines[at].isQuoted {
        if Self.lacksMarker(lines[at].content), isBroken(at), !lines[at].content.isEmpty {
          text.extendLast(lines[at].content)
        } else {
          emit(lines[at], marker: isPage && Self.lacksMarker(lines[at].content))
        }
        at += 1
        continue
      }
      let count = remarks.count
      takeRemark()
      if remarks.count > count, left > 0, at < end {
        text.append([32], place: lines[min(at, lines.count - 1)].place)
        left -= 1
      }
    }
    let place = text.places.last ?? 0
    for _ in 0..<left { text.append([32], place: place) }
    restoredBlanks += missing
  }

  /// Whether the next hunk, the next file or the signature begins at a quoted line.
  private func startsHeader(_ i: Int) -> Bool {
    let line = lines[i]
    if line.begins("diff --git ") || line.begins("@@ -") { return true }
    if line.begins("--- "), i + 1 < lines.count, lines[i + 1].isQuoted, lines[i + 1].begins("+++ ") {
      return true
    }
    guard line.content.elementsEqual("--".utf8) || line.content.elementsEqual("-- ".utf8) else {
      return false
    }
    // A signature holds git's version, and the mail ends.
    return lines[i...].dropFirst().prefix(4).contains { $0.content.first?.isDigit == true }
      && lines.count - i < 12
  }

  /// The counts of a hunk header.
  static func counts(_ line: ArraySlice<UInt8>) -> (old: Int, new: Int)? {
    let words = line.split(separator: 32, maxSplits: 4)
    guard words.count >= 3, words[0].elementsEqual("@@".utf8), words[1].first == UInt8(ascii: "-"),
      words[2].first == UInt8(ascii: "+")
    else { return nil }
    func count(_ word: ArraySlice<UInt8>) -> Int? {
      let sides = word.dropFirst().split(separator: UInt8(ascii: ","))
      let last =
        sides.count == 2 ? Int(String(decoding: sides[1], as: UTF8.self)) : sides.count == 1 ? 1 : nil
      return last.flatMap { $0 < 10_000_000 && $0 >= 0 ? $0 : nil }
    }
    guard let old = count(words[1]), let new = count(words[2]) else { return nil }
    return (old, new)
  }
}
