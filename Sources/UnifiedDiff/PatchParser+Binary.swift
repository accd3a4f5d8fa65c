// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension PatchParser {
  /// Moves behind binary content at the current line and says what it is; nil where there is none.
  ///
  /// Source: `git-diff(1)`, `--binary`: `literal N` or `delta N`, then lines of base 85 up to an empty one,
  /// once forward and once back.
  mutating func binaryContent() -> FileChange.Binary? {
    if starts("Binary files ") || starts("Files "), endsWithDiffer(at) {
      at += 1
      return .differs
    }
    guard starts("GIT binary patch") else { return nil }
    at += 1
    guard let forward = binarySection() else {
      report(.truncatedBinary, at: at - 1)
      return .content(forward: 0, reverse: nil)
    }
    return .content(forward: forward, reverse: binarySection())
  }

  /// One `literal` or `delta` section; its size in bytes, nil where there is none.
  private mutating func binarySection() -> Int? {
    let size: Int?
    if starts("literal ") {
      size = Int(String(decoding: rest(at, behind: 8).prefix(18), as: UTF8.self))
    } else if starts("delta ") {
      size = Int(String(decoding: rest(at, behind: 6).prefix(18), as: UTF8.self))
    } else {
      return nil
    }
    guard let size else { return nil }
    let first = at
    at += 1
    while at < lines.count, isBase85(at) { at += 1 }
    if at < lines.count, trimmed(at).isEmpty {
      at += 1
    } else {
      report(.truncatedBinary, at: first)
    }
    return size
  }

  /// A line of base 85: a letter for the number of bytes, then five characters for every four.
  private func isBase85(_ line: Int) -> Bool {
    let range = trimmed(line)
    guard range.count >= 6, (range.count - 1) % 5 == 0 else { return false }
    let bytes: Int
    switch text[Int(range.start)] {
    case let c where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(c):
      bytes = Int(c - UInt8(ascii: "A")) + 1
    case let c where (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(c):
      bytes = Int(c - UInt8(ascii: "a")) + 27
    default: return false
    }
    return (bytes + 3) / 4 * 5 == range.count - 1
  }

  private func endsWithDiffer(_ line: Int) -> Bool {
    text[trimmed(line)].suffix(7).elementsEqual(" differ".utf8)
  }
}
