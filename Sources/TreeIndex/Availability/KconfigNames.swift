// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The names that the Kconfig files of a tree define, on whichever architecture, also in files that nothing sources.
public struct KconfigNames: Sendable {
  public private(set) var all: Set<String> = []

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
          if let name = Self.name(definedBy: line) { all.insert(name) }
        }
      }
    } catch {
      return nil
    }
  }

  /// The name on a `config` or `menuconfig` line; nil for another line.
  public static func name(definedBy line: some Collection<UInt8>) -> String? {
    let words = line.prefix { $0 != UInt8(ascii: "#") }.split {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
    }
    guard words.count == 2, words[0].elementsEqual("config".utf8) || words[0].elementsEqual("menuconfig".utf8)
    else { return nil }
    return String(decoding: words[1], as: UTF8.self)
  }
}
