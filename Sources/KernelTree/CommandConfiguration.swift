// SPDX-License-Identifier: GPL-2.0-or-later

/// What `git -c key=value` hands on to the programs that git starts. libgit2 does not look at it.
///
/// Source: git `config.c`, `git_config_from_parameters()`; `git-config(1)`, `GIT_CONFIG_COUNT`.
struct CommandConfiguration {
  /// In git's order: first the numbered pairs, then the parameters.
  private(set) var entries: [GitConfiguration.Entry] = []

  /// - Parameter variable: looks up a variable of the environment.
  init(_ variable: (String) -> String?) {
    let count = variable("GIT_CONFIG_COUNT").flatMap { Int($0) } ?? 0
    for number in 0..<max(0, min(count, Limits.commandEntries)) {
      guard let key = variable("GIT_CONFIG_KEY_\(number)"), let value = variable("GIT_CONFIG_VALUE_\(number)")
      else { continue }
      add(key, value)
    }
    if let parameters = variable("GIT_CONFIG_PARAMETERS") { read(Array(parameters.utf8)[...]) }
  }

  /// `'key'='value'`, `'key'=`, or as before git 2.31 `'key=value'`, with blanks between them.
  private mutating func read(_ parameters: ArraySlice<UInt8>) {
    var rest = parameters
    while let first = rest.first, entries.count < Limits.commandEntries {
      if first == 32 || (9...13).contains(first) {
        rest.removeFirst()
        continue
      }
      guard let key = Self.unquote(&rest) else { return }
      if rest.first == UInt8(ascii: "=") {
        rest.removeFirst()
        add(key, Self.unquote(&rest) ?? "true")
      } else if let equals = key.firstIndex(of: "=") {
        add(String(key[..<equals]), String(key[key.index(after: equals)...]))
      } else {
        add(key, "true")
      }
    }
  }

  private mutating func add(_ key: String, _ value: String) {
    guard let key = Self.normalised(key) else { return }
    entries.append(GitConfiguration.Entry(key: key, value: value))
  }

  /// Section and variable in lower case, the subsection as it stands; nil for what is no key.
  private static func normalised(_ key: String) -> String? {
    guard let first = key.firstIndex(of: "."), let last = key.lastIndex(of: ".") else { return nil }
    return key[..<first].lowercased() + key[first..<last] + key[last...].lowercased()
  }

  /// Takes one word in single quotes, in which `'\''` stands for a quote and `'\!'` for an exclamation mark; nil where
  /// there is none.
  private static func unquote(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard rest.first == UInt8(ascii: "'") else { return nil }
    rest.removeFirst()
    var word: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "'") else {
        word.append(byte)
        continue
      }
      let next = rest.prefix(3)
      guard next.count == 3, next.first == UInt8(ascii: "\\"), next.last == UInt8(ascii: "'") else {
        return String(decoding: word, as: UTF8.self)
      }
      word.append(next[next.startIndex + 1])
      rest.removeFirst(3)
    }
    return nil
  }
}
