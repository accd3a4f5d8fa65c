// SPDX-License-Identifier: GPL-2.0-or-later

/// What is known of functions by name: data that rules read and that users extend. Where the tree itself shows what
/// a function does, that goes before.
public struct Contracts: Hashable, Sendable {
  /// A kind of lock, by the functions that take and release it.
  public struct Lock: Hashable, Sendable {
    public var family: String
    /// Which argument is the lock, 0-based.
    public var argument: Int
    /// Whether there is one for all, which no argument names: `rcu_read_lock()`.
    public var isOnlyOne = false
    /// Held when they return.
    public var acquire: Set<String>
    /// Held where they return 0.
    public var acquireOnZero: Set<String>
    /// Held where they return something else.
    public var acquireOnNonzero: Set<String>
    public var release: Set<String>
    /// Whether code that holds it may sleep.
    public var maySleep: Bool

    public init(
      family: String, argument: Int = 0, acquire: Set<String> = [], acquireOnZero: Set<String> = [],
      acquireOnNonzero: Set<String> = [], release: Set<String> = [], maySleep: Bool
    ) {
      (self.family, self.argument, self.acquire) = (family, argument, acquire)
      (self.acquireOnZero, self.acquireOnNonzero) = (acquireOnZero, acquireOnNonzero)
      (self.release, self.maySleep) = (release, maySleep)
    }
  }

  /// Functions that make something, and those that undo it.
  public struct Pair: Hashable, Sendable {
    public var family: String
    public var acquire: Set<String>
    public var release: Set<String>
    /// Macros' loops whose cursor is held in each round, and given back by the macro at the end of the round; which
    /// argument the cursor is, 0-based.
    public var each: [String: Int] = [:]
    /// Functions of `acquire` that give back what an argument holds; which, 0-based.
    public var consumes: [String: Int] = [:]
    /// Which argument `release` gives back, 0-based.
    public var releaseArgument = 0
    /// Whether it is given back without a call, as what belongs to a device is.
    public var isManaged = false

    public init(family: String, acquire: Set<String>, release: Set<String>) {
      (self.family, self.acquire, self.release) = (family, acquire, release)
    }
  }

  /// How a function says that it failed.
  public enum Failure: String, Hashable, Sendable, CaseIterable {
    case null
    case errorPointer = "error-pointer"
    case negativeErrno = "negative-errno"
    /// False or 0, where success is true or another number.
    case zero
  }

  public var locks: [Lock] = []
  public var allocations: [Pair] = []
  public var references: [Pair] = []
  /// What is switched on by one function and off by another, named by their first argument.
  public var states: [Pair] = []
  /// Functions that look at, or write to, what their arguments point to, and keep none of them. A `*` at the end
  /// stands for any ending.
  public var borrows: Set<String> = []
  public var failures: [String: Failure] = [:]
  public var sleeps: Set<String> = []
  /// Functions that free, or take over, their first argument.
  public var freesArgument: Set<String> = []
  /// Functions that do nothing where their first argument is NULL.
  public var nullSafe: Set<String> = []
  /// Tests and look-ups that say that an object is gone for good.
  public var gone: Set<String> = []
  /// Functions after which others reach their first argument by way of the second.
  public var publishes: Set<String> = []
  public var noreturn: Set<String> = []

  public init() {}

  /// Whether a function says that an object is gone for good, by contract or by the name that the kernel gives to those.
  public func saysGone(_ function: String) -> Bool {
    gone.contains(function)
      || ["_inc_not_zero", "_get_unless_zero", "_tryget"].contains { function.hasSuffix($0) }
  }

  /// Both; where they differ about one function, what `other` says.
  public func merging(_ other: Contracts) -> Contracts {
    var merged = self
    for lock in other.locks {
      if let index = merged.locks.firstIndex(where: {
        $0.family == lock.family && $0.argument == lock.argument
      }) {
        merged.locks[index].acquire.formUnion(lock.acquire)
        merged.locks[index].acquireOnZero.formUnion(lock.acquireOnZero)
        merged.locks[index].acquireOnNonzero.formUnion(lock.acquireOnNonzero)
        merged.locks[index].release.formUnion(lock.release)
        merged.locks[index].maySleep = lock.maySleep
        merged.locks[index].isOnlyOne = lock.isOnlyOne
      } else {
        merged.locks.append(lock)
      }
    }
    merged.allocations = Self.merge(allocations, other.allocations)
    merged.references = Self.merge(references, other.references)
    merged.states = Self.merge(states, other.states)
    merged.borrows.formUnion(other.borrows)
    merged.failures.merge(other.failures) { $1 }
    merged.sleeps.formUnion(other.sleeps)
    merged.freesArgument.formUnion(other.freesArgument)
    merged.nullSafe.formUnion(other.nullSafe)
    merged.gone.formUnion(other.gone)
    merged.publishes.formUnion(other.publishes)
    merged.noreturn.formUnion(other.noreturn)
    return merged
  }

  private static func merge(_ a: [Pair], _ b: [Pair]) -> [Pair] {
    var merged = a
    for pair in b {
      if let index = merged.firstIndex(where: {
        $0.family == pair.family && $0.releaseArgument == pair.releaseArgument
      }) {
        merged[index].acquire.formUnion(pair.acquire)
        merged[index].release.formUnion(pair.release)
        merged[index].each.merge(pair.each) { $1 }
        merged[index].consumes.merge(pair.consumes) { $1 }
        merged[index].isManaged = pair.isManaged
      } else {
        merged.append(pair)
      }
    }
    return merged
  }
}
