// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The names that the Kconfig files of a tree define, on whichever architecture, also in files that nothing sources.
public struct KconfigNames: Sendable {
  public private(set) var all: Set<String> = []
  /// Those that architectures define, select or imply, and those that other Kconfig files select or depend on.
  private var ofArchitectures: Set<String> = []
  private var ofOthers: Set<String> = []

  /// What architectures decide, and what drivers may ask for: `HAS_IOMEM`. What only architectures and the code that all
  /// share know of is theirs to get right. How wide a register is all code may ask.
  public var decidedByArchitectures: Set<String> { ofArchitectures.intersection(ofOthers).union(["64BIT"]) }

  /// Reads every file of the tree whose name begins with `Kconfig`; nil where some cannot be read.
  public init?(of tree: any SourceTree) {
    let isKconfig: @Sendable ([UInt8]) -> Bool = { $0.starts(with: "Kconfig".utf8) }
    do throws(SourceTreeError) {
      let files =
        if let listed = tree as? any ListedTree {
          try listed.files(skipping: [], where: isKconfig)
        } else {
          try tree.listedByFolder(skipping: [], where: isKconfig)
        }
      for file in files {
        for line in (try tree.bytes(of: file.path) ?? []).split(separator: UInt8(ascii: "\n")) {
          add(line, isOfArchitecture: file.path.bytes.starts(with: "arch/".utf8))
        }
      }
    } catch {
      return nil
    }
  }

  private mutating func add(_ line: ArraySlice<UInt8>, isOfArchitecture: Bool) {
    // config, menuconfig, select, imply, depends, if: most lines are none of these.
    let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    guard let first, "cmsid".utf8.contains(first) else { return }
    let name = Self.name(definedBy: line)
    if let name { all.insert(name) }
    if isOfArchitecture, let name { ofArchitectures.insert(name) }
    let words = Self.words(of: line)
    guard let first = words.first else { return }
    if first.elementsEqual("select".utf8) || first.elementsEqual("imply".utf8) {
      if isOfArchitecture { ofArchitectures.formUnion(Self.symbols(in: words.dropFirst().prefix(1))) }
      if !isOfArchitecture { ofOthers.formUnion(Self.symbols(in: words.dropFirst())) }
    } else if !isOfArchitecture, first.elementsEqual("depends".utf8) || first.elementsEqual("if".utf8) {
      ofOthers.formUnion(Self.symbols(in: words.dropFirst()))
    }
  }

  private static func symbols(in words: some Sequence<[UInt8]>) -> [String] {
    words.flatMap { word in
      word.split { !($0.isCapital || $0.isDigit || $0 == UInt8(ascii: "_")) }.map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  private static func words(of line: some Collection<UInt8>) -> [[UInt8]] {
    line.prefix { $0 != UInt8(ascii: "#") }.split {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
    }.map { Array($0) }
  }

  /// The name on a `config` or `menuconfig` line; nil for another line.
  public static func name(definedBy line: some Collection<UInt8>) -> String? {
    let words = words(of: line)
    guard words.count == 2, words[0].elementsEqual("config".utf8) || words[0].elementsEqual("menuconfig".utf8)
    else { return nil }
    return String(decoding: words[1], as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
