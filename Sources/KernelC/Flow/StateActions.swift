// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension ActionReader {
  /// A call as what it switches on or off.
  mutating func stateCall(_ id: NodeID, of top: NodeID, _ actions: inout [PathAction]) {
    guard let function = tree.child(0, of: id), tree[function].kind == .identifier else { return }
    let name = tree.name(of: function)
    if let number = contracts.states.firstIndex(where: { $0.acquire.contains(name) }) {
      guard let argument = tree.child(1, of: id), let taken = holdName(argument, number) else { return }
      if isInChoice(id, below: top) { isUncertain = true }
      // if (clk) off(clk): where there is none, nothing is on.
      if let key = keys.key(PathTest.plain(argument, tree)) { actions.append(.follow(key)) }
      let mayFail = contracts.failures[name] != nil
      let result = holder(of: id, top)
      actions.append(
        .acquire(
          PathAction.Acquire(
            name: taken, result: mayFail ? result : nil, success: .zero,
            failure: mayFail ? PathValue(.negative) : nil, token: tree[id].first)))
      return
    }
    let families = contracts.states.indices.filter { contracts.states[$0].release.contains(name) }
    if !families.isEmpty {
      guard let argument = tree.child(1, of: id) else { return }
      for number in families {
        if let given = holdName(argument, number) { actions.append(.release(given, tree[id].first)) }
      }
      return
    }
    if let members = releases[name] {
      actions.append(.mayRelease(members: members))
    } else if Self.mayUndo(name) {
      actions.append(.mayRelease(members: nil))
    }
  }

  /// A function that by its name takes back what others did, or arranges for it.
  private static func mayUndo(_ name: String) -> Bool {
    let lower = name.lowercased()
    return lower.holds("add_action") || lower.split(separator: "_").contains { undoing.contains(String($0)) }
      || undoing.contains { $0.utf8.count > 5 && lower.holds($0) }
  }

  private static let undoing: Set<String> = [
    "disable", "off", "stop", "shutdown", "exit", "deinit", "teardown", "cleanup", "unprepare", "suspend",
    "release",
    "free", "put", "remove", "unregister", "fini", "uninit", "destroy", "close", "halt", "abort", "undo",
    "down",
    "reset", "detach", "unbind", "poweroff", "unwind", "rollback", "finish", "uninitialize", "end",
  ]
}
