// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// `errno/unchecked`, the part that the file teaches: a call whose result is dropped, of a function of the same file whose result
/// everybody else looks at.
struct ErrnoUnchecked: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for unit in patch.newUnits
    where unit.path.isTranslationUnit && !unit.path.isOfTools && !unit.path.isTest {
      let calls = CallsOfFile(unit)
      let found = calls.dropped.filter { call in
        unit.place(ofToken: Int(unit.syntax[call.node].first)) == .added
          && (calls.looked[call.name] ?? 0) >= Self.fewest
          && calls.dropped.count { $0.name == call.name } == 1
      }
      result.findings += found.map { draft($0, others: calls.looked[$0.name] ?? 0, unit, patch) }
    }
    return result
  }

  /// Callers that make a habit.
  private static let fewest = 1

  private func draft(_ call: NamedCall, others: Int, _ unit: SourceUnit, _ patch: PatchFacts) -> FindingDraft
  {
    var draft = FindingDraft(
      "\(call.name)() can fail, and nobody looks",
      at: patch.span(of: call.node, in: unit, side: .new),
      evidence: [
        Evidence(
          .precedent,
          "\(others == 1 ? "the other call" : "\(others) other calls") of \(call.name)() in this file \(others == 1 ? "uses" : "use") what it returns"
        )
      ])
    draft.help = "if it fails, undo what was done and return the error"
    draft.symbols = [call.name]
    return draft
  }
}

/// The calls, in one file, of its own functions that return an error.
private struct CallsOfFile {
  /// Those whose result is dropped where it could be handed on.
  private(set) var dropped: [NamedCall] = []
  /// How many use the result, by name.
  private(set) var looked: [String: Int] = [:]

  init(_ unit: SourceUnit) {
    let syntax = unit.syntax
    let fallible = Set(
      syntax.functions.compactMap { function -> String? in
        guard syntax.returnType(ofFunction: function) == "int", syntax.returnsError(function),
          let name = syntax.functionName(of: function), !name.takesDown
        else { return nil }
        return name
      })
    for function in syntax.functions {
      guard let caller = syntax.functionName(of: function) else { continue }
      for call in syntax.namedCalls(in: function) where fallible.contains(call.name) {
        let isDropped = syntax.parent(of: call.node).map { syntax[$0].kind == .expressionStatement } ?? false
        if !isDropped {
          looked[call.name, default: 0] += 1
        } else if syntax.returnType(ofFunction: function) == "int", !caller.takesDown,
          !syntax.isOnWayOut(call.node, of: function)
        {
          dropped.append(call)
        }
      }
    }
  }
}

extension SyntaxTree {
  /// Whether some `return` gives a negative errno, or hands on what another function said.
  fileprivate func returnsError(_ function: NodeID) -> Bool {
    descendants(of: function).contains { id in
      guard self[id].kind == .returnStatement, let value = child(0, of: id).map({ bare($0) }) else {
        return false
      }
      if let code = operand(of: value, .minus) {
        return self[code].kind == .identifier && name(of: code).hasPrefix("E")
      }
      return self[value].kind == .identifier && ["ret", "err", "error", "rc"].contains(name(of: value))
        || namedCall(value).map { $0.name.hasPrefix("regmap_") } == true
    }
  }

  /// Whether a call is made where something has failed already: behind a label that gotos lead to, or in a branch that returns an
  /// error.
  fileprivate func isOnWayOut(_ call: NodeID, of function: NodeID) -> Bool {
    let isBehindLabel = descendants(of: function).contains {
      self[$0].kind == .label && self[$0].first < self[call].first
    }
    guard !isBehindLabel, let statement = statement(around: call), let block = parent(of: statement) else {
      return true
    }
    return self[block].kind != .block
      || children(of: block).contains {
        self[$0].first > self[statement].first
          && [.returnStatement, .gotoStatement].contains(self[$0].kind) && parent(of: block) != function
      }
  }
}

extension String {
  /// Whether a function ends something: what fails there stays so.
  fileprivate var takesDown: Bool {
    let words = split(separator: "_").map(String.init)
    return words.contains { Self.endings.contains($0) }
  }

  private static let endings: Set<String> = [
    "remove", "exit", "stop", "disable", "suspend", "shutdown", "release", "free", "close", "off", "cleanup",
    "unregister", "deinit", "fini", "put", "del", "delete", "destroy", "detach", "cancel", "unbind",
    "teardown",
    "uninit", "cleanup", "clear", "flush", "undo", "revert", "restore", "abort", "down", "disconnect", "err",
    "print", "dump", "show", "log", "wait", "poll", "try",
  ]
}
