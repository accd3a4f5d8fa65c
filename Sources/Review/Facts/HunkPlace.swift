// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText
internal import UnifiedDiff

extension Hunk {
  /// Whether a place in a text is the one that the hunk is for, as far as the head of a function tells, in its heading or
  /// among its lines: with context left out, a hunk may come to stand in another function that has the same lines.
  ///
  /// Source: git's funcname pattern `cpp` (userdiff.c), by which the heading was chosen.
  /// - Parameters:
  ///   - text: a file before the patch.
  ///   - offset: how far the hunk's lines are moved there.
  func isInItsPlace(of patch: Patch, in text: [UInt8], _ lines: LineTable, offset: Int) -> Bool {
    let start = Int(header.old.start) - 1 + offset
    let own = self.lines.filter { $0.kind != .added }.enumerated()
    let hasHead = own.contains { number, line in
      let said = patch.content(line)
      return said.isHeading && said.functionName != nil && (0..<lines.count).contains(start + number)
        && text[lines.content(start + number)].elementsEqual(said)
    }
    return hasHead || isUnderItsHeading(of: patch, in: text, lines, at: start)
  }

  private func isUnderItsHeading(of patch: Patch, in text: [UInt8], _ lines: LineTable, at start: Int) -> Bool
  {
    let heading = patch.text[section].trimmed
    var index = min(start, lines.count)
    while index > 0 {
      index -= 1
      let line = text[lines.content(index)]
      guard line.isHeading else { continue }
      // It is cut where it is long. The parameters of a function may be others by now.
      return line.starts(with: heading) && !heading.isEmpty
        || heading.functionName != nil && line.functionName == heading.functionName
    }
    return heading.isEmpty
  }
}

extension ArraySlice<UInt8> {
  /// Whether git takes a line of C for what its function begins with: no indentation, and no label.
  fileprivate var isHeading: Bool {
    guard let first, first.isWordByte, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return false
    }
    return drop(while: \.isWordByte).first != UInt8(ascii: ":")
  }

  /// The word before the first parenthesis.
  fileprivate var functionName: ArraySlice<UInt8>? {
    guard let paren = firstIndex(of: UInt8(ascii: "(")) else { return nil }
    let start = self[..<paren].lastIndex { !$0.isWordByte }.map { $0 + 1 } ?? startIndex
    let name = self[start..<paren]
    return name.isEmpty ? nil : name
  }

  fileprivate var trimmed: ArraySlice<UInt8> {
    let blanks = Set(" \t\r".utf8)
    let end = lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? startIndex
    return self[..<end].drop { blanks.contains($0) }
  }
}
