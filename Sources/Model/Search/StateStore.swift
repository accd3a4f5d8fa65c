// SPDX-License-Identifier: GPL-2.0-or-later

/// All states that were found, whole, each once. A hash alone would call some space clean that is not.
struct StateStore {
  private(set) var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var tags: [UInt32] = []
  /// Open addressing: 32 bits of the hash, then the number of the state + 1; 0 is free. At most half are not.
  private var slots = [UInt64](repeating: 0, count: 1 << 12)
  private var mask = 1 << 12 - 1

  init() { mask = slots.count - 1 }

  /// How many there are.
  var count: Int { ends.count }

  /// What is kept in memory, in bytes.
  var size: Int { bytes.capacity + (ends.capacity + slots.capacity) * 8 + tags.capacity * 4 }

  func range(of state: Int) -> Range<Int> { (state == 0 ? 0 : ends[state - 1])..<ends[state] }

  func tag(of state: Int) -> UInt32 { tags[state] }

  /// - Parameter tag: what else tells the state apart.
  /// - Returns: the number of the state, and whether it is new.
  mutating func insert(_ state: [UInt8], tag: UInt32 = 0) -> (number: Int, isNew: Bool) {
    let hash = Self.hash(state.span, tag)
    let mark = hash & 0xffff_ffff_0000_0000
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place] != 0 {
      if slots[place] & 0xffff_ffff_0000_0000 == mark {
        let number = Int(slots[place] & 0xffff_ffff) - 1
        if tags[number] == tag, isEqual(number, state) { return (number, false) }
      }
      place = (place + 1) & mask
    }
    bytes += state
    ends.append(bytes.count)
    tags.append(tag)
    slots[place] = mark | UInt64(ends.count)
    if ends.count * 2 > slots.count { grow() }
    return (ends.count - 1, true)
  }

  private func isEqual(_ number: Int, _ state: [UInt8]) -> Bool {
    let range = range(of: number)
    guard range.count == state.count else { return false }
    let (known, new) = (bytes.span.extracting(range), state.span)
    for i in 0..<new.count where known[i] != new[i] { return false }
    return true
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    mask = slots.count - 1
    for number in ends.indices {
      let hash = Self.hash(bytes.span.extracting(range(of: number)), tags[number])
      var place = Int(truncatingIfNeeded: hash) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = hash & 0xffff_ffff_0000_0000 | UInt64(number + 1)
    }
  }

  /// Not seeded: the same in every run. Eight bytes at a time.
  private static func hash(_ bytes: Span<UInt8>, _ tag: UInt32) -> UInt64 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(bytes.count) ^ UInt64(tag) << 32
    var i = 0
    while i + 8 <= bytes.count {
      var word: UInt64 = 0
      for place in 0..<8 { word |= UInt64(bytes[i + place]) << UInt64(place * 8) }
      hash = (hash ^ word) &* 0x9fb2_1c65_1e98_df25
      hash ^= hash >> 32
      i += 8
    }
    while i < bytes.count {
      hash = (hash ^ UInt64(bytes[i])) &* 0x0000_0100_0000_01b3
      i += 1
    }
    hash = (hash ^ hash >> 29) &* 0xbf58_476d_1ce4_e5b9
    return hash ^ hash >> 32
  }
}
