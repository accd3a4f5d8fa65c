// SPDX-License-Identifier: GPL-2.0-or-later

/// Where the lines of a text begin. A line ends behind its LF; a text that does not end with one has a
/// last line without it.
public struct LineTable: Hashable, Sendable {
  /// Offset of the first byte of each line, and behind the last one the length of the text.
  private let starts: [UInt32]
  private let endsWithNewline: Bool

  /// - Parameter text: at most 4 GiB.
  public init(_ text: [UInt8]) {
    var starts: [UInt32] = text.isEmpty ? [] : [0]
    let span = text.span
    for i in 0..<max(0, span.count - 1) where span[i] == UInt8(ascii: "\n") {
      starts.append(UInt32(truncatingIfNeeded: i + 1))
    }
    starts.append(UInt32(truncatingIfNeeded: text.count))
    self.starts = starts
    endsWithNewline = text.last == UInt8(ascii: "\n")
  }

  /// How many lines there are.
  public var count: Int { starts.count - 1 }

  /// A line with its ending; `index` is 0-based.
  public func whole(_ index: Int) -> ByteRange { ByteRange(starts[index], starts[index + 1]) }

  /// A line without its LF; `index` is 0-based.
  public func content(_ index: Int) -> ByteRange {
    let end = starts[index + 1]
    let hasNewline = index + 1 < count || endsWithNewline
    return ByteRange(starts[index], hasNewline ? end - 1 : end)
  }

  /// Whether a line ends with LF.
  public func hasNewline(_ index: Int) -> Bool { index + 1 < count || endsWithNewline }

  /// The line (0-based) that holds a byte; the last one for an offset behind the text.
  public func index(at offset: UInt32) -> Int {
    var low = 0
    var high = max(0, count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
