// SPDX-License-Identifier: GPL-2.0-or-later

/// From which states an execution can come to an end. Where none can, threads run in a circle for ever: one that spins under
/// a lock which the other needs to let it go.
struct Progress {
  /// The steps between states, by their numbers.
  private var sources: [UInt32] = []
  private var targets: [UInt32] = []
  /// States in which an execution ends, in whatever way.
  private var ends: Set<UInt32> = []

  /// What is kept in memory, in bytes.
  var size: Int { (sources.capacity + targets.capacity) * 4 }

  mutating func addStep(from source: Int, to target: Int) {
    sources.append(UInt32(source))
    targets.append(UInt32(target))
  }

  mutating func addEnd(_ state: Int) { ends.insert(UInt32(state)) }

  /// The first state from which no end is reached; nil where there is none.
  /// - Parameter count: of states.
  func firstWithoutEnd(of count: Int) -> Int? {
    // Steps by their targets, then backwards from the ends.
    var starts = [UInt32](repeating: 0, count: count + 1)
    for target in targets { starts[Int(target) + 1] += 1 }
    for state in 0..<count { starts[state + 1] += starts[state] }
    var places = starts
    var before = [UInt32](repeating: 0, count: sources.count)
    for (index, target) in targets.enumerated() {
      before[Int(places[Int(target)])] = sources[index]
      places[Int(target)] += 1
    }
    var isReached = [Bool](repeating: false, count: count)
    var open = ends.map { Int($0) }
    for state in open { isReached[state] = true }
    while let state = open.popLast() {
      for place in Int(starts[state])..<Int(starts[state + 1]) {
        let source = Int(before[place])
        if !isReached[source] {
          isReached[source] = true
          open.append(source)
        }
      }
    }
    return isReached.firstIndex(of: false)
  }
}
