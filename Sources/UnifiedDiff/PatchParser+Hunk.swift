// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension PatchParser {
  /// Reads the hunk whose header is the current line, and moves behind it. Where the line is no header
  /// after all, says so, moves on and gives nil.
  mutating func hunk() -> Hunk? {
    let header = at
    var sectionOffset = 0
    let range = trimmed(header)
    guard
      let stated = text.span.withLine(range, { HunkHeader(parsing: $0, section: &sectionOffset) })
    else {
      if starts("@@ -") { report(.malformedHunkHeader, at: header) }
      at += 1
      return nil
    }
    var section = ByteRange(min(range.start + UInt32(sectionOffset), range.end), range.end)
    if !section.isEmpty, text[Int(section.start)] == UInt8(ascii: " ") { section.start += 1 }
    var hunk = Hunk(
      stated: stated, header: stated, headerRange: lines.whole(header), section: section,
      line: UInt32(header + 1))
    at += 1
    // A mark that stands below no line says nothing.
    while at < lines.count, case .noNewline? = kind(at) {
      hunk.headerRange.end = lines.whole(at).end
      at += 1
    }
    let extent = counted(stated) ?? recounted(stated, header: header)
    fill(&hunk, through: extent)
    return hunk
  }

  /// The line behind the hunk if its lines are as many as the header says; nil where they are not.
  private func counted(_ stated: HunkHeader) -> Int? {
    var old = Int64(stated.old.count)
    var new = Int64(stated.new.count)
    var line = at
    while old > 0 || new > 0 {
      guard line < lines.count, let kind = kind(line) else { return nil }
      switch kind {
      case .line(.context): (old, new) = (old - 1, new - 1)
      case .line(.removed): old -= 1
      case .line(.added): new -= 1
      case .noNewline: break
      }
      guard old >= 0, new >= 0 else { return nil }
      line += 1
    }
    while line < lines.count, case .noNewline? = kind(line) { line += 1 }
    return goesOn(line) ? nil : line
  }

  /// Whether the lines behind a hunk that is full belong to it all the same: they look like its lines
  /// and change something, or lead straight to the next header.
  private func goesOn(_ first: Int) -> Bool {
    var line = first
    var changes = false
    while line < lines.count, !isSignature(line), !isFileStart(line), !lines.content(line).isEmpty,
      case .line(let kind)? = kind(line)
    {
      // A dash and a blank is a list in somebody's text as often as a line of a patch.
      if kind == .added || kind == .removed && !starts("--", line) && !starts("- ", line) { changes = true }
      line += 1
    }
    guard line > first else { return false }
    return changes || line < lines.count && starts("@@ -", line)
  }

  /// The line behind the hunk by what its lines look like, as `git apply --recount` has it.
  private mutating func recounted(_ stated: HunkHeader, header: Int) -> Int {
    var line = at
    while line < lines.count, !isSignature(line), !isFileStart(line), kind(line) != nil { line += 1 }
    let isAtEnd = line == lines.count
    // Empty lines count as context only where more of the hunk follows.
    while line > at, trimmed(line - 1).isEmpty { line -= 1 }
    let found = count(at..<line, start: stated)
    if isAtEnd, found.old.count < stated.old.count || found.new.count < stated.new.count {
      report(
        .truncatedHunk(
          missingOld: stated.old.count - min(found.old.count, stated.old.count),
          missingNew: stated.new.count - min(found.new.count, stated.new.count)), at: header)
    } else if found != stated {
      report(.countsLie(stated: stated, found: found), at: header)
    }
    return line
  }

  private func count(_ range: Range<Int>, start: HunkHeader) -> HunkHeader {
    var header = start
    (header.old.count, header.new.count) = (0, 0)
    for line in range {
      guard case .line(let kind)? = kind(line) else { continue }
      if kind != .added { header.old.count += 1 }
      if kind != .removed { header.new.count += 1 }
    }
    return header
  }

  /// Takes the lines up to `end` into the hunk and numbers them.
  private mutating func fill(_ hunk: inout Hunk, through end: Int) {
    hunk.header = count(at..<end, start: hunk.stated)
    var old = hunk.header.old.start
    var new = hunk.header.new.start
    hunk.lines.reserveCapacity(end - at)
    while at < end {
      switch kind(at) {
      case .line(let kind)?:
        hunk.lines.append(diffLine(kind, old: old, new: new))
        if kind != .added { old &+= 1 }
        if kind != .removed { new &+= 1 }
      case .noNewline?:
        if let last = hunk.lines.indices.last {
          let before = hunk.lines[last].noNewline
          hunk.lines[last].noNewline = ByteRange(before?.start ?? lines.whole(at).start, lines.whole(at).end)
        }
      case nil: break
      }
      at += 1
    }
  }

  private func diffLine(_ kind: DiffLine.Kind, old: UInt32, new: UInt32) -> DiffLine {
    var content = lines.content(at)
    var ending: DiffLine.Ending = lines.hasNewline(at) ? .lf : .none
    if ending == .lf, !content.isEmpty, text[Int(content.end) - 1] == UInt8(ascii: "\r") {
      content.end -= 1
      ending = .crlf
    }
    // A lone CR at the end of the text is an empty line.
    let hasMarker = !content.isEmpty && text[Int(content.start)] != UInt8(ascii: "\r")
    if hasMarker { content.start += 1 }
    return DiffLine(
      kind: kind, content: content, ending: ending, hasMarker: hasMarker, noNewline: nil,
      oldNumber: kind == .added ? 0 : old, newNumber: kind == .removed ? 0 : new, line: UInt32(at + 1))
  }

  private enum LineKind {
    case line(DiffLine.Kind)
    case noNewline
  }

  /// What a line would be inside a hunk; nil where it cannot stand in one.
  private func kind(_ line: Int) -> LineKind? {
    let range = trimmed(line)
    guard !range.isEmpty else { return .line(.context) }
    switch text[Int(range.start)] {
    case UInt8(ascii: " "): return .line(.context)
    case UInt8(ascii: "+"): return .line(.added)
    case UInt8(ascii: "-"): return .line(.removed)
    case UInt8(ascii: "\\"): return starts("\\ ", line) ? .noNewline : nil
    default: return nil
    }
  }

  /// `-- ` ends the text of a mail (RFC 3676 §4.3); some mailers cut its blank.
  private func isSignature(_ line: Int) -> Bool {
    let range = trimmed(line)
    return starts("--", line) && (range.count == 2 || range.count == 3 && text[Int(range.end) - 1].isBlank)
  }

  /// `--- ` with `+++ ` below: the next file of a diff without `diff --git`, not a removed line.
  private func isFileStart(_ line: Int) -> Bool {
    starts("--- ", line) && starts("+++ ", line + 1) && starts("@@ -", line + 2)
  }
}

extension Span<UInt8> {
  /// Gives the bytes of one range to a reader that takes a span.
  func withLine<Result>(_ range: ByteRange, _ read: (Span<UInt8>) -> Result) -> Result {
    read(extracting(range.indices))
  }
}
