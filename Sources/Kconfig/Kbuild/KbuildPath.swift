// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Names of files as Makefiles write them: relative to the folder, below `$(srctree)` or below `$(obj)`.
///
/// The two tops are written out as words that occur nowhere else, so that a path tells where it begins
/// however it was put together (`-I $(srctree)/$(src)/…` was right until 6.9, and is found to this day).
enum KbuildPath {
  static let source = "/srctree"
  static let object = "/objtree"

  /// The path from the top of the tree, without `.` and `..`; nil where it leaves the tree. The top is "".
  static func normal(_ name: String, in folder: String) -> String? {
    // Nearly all names are those of files in the folder.
    if !name.utf8.contains(UInt8(ascii: "/")), name != "..", name != ".", !name.isEmpty {
      return folder.isEmpty ? name : "\(folder)/\(name)"
    }
    var components = folder.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    for component in name.utf8.split(separator: UInt8(ascii: "/")).map({ Substring($0) }) {
      switch component {
      case ".": break
      case "srctree" where name.hasPrefix("/"), "objtree" where name.hasPrefix("/"): components = []
      case "..":
        guard !components.isEmpty else { return nil }
        components.removeLast()
      default: components.append(component)
      }
    }
    if name.hasPrefix("/"), !name.hasPrefix(source), !name.hasPrefix(object) { return nil }
    return components.joined(separator: "/")
  }

  /// `$(wildcard …)`: the names that there are, in the form of the pattern.
  static func matches(_ pattern: String, in tree: any SourceTree) -> [String] {
    guard let full = normal(pattern, in: "") else { return [] }
    guard pattern.contains(where: { $0 == "*" || $0 == "?" || $0 == "[" }) else {
      return exists(full, isFolder: pattern.hasSuffix("/"), in: tree) ? [pattern] : []
    }
    // Wildcards in folders are rare enough to be left to the last component.
    let folder = full.lastIndex(of: "/").map { String(full[..<$0]) } ?? ""
    let name = full.split(separator: "/").last.map(String.init) ?? ""
    let head = pattern.lastIndex(of: "/").map { String(pattern[...$0]) } ?? ""
    guard !folder.contains("*"), let entries = try? tree.entries(of: TreePath(folder)) else { return [] }
    return entries.compactMap { entry in
      let text = String(decoding: entry.name, as: UTF8.self)
      return matches(Array(text.utf8)[...], Array(name.utf8)[...]) ? head + text : nil
    }
  }

  private static func exists(_ path: String, isFolder: Bool, in tree: any SourceTree) -> Bool {
    guard let path = TreePath(path) else { return path.isEmpty }
    let entries = (try? tree.entries(of: path.folder)) ?? []
    return entries.contains { entry in
      entry.name.elementsEqual(path.name) && (!isFolder || entry.kind == .folder)
    }
  }

  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    // Where the last `*` was, to go on one byte later.
    var (text, pattern) = (text, pattern)
    var back: (text: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    while let byte = text.first {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        back = (text, pattern)
      } else if let sign = pattern.first, sign == byte || sign == UInt8(ascii: "?") {
        (text, pattern) = (text.dropFirst(), pattern.dropFirst())
      } else if let (start, rest) = back {
        text = start.dropFirst()
        (back, pattern) = ((text, rest), rest)
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
