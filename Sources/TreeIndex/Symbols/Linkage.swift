// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
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

/// Finds the files in which one of many names may be defined or exported.
///
/// Outside of functions code begins in the first column: in C only such lines are looked at.
struct LinkageSearch: Sendable {
  private let names: Set<ArraySlice<UInt8>>
  /// Where a bit is 0, no name has that hash.
  private let filter: [UInt64]
  private static let bits = 1 << 16

  init(_ names: some Sequence<String>) {
    self.names = Set(names.map { Array($0.utf8)[...] })
    var filter = [UInt64](repeating: 0, count: Self.bits / 64)
    for name in self.names {
      var hash = Hash()
      for byte in name { hash.add(byte) }
      filter[hash.bit / 64] |= 1 << UInt64(hash.bit % 64)
    }
    self.filter = filter
  }

  /// Source: FNV-1a.
  private struct Hash {
    private var value: UInt32 = 2_166_136_261
    mutating func add(_ byte: UInt8) { value = (value ^ UInt32(byte)) &* 16_777_619 }
    var bit: Int { Int((value ^ (value >> 16)) & UInt32(LinkageSearch.bits - 1)) }
  }

  /// The names that stand in a text where they may be defined or exported.
  /// - Parameter isAssembly: then every line counts.
  func names(in text: [UInt8], isAssembly: Bool) -> Set<String> {
    var found: Set<String> = []
    text.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var i = 0
      while i < bytes.count {
        // At a line's begin.
        let end = memchr(base + i, Int32(UInt8(ascii: "\n")), bytes.count - i).map {
          UnsafeRawPointer($0) - UnsafeRawPointer(base)
        }
        let line = i..<(end ?? bytes.count)
        if isAssembly || bytes[i].beginsWord { add(line, of: text, to: &found) }
        i = line.upperBound + 1
      }
    }
    return found
  }

  private func add(_ line: Range<Int>, of text: [UInt8], to found: inout Set<String>) {
    let (bytes, filter) = (text.span, filter.span)
    var i = line.lowerBound
    while i < line.upperBound {
      guard bytes[i].beginsWord else {
        i += 1
        continue
      }
      let start = i
      var hash = Hash()
      while i < line.upperBound, bytes[i].continuesWord {
        hash.add(bytes[i])
        i += 1
      }
      if filter[hash.bit / 64] & (1 << UInt64(hash.bit % 64)) != 0, names.contains(text[start..<i]) {
        found.insert(String(decoding: text[start..<i], as: UTF8.self))
      }
    }
  }
}

extension UInt8 {
  fileprivate var beginsWord: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    default: false
    }
  }

  fileprivate var continuesWord: Bool {
    beginsWord || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
