// SPDX-License-Identifier: GPL-2.0-or-later

/// A variable, or memory that was allocated.
struct MemoryObject: Hashable, Sendable {
  struct Flags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let isAlive = Flags(rawValue: 1)
    /// Another thread may have got a pointer to it.
    static let isShared = Flags(rawValue: 2)
    /// What was never written is 0.
    static let isZeroed = Flags(rawValue: 4)
    static let isHeap = Flags(rawValue: 8)
    /// A variable of a function: it ends when that returns.
    static let isLocal = Flags(rawValue: 16)
  }

  struct Cell: Hashable, Sendable {
    var path: PathID
    var value: Value
  }

  var site: SiteID
  /// -1 where it is not known.
  var structure: Int32 = -1
  var flags: Flags
  /// Of a local: the thread and the depth of its frame.
  var thread: Int16 = -1
  var frame: Int16 = -1
  /// What was written, sorted by path. A 0 in zeroed memory is not there.
  var cells: [Cell] = []

  private func index(of path: PathID) -> (index: Int, isThere: Bool) {
    var (low, high) = (0, cells.count)
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].path.number < path.number { low = middle + 1 } else { high = middle }
    }
    return (low, low < cells.count && cells[low].path == path)
  }

  subscript(path: PathID) -> Value {
    get {
      let (index, isThere) = index(of: path)
      return isThere ? cells[index].value : flags.contains(.isZeroed) ? .null : .uninitialised
    }
    set {
      let (index, isThere) = index(of: path)
      let isDefault = newValue == (flags.contains(.isZeroed) ? .null : .uninitialised)
      switch (isThere, isDefault) {
      case (true, true): cells.remove(at: index)
      case (true, false): cells[index].value = newValue
      case (false, false): cells.insert(Cell(path: path, value: newValue), at: index)
      case (false, true): break
      }
    }
  }
}

/// A call that runs.
struct Frame: Hashable, Sendable {
  var function: FunctionID
  /// The instruction that comes next; of a caller the one behind the call.
  var next: Int32
  var locals: [Value]
  var stack: [Value] = []
}

/// A lock that a thread holds.
struct HeldLock: Hashable, Sendable {
  var object: Int32
  var path: PathID
  var mode: LockMode
  var kind: LockKind
}

struct ThreadState: Hashable, Sendable {
  /// Number of the scenario's thread; -1 for what was deferred.
  var entry: Int32
  /// What kind of deferred work: number of a text.
  var kind: Int32 = -1
  /// What stands for the work.
  var key = Value.null
  /// The innermost last; none where it has ended.
  var frames: [Frame]
  var held: [HeldLock] = []
  /// Depth of atomic sections, and of read-side critical sections.
  var atomicDepth: UInt8 = 0
  var readerDepth: UInt8 = 0
  /// Threads that were inside of a read-side critical section when it began to wait for them.
  var readersAwaited: UInt64 = 0

  var hasEnded: Bool { frames.isEmpty }
}

/// Work that is to run: of a workqueue, a timer, a grace period.
struct DeferredWork: Hashable, Sendable {
  var kind: Int32
  var function: Value
  var argument: Value
  var key: Value
  /// Threads whose read-side critical sections must end first.
  var readersAwaited: UInt64
}

/// One moment of an execution, between two steps.
struct State: Hashable, Sendable {
  var objects: [MemoryObject] = []
  var threads: [ThreadState] = []
  var deferred: [DeferredWork] = []

  /// As many as a set of readers has room for. The scenario's are first; what was deferred uses the places behind them again.
  static let mostThreads = 48
}
