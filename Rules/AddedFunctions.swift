// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// A function that a patch adds to a C file, and of which all is seen.
struct AddedFunction: Sendable {
  var name: String
  var unit: SourceUnit
  var node: NodeID
}

extension PatchFacts {
  /// The functions that the patch adds to C files, with their bodies; one that was there under this name is changed, not
  /// added.
  var addedFunctions: [AddedFunction] {
    shared("added functions") {
      let before = Set(
        changedFiles.flatMap(\.old).flatMap { unit in
          unit.syntax.functions.compactMap { unit.syntax.functionName(of: $0) }
        })
      return newUnits.filter { $0.path.isTranslationUnit }.flatMap { unit in
        unit.syntax.functions.compactMap { node in
          let syntax = unit.syntax
          guard let name = syntax.functionName(of: node), !before.contains(name),
            !syntax[node].flags.contains(.isCut), !syntax[node].flags.contains(.hasMacroHead),
            syntax.body(ofFunction: node) != nil,
            syntax[node].tokens.allSatisfy({ unit.place(ofToken: $0) == .added })
          else { return nil }
          return AddedFunction(name: name, unit: unit, node: node)
        }
      }
    }
  }

  /// The calls of a function in what the patch touches.
  func calls(of name: String) -> [(unit: SourceUnit, call: NamedCall)] {
    guard let calls = uses.calls[name] else { return [] }
    let units = newUnits
    return calls.map { (units[$0.unit], $0.call) }
  }

  /// Whether a function's name stands somewhere in the patch where it is neither called nor declared: its parameters are then
  /// what a pointer, or a macro, wants.
  func isUsedAsValue(_ name: String) -> Bool { uses.values.contains(name) }

  private var uses: FunctionUses { shared("uses of functions") { FunctionUses(in: newUnits) } }
}

/// How names are used in some texts that functions may have.
private struct FunctionUses: Sendable {
  /// By name; which of the texts each stands in.
  var calls: [String: [(unit: Int, call: NamedCall)]] = [:]
  /// Names without a parenthesis behind them, or in a line of the preprocessor.
  var values: Set<String> = []

  init(in units: [SourceUnit]) {
    for (number, unit) in units.enumerated() {
      let syntax = unit.syntax
      let tokens = syntax.buffer.tokens
      for call in syntax.namedCalls(in: syntax.root) { calls[call.name, default: []].append((number, call)) }
      for index in tokens.indices where tokens[index].kind == .identifier {
        let isCalled = index + 1 < tokens.count && tokens[index + 1].kind == .openParen
        if !isCalled || tokens[index].flags.contains(.inDirective) {
          values.insert(syntax.spelling(ofToken: index))
        }
      }
    }
  }
}
