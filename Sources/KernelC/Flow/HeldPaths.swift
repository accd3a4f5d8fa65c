// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// Which locks, or references, a function holds where it returns, found by following its ways with what is known of
/// values on each.
///
/// It says that one is held only where nothing speaks against it: what is handed on, stored, renamed, or perhaps
/// released by another function is left out.
public struct HeldPaths: Sendable {
  /// What is looked for.
  public enum Subject: Hashable, Sendable, CaseIterable { case locks, references }

  public struct Held: Hashable, Sendable {
    public var family: String
    /// The lock as the call names it, with single blanks; the variable that the reference is in.
    public var name: String
    /// Token of the call that took it.
    public var taken: Int
    /// The `return`, or the last statement; `none` where the function is empty.
    public var at: NodeID
    /// For a reference the functions that it is an argument of, here or on another way: one of them may keep it.
    public var passedTo: Set<String> = []
  }

  /// In the order in which they were taken; each once, with the first return that it is held at.
  public let held: [Held]
  /// Why nothing can be said; nil where all ways were followed.
  public let notChecked: String?

  /// - Parameter releases: for functions of the same text the locks that they release: `releases(in:contracts:)`.
  public init(
    _ subject: Subject, of function: NodeID, in tree: SyntaxTree, contracts: Contracts,
    releases: [String: Set<String>] = [:]
  ) {
    guard contracts.mayTake(subject, function, tree) else {
      (held, notChecked) = ([], nil)
      return
    }
    if subject == .locks, Self.isAnnotated(function, tree) {
      (held, notChecked) = ([], "annotated as taking or holding a lock")
      return
    }
    let flow = ControlFlow(of: function, in: tree, noreturn: contracts.noreturn)
    guard flow.gaps.isEmpty else {
      (held, notChecked) = (
        [], "not all ways are known: \(flow.gaps.map { "\($0)" }.sorted().joined(separator: ", "))"
      )
      return
    }
    let reader = ActionReader(function, tree, contracts, subject, releases: releases)
    var walk = HoldWalk(flow, reader)
    walk.run()
    if let why = walk.notChecked {
      (held, notChecked) = ([], why)
      return
    }
    notChecked = nil
    held = walk.found.map { found in
      var held = found
      if subject == .references { held.passedTo = reader.takers(of: found.name, in: function) }
      return held
    }
  }

  /// Source: `include/linux/compiler_types.h`, "context/locking".
  private static func isAnnotated(_ function: NodeID, _ tree: SyntaxTree) -> Bool {
    let body = tree.body(ofFunction: function).map { Int(tree[$0].first) } ?? Int(tree[function].end)
    return (Int(tree[function].first)..<body).contains {
      let name = tree.buffer.tokens[$0].kind == .identifier ? tree.spelling(ofToken: $0) : ""
      return name.hasPrefix("__acquire") || name.hasPrefix("__must_hold") || name.hasPrefix("__cond_")
        || name.hasPrefix("__release")
    }
  }
}

extension Contracts {
  /// Whether a function calls one that takes a lock or a reference: most do not, and need no walk.
  fileprivate func mayTake(_ subject: HeldPaths.Subject, _ function: NodeID, _ tree: SyntaxTree) -> Bool {
    tree.descendants(of: function).contains { id in
      guard tree[id].kind == .call, let name = tree.child(0, of: id),
        tree[name].kind == .identifier
      else { return false }
      let text = tree.name(of: name)
      return switch subject {
      case .locks: locks.contains { $0.takes(text) }
      case .references: references.contains { $0.acquire.contains(text) || $0.each[text] != nil }
      }
    }
  }
}
