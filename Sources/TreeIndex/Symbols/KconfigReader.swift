// SPDX-License-Identifier: GPL-2.0-or-later

/// Reads which symbols the lines of a Kconfig file are of, without what they mean: for all files of a tree, on whichever
/// architecture.
enum KconfigReader {
  static func settings(of text: [UInt8]) -> [FileSymbols.Setting] {
    var settings: [FileSymbols.Setting] = []
    let bytes = text.span
    var (place, number): (Int, UInt32) = (0, 0)
    while place < bytes.count {
      number += 1
      var start = place
      while start < bytes.count, bytes[start].isBlank { start += 1 }
      // Most lines begin with none of the keywords.
      let isWanted = start < bytes.count && begins[Int(bytes[start])]
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      if isWanted { add(text[start..<end], number, to: &settings) }
      place = end + 1
    }
    return settings
  }

  private static let begins = (0...255).map { "cmsid".utf8.contains(UInt8($0)) }

  private static func add(
    _ line: ArraySlice<UInt8>, _ number: UInt32, to settings: inout [FileSymbols.Setting]
  ) {
    guard let keyword = Keyword.allCases.first(where: { $0.isFirst(of: line) }) else { return }
    func add(_ name: String, _ kind: FileSymbols.Setting.Kind) {
      settings.append(FileSymbols.Setting(name: name, kind: kind, line: number))
    }
    let rest = line.dropFirst(keyword.rawValue.utf8.count)
    switch keyword {
    case .config, .menuconfig:
      if let name = KconfigNames.name(definedBy: line) { add(name, .defined) }
    case .select, .imply:
      for (place, name) in symbols(in: rest).enumerated() {
        add(name, place > 0 ? .asked : keyword == .select ? .selected : .implied)
      }
    case .depends, .if: for name in symbols(in: rest) { add(name, .asked) }
    }
  }

  /// What the lines begin with that say something of names.
  private enum Keyword: String, CaseIterable {
    case config, menuconfig, select, imply, depends, `if`

    func isFirst(of line: ArraySlice<UInt8>) -> Bool {
      let name = rawValue.utf8
      guard line.starts(with: name) else { return false }
      let end = line.startIndex + name.count
      return end < line.endIndex && line[end].isBlank
    }
  }

  /// The names in capitals before a comment.
  private static func symbols(in line: ArraySlice<UInt8>) -> [String] {
    line.prefix { $0 != UInt8(ascii: "#") }.split { !$0.isOfSymbol }.filter {
      $0.contains(where: \.isCapital)
    }
    .map { String(decoding: $0, as: UTF8.self) }
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
  fileprivate var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  fileprivate var isOfSymbol: Bool {
    isCapital || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || self == UInt8(ascii: "_")
  }
}
