// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import SourceText

/// Whether an `#include` may lead to a header. Which `-I` a file is built with is in Makefiles, which are not read
/// here: a name that ends the header's path counts where the header is near, or in a folder that all files see.
///
/// Source: `LINUXINCLUDE` of the kernel's Makefile; `asm-generic` stands in for `asm` through `generic-y`.
struct IncludeTarget {
  let header: TreePath
  /// The names under which all files see the header: `linux/foo.h`.
  private let shared: [[UInt8]]
  /// `x86` for `arch/x86/include/asm/foo.h`.
  private let architecture: [UInt8]?

  init(_ header: TreePath) {
    self.header = header
    let parts = header.bytes.split(separator: Self.slash, omittingEmptySubsequences: false).map { Array($0) }
    var names: [[UInt8]] = []
    var rest: ArraySlice<[UInt8]> = parts[...]
    var architecture: [UInt8]?
    if parts.count > 3, parts[0] == Array("arch".utf8), parts[2] == Array("include".utf8) {
      architecture = parts[1]
      rest = parts[3...]
    } else if parts.count > 1, parts[0] == Array("include".utf8) {
      rest = parts[1...]
    } else {
      rest = []
    }
    if let first = rest.first, rest.count > 1 {
      names.append(Self.joined(rest))
      if first == Array("uapi".utf8) || first == Array("generated".utf8) {
        names.append(Self.joined(rest.dropFirst()))
      }
      // mach-… and the like are put before the others with -I.
      if architecture != nil, first == Array("asm".utf8), rest.count > 2 {
        names.append(Self.joined(rest.dropFirst(2)))
      }
    }
    for name in names where name.starts(with: Array("asm-generic/".utf8)) {
      names.append(Array("asm".utf8) + name.dropFirst("asm-generic".utf8.count))
    }
    (shared, self.architecture) = (names, architecture)
  }

  /// - Parameter exists: whether a path is a file of the tree.
  func isMet(by include: FileSymbols.IncludeLine, in includer: TreePath, where exists: (TreePath) -> Bool)
    -> Bool
  {
    guard include.form != .macro else { return false }
    let name = Array(include.name.utf8)
    if include.form == .quoted, let near = Self.resolved(name, from: includer.folder) {
      if near == header { return true }
      if exists(near) { return false }
    }
    if let architecture, let other = Self.architecture(of: includer), other != architecture { return false }
    if shared.contains(name) { return true }
    // Through -I: what precedes the name is a folder, and both files are of one part of the tree.
    guard header.bytes.count > name.count + 1, header.bytes.hasSuffix(name),
      header.bytes[header.bytes.count - name.count - 1] == Self.slash
    else { return header.bytes == name }
    return Self.isNear(header, includer)
  }

  private static let slash = UInt8(ascii: "/")

  private static func joined(_ parts: ArraySlice<[UInt8]>) -> [UInt8] {
    Array(parts.joined(separator: CollectionOfOne(slash)))
  }

  private static func architecture(of path: TreePath) -> [UInt8]? {
    let parts = path.bytes.split(separator: slash, maxSplits: 2)
    return parts.count == 3 && parts[0].elementsEqual("arch".utf8) ? Array(parts[1]) : nil
  }

  /// Whether two files have two folders in common, or one in parts of the tree that are small.
  private static func isNear(_ a: TreePath, _ b: TreePath) -> Bool {
    let (x, y) = (a.bytes.split(separator: slash), b.bytes.split(separator: slash))
    guard let first = x.first, first == y.first else { return false }
    let isWide = first.elementsEqual("drivers".utf8) || first.elementsEqual("arch".utf8)
    return !isWide || x.count > 1 && y.count > 1 && x[1] == y[1]
  }

  /// A name as seen from a folder; nil where it leads out of the tree.
  static func resolved(_ name: [UInt8], from folder: TreePath?) -> TreePath? {
    var parts = folder.map { $0.bytes.split(separator: slash) } ?? []
    for part in name.split(separator: slash) {
      if part.elementsEqual("..".utf8) {
        guard parts.popLast() != nil else { return nil }
      } else if !part.elementsEqual(".".utf8) {
        parts.append(part)
      }
    }
    return try? TreePath(validating: parts.joined(separator: CollectionOfOne(slash)))
  }
}

extension [UInt8] {
  func hasSuffix(_ suffix: [UInt8]) -> Bool {
    count >= suffix.count && self[(count - suffix.count)...].elementsEqual(suffix)
  }
}

extension IncludeTarget {
  /// The last components of the names that a text includes: what stands between the last `/` and the quote.
  static func lastComponents(in text: [UInt8]) -> Set<[UInt8]> {
    var found: Set<[UInt8]> = []
    text.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var i = 0
      // One `#` too many does no harm: who is found is read.
      while i < bytes.count, let hit = memchr(base + i, Int32(UInt8(ascii: "#")), bytes.count - i) {
        var at = UnsafeRawPointer(hit) - UnsafeRawPointer(base) + 1
        i = at
        while at < bytes.count, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\t") { at += 1 }
        guard bytes.count - at > Self.include.count,
          bytes[at..<at + Self.include.count].elementsEqual(Self.include)
        else { continue }
        let line = bytes[at...].prefix { $0 != UInt8(ascii: "\n") }
        guard let end = line.lastIndex(where: { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "\"") }) else {
          continue
        }
        let name = line[..<end].split { $0 == slash || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "\"") }
          .last
        if let name { found.insert(Array(name)) }
        i = line.endIndex
      }
    }
    return found
  }

  private static let include = Array("include".utf8)
}
