// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// `FileSymbols` as they are kept.
struct FileRecord: Sendable {
  /// Empty for a file that could not be read.
  var bytes: [UInt8] = []
  var words: [UInt64] = []
  /// `FileSymbols.headerWords`, of which there is an even number.
  var headerWords: [UInt32] = []
  var omitsNumbers = false
  var namesOthers = false
  var pastes = false

  init() {}

  init(_ symbols: FileSymbols) {
    (bytes, words, headerWords) = (SymbolRecord.bytes(of: symbols), symbols.words.bits, symbols.headerWords)
    (omitsNumbers, namesOthers, pastes) = (symbols.omitsNumbers, symbols.namesOthers, symbols.pastes)
  }

  /// The rows of the table of names, without their file.
  var nameKeys: [UInt64] {
    let span = bytes.span
    guard let layout = SymbolRecord.Layout(span, 0..<bytes.count) else { return [] }
    var keys: [UInt64] = []
    func add(_ part: SymbolRecord.Part, _ category: SnapshotFormat.Category, from place: (Range<Int>) -> Int)
    {
      SymbolRecord.forEach(of: layout[part], in: bytes.span) { entry in
        keys.append(SnapshotFormat.nameKey(bytes[place(entry.name)..<entry.name.upperBound], category))
      }
    }
    add(.definitions, .definition, from: \.lowerBound)
    add(.exports, .export, from: \.lowerBound)
    add(.declarations, .declaration, from: \.lowerBound)
    add(.imports, .namespace, from: \.lowerBound)
    add(.settings, .setting, from: \.lowerBound)
    add(.helpers, .helper, from: \.lowerBound)
    // Includes are found by the last component.
    add(.includes, .include) { range in
      bytes[range].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? range.lowerBound
    }
    keys.sort()
    return keys
  }
}

/// Puts a snapshot together.
struct SnapshotWriter {
  /// One file, by its path.
  struct File: Sendable {
    var path: TreePath
    var blob = ContentKey.none
    var stamp = ContentKey.none
    /// nil where the file could not be read.
    var record: FileRecord?
    var nameKeys: [UInt64] = []
  }

  /// - Parameter files: sorted by path.
  static func bytes(of files: [File]) -> [UInt8] {
    var (rows, paths, records, words): ([UInt8], [UInt8], [UInt8], [UInt8]) = ([], [], [], [])
    rows.reserveCapacity(files.count * SnapshotFormat.Row.size)
    records.reserveCapacity(files.reduce(0) { $0 + ($1.record?.bytes.count ?? 0) })
    words.reserveCapacity(
      files.reduce(0) { $0 + ($1.record.map { $0.words.count * 8 + $0.headerWords.count * 4 } ?? 0) })
    var names: [UInt64] = []
    names.reserveCapacity(files.reduce(0) { $0 + $1.nameKeys.count })
    for (number, file) in files.enumerated() {
      let record = file.record ?? FileRecord()
      rows.append(half: UInt32(paths.count))
      rows.append(half: UInt32(file.path.bytes.count))
      rows.append(word: UInt64(records.count))
      rows.append(half: UInt32(record.bytes.count))
      rows.append(half: UInt32(record.words.count))
      rows.append(word: UInt64(words.count))
      rows.append(
        word: UInt64(
          (file.record == nil ? SnapshotFormat.unreadFlag : 0)
            | (record.omitsNumbers ? SnapshotFormat.omitsNumbersFlag : 0)
            | (record.namesOthers ? SnapshotFormat.namesOthersFlag : 0)
            | (record.pastes ? SnapshotFormat.pastesFlag : 0)))
      file.blob.append(to: &rows)
      file.stamp.append(to: &rows)
      paths += file.path.bytes
      records += record.bytes
      for word in record.words { words.append(word: word) }
      rows.append(word: UInt64(words.count))
      rows.append(half: UInt32(record.headerWords.count))
      rows.append(half: 0)
      for word in record.headerWords { words.append(half: word) }
      var last: UInt64?
      for key in file.nameKeys where key != last {
        names.append(key | UInt64(number))
        last = key
      }
    }
    names.sort()
    var table: [UInt8] = []
    table.reserveCapacity(names.count * 8)
    for name in names { table.append(word: name) }
    return whole(
      [rows, paths, records, words, table, folderTable(of: files)], files: files.count, names: names.count,
      kconfig: kconfigDigest(of: files))
  }

  /// Folders of whose files all have a status.
  private static func folderTable(of files: [File]) -> [UInt8] {
    var stamps: [TreePath?: FolderStamp] = [:]
    for file in files {
      let folder = file.path.folder
      stamps[folder, default: FolderStamp(of: folder)].add(name: file.path.name, file.stamp.status)
    }
    let rows = stamps.values.compactMap { stamp in
      stamp.value.map { (key: SnapshotFormat.FolderRow.key(of: stamp.folder), value: $0) }
    }
    var table: [UInt8] = []
    for row in rows.sorted(by: { $0 < $1 }) {
      table.append(word: row.key)
      table.append(word: row.value)
    }
    return table
  }

  /// Of the paths and blobs of the Kconfig files; 0 where there is none, or one that could not be read.
  private static func kconfigDigest(of files: [File]) -> UInt64 {
    let kconfig = files.filter { FileSymbols.Kind($0.path.name) == .kconfig }
    guard !kconfig.isEmpty, kconfig.allSatisfy({ $0.record != nil && !$0.blob.isNone }) else { return 0 }
    var hash = StableHash()
    for file in kconfig {
      hash.add(file.path.bytes)
      hash.add(UInt8(0))
      for word in [file.blob.words.0, file.blob.words.1, file.blob.words.2, file.blob.words.3] {
        hash.add(word)
      }
    }
    return hash.nonzero
  }

  private static func whole(_ sections: [[UInt8]], files: Int, names: Int, kconfig: UInt64) -> [UInt8] {
    var bytes = SnapshotFormat.magic
    let size = sections.reduce(SnapshotFormat.headSize) { $0 + padded($1.count) }
    bytes.reserveCapacity(size)
    bytes.append(word: SnapshotFormat.version)
    bytes.append(word: UInt64(size))
    bytes.append(word: 0)
    bytes.append(word: UInt64(files))
    bytes.append(word: UInt64(names))
    var end = SnapshotFormat.headSize
    for section in sections {
      end += padded(section.count)
      bytes.append(word: UInt64(end))
    }
    bytes.append(word: kconfig)
    for section in sections {
      bytes += section
      bytes += [UInt8](repeating: 0, count: padded(section.count) - section.count)
    }
    let checksum = SnapshotFormat.checksum(of: bytes.span, from: SnapshotFormat.checksumPlace + 8)
    for (i, byte) in withUnsafeBytes(of: checksum.littleEndian, Array.init).enumerated() {
      bytes[SnapshotFormat.checksumPlace + i] = byte
    }
    return bytes
  }

  private static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }
}
