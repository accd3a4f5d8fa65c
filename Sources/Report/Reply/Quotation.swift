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
  /// Where a hunk is quoted from its beginning, so that a comment's line can be told from others of the same text.
  private static let longestHunk = 100

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
    var comments: [Int: [String]] = [:]
    fillGaps(&kept)
    for place in self.comments.keys.sorted() {
      let anchor = anchor(of: place, &kept)
      comments[anchor, default: []] += self.comments[place, default: []]
    }
    let places = comments.keys.sorted()
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
    var index = top
    while index > 0, lines[index].path == lines[top].path {
      if lines[index].kind == .fileHeader { isKept[index] = true }
      index -= 1
    }
    if lines[index].kind == .fileHeader, lines[index].path == lines[top].path { isKept[index] = true }
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

  /// The line below which the comments on a line go: itself, where it can be told from others of the same text, if need be
  /// by quoting the hunk from its beginning; in a long hunk one of the next few, where one of those can be told.
  private func anchor(of place: Int, _ kept: inout [Bool]) -> Int {
    guard !isFound(place, kept), let top = hunkHeader(above: place)?.index else { return place }
    if place - top <= Self.longestHunk {
      for index in top...place { kept[index] = true }
      return place
    }
    var further = kept
    for next in lines.indices.suffix(from: place + 1).prefix(Self.context - 1).prefix(while: { !isHeader($0) }
    ) {
      further[next] = true
      if isFound(next, further) {
        kept = further
        return next
      }
    }
    return place
  }

  /// Whether who looks for the text of a line, nearest to where the quoted lines make it, finds that line.
  private func isFound(_ place: Int, _ kept: [Bool]) -> Bool {
    guard case .hunkLine(let line) = lines[place].kind, let top = hunkHeader(above: place) else {
      return true
    }
    let isOld = line.kind == .removed
    let shown = lines[(top.index + 1)..<place].indices.count { index in
      guard kept[index], case .hunkLine(let other) = lines[index].kind else { return false }
      return other.kind == .context || other.kind == line.kind
    }
    let counted = Int(isOld ? top.header.old.start : top.header.new.start) + shown
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
