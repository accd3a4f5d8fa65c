// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// `FileSymbols` as bytes, all but the words. Its parts are found by their lengths, so that a look-up reads one part and
/// makes texts of what it wants only.
enum SymbolRecord {
  enum Part: Int, CaseIterable {
    case definitions, exports, imports, includes, declarations, settings, helpers, conditions
  }

  /// One entry of any part, as places in the bytes.
  struct Entry {
    var tag: UInt8
    var name: Range<Int>
    var macro: Range<Int>?
    var namespace: Range<Int>?
    var line: UInt32
    /// The place of its condition in the list; 0 is always.
    var condition: Int

    var kind: UInt8 { tag & Self.kindBits }
    var isWeak: Bool { tag & Self.weakBit != 0 }

    static let kindBits: UInt8 = 0x1f
    static let namespaceBit: UInt8 = 0x20
    static let macroBit: UInt8 = 0x40
    static let weakBit: UInt8 = 0x80
  }

  // MARK: Writing

  static func bytes(of symbols: FileSymbols) -> [UInt8] {
    var places: [Formula: Int] = [.always: 0]
    var formulas: [Formula] = [.always]
    func part<Entry>(_ entries: [Entry], _ write: (Entry, inout EntryWriter) -> Void) -> [UInt8] {
      var writer = EntryWriter(places: places, formulas: formulas)
      for entry in entries { write(entry, &writer) }
      (places, formulas) = (writer.places, writer.formulas)
      return writer.bytes
    }
    var parts = [
      part(symbols.definitions) { entry, writer in
        writer.write(
          kind: entry.kind.rawValue, entry.name, entry.line, entry.condition, isWeak: entry.isWeak,
          macro: entry.macro)
      },
      part(symbols.exports) { entry, writer in
        writer.write(
          kind: entry.license.rawValue, entry.name, entry.line, entry.condition, macro: entry.macro,
          namespace: entry.namespace)
      },
      part(symbols.imports) { $1.write(kind: 0, $0.namespace, $0.line, $0.condition) },
      part(symbols.includes) { $1.write(kind: $0.form.rawValue, $0.name, $0.line, $0.condition) },
      part(symbols.declarations) { $1.write(kind: $0.kind.rawValue, $0.name, $0.line, $0.condition) },
      part(symbols.settings) { $1.write(kind: $0.kind.rawValue, $0.name, $0.line, .always) },
      part(symbols.helpers) {
        $1.write(
          kind: 0, $0.words[0], $0.line, .always, macro: $0.name,
          namespace: $0.words.dropFirst().joined(separator: " "))
      },
    ]
    parts.append(symbols.table.encoded(formulas))
    var bytes: [UInt8] = [symbols.kind.rawValue, symbols.recordFlags]
    if let name = symbols.defaultNamespace { bytes.append(text: name.utf8) }
    for part in parts { bytes.append(number: part.count) }
    for part in parts { bytes += part }
    return bytes
  }

  private struct EntryWriter {
    var bytes: [UInt8] = []
    var places: [Formula: Int]
    var formulas: [Formula]
    private var line: UInt32 = 0

    init(places: [Formula: Int], formulas: [Formula]) { (self.places, self.formulas) = (places, formulas) }

    mutating func write(
      kind: UInt8, _ name: String, _ line: UInt32, _ condition: Formula, isWeak: Bool = false,
      macro: String? = nil, namespace: String? = nil
    ) {
      bytes.append(
        kind | (isWeak ? Entry.weakBit : 0) | (macro == nil ? 0 : Entry.macroBit)
          | (namespace == nil ? 0 : Entry.namespaceBit))
      bytes.append(text: name.utf8)
      if let macro { bytes.append(text: macro.utf8) }
      if let namespace { bytes.append(text: namespace.utf8) }
      // Lines mostly grow; one that does not wraps around.
      bytes.append(number: line &- self.line)
      self.line = line
      let place = places[condition] ?? formulas.count
      if place == formulas.count {
        places[condition] = place
        formulas.append(condition)
      }
      bytes.append(number: place)
    }
  }

  // MARK: Reading

  /// What stands before the parts, and where they are; nil where the bytes are no record.
  struct Layout {
    var kind: FileSymbols.Kind
    var flags: UInt8
    var defaultNamespace: Range<Int>?
    var parts: [Range<Int>] = []

    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
      var cursor = ByteCursor(range)
      guard let kind = cursor.byte(in: bytes).flatMap(FileSymbols.Kind.init(rawValue:)),
        let flags = cursor.byte(in: bytes)
      else { return nil }
      (self.kind, self.flags) = (kind, flags)
      if flags & Self.namespaceBit != 0 {
        guard let text = cursor.text(in: bytes) else { return nil }
        defaultNamespace = text
      }
      var lengths: [Int] = []
      for _ in Part.allCases {
        guard let length = cursor.number(in: bytes) else { return nil }
        lengths.append(length)
      }
      var start = cursor.place
      for length in lengths {
        guard length <= range.upperBound - start else { return nil }
        parts.append(start..<start + length)
        start += length
      }
      guard start == range.upperBound else { return nil }
    }

    subscript(part: Part) -> Range<Int> { parts[part.rawValue] }

    static let exportsByMacroBit: UInt8 = 1
    static let omitsNumbersBit: UInt8 = 2
    static let namespaceBit: UInt8 = 4
    static let namesOthersBit: UInt8 = 8
  }

  /// Goes through the entries of a part. What is damaged ends the part.
  static func forEach(of range: Range<Int>, in bytes: Span<UInt8>, _ body: (Entry) -> Void) {
    var cursor = ByteCursor(range)
    var line: UInt32 = 0
    while let tag = cursor.byte(in: bytes), let name = cursor.text(in: bytes) {
      var entry = Entry(tag: tag, name: name, line: 0, condition: 0)
      if tag & Entry.macroBit != 0 {
        guard let macro = cursor.text(in: bytes) else { return }
        entry.macro = macro
      }
      if tag & Entry.namespaceBit != 0 {
        guard let namespace = cursor.text(in: bytes) else { return }
        entry.namespace = namespace
      }
      guard let step = cursor.number(in: bytes), let condition = cursor.number(in: bytes) else { return }
      line &+= UInt32(truncatingIfNeeded: step)
      (entry.line, entry.condition) = (line, condition)
      body(entry)
    }
  }
}

extension FileSymbols {
  fileprivate var recordFlags: UInt8 {
    (exportsByMacro ? SymbolRecord.Layout.exportsByMacroBit : 0)
      | (omitsNumbers ? SymbolRecord.Layout.omitsNumbersBit : 0)
      | (defaultNamespace == nil ? 0 : SymbolRecord.Layout.namespaceBit)
      | (namesOthers ? SymbolRecord.Layout.namesOthersBit : 0)
  }
}
