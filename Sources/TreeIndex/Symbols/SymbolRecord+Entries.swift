// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension FileSymbols {
  /// - Parameter named: the entries wanted, by their name; nil for all of them.
  init?(
    record bytes: Span<UInt8>, _ range: Range<Int>, _ parts: Set<SymbolRecord.Part>, named: [UInt8]? = nil
  ) {
    guard let layout = SymbolRecord.Layout(bytes, range) else { return nil }
    self.init(kind: layout.kind)
    exportsByMacro = layout.flags & SymbolRecord.Layout.exportsByMacroBit != 0
    omitsNumbers = layout.flags & SymbolRecord.Layout.omitsNumbersBit != 0
    namesOthers = layout.flags & SymbolRecord.Layout.namesOthersBit != 0
    defaultNamespace = layout.defaultNamespace.map { bytes.text($0) }
    var reader = EntryReader(bytes, layout, parts, named)
    definitions = reader.entries(of: .definitions, in: bytes) { entry, condition in
      Definition.Kind(rawValue: entry.kind).map {
        Definition(
          name: bytes.text(entry.name), kind: $0, isWeak: entry.isWeak,
          macro: entry.macro.map { bytes.text($0) },
          line: entry.line, condition: condition)
      }
    }
    exports = reader.entries(of: .exports, in: bytes) { entry, condition in
      Export.License(rawValue: entry.kind).map {
        Export(
          name: bytes.text(entry.name), license: $0, namespace: entry.namespace.map { bytes.text($0) },
          macro: entry.macro.map { bytes.text($0) } ?? "", line: entry.line, condition: condition)
      }
    }
    imports = reader.entries(of: .imports, in: bytes) { entry, condition in
      NamespaceImport(namespace: bytes.text(entry.name), line: entry.line, condition: condition)
    }
    includes = reader.entries(of: .includes, in: bytes) { entry, condition in
      IncludeLine.Form(rawValue: entry.kind).map {
        IncludeLine(name: bytes.text(entry.name), form: $0, line: entry.line, condition: condition)
      }
    }
    declarations = reader.entries(of: .declarations, in: bytes) { entry, condition in
      Declaration.Kind(rawValue: entry.kind).map {
        Declaration(name: bytes.text(entry.name), kind: $0, line: entry.line, condition: condition)
      }
    }
    settings = reader.entries(of: .settings, in: bytes) { entry, _ in
      Setting.Kind(rawValue: entry.kind).map {
        Setting(name: bytes.text(entry.name), kind: $0, line: entry.line)
      }
    }
    helpers = reader.entries(of: .helpers, in: bytes) { entry, _ in
      guard let name = entry.macro, let others = entry.namespace else { return nil }
      return Helper(
        name: bytes.text(name),
        words: [bytes.text(entry.name)] + bytes.text(others).split(separator: " ").map(String.init),
        line: entry.line)
    }
    guard !reader.isDamaged else { return nil }
    table = reader.table
  }
}

/// Makes entries of a record's parts, and reads its conditions when the first entry needs one.
private struct EntryReader {
  let layout: SymbolRecord.Layout
  let parts: Set<SymbolRecord.Part>
  let wanted: [UInt8]?
  var table = FormulaTable()
  var isDamaged = false
  private var formulas: [Formula]?

  init(
    _ bytes: Span<UInt8>, _ layout: SymbolRecord.Layout, _ parts: Set<SymbolRecord.Part>, _ wanted: [UInt8]?
  ) {
    (self.layout, self.parts, self.wanted) = (layout, parts, wanted)
  }

  mutating func entries<Made>(
    of part: SymbolRecord.Part, in bytes: Span<UInt8>, _ make: (SymbolRecord.Entry, Formula) -> Made?
  ) -> [Made] {
    guard parts.contains(part) else { return [] }
    var found: [SymbolRecord.Entry] = []
    SymbolRecord.forEach(of: layout[part], in: bytes) { entry in
      if let wanted, !bytes.isEqual(entry.name, wanted) { return }
      found.append(entry)
    }
    var made: [Made] = []
    made.reserveCapacity(found.count)
    for entry in found {
      guard let condition = condition(entry.condition, in: bytes), let value = make(entry, condition) else {
        isDamaged = true
        return []
      }
      made.append(value)
    }
    return made
  }

  private mutating func condition(_ place: Int, in bytes: Span<UInt8>) -> Formula? {
    if place == 0 { return .always }
    if formulas == nil {
      formulas = table.decode(bytes.extracting(layout[.conditions])) ?? []
    }
    guard let formulas, place < formulas.count else { return nil }
    return formulas[place]
  }
}
