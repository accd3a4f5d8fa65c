// SPDX-License-Identifier: GPL-2.0-or-later

/// What a step chose where the scenario leaves it open: which branches, which allocations fail.
struct Choices: Hashable, Sendable {
  /// In their order: what was chosen, and of how many.
  private(set) var made: [(value: UInt8, count: UInt8)] = []
  private var next = 0

  /// Choices of one step: more are not tried.
  static let most = 12

  init() {}

  /// Chooses anew what a step before this one chose.
  init(_ values: [UInt8]) { made = values.map { ($0, $0 + 1) } }

  var values: [UInt8] { made.prefix(next).map(\.value) }

  /// The next choice: what is set already, else the first.
  mutating func choose(_ count: UInt8) -> UInt8 {
    if next == made.count { made.append((0, count)) }
    made[next].count = count
    next += 1
    return made[next - 1].value
  }

  /// The choices that come after these; nil when all were tried.
  var following: Choices? {
    var following = self
    following.made.removeLast(made.count - next)
    following.next = 0
    while let last = following.made.last {
      if last.value + 1 < last.count {
        following.made[following.made.count - 1].value += 1
        return following
      }
      following.made.removeLast()
    }
    return nil
  }

  static func == (a: Choices, b: Choices) -> Bool { a.values == b.values }
  func hash(into hasher: inout Hasher) { hasher.combine(values) }
}
