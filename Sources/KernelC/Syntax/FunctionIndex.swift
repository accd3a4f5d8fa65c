// SPDX-License-Identifier: GPL-2.0-or-later

/// The functions of a tree by where they stand: a text may have 100,000 of them, and rules ask for each token.
struct FunctionIndex: Sendable {
  private struct Entry {
    var id: NodeID
    var first, end: UInt32
    /// The place among the children of the root.
    var place: Int
    /// The furthest end of this one and those before it.
    var reach: UInt32 = 0
  }

  /// By their first token. Readings of one declaration for several branches of a conditional overlap.
  private var entries: [Entry] = []

  init(_ nodes: [SyntaxNode], root: NodeID) {
    var next = nodes[Int(root.number)].firstChild
    while next != .none {
      let node = nodes[Int(next.number)]
      if node.kind == .function {
        entries.append(Entry(id: next, first: node.first, end: node.end, place: entries.count))
      }
      next = node.nextSibling
    }
    entries.sort { ($0.first, $0.place) < ($1.first, $1.place) }
    var reach: UInt32 = 0
    for index in entries.indices {
      reach = max(reach, entries[index].end)
      entries[index].reach = reach
    }
  }

  /// The first function, in the order of the tree, whose tokens hold one.
  func function(around token: Int) -> NodeID? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(entries[middle].first) <= token { low = middle + 1 } else { high = middle }
    }
    var found: Entry?
    while low > 0, Int(entries[low - 1].reach) > token {
      low -= 1
      let entry = entries[low]
      if Int(entry.end) > token, found.map({ entry.place < $0.place }) ?? true { found = entry }
    }
    return found?.id
  }
}
