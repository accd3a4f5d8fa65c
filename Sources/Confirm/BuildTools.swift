// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc

/// The programs that a kernel build calls, looked for where a shell would.
struct BuildTools: Sendable {
  /// As in `PATH`.
  let searchPath: String

  /// What every build needs; `Documentation/process/changes.rst` has the list.
  private static let common = ["make", "gcc", "ld", "flex", "bison", "bc"]

  /// The prefix of the compiler for a machine.
  /// - Throws: `Obstacle`, naming what is missing.
  func compilerPrefix(for machine: Machine) throws(Obstacle) -> String {
    let missing = Self.common.filter { !has($0) }
    if let last = missing.last {
      let others = missing.dropLast().joined(separator: ", ")
      throw Obstacle(others.isEmpty ? "\(last) is missing" : "\(others) and \(last) are missing")
    }
    let prefixes = machine.compilerPrefixes()
    guard let found = prefixes.first(where: { has("\($0)gcc") }) else {
      throw Obstacle("no compiler for \(machine.name) (\(prefixes.first ?? "")gcc)")
    }
    return found
  }

  /// All that a build sees of the environment: what a user has set for builds of his own is not part of a review.
  var environment: [String: String] {
    var result = ["PATH": searchPath, "LC_ALL": "C"]
    for name in ["HOME", "TMPDIR"] {
      if let value = getenv(name) { result[name] = String(cString: value) }
    }
    return result
  }

  private func has(_ name: String) -> Bool {
    searchPath.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
  }
}
