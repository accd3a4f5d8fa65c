// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC

extension SourceUnit {
  /// The token of a whole file that a hunk stands at: the one behind the first line of its context that the file has once.
  /// nil where there is no such line.
  ///
  /// It says what conditionals are around a hunk that does not fit where its numbers say.
  public func place(in file: SyntaxTree) -> Int? {
    let wanted = Self.lines(of: syntax.buffer.text)
    var candidates: Set<ArraySlice<UInt8>> = []
    for (index, line) in wanted.enumerated() where line.count >= Self.tellingLength {
      if lines.place(ofLine: UInt32(index + 1)) == .context { candidates.insert(line) }
    }
    guard !candidates.isEmpty else { return nil }
    var found: [ArraySlice<UInt8>: [Int]] = [:]
    for (index, line) in Self.lines(of: file.buffer.text).enumerated() where candidates.contains(line) {
      found[line, default: []].append(index + 1)
    }
    guard let number = found.values.filter({ $0.count == 1 }).map({ $0[0] }).min() else { return nil }
    return file.buffer.tokens.firstIndex { Int($0.line) >= number }
  }

  private static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
    text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  /// Bytes of a line that is not everywhere.
  private static let tellingLength = 12
}
