// SPDX-License-Identifier: GPL-2.0-or-later

/// A way into an object, by its number in the `PathTable`: the object itself, or a member or element of something inside.
struct PathID: Hashable, Sendable {
  let number: Int32

  static let root = PathID(number: 0)
}

/// The ways into objects, each kept once.
///
/// Objects are trees of names, not bytes: the layout of a struct depends on a configuration that a patch does not come
/// with, and what code does may not depend on it.
struct PathTable: Sendable {
  enum Step: Hashable, Sendable {
    case root
    case member(NameID)
    case element(Int32)
    /// `container_of()` of what is not inside such a struct, as of the head of a list: the names of `list` from
    /// `position` on are still to come before it is back where it was.
    case before(names: Int32, position: Int32)
  }

  private struct Node: Hashable {
    var parent: PathID
    var step: Step
  }

  private var nodes = [Node(parent: .root, step: .root)]
  private var numbers: [Node: Int32] = [:]
  /// What `withoutIndices` found; -1 where it was not asked yet.
  private var plain: [Int32] = []
  /// The member names that `container_of()` takes away, outermost first.
  private(set) var chains: [[NameID]] = []

  /// How many there are: it grows with the states that are looked at.
  var count: Int { nodes.count }

  func step(of path: PathID) -> Step { nodes[Int(path.number)].step }
  func parent(of path: PathID) -> PathID { nodes[Int(path.number)].parent }

  private mutating func path(_ parent: PathID, _ step: Step) -> PathID {
    let node = Node(parent: parent, step: step)
    if let known = numbers[node] { return PathID(number: known) }
    let number = Int32(nodes.count)
    nodes.append(node)
    numbers[node] = number
    return PathID(number: number)
  }

  mutating func member(_ name: NameID, of path: PathID) -> PathID {
    if case .before(let chain, let position) = step(of: path), chains[Int(chain)][Int(position)] == name {
      let next = position + 1
      return next == chains[Int(chain)].count
        ? parent(of: path) : self.path(parent(of: path), .before(names: chain, position: next))
    }
    return self.path(path, .member(name))
  }

  mutating func element(_ index: Int32, of path: PathID) -> PathID { self.path(path, .element(index)) }

  mutating func chain(_ names: [NameID]) -> Int32 {
    if let known = chains.firstIndex(of: names) { return Int32(known) }
    chains.append(names)
    return Int32(chains.count - 1)
  }

  /// What holds the member of that chain of names at a path.
  mutating func container(_ chain: Int32, of path: PathID) -> PathID {
    var above = path
    for name in chains[Int(chain)].reversed() {
      guard step(of: above) == .member(name) else {
        return self.path(path, .before(names: chain, position: 0))
      }
      above = parent(of: above)
    }
    return above
  }

  /// Whether a path leads out of its object.
  func isOutside(_ path: PathID) -> Bool {
    var path = path
    while path != .root {
      if case .before = step(of: path) { return true }
      path = parent(of: path)
    }
    return false
  }

  /// Whether a path is another one or leads on from it.
  func isInside(_ path: PathID, _ outer: PathID) -> Bool {
    var path = path
    while true {
      if path == outer { return true }
      if path == .root { return false }
      path = parent(of: path)
    }
  }

  /// The steps from one path to another that is inside of it.
  func steps(from outer: PathID, to path: PathID) -> [Step] {
    var steps: [Step] = []
    var path = path
    while path != outer, path != .root {
      steps.append(step(of: path))
      path = parent(of: path)
    }
    return steps.reversed()
  }

  /// Goes on from a path.
  mutating func path(_ path: PathID, following steps: [Step]) -> PathID {
    steps.reduce(path) { path, step in
      switch step {
      case .member(let name): member(name, of: path)
      case .root: path
      default: self.path(path, step)
      }
    }
  }

  /// A path with every index as 0: the cells of an array are one class.
  mutating func withoutIndices(_ path: PathID) -> PathID {
    let number = Int(path.number)
    while plain.count < nodes.count { plain.append(-1) }
    if plain[number] >= 0 { return PathID(number: plain[number]) }
    let result: PathID
    if path == .root {
      result = path
    } else {
      let above = withoutIndices(parent(of: path))
      if case .element = step(of: path) {
        result = element(0, of: above)
      } else {
        result = self.path(above, step(of: path))
      }
    }
    while plain.count < nodes.count { plain.append(-1) }
    plain[number] = result.number
    return result
  }

  /// As C writes it behind the object's name: `.link.refcnt`, `[2].next`.
  func text(of path: PathID, names: [String]) -> String {
    steps(from: .root, to: path).map { step in
      switch step {
      case .root: ""
      case .member(let name): "." + names[Int(name.number)]
      case .element(let index): "[\(index)]"
      case .before: ".(no such container)"
      }
    }.joined()
  }
}
