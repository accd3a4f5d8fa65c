// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The files of a `source` line: a name, or a pattern with `*`, `?` and `[…]` in its components.
enum SourceGlob {
  private static let signs: Set<UInt8> = [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")]

  /// The paths that are there, sorted; a name without signs is taken at its word.
  static func paths(matching pattern: String, in tree: any SourceTree) -> [String] {
    let components = pattern.split(separator: "/", omittingEmptySubsequences: true).map { Array($0.utf8) }
      .filter { $0 != [UInt8(ascii: ".")] }
    let plain = components.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    guard components.contains(where: { !signs.isDisjoint(with: $0) }) else {
      guard let path = TreePath(plain) else { return [] }
      let bytes = try? tree.bytes(of: path)
      return bytes == nil || bytes == .some(nil) ? [] : [plain]
    }
    var found: [[UInt8]] = [[]]
    for (index, component) in components.enumerated() {
      let isLast = index == components.count - 1
      var next: [[UInt8]] = []
      for folder in found {
        let prefix = folder.isEmpty ? [] : folder + [UInt8(ascii: "/")]
        guard !signs.isDisjoint(with: component) else {
          next.append(prefix + component)
          continue
        }
        let path = try? TreePath(validating: folder)
        guard path != nil || folder.isEmpty else { continue }
        let entries = (try? tree.entries(of: path)) ?? []
        for entry in entries where entry.kind == (isLast ? .file : .folder) && matches(entry.name, component)
        {
          next.append(prefix + entry.name)
        }
        guard next.count <= KconfigLimits.files else { return [] }
      }
      found = next
    }
    return found.map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  /// As `fnmatch` does, one component: a leading dot is not matched by a sign.
  static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
    if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
    var (at, sign) = (0, 0)
    var retry: (at: Int, sign: Int)?
    while at < name.count {
      if sign < pattern.count, pattern[sign] == UInt8(ascii: "*") {
        retry = (at, sign + 1)
        sign += 1
      } else if sign < pattern.count, let width = width(name[at], pattern, sign) {
        at += 1
        sign += width
      } else if let open = retry {
        retry = (open.at + 1, open.sign)
        (at, sign) = (open.at + 1, open.sign)
      } else {
        return false
      }
    }
    return pattern[sign...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// How much of the pattern stands for a byte; nil where it does not.
  private static func width(_ byte: UInt8, _ pattern: [UInt8], _ sign: Int) -> Int? {
    switch pattern[sign] {
    case UInt8(ascii: "?"): return 1
    case UInt8(ascii: "["):
      guard let end = pattern[(sign + 1)...].dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
      var members = pattern[(sign + 1)..<end]
      let isNegated = members.first == UInt8(ascii: "!") || members.first == UInt8(ascii: "^")
      if isNegated { members = members.dropFirst() }
      var isMember = false
      var index = members.startIndex
      while index < members.endIndex {
        let isRange = index + 2 < members.endIndex && members[index + 1] == UInt8(ascii: "-")
        let last = isRange ? members[index + 2] : members[index]
        if members[index] <= byte && byte <= last { isMember = true }
        index += isRange ? 3 : 1
      }
      return isMember != isNegated ? end + 1 - sign : nil
    default: return pattern[sign] == byte ? 1 : nil
    }
  }
}
