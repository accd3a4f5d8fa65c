// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// How the symbols of a tree lie in bytes: a head, then the table of files (sorted by path), the paths, the records, the
/// words, the table of names, and that of folders. Numbers have their lowest byte first; each section begins at a multiple of eight.
///
/// A look-up touches the table of names, the files that it leads to, and their records. An own format, as what SQLite
/// gives beyond (changes in place, queries) is not needed here: a snapshot is written once and mapped.
enum SnapshotFormat {
  static let magic = Array("RPSYMIDX".utf8)
  /// Of the format, and of what `FileSymbols` makes of a file: who changes either counts on, or old records stay.
  static let version: UInt64 = 9
  static let headSize = 104
  /// The checksum is of all that is behind it.
  static let checksumPlace = 24
  static let kconfigPlace = 96

  enum Section: Int, CaseIterable { case files, paths, records, words, names, folders }

  /// One row of the table of files.
  enum Row {
    static let size = 120
    static let pathPlace = 0
    static let pathLength = 4
    static let recordPlace = 8
    static let recordLength = 16
    static let wordCount = 20
    static let wordsPlace = 24
    static let flags = 32
    static let blob = 40
    static let stamp = 72
    static let headerWordsPlace = 104
    /// Of 32 bits each.
    static let headerWordCount = 112
  }

  /// One row of the table of folders, which is sorted by key.
  enum FolderRow {
    static let size = 16
    static let keyPlace = 0
    static let stampPlace = 8

    static func key(of folder: TreePath?) -> UInt64 { StableHash.of(folder?.bytes ?? []) }
  }

  static let unreadFlag: UInt32 = 1
  static let omitsNumbersFlag: UInt32 = 2
  static let namesOthersFlag: UInt32 = 4
  static let pastesFlag: UInt32 = 8

  /// What a name of the table of names is.
  enum Category: UInt64, CaseIterable {
    case definition, export, declaration, include, namespace, setting, helper
  }

  /// A row of the table of names, without its file: the hash above, the category and the file's number below.
  static func nameKey(_ name: some Sequence<UInt8>, _ category: Category) -> UInt64 {
    let hash = (StableHash.of(name) &* 0x9e37_79b9_7f4a_7c15) >> 32
    return hash << 32 | category.rawValue << fileBits
  }

  static let fileBits: UInt64 = 28
  static let categoryMask: UInt64 = 15
  static let fileMask: UInt64 = 1 << fileBits - 1

  /// Four lanes, so that the multiplications do not wait for each other: 100 MB in 20 ms.
  static func checksum(of bytes: Span<UInt8>, from start: Int) -> UInt64 {
    let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
    var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    let raw = bytes.bytes
    var place = start
    while place + 32 <= bytes.count {
      a = (a ^ raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)) &* factor
      b = (b ^ raw.unsafeLoadUnaligned(fromByteOffset: place &+ 8, as: UInt64.self)) &* factor
      c = (c ^ raw.unsafeLoadUnaligned(fromByteOffset: place &+ 16, as: UInt64.self)) &* factor
      d = (d ^ raw.unsafeLoadUnaligned(fromByteOffset: place &+ 24, as: UInt64.self)) &* factor
      a ^= a &>> 29
      b ^= b &>> 31
      c ^= c &>> 33
      d ^= d &>> 35
      place &+= 32
    }
    var rest = StableHash()
    while place < bytes.count {
      rest.add(bytes[place])
      place += 1
    }
    return StableHash.of(a, b, c, d, rest.value, UInt64(bytes.count))
  }
}

/// The id of a blob, or what the file system says of a file, in 32 bytes; zeros are none.
struct ContentKey: Hashable, Sendable {
  var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static let none = ContentKey()
  var isNone: Bool { self == .none }

  init() {}

  init(reading bytes: Span<UInt8>, at place: Int) {
    words = (
      bytes.word(at: place), bytes.word(at: place + 8), bytes.word(at: place + 16), bytes.word(at: place + 24)
    )
  }

  /// The bytes of a hash, 32 at most.
  init(_ digest: [UInt8]) {
    let padded = digest.prefix(32) + [UInt8](repeating: 0, count: max(0, 32 - digest.count))
    self.init(reading: Array(padded).span, at: 0)
  }

  init(_ id: ObjectID) {
    let digits = id.hex.utf8.map {
      $0 < UInt8(ascii: "a") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10
    }
    self.init(stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }

  init(size: UInt64, modified: UInt64, changed: UInt64, inode: UInt64) {
    words = (size, modified, changed, inode)
  }

  /// What the file system said, if it is that; nil of none.
  var status: FileStamp? {
    isNone ? nil : .status(size: words.0, modified: words.1, changed: words.2, inode: words.3)
  }

  static func == (a: ContentKey, b: ContentKey) -> Bool { a.words == b.words }

  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  func append(to bytes: inout [UInt8]) {
    for word in [words.0, words.1, words.2, words.3] { bytes.append(word: word) }
  }
}
