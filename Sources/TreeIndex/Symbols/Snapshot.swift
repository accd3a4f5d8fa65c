// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

/// The symbols of all files of a tree, read out of bytes as they are asked for.
struct Snapshot: Sendable {
  let bytes: IndexBytes
  let fileCount: Int
  private let nameCount: Int
  private let sections: [Range<Int>]

  /// Of all that follows it.
  var checksum: UInt64 { bytes.withSpan { $0.word(at: SnapshotFormat.checksumPlace) } }

  /// nil where the bytes are not whole, of another version, or not what was written.
  /// - Parameter isWhole: whether it is known that they are what was written.
  init?(_ bytes: IndexBytes, isWhole: Bool = false) {
    let head = bytes.withSpan { (span) -> (Int, Int, [Range<Int>])? in
      guard span.count >= SnapshotFormat.headSize, span.isEqual(0..<8, SnapshotFormat.magic),
        span.word(at: 8) == SnapshotFormat.version, span.word(at: 16) == UInt64(span.count),
        isWhole
          || SnapshotFormat.checksum(of: span, from: SnapshotFormat.checksumPlace + 8)
            == span.word(at: SnapshotFormat.checksumPlace)
      else { return nil }
      let ends = SnapshotFormat.Section.allCases.map {
        Int(truncatingIfNeeded: span.word(at: 48 + 8 * $0.rawValue))
      }
      var sections: [Range<Int>] = []
      var start = SnapshotFormat.headSize
      for end in ends {
        guard end >= start, end <= span.count else { return nil }
        sections.append(start..<end)
        start = end
      }
      let files = Int(truncatingIfNeeded: span.word(at: 32))
      let names = Int(truncatingIfNeeded: span.word(at: 40))
      guard files >= 0, names >= 0, files <= span.count, names <= span.count,
        sections[0].count == files * SnapshotFormat.Row.size, sections[4].count == names * 8,
        sections[5].count.isMultiple(of: SnapshotFormat.FolderRow.size)
      else { return nil }
      return (files, names, sections)
    }
    guard let head else { return nil }
    self.bytes = bytes
    (fileCount, nameCount, sections) = head
  }

  /// Of the Kconfig files' paths and blobs; nil where that is not known.
  var kconfigDigest: UInt64? {
    let digest = bytes.withSpan { $0.word(at: SnapshotFormat.kconfigPlace) }
    return digest == 0 ? nil : digest
  }

  private func section(_ section: SnapshotFormat.Section) -> Range<Int> { sections[section.rawValue] }

  private func row(_ file: Int) -> Int {
    section(.files).lowerBound + file * SnapshotFormat.Row.size
  }

  // MARK: Files

  private func pathRange(_ file: Int, _ span: Span<UInt8>) -> Range<Int> {
    let start = section(.paths).lowerBound + Int(span.half(at: row(file) + SnapshotFormat.Row.pathPlace))
    let end = start + Int(span.half(at: row(file) + SnapshotFormat.Row.pathLength))
    return end <= section(.paths).upperBound ? start..<end : 0..<0
  }

  func path(of file: Int) -> TreePath? {
    bytes.withSpan { span in
      try? TreePath(validating: pathRange(file, span).map { span[$0] })
    }
  }

  /// The number of a file.
  func file(at path: TreePath) -> Int? {
    bytes.withSpan { span in
      var (low, high) = (0, fileCount)
      while low < high {
        let middle = (low + high) / 2
        switch Self.order(span, pathRange(middle, span), path.bytes) {
        case 0: return middle
        case ..<0: low = middle + 1
        default: high = middle
        }
      }
      return nil
    }
  }

  /// Whether the path of a file is before another one.
  func isBefore(_ file: Int, _ path: TreePath) -> Bool {
    bytes.withSpan { Self.order($0, pathRange(file, $0), path.bytes) < 0 }
  }

  func isAt(_ file: Int, _ path: TreePath) -> Bool {
    bytes.withSpan { $0.isEqual(pathRange(file, $0), path.bytes) }
  }

  private static func order(_ span: Span<UInt8>, _ range: Range<Int>, _ bytes: [UInt8]) -> Int {
    for i in 0..<min(range.count, bytes.count) {
      let (a, b) = (span[range.lowerBound + i], bytes[i])
      if a != b { return a < b ? -1 : 1 }
    }
    return range.count - bytes.count
  }

  /// The key of the folder that a file lies in.
  func folderKey(of file: Int) -> UInt64 {
    bytes.withSpan { span in
      let path = pathRange(file, span)
      var slash = path.upperBound
      while slash > path.lowerBound, slash == path.upperBound || span[slash] != UInt8(ascii: "/") {
        slash -= 1
      }
      var hash = StableHash()
      for place in path.lowerBound..<slash { hash.add(span[place]) }
      return hash.nonzero
    }
  }

  /// What stood for the files of a folder; nil where that is not known.
  func stamp(ofFolder key: UInt64) -> UInt64? {
    bytes.withSpan { span in
      let table = section(.folders)
      var (low, high) = (0, table.count / SnapshotFormat.FolderRow.size)
      while low < high {
        let middle = (low + high) / 2
        let row = table.lowerBound + middle * SnapshotFormat.FolderRow.size
        let found = span.word(at: row + SnapshotFormat.FolderRow.keyPlace)
        if found == key { return span.word(at: row + SnapshotFormat.FolderRow.stampPlace) }
        if found < key { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  func blob(of file: Int) -> ContentKey {
    bytes.withSpan { ContentKey(reading: $0, at: row(file) + SnapshotFormat.Row.blob) }
  }

  func stamp(of file: Int) -> ContentKey {
    bytes.withSpan { ContentKey(reading: $0, at: row(file) + SnapshotFormat.Row.stamp) }
  }

  /// Whether the file could not be read when the snapshot was made.
  func isUnread(_ file: Int) -> Bool { flags(of: file) & SnapshotFormat.unreadFlag != 0 }

  func omitsNumbers(_ file: Int) -> Bool { flags(of: file) & SnapshotFormat.omitsNumbersFlag != 0 }

  func namesOthers(_ file: Int) -> Bool { flags(of: file) & SnapshotFormat.namesOthersFlag != 0 }

  func pastes(_ file: Int) -> Bool { flags(of: file) & SnapshotFormat.pastesFlag != 0 }

  private func flags(of file: Int) -> UInt32 {
    bytes.withSpan { $0.half(at: row(file) + SnapshotFormat.Row.flags) }
  }

  // MARK: Records

  private func recordRange(_ file: Int, _ span: Span<UInt8>) -> Range<Int> {
    range(
      in: .records, place: span.word(at: row(file) + SnapshotFormat.Row.recordPlace),
      count: UInt64(span.half(at: row(file) + SnapshotFormat.Row.recordLength)))
  }

  private func wordsRange(_ file: Int, _ span: Span<UInt8>) -> Range<Int> {
    range(
      in: .words, place: span.word(at: row(file) + SnapshotFormat.Row.wordsPlace),
      count: 8 * UInt64(span.half(at: row(file) + SnapshotFormat.Row.wordCount)))
  }

  private func headerWordsRange(_ file: Int, _ span: Span<UInt8>) -> Range<Int> {
    range(
      in: .words, place: span.word(at: row(file) + SnapshotFormat.Row.headerWordsPlace),
      count: 4 * UInt64(span.half(at: row(file) + SnapshotFormat.Row.headerWordCount)))
  }

  private func range(in section: SnapshotFormat.Section, place: UInt64, count: UInt64) -> Range<Int> {
    let whole = self.section(section)
    guard place <= UInt64(whole.count), count <= UInt64(whole.count) - place else {
      return whole.lowerBound..<whole.lowerBound
    }
    let start = whole.lowerBound + Int(place)
    return start..<start + Int(count)
  }

  /// The record as it lies here, to be put into another snapshot.
  func record(of file: Int) -> FileRecord {
    bytes.withSpan { span in
      let words = wordsRange(file, span)
      var record = FileRecord()
      record.bytes = recordRange(file, span).map { span[$0] }
      record.words = stride(from: words.lowerBound, to: words.upperBound, by: 8).map { span.word(at: $0) }
      record.headerWords = span.halves(headerWordsRange(file, span))
      (record.omitsNumbers, record.namesOthers) = (omitsNumbers(file), namesOthers(file))
      record.pastes = pastes(file)
      return record
    }
  }

  /// The words of a header as `HeaderSummary` has them; none where it has too many, and of other files.
  func headerWords(of file: Int) -> [UInt32] {
    bytes.withSpan { $0.halves(headerWordsRange(file, $0)) }
  }

  /// Some parts of a file's record; nil where it has none.
  func symbols(of file: Int, _ parts: Set<SymbolRecord.Part>, named: [UInt8]? = nil) -> FileSymbols? {
    bytes.withSpan { span in FileSymbols(record: span, recordRange(file, span), parts, named: named) }
  }

  func words(of file: Int) -> WordSet {
    bytes.withSpan { span in
      let words = wordsRange(file, span)
      return WordSet(
        bits: stride(from: words.lowerBound, to: words.upperBound, by: 8).map { span.word(at: $0) },
        precision(of: file))
    }
  }

  private func precision(of file: Int) -> WordSet.Precision { omitsNumbers(file) ? .high : .plain }

  /// Whether the words of a file may hold this one.
  func mayUse(_ hash: UInt64, _ file: Int) -> Bool {
    let steps = precision(of: file).steps
    return bytes.withSpan { span in
      let words = wordsRange(file, span)
      let size = UInt64(words.count * 8)
      guard size > 0 else { return false }
      for step in 0..<steps {
        let bit = WordSet.bit(step, of: hash, size)
        if span.word(at: words.lowerBound + Int(bit / 64) * 8) & 1 << (bit % 64) == 0 { return false }
      }
      return true
    }
  }

  // MARK: Names

  /// The files that have a name in a category, in their order; one more is possible, whose hash is the same.
  func files(with name: some Sequence<UInt8>, _ category: SnapshotFormat.Category) -> [Int] {
    let key = SnapshotFormat.nameKey(name, category)
    let start = section(.names).lowerBound
    return bytes.withSpan { span in
      var (low, high) = (0, nameCount)
      while low < high {
        let middle = (low + high) / 2
        if span.word(at: start + 8 * middle) < key { low = middle + 1 } else { high = middle }
      }
      var files: [Int] = []
      while low < nameCount {
        let row = span.word(at: start + 8 * low)
        guard row & ~SnapshotFormat.fileMask == key else { break }
        let file = Int(row & SnapshotFormat.fileMask)
        if file < fileCount { files.append(file) }
        low += 1
      }
      return files
    }
  }

  /// The rows of a category.
  func count(of category: SnapshotFormat.Category) -> Int {
    let start = section(.names).lowerBound
    return bytes.withSpan { span in
      (0..<nameCount).count {
        (span.word(at: start + 8 * $0) >> SnapshotFormat.fileBits) & SnapshotFormat.categoryMask
          == category.rawValue
      }
    }
  }
}
