// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The names that the Kconfig files of a tree define, on whichever architecture, also in files that nothing sources.
public struct KconfigNames: Sendable {
  public private(set) var all: Set<String> = []
  /// Those that some symbol selects.
  public private(set) var selected: Set<String> = []
  /// Those that architectures define, select or imply, and those that other Kconfig files select or depend on.
  private var ofArchitectures: Set<String> = []
  private var ofOthers: Set<String> = []

  /// What architectures decide, and what drivers may ask for: `HAS_IOMEM`. What only architectures and the code that all
  /// share know of is theirs to get right. How wide a register is all code may ask.
  public var decidedByArchitectures: Set<String> { ofArchitectures.intersection(ofOthers).union(["64BIT"]) }

  /// Reads every file of the tree whose name begins with `Kconfig`; nil where some cannot be read.
  /// - Parameter listing: what lists the files faster than the tree itself; nil for the tree.
  public init?(of tree: any SourceTree, listedBy listing: (any SourceTree)? = nil) {
    guard let files = try? (listing ?? tree).listed(where: { $0.starts(with: "Kconfig".utf8) }) else {
      return nil
    }
    let read = inParallel(files.count) { index -> KconfigNames? in
      let path = files[index].path
      return (try? tree.bytes(of: path)).map {
        KconfigNames(in: $0, isOfArchitecture: path.bytes.starts(with: "arch/".utf8))
      }
    }
    for names in read {
      guard let names else { return nil }
      all.formUnion(names.all)
      selected.formUnion(names.selected)
      ofArchitectures.formUnion(names.ofArchitectures)
      ofOthers.formUnion(names.ofOthers)
    }
  }

  /// What one file says.
  public init(in text: [UInt8], isOfArchitecture: Bool = false) {
    let bytes = text.span
    var line = 0
    while line < bytes.count {
      var start = line
      while start < bytes.count, bytes[start].isBlank { start += 1 }
      // config, menuconfig, select, imply, depends, if: most lines are none of these.
      if start < bytes.count, Self.begins[Int(bytes[start])] {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        add(text[start..<end], isOfArchitecture)
        line = end + 1
      } else {
        while start < bytes.count, bytes[start] != UInt8(ascii: "\n") { start += 1 }
        line = start + 1
      }
    }
  }

  private static let begins = (0...255).map { "cmsid".utf8.contains(UInt8($0)) }

  private mutating func add(_ line: ArraySlice<UInt8>, _ isOfArchitecture: Bool) {
    guard let keyword = Keyword.allCases.first(where: { $0.isFirst(of: line) }) else { return }
    switch keyword {
    case .config, .menuconfig:
      guard let name = Self.name(definedBy: line) else { return }
      all.insert(name)
      if isOfArchitecture { ofArchitectures.insert(name) }
    case .select, .imply:
      let names = Self.symbols(in: line.dropFirst(keyword.rawValue.utf8.count))
      if keyword == .select, let first = names.first { selected.insert(first) }
      if isOfArchitecture {
        ofArchitectures.formUnion(names.prefix(1))
      } else {
        ofOthers.formUnion(names)
      }
    case .depends, .if:
      if !isOfArchitecture {
        ofOthers.formUnion(Self.symbols(in: line.dropFirst(keyword.rawValue.utf8.count)))
      }
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

  /// The name on a `config` or `menuconfig` line; nil for another line.
  public static func name(definedBy line: some Collection<UInt8>) -> String? {
    let words = line.prefix { $0 != UInt8(ascii: "#") }.split { $0.isBlank || $0 == UInt8(ascii: "\r") }
    guard words.count == 2, words[0].elementsEqual("config".utf8) || words[0].elementsEqual("menuconfig".utf8)
    else { return nil }
    return String(decoding: words[1], as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
  fileprivate var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  fileprivate var isOfSymbol: Bool {
    isCapital || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || self == UInt8(ascii: "_")
  }
}
