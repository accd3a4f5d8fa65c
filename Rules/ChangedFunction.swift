// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// A function that the patch changes and that is there from its head to its last brace, and what it was before.
struct ChangedFunction: Sendable {
  /// One side: where the function is, and what the functions of its file release.
  struct Side: Sendable {
    var unit: SourceUnit
    var function: NodeID
    var releases: [String: Set<String>]

    func paths(_ subject: HeldPaths.Subject, _ contracts: Contracts) -> HeldPaths {
      HeldPaths(subject, of: function, in: unit.syntax, contracts: contracts, releases: releases)
    }

    var syntax: SyntaxTree { unit.syntax }
  }

  var name: String
  var new: Side
  /// The functions of that name before the patch: none where it is new, several where conditionals choose.
  var old: [Side]

  var unit: SourceUnit { new.unit }
  var syntax: SyntaxTree { new.unit.syntax }

  /// The line of a token in the file as it is after the patch.
  func line(_ token: Int) -> UInt32 { unit.lineNumber(ofToken: token) }

  /// Whether the patch shows all of some nodes' lines.
  func isShown(_ nodes: [NodeID]) -> Bool {
    nodes.allSatisfy { node in
      syntax[node].tokens.allSatisfy {
        unit.place(ofToken: $0) == .added || unit.place(ofToken: $0) == .context
      }
    }
  }
}

extension PatchFacts {
  /// The functions of .c files and headers that the patch changes, in its order.
  var changedFunctions: [ChangedFunction] {
    shared("changed functions") { changedFiles.flatMap { functions(of: $0) } }
  }

  private func functions(of file: ChangedFile) -> [ChangedFunction] {
    let old = file.old.map { ($0, HeldPaths.releases(in: $0.syntax, contracts: contracts)) }
    return file.new.enumerated().flatMap { index, unit -> [ChangedFunction] in
      let releases = HeldPaths.releases(in: unit.syntax, contracts: contracts)
      let before = file.isWhole ? old[...] : old.dropFirst(index).prefix(1)
      return unit.syntax.functions.compactMap { function in
        guard unit.isShownWhole(function) else { return nil }
        let name = unit.syntax.name(of: function)
        let olds = before.flatMap { unit, releases in
          unit.syntax.functions.filter { unit.syntax.name(of: $0) == name }.map {
            ChangedFunction.Side(unit: unit, function: $0, releases: releases)
          }
        }
        guard unit.isTouched(function) || olds.contains(where: { $0.unit.isTouched($0.function) }) else {
          return nil
        }
        return ChangedFunction(
          name: name, new: ChangedFunction.Side(unit: unit, function: function, releases: releases), old: olds
        )
      }
    }
  }

  /// What the ways through the changed functions show, each function once.
  func followed(_ subject: HeldPaths.Subject) -> [(function: ChangedFunction, paths: HeldPaths)] {
    shared("followed \(subject)") {
      changedFunctions.map { ($0, $0.new.paths(subject, contracts)) }
    }
  }

  /// The functions that could not be followed, with the reason.
  func notFollowed(_ subject: HeldPaths.Subject) -> [String] {
    followed(subject).compactMap { function, paths in paths.notChecked.map { "\(function.name)(): \($0)" } }
  }
}

extension SourceUnit {
  /// Whether a function is all there: of a hunk, which may begin and end in the midst of one, that is not certain.
  fileprivate func isShownWhole(_ function: NodeID) -> Bool {
    guard let body = syntax.body(ofFunction: function), !syntax[body].flags.contains(.isCut) else {
      return false
    }
    return isWhole
      || !syntax.descendants(of: function).contains { syntax[$0].kind == .opaque }
        && syntax[function].tokens.allSatisfy { place(ofToken: $0) != .frame }
  }
}
