// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The names that the Kconfig files of a tree define, on whichever architecture, also in files that nothing sources.
public struct KconfigNames: Sendable {
  private let symbols: any SymbolLookup

  /// nil where some Kconfig file cannot be read.
  public init?(of symbols: any SymbolLookup) {
    // What is asked does not matter: an answer says whether all files are known.
    guard symbols.settings(of: Self.width).isComplete else { return nil }
    self.symbols = symbols
  }

  /// How wide a register is; all code may ask for it.
  private static let width = "64BIT"

  /// Whether a `config` line defines it.
  public func contains(_ name: String) -> Bool { has(name) { $0.entry.kind == .defined } }

  /// Whether some symbol selects it.
  public func isSelected(_ name: String) -> Bool { has(name) { $0.entry.kind == .selected } }

  private func has(_ name: String, where isMeant: (Found<FileSymbols.Setting>.Place) -> Bool) -> Bool {
    symbols.settings(of: name).places.contains(where: isMeant)
  }

  /// Whether architectures decide it, and drivers may ask for it: `HAS_IOMEM`. What only architectures and the code that all
  /// share know of is theirs to get right.
  public func isDecidedByArchitectures(_ name: String) -> Bool {
    if name == Self.width { return true }
    let places = symbols.settings(of: name).places.map { place in
      (kind: place.entry.kind, isOfArchitecture: place.path.bytes.starts(with: "arch/".utf8))
    }
    return places.contains { $0.isOfArchitecture && $0.kind != .asked }
      && places.contains { !$0.isOfArchitecture && $0.kind != .defined }
  }

  /// All that are defined.
  public var all: Set<String> {
    let files = symbols.kconfigFiles.paths
    return Set(
      files.flatMap { path in
        symbols.symbols(of: path)?.settings.filter { $0.kind == .defined }.map(\.name) ?? []
      })
  }

  /// The name on a `config` or `menuconfig` line; nil for another line.
  public static func name(definedBy line: some Collection<UInt8>) -> String? {
    let words = line.prefix { $0 != UInt8(ascii: "#") }.split { $0.isBlankOrReturn }
    guard words.count == 2, words[0].elementsEqual("config".utf8) || words[0].elementsEqual("menuconfig".utf8)
    else { return nil }
    return String(decoding: words[1], as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isBlankOrReturn: Bool {
    self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
  }
}
