// SPDX-License-Identifier: GPL-2.0-or-later

/// The line numbers of one hunk: `@@ -start,count +start,count @@`.
///
/// A count that is left out is 1.
/// Source: POSIX.1-2017 `diff`, "Diff -u or -U Output Format".
public struct HunkHeader: Hashable, Sendable {
  public var old, new: LineRange

  public init(old: LineRange, new: LineRange) {
    self.old = old
    self.new = new
  }

  /// Reads one header line; nil where it is none.
  /// - Parameter section: set to the offset in `line` of what follows the second `@@`.
  init?(parsing line: Span<UInt8>, section: inout Int) {
    var cursor = Cursor()
    guard cursor.skip("@@ -", in: line), let old = cursor.lineRange(in: line),
      cursor.skip(" +", in: line), let new = cursor.lineRange(in: line), cursor.skip(" @@", in: line)
    else { return nil }
    self.init(old: old, new: new)
    section = cursor.offset
  }
}

extension HunkHeader: CustomStringConvertible {
  /// As git writes it: a count of 1 is left out.
  public var description: String {
    func side(_ range: LineRange) -> String {
      range.count == 1 ? "\(range.start)" : "\(range.start),\(range.count)"
    }
    return "@@ -\(side(old)) +\(side(new)) @@"
  }
}

extension Cursor {
  /// `start` or `start,count`; nil where there is none or it is no 32-bit number.
  mutating func lineRange(in text: Span<UInt8>) -> LineRange? {
    guard let start = number(in: text) else { return nil }
    guard skip(",", in: text) else { return LineRange(start: start, count: 1) }
    guard let count = number(in: text) else { return nil }
    return LineRange(start: start, count: count)
  }
}
