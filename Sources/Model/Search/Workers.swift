// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import SourceText
internal import Synchronization

/// Expands states on several threads. What comes of it is the same for any number of them.
struct Workers {
  /// States that are expanded before their results are put together, and the time is looked at: a step may be a long one.
  static let batch = 256
  /// With fewer of them a thread is not worth its start.
  private static let fewest = 64
  /// States that a thread takes at once.
  private static let share = 8

  private let count: Int
  private var expanders: [Expander] = []

  init(_ threads: Int?) {
    count = max(1, threads ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// - Parameter main: gets to know what was seen of memory.
  /// - Returns: for each state what it leads to; nil where a way into an object came up that is new to `main`.
  mutating func expand(_ states: Range<Int>, of store: StateStore, _ main: inout Expander) -> [Expansion?] {
    guard count > 1, states.count >= Self.fewest else { return states.map { _ in nil } }
    while expanders.count < count { expanders.append(main) }
    for index in expanders.indices { expanders[index].setPaths(of: main) }
    let (known, begun) = (main, expanders)
    let next = Atomic(states.lowerBound)
    let parts = inParallel(count) { worker -> (expander: Expander, results: [(Int, Expansion?)]) in
      var expander = begun[worker]
      var results: [(Int, Expansion?)] = []
      while true {
        let first = next.wrappingAdd(Self.share, ordering: .relaxed).oldValue
        guard first < states.upperBound else { return (expander, results) }
        for number in first..<min(first + Self.share, states.upperBound) {
          let seen = expander.executor.protection
          let expansion = expander.expand(store, number)
          let isNew = expander.executor.paths.count > known.executor.paths.count
          if isNew {
            expander.setPaths(of: known)
            expander.executor.protection = seen
          }
          results.append((number, isNew ? nil : expansion))
        }
      }
    }
    var expansions = [Expansion?](repeating: nil, count: states.count)
    for (worker, part) in parts.enumerated() {
      expanders[worker] = part.expander
      main.executor.protection.merge(part.expander.executor.protection)
      for (number, expansion) in part.results { expansions[number - states.lowerBound] = expansion }
    }
    return expansions
  }
}

extension Expander {
  func state(_ number: Int, of store: StateStore) -> State {
    coder.decode(store.bytes, store.range(of: number))
  }

  mutating func expand(_ store: StateStore, _ number: Int) -> Expansion { expand(state(number, of: store)) }

  /// Forgets the ways into objects that another one does not know.
  fileprivate mutating func setPaths(of other: Expander) {
    guard executor.paths.count != other.executor.paths.count else { return }
    executor.paths = other.executor.paths
    executor.retargets.removeAll()
  }
}
