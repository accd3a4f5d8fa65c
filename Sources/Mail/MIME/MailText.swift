// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// A text as lines, each of which knows its line of the input.
struct MailText: Sendable {
  private(set) var bytes: [UInt8]
  /// Offset of each line, and of the end.
  private(set) var starts: [Int]
  /// Line of the input for each line, 1-based.
  private(set) var places: [UInt32]

  var count: Int { starts.count - 1 }
  var indices: Range<Int> { 0..<count }

  /// Lines that stand in the input one after the other.
  init(_ bytes: [UInt8], firstLine: UInt32) {
    self.init(bytes) { firstLine &+ UInt32(truncatingIfNeeded: $0) }
  }

  init(_ bytes: [UInt8], places: [UInt32]) {
    self.init(bytes) { $0 < places.count ? places[$0] : places.last ?? 0 }
  }

  private init(_ bytes: [UInt8], place: (Int) -> UInt32) {
    self.bytes = bytes
    starts = [0]
    places = []
    bytes.withUnsafeBufferPointer { all in
      for i in all.indices where all[i] == 10 { starts.append(i + 1) }
    }
    if starts.last != bytes.count { starts.append(bytes.count) }
    places = (0..<(starts.count - 1)).map(place)
  }

  /// Lines put together one by one.
  init() {
    bytes = []
    starts = [0]
    places = []
  }

  /// Adds a line, with the line feed it lacks.
  mutating func append(_ line: some Sequence<UInt8>, place: UInt32) {
    bytes.append(contentsOf: line)
    bytes.append(10)
    starts.append(bytes.count)
    places.append(place)
  }

  /// Adds to the last line, behind a blank.
  mutating func extendLast(_ rest: some Sequence<UInt8>) {
    guard count > 0 else { return }
    bytes.removeLast()
    if bytes.last != 32 { bytes.append(32) }
    bytes.append(contentsOf: rest)
    bytes.append(10)
    starts[starts.count - 1] = bytes.count
  }

  /// Drops the lines from a number on.
  mutating func truncate(to lines: Int) {
    bytes.removeSubrange(starts[lines]...)
    starts.removeSubrange((lines + 1)...)
    places.removeSubrange(lines...)
  }

  /// A line without its ending, be that LF or CRLF.
  func range(_ line: Int) -> Range<Int> {
    let start = starts[line]
    var end = starts[line + 1]
    if end > start, bytes[end - 1] == 10 { end -= 1 }
    if end > start, bytes[end - 1] == 13 { end -= 1 }
    return start..<end
  }

  subscript(line: Int) -> ArraySlice<UInt8> { bytes[range(line)] }

  /// The lines of a range, with their places.
  func slice(_ lines: Range<Int>) -> MailText {
    let lines = lines.clamped(to: indices)
    return MailText(
      Array(bytes[starts[lines.lowerBound]..<starts[lines.upperBound]]), places: Array(places[lines]))
  }

  func begins(_ line: Int, _ prefix: StaticString) -> Bool {
    let start = starts[line]
    let length = prefix.utf8CodeUnitCount
    guard starts[line + 1] - start >= length else { return false }
    for i in 0..<length where bytes[start + i] != prefix.utf8Start[i] { return false }
    return true
  }

  /// Whether nothing but white space stands there.
  func isBlank(_ line: Int) -> Bool { self[line].allSatisfy { $0.isBlank || $0 == 13 || $0 == 12 } }

  /// Whether a diff of a file begins at this line: what `git apply` would take for one.
  func beginsDiff(_ line: Int) -> Bool {
    guard starts[line] < bytes.count else { return false }
    switch bytes[starts[line]] {
    case UInt8(ascii: "d"):
      return begins(line, "diff --git ") || begins(line, "diff --cc ") || begins(line, "diff --combined ")
        || (begins(line, "diff -") && names(after: line))
    case UInt8(ascii: "I"): return begins(line, "Index: ") && names(after: line)
    case UInt8(ascii: "-"): return begins(line, "--- ") && line + 1 < count && begins(line + 1, "+++ ")
    default: return false
    }
  }

  /// Whether `---` and `+++` follow within a few lines.
  private func names(after line: Int) -> Bool {
    for next in (line + 1)..<max(line + 1, min(line + 5, count))
    where begins(next, "--- ") && next + 1 < count && begins(next + 1, "+++ ") { return true }
    return false
  }

  /// The first line of a diff, from a line on.
  func firstDiff(from line: Int = 0) -> Int? {
    line < count ? (line..<count).first(where: beginsDiff) : nil
  }

  var lineMap: LineMap { LineMap(lines: places) }
}
