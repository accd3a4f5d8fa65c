// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// A function that the patch changes and that is there from its head to its last brace, and what it was before.
struct ChangedFunction: Sendable {
  /// Where the function is on one side.
  struct Side: Sendable {
    var unit: SourceUnit
    var function: NodeID
    /// The unit by a name that no other one of the patch has.
    var unitKey: String

    func paths(_ subject: HeldPaths.Subject, _ patch: PatchFacts) -> HeldPaths {
      HeldPaths(
        subject, of: function, in: unit.syntax, contracts: patch.contracts,
        releases: patch.shared("released in \(unitKey)") {
          HeldPaths.releases(in: unit.syntax, contracts: patch.contracts)
        })
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
    shared("changed functions") {
      changedFiles.enumerated().flatMap { number, file in functions(of: file, number) }
    }
  }

  private func functions(of file: ChangedFile, _ number: Int) -> [ChangedFunction] {
    func named(_ units: [SourceUnit], _ side: String) -> [[(name: String, side: ChangedFunction.Side)]] {
      units.enumerated().map { index, unit in
        unit.syntax.functions.map {
          let side = ChangedFunction.Side(unit: unit, function: $0, unitKey: "\(side) \(number) \(index)")
          return (unit.syntax.name(of: $0), side)
        }
      }
    }
    let old = named(file.old, "old").map { Dictionary(grouping: $0, by: \.name) }
    return named(file.new, "new").enumerated().flatMap { index, functions in
      let before = file.isWhole ? old[...] : old.dropFirst(index).prefix(1)
      return functions.compactMap { name, new -> ChangedFunction? in
        guard new.unit.isShownWhole(new.function) else { return nil }
        let olds = before.flatMap { $0[name] ?? [] }.map(\.side)
        guard
          new.unit.isTouched(new.function) || olds.contains(where: { $0.unit.isTouched($0.function) })
        else { return nil }
        return ChangedFunction(name: name, new: new, old: olds)
      }
    }
  }

  /// What the ways through the changed functions show, each function once.
  func followed(_ subject: HeldPaths.Subject) -> [(function: ChangedFunction, paths: HeldPaths)] {
    shared("followed \(subject)") {
      changedFunctions.map { ($0, $0.new.paths(subject, self)) }
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
