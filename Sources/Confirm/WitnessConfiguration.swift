// SPDX-License-Identifier: GPL-2.0-or-later

/// A witness as what `make olddefconfig` begins with, and what must be left of it afterwards.
struct WitnessConfiguration: Hashable, Sendable {
  /// As the witness has it: `ARCH=arm64`, `X=y`, `N=32`.
  let lines: [String]
  let machine: Machine
  private let settings: [Setting]

  private struct Setting: Hashable {
    var symbol, value: String
  }

  init(_ witness: [String]) {
    lines = witness
    let all = witness.compactMap { line -> Setting? in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return parts.count == 2 ? Setting(symbol: parts[0], value: parts[1]) : nil
    }
    machine = Machine(name: all.first { $0.symbol == "ARCH" }?.value ?? "x86")
    settings = all.filter { $0.symbol != "ARCH" }
  }

  /// A `.config` with the symbols of the witness and no others.
  ///
  /// A witness says what a person sets while all else has its default, and that is just what `olddefconfig` makes of such
  /// a file; `allnoconfig` would turn off what the witness leaves to the defaults.
  var text: String {
    settings.map { setting in
      switch setting.value {
      case "n": "# CONFIG_\(setting.symbol) is not set\n"
      case "y", "m": "CONFIG_\(setting.symbol)=\(setting.value)\n"
      case let value: "CONFIG_\(setting.symbol)=\(Self.isNumber(value) ? value : "\"\(value)\"")\n"
      }
    }.joined()
  }

  /// - Throws: `Obstacle` where a symbol has another value than in the witness.
  func check(_ configuration: BuiltConfiguration) throws(Obstacle) {
    for setting in settings {
      let found = configuration[setting.symbol]
      guard found == setting.value else {
        throw Obstacle("the configuration does not hold: \(setting.symbol) became \(found)")
      }
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    Int(text) != nil || text.hasPrefix("0x") && Int(text.dropFirst(2), radix: 16) != nil
  }
}

/// What a `.config` says.
struct BuiltConfiguration: Sendable {
  private var values: [String: String] = [:]

  init(parsing text: String) {
    for line in text.split(separator: "\n") where line.hasPrefix("CONFIG_") {
      let parts = line.dropFirst("CONFIG_".count).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      let isQuoted = parts[1].count > 1 && parts[1].hasPrefix("\"") && parts[1].hasSuffix("\"")
      values[String(parts[0])] = String(isQuoted ? parts[1].dropFirst().dropLast() : parts[1])
    }
  }

  /// The value of a symbol; n where it is not set, or not there.
  subscript(symbol: String) -> String { values[symbol] ?? "n" }
}
