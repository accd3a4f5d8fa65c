// SPDX-License-Identifier: GPL-2.0-or-later

/// Units that wait to be computed, those first on which others depend.
struct UnitQueue {
  private let ranks: [Int32]
  /// A heap, smallest rank first.
  private var heap: [(rank: Int32, unit: ConfigurationRules.Unit)] = []
  private var isWaiting: [Bool]
  private var counts: [UInt8]
  /// A unit was computed so often that its values chase each other.
  private(set) var isExhausted = false

  private static let rounds: UInt8 = 16

  init(_ rules: ConfigurationRules) {
    ranks = rules.ranks
    isWaiting = [Bool](repeating: false, count: ranks.count)
    counts = [UInt8](repeating: 0, count: ranks.count)
  }

  mutating func insert(_ unit: ConfigurationRules.Unit) {
    guard !isWaiting[Int(unit)] else { return }
    isWaiting[Int(unit)] = true
    let entry = (rank: ranks[Int(unit)], unit: unit)
    heap.append(entry)
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2].rank > entry.rank {
      heap[child] = heap[(child - 1) / 2]
      child = (child - 1) / 2
    }
    heap[child] = entry
  }

  mutating func removeFirst() -> ConfigurationRules.Unit? {
    while let first = heap.first {
      let last = heap.removeLast()
      if !heap.isEmpty { sink(last) }
      isWaiting[Int(first.unit)] = false
      if counts[Int(first.unit)] < Self.rounds {
        counts[Int(first.unit)] += 1
        return first.unit
      }
      isExhausted = true
    }
    return nil
  }

  /// Puts an entry where the first was, and lets it sink.
  private mutating func sink(_ entry: (rank: Int32, unit: ConfigurationRules.Unit)) {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].rank < heap[child].rank { child += 1 }
      guard heap[child].rank < entry.rank else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = entry
  }
}
