// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// What a function holds where it returns, found by following its ways with what is known of values on each: locks,
/// references, memory, and what it switched on.
///
/// It says that one is held only where nothing speaks against it: what is handed on, stored, renamed, or perhaps
/// released by another function is left out.
public struct HeldPaths: Sendable {
  /// What is looked for.
  public enum Subject: Hashable, Sendable, CaseIterable {
    case locks, references
    /// `Contracts.allocations`, in variables of the function.
    case memory
    /// `Contracts.states`.
    case states
  }

  /// An argument of a function.
  public struct Passing: Hashable, Sendable, Comparable {
    public var function: String
    /// 0-based.
    public var argument: Int

    public static func < (a: Self, b: Self) -> Bool { (a.function, a.argument) < (b.function, b.argument) }
  }

  /// The end of a way through the function.
  public struct End: Hashable, Sendable {
    /// The `return`, or the last statement; `none` where the function is empty.
    public var node: NodeID
    /// What is returned; nil where it is nothing.
    public var value: PathValue?
    /// What is evaluated on the shortest way that ends so, from the function's begin.
    public var way: [NodeID]
    /// The functions that got it on that way: one of them may keep it.
    public var passedTo: [Passing] = []
    /// Token of the call that gave it back on that way.
    public var released: Int?
    /// Whether the value that is returned says that the function failed: a negative number, an error pointer, and `NULL`
    /// where a pointer is returned.
    public var isFailure = false
  }

  public struct Held: Hashable, Sendable {
    public var family: String
    /// The lock as the call names it, with single blanks; the variable that the reference is in.
    public var name: String
    /// Token of the call that took it.
    public var taken: Int
    /// Where it is held, each return once.
    public var ends: [End]
    /// Whether some way stores it, or makes another name for it.
    public var isStored = false
    /// The functions that get it on any way.
    public var passedTo: [Passing] = []
    /// The other ways on which it was taken: where it was given back, each return once.
    public var givenBack: [End]
  }

  /// A call that may sleep while a lock is held under which nothing may.
  public struct SleepingCall: Hashable, Sendable {
    public var function: String
    /// The call's first token.
    public var call: Int
    /// The lock as its call names it.
    public var lock: String
    public var family: String
    /// Token of the call that took the lock.
    public var taken: Int
    /// What is evaluated on the way to the call.
    public var way: [NodeID]
  }

  /// A call that gives back what was made by a function of another family.
  public struct WrongRelease: Hashable, Sendable {
    public var name: String
    /// The call's first token.
    public var call: Int
    public var function: String
    /// Token of the call that made it.
    public var taken: Int
    public var family: String
  }

  /// In the order in which they were taken.
  public let held: [Held]
  /// In the order of the text; only for `locks`.
  public let sleeping: [SleepingCall]
  /// In the order of the text; only for `memory`.
  public let wrongReleases: [WrongRelease]
  /// Why nothing can be said; nil where all ways were followed.
  public let notChecked: String?

  /// - Parameter releases: for functions of the same text what they release: `releases(in:contracts:)`; asked for where ways
  ///   are followed, as in most functions none are.
  public init(
    _ subject: Subject, of function: NodeID, in tree: SyntaxTree, contracts: Contracts,
    releases: @autoclosure () -> [String: Set<String>] = [:]
  ) {
    guard contracts.mayTake(subject, function, tree) else {
      self.init()
      return
    }
    if subject == .locks, Self.isAnnotated(function, tree) {
      self.init(notChecked: "annotated as taking or holding a lock")
      return
    }
    let flow = ControlFlow(of: function, in: tree, noreturn: contracts.noreturn)
    guard flow.gaps.isEmpty else {
      self.init(
        notChecked: "not all ways are known: \(flow.gaps.map { "\($0)" }.sorted().joined(separator: ", "))")
      return
    }
    var walk = HoldWalk(flow, ActionReader(function, tree, contracts, subject, releases: releases()))
    walk.run()
    self.init(
      held: walk.found, sleeping: walk.sleeping, wrongReleases: walk.wrongReleases,
      notChecked: walk.notChecked)
  }

  private init(
    held: [Held] = [], sleeping: [SleepingCall] = [], wrongReleases: [WrongRelease] = [],
    notChecked: String? = nil
  ) {
    (self.held, self.sleeping, self.wrongReleases) = (held, sleeping, wrongReleases)
    self.notChecked = notChecked
  }

  /// Whether a function returns a pointer.
  static func returnsPointer(_ function: NodeID, _ tree: SyntaxTree) -> Bool {
    (Int(tree[function].first)..<Int(tree[function].main)).contains { tree.buffer.tokens[$0].kind == .star }
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
  /// Whether a function calls one that takes what is looked for: most do not, and need no walk.
  fileprivate func mayTake(_ subject: HeldPaths.Subject, _ function: NodeID, _ tree: SyntaxTree) -> Bool {
    tree.descendants(of: function).contains { id in
      guard tree[id].kind == .call, let name = tree.child(0, of: id),
        tree[name].kind == .identifier
      else { return false }
      let text = tree.name(of: name)
      return switch subject {
      case .locks: locks.contains { $0.takes(text) }
      case .references: references.contains { $0.acquire.contains(text) || $0.each[text] != nil }
      case .memory: allocations.contains { $0.acquire.contains(text) }
      case .states: states.contains { $0.acquire.contains(text) }
      }
    }
  }

  /// Whether a function keeps none of its arguments.
  func borrows(_ function: String) -> Bool {
    if borrows.contains(function) { return true }
    var end = function.endIndex
    while end > function.startIndex {
      if borrows.contains(function[..<end] + "*") { return true }
      end = function.index(before: end)
    }
    return false
  }
}
