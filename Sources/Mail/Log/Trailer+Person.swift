// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

extension Trailer {
  /// One line of a mail that is a trailer, wherever it stands; nil for any other.
  public init?(line: String) {
    guard let (key, value) = Self.pair(line.trimmed), !value.isEmpty else { return nil }
    self.init(key: key, value: value, line: 0)
  }

  /// The person a trailer names.
  public var person: Person {
    guard let open = value.firstIndex(of: "<"), let close = value[open...].firstIndex(of: ">") else {
      return value.contains("@")
        ? Person(name: "", address: value.trimmed) : Person(name: value.trimmed, address: "")
    }
    return Person(name: value[..<open].trimmed, address: value[value.index(after: open)..<close].trimmed)
  }
}

extension Person {
  /// One person writes from several addresses and spells a name in several ways: either is enough.
  public func isSame(as other: Person) -> Bool {
    if !address.isEmpty, address.lowercased() == other.address.lowercased() { return true }
    return !plainName.isEmpty && plainName == other.plainName
  }

  /// Letters only, in lower case, without what a list's software adds (`via B4 Relay`), in any order:
  /// `Doe, Jane` is `Jane Doe`.
  private var plainName: [String] {
    let name = name.lowercased()
    let own = name.firstRange(of: " via ").map { String(name[..<$0.lowerBound]) } ?? name
    return own.split { !$0.isLetter }.map(String.init).sorted()
  }
}
