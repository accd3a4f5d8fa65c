// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// What the linker finds under a name.
public struct Linkage: Sendable {
  public var definitions: Found<FileSymbols.Definition>
  public var exports: Found<FileSymbols.Export>
  /// Those files of the definitions whose macros may export more than is known.
  public var unclear: Set<TreePath> = []

  public init(definitions: Found<FileSymbols.Definition>, exports: Found<FileSymbols.Export>) {
    (self.definitions, self.exports) = (definitions, exports)
  }

  /// Whether all files were searched.
  public var isComplete: Bool { definitions.isComplete && exports.isComplete }

  /// Adds what one file says of a name.
  mutating func add(_ name: String, from symbols: FileSymbols, at path: TreePath) {
    let defined = symbols.definitions.filter { $0.name == name }
    definitions.add(defined, of: path, symbols.table)
    exports.add(symbols.exports.filter { $0.name == name }, of: path, symbols.table)
    if !defined.isEmpty, symbols.exportsByMacro { unclear.insert(path) }
  }
}

extension SymbolLookup {
  public func linkage(of names: Set<String>) -> [String: Linkage] {
    var result: [String: Linkage] = [:]
    for name in names {
      var linkage = Linkage(definitions: definitions(of: name), exports: exports(of: name))
      linkage.unclear = Set(linkage.definitions.places.map(\.path)).filter {
        symbols(of: $0)?.exportsByMacro == true
      }
      result[name] = linkage
    }
    return result
  }
}
