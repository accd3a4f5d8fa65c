// SPDX-License-Identifier: GPL-2.0-or-later

internal import Review
internal import UnifiedDiff

/// The parts of a mail that a reply quotes, and the comments below its lines.
///
/// Of each hunk with a comment the headers stay, and so few lines that one sees what is meant. What is left out becomes
/// `> [...]`, which b4 and our own parser take for what it is; other forms they take for words of the reviewer.
/// Both find a comment's line by its text, and count from the hunk header where the text stands in several places.
struct Quotation {
  private let lines: [QuotableLine]
  private var comments: [Int: [String]] = [:]
  private var isKept: [Bool]
  /// Comments that stand below no line.
  private var general: [String] = []

  /// Lines quoted above a comment, its own included: as many as b4 quotes.
  private static let context = 5
  /// Where fewer lines than this would be left out they are quoted.
  private static let shortestGap = 3
  /// Lines of the log that remind of what the mail is about.
  private static let reminder = 3
  /// Lines of a hunk that is quoted from its beginning, where a comment's line could not be told from others otherwise.
  private static let longestHunk = 10

  /// Quotes lines with what is to be said of findings. Of one rule a few are enough.
  init(_ findings: [Finding], in lines: [QuotableLine]) {
    self.lines = lines
    isKept = Array(repeating: false, count: lines.count)
    let totals = findings.reduce(into: [RuleID: Int]()) { $0[$1.rule, default: 0] += 1 }
    var shown: [RuleID: Int] = [:]
    for finding in findings {
      let count = shown[finding.rule, default: 0] + 1
      shown[finding.rule] = count
      guard count <= Repeats.shown else { continue }
      var comment = ReplyComment(finding)
      comment.isRepeat = count > 1
      if count == Repeats.shown { comment.more = totals[finding.rule, default: 0] - count }
      add(comment.text, at: finding.primary)
    }
  }

  /// Adds a comment below the last line of a span; below none where the mail does not have it.
  private mutating func add(_ comment: String, at span: Span) {
    guard let first = lines.firstIndex(where: { $0.holds(span, at: \.line) }) else {
      general.append(comment)
      return
    }
    let reach = lines.indices.suffix(from: first).prefix(Self.context).prefix { !isHeader($0) }
    let last = reach.last { lines[$0].holds(span, at: \.endLine) } ?? first
    comments[last, default: []].append(comment)
    keep(first: first, last: last)
  }

  /// The quoted lines and the comments, the last comment at the end.
  func text() -> String {
    var kept = isKept
    fillGaps(&kept)
    let places = comments.keys.sorted()
    var restated: Set<Int> = []
    for place in places where !isFound(place, kept, restated) {
      if let run = keepHunk(of: place, &kept) { restated.insert(run) }
    }
    var parts: [String] = []
    var hasQuote = false
    func quote(_ line: String) {
      if !hasQuote, !parts.isEmpty { parts.append("") }
      parts.append(line)
      hasQuote = true
    }
    func say(_ comment: String) {
      parts += [""] + [comment]
      hasQuote = false
    }
    let reminder = reminder(kept)
    for index in reminder { quote(lines[index].quoted) }
    for comment in general { say(comment) }
    guard let end = places.last else { return parts.joined(separator: "\n") + "\n" }
    var next = reminder.upperBound
    for index in lines.indices where index <= end && kept[index] && index >= reminder.upperBound {
      // Below a header it is plain that something is left out above another one.
      let isPlain = isHeader(index) && next > 0 && isHeader(next - 1)
      if index > next, !parts.isEmpty, !isPlain { quote("> [...]") }
      if restated.contains(index) { quote("> \(header(from: index, kept))") }
      quote(lines[index].quoted)
      next = index + 1
      for comment in comments[index, default: []] { say(comment) }
    }
    return parts.joined(separator: "\n") + "\n"
  }

  // MARK: What is kept

  private func isHeader(_ index: Int) -> Bool {
    switch lines[index].kind {
    case .fileHeader, .hunkHeader: true
    case .text, .hunkLine: false
    }
  }

  /// Where the hunk of a line has its header; nil in a log.
  private func hunkHeader(above index: Int) -> (index: Int, header: HunkHeader)? {
    for above in lines[...index].indices.reversed() {
      if case .hunkHeader(let header) = lines[above].kind { return (above, header) }
      if case .text = lines[above].kind { return nil }
    }
    return nil
  }

  private mutating func keep(first: Int, last: Int) {
    let top = hunkHeader(above: last)?.index
    let start = max(top.map { $0 + 1 } ?? 0, min(first, last - Self.context + 1))
    for index in start...last { isKept[index] = true }
    guard let top else { return }
    isKept[top] = true
    let above = lines[..<top].indices.reversed().drop { lines[$0].kind != .fileHeader }
    for index in above.prefix(while: { lines[$0].kind == .fileHeader && lines[$0].path == lines[top].path }) {
      isKept[index] = true
    }
  }

  /// The beginning of the log, unless something of it is kept anyway.
  private func reminder(_ kept: [Bool]) -> Range<Int> {
    let log = lines.prefix { if case .text = $0.kind { true } else { false } }
    guard !log.indices.contains(where: { kept[$0] }) else { return 0..<0 }
    return 0..<log.prefix(Self.reminder).prefix { !$0.text.isEmpty }.count
  }

  private func fillGaps(_ kept: inout [Bool]) {
    var last: Int?
    for index in lines.indices where kept[index] {
      if let last, index - last <= Self.shortestGap, !(last + 1..<index).contains(where: isHeader),
        !isHeader(index)
      {
        for between in last + 1..<index { kept[between] = true }
      }
      last = index
    }
  }

  /// Makes sure that a line of a hunk can be told from others of the same text: quotes the hunk from its beginning, or, where
  /// it is long, gives the beginning of the lines that are quoted, where a header shall say where they stand.
  private func keepHunk(of place: Int, _ kept: inout [Bool]) -> Int? {
    guard let top = hunkHeader(above: place)?.index else { return nil }
    guard place - top > Self.longestHunk else {
      for index in top...place { kept[index] = true }
      return nil
    }
    var run = place
    while kept[run - 1], run - 1 > top { run -= 1 }
    return run
  }

  /// A hunk header for quoted lines in the middle of a hunk, as if the diff had been made with less of it: programs that
  /// split patches write them alike.
  private func header(from run: Int, _ kept: [Bool]) -> HunkHeader {
    guard let top = hunkHeader(above: run) else {
      return HunkHeader(old: LineRange(start: 0, count: 0), new: LineRange(start: 0, count: 0))
    }
    var old = LineRange(start: top.header.old.start, count: 0)
    var new = LineRange(start: top.header.new.start, count: 0)
    for index in lines.indices.suffix(from: top.index + 1) {
      guard case .hunkLine(let line) = lines[index].kind, index < run || kept[index] else { break }
      if line.kind != .added {
        if old.count == 0 { old.start = line.oldNumber }
        if index >= run { old.count += 1 }
      }
      if line.kind != .removed {
        if new.count == 0 { new.start = line.newNumber }
        if index >= run { new.count += 1 }
      }
    }
    return HunkHeader(old: old, new: new)
  }

  /// Whether who looks for the text of a line, nearest to where the quoted lines make it, finds that line.
  private func isFound(_ place: Int, _ kept: [Bool], _ restated: Set<Int>) -> Bool {
    guard case .hunkLine(let line) = lines[place].kind, let top = hunkHeader(above: place) else {
      return true
    }
    let isOld = line.kind == .removed
    // What is quoted is counted from the last header above it.
    let run = restated.filter { $0 > top.index && $0 <= place }.max()
    let start = run.map { header(from: $0, kept) } ?? top.header
    let shown = lines[(run ?? top.index + 1)..<place].indices.count { index in
      guard kept[index], case .hunkLine(let other) = lines[index].kind else { return false }
      return other.kind == .context || other.kind == line.kind
    }
    let counted = Int(isOld ? start.old.start : start.new.start) + shown
    func distance(_ index: Int) -> (Int, Int) {
      guard case .hunkLine(let other) = lines[index].kind else { return (2, 0) }
      let number = Int(other.kind == .removed ? other.oldNumber : other.newNumber)
      let isSameSide = (other.kind == .removed) == isOld
      return (lines[index].path == lines[place].path && isSameSide ? 0 : 1, abs(number - counted))
    }
    let wanted = lines[place].text.dropFirst()
    let nearest = lines.indices.filter { index in
      if case .hunkLine = lines[index].kind { lines[index].text.dropFirst() == wanted } else { false }
    }.min { distance($0) < distance($1) }
    return nearest == place
  }
}
