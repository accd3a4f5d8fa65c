// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// Something that a function holds at a return since the patch, and did not before.
struct HeldByPatch: Sendable {
  var function: ChangedFunction
  var held: HeldPaths.Held
  var end: HeldPaths.End
  /// Other returns of the patch at which it is held.
  var others: [HeldPaths.End] = []
  /// What of the patch is the cause.
  var cause: Cause

  enum Cause: Hashable, Sendable {
    /// A return, a jump or a test on an added line.
    case leaves(NodeID)
    /// The call that takes it is on an added line.
    case takes
    /// The call that gave it back is on a removed line; its token on the old side.
    case removed(Int, side: Int)
  }
}

extension PatchFacts {
  /// What changed functions hold at returns since the patch.
  func heldByPatch(_ subject: HeldPaths.Subject) -> [HeldByPatch] {
    followed(subject).flatMap { function, paths -> [HeldByPatch] in
      guard !paths.held.isEmpty else { return [] }
      let before = function.old.map { $0.paths(subject, self) }
      // What could not be followed before the patch may have been held already.
      guard before.allSatisfy({ $0.notChecked == nil }) else { return [] }
      // What is switched on stays on where the function succeeds.
      let old = Set(
        before.flatMap(\.held).filter { subject != .states || $0.ends.contains(where: \.isFailure) }.map(
          \.name))
      return paths.held.filter { !old.contains($0.name) }.flatMap { held in
        held.ends.compactMap { end in
          cause(of: end, held, in: function).map {
            HeldByPatch(function: function, held: held, end: end, cause: $0)
          }
        }
      }
    }
  }

  /// One for each call that takes something: the first way that loses it, with the other ones.
  func mistakes(_ subject: HeldPaths.Subject, where isMistake: (HeldByPatch) -> Bool) -> [HeldByPatch] {
    var found: [HeldByPatch] = []
    for next in heldByPatch(subject) where isMistake(next) {
      let same = found.firstIndex {
        $0.function.name == next.function.name && $0.function.unit.path == next.function.unit.path
          && $0.held.taken == next.held.taken && $0.held.name == next.held.name
      }
      guard let same else {
        found.append(next)
        continue
      }
      found[same].others.append(next.end)
    }
    return found
  }

  private func cause(of end: HeldPaths.End, _ held: HeldPaths.Held, in function: ChangedFunction)
    -> HeldByPatch.Cause?
  {
    let (syntax, unit) = (function.syntax, function.unit)
    let taken = end.way.lastIndex { syntax[$0].tokens.contains(held.taken) } ?? 0
    let behind = end.way[taken...]
    // Many ways meet at the label of a return.
    if let jump = behind.last(where: { syntax[$0].kind == .gotoStatement }), unit.isTouched(jump) {
      return .leaves(jump)
    }
    if end.node != .none, syntax[end.node].kind == .returnStatement, unit.isTouched(end.node) {
      return .leaves(end.node)
    }
    if let jump = behind.last(where: { syntax[$0].kind.isJump && unit.isTouched($0) }) {
      return .leaves(jump)
    }
    if unit.place(ofToken: held.taken) == .added { return .takes }
    for (index, side) in function.old.enumerated() {
      for id in side.syntax.descendants(of: side.function) where side.syntax[id].kind == .call {
        guard let callee = side.syntax.child(0, of: id), side.syntax[callee].kind == .identifier,
          contracts.givesBack(side.syntax.name(of: callee), held.family),
          side.unit.place(ofToken: Int(side.syntax[id].first)) == .removed
        else { continue }
        return .removed(Int(side.syntax[id].first), side: index)
      }
    }
    return behind.last { syntax.isCondition($0) && unit.isTouched($0) }.map { .leaves($0) }
  }
}

extension HeldByPatch {
  /// The finding: where the patch causes it, the way that shows it, and the other places.
  /// - Parameters:
  ///   - did: what was done to take it: `taken`.
  ///   - ends: what is wrong where the way ends.
  ///   - givenBack: what other ways do.
  func draft(_ message: String, _ patch: PatchFacts, did: String, ends: String, givenBack: String)
    -> FindingDraft
  {
    var draft = FindingDraft(
      message, at: span(patch), evidence: [way(verb: did)] + [otherWays].compactMap(\.self))
    draft.related = related(patch, taken: "\(did) here", ends: ends, givenBack: givenBack)
    draft.symbols = [function.name]
    draft.relies = relies
    return draft
  }

  /// The line that causes it.
  private func span(_ patch: PatchFacts) -> Span {
    switch cause {
    case .leaves(let node): patch.span(of: node, in: function.unit, side: .new)
    case .takes: patch.span(ofCall: held.taken, in: function.new)
    case .removed(let token, let side):
      patch.span(ofTokens: token..<token + 1, in: function.old[side].unit, side: .old)
    }
  }

  /// The other places: where it is taken, where the way ends, where another way gives it back.
  private func related(_ patch: PatchFacts, taken: String, ends: String, givenBack: String) -> [RelatedSpan] {
    var related: [RelatedSpan] = []
    if cause != .takes {
      related.append(RelatedSpan(patch.span(ofCall: held.taken, in: function.new), label: taken))
    }
    if end.node != .none, cause != .leaves(end.node) {
      related.append(RelatedSpan(patch.span(of: end.node, in: function.unit, side: .new), label: ends))
    }
    for other in others.prefix(Self.mostOthers) where other.node != .none {
      related.append(RelatedSpan(patch.span(of: other.node, in: function.unit, side: .new), label: ends))
    }
    if let token = held.givenBack.compactMap(\.released).min() {
      related.append(RelatedSpan(patch.span(ofCall: token, in: function.new), label: givenBack))
    }
    return related
  }

  /// Other ends that are shown.
  private static let mostOthers = 5

  /// The way as evidence: the lines at which it chooses.
  private func way(verb: String) -> Evidence {
    let syntax = function.syntax
    let lines = end.way.filter { syntax.isCondition($0) && Int(syntax[$0].first) > held.taken }.map {
      function.line(Int(syntax[$0].first))
    }
    let choices = lines.reduce(into: [UInt32]()) { if $0.last != $1 { $0.append($1) } }
    let by =
      choices.isEmpty
      ? ""
      : " by way of line\(choices.count == 1 ? "" : "s") \(choices.map(String.init).joined(separator: ", "))"
    return Evidence(
      .source, "\(verb) at line \(function.line(held.taken)), and the function ends at line \(lastLine)\(by)")
  }

  private var lastLine: UInt32 {
    let syntax = function.syntax
    guard end.node != .none else { return function.line(Int(syntax[function.new.function].end) - 1) }
    return function.line(Int(syntax[end.node].first))
  }

  /// Where other ways give it back.
  private var otherWays: Evidence? {
    let lines = Set(held.givenBack.compactMap(\.released).map { function.line($0) }).sorted()
    guard !lines.isEmpty else { return nil }
    return Evidence(
      .source,
      "other ways give it back, at line\(lines.count == 1 ? "" : "s") \(lines.map(String.init).joined(separator: ", "))"
    )
  }

  /// What it would be wrong without.
  private var relies: Set<FindingDraft.Reliance> {
    function.unit.isWhole && !function.isShown(end.way) ? [.tree] : []
  }
}

extension PatchFacts {
  /// The call that begins with a token.
  func span(ofCall token: Int, in side: ChangedFunction.Side, on place: Span.Side = .new) -> Span {
    let call = side.syntax.descendants(of: side.function).first {
      side.syntax[$0].kind == .call && Int(side.syntax[$0].first) == token
    }
    return call.map { span(of: $0, in: side.unit, side: place) }
      ?? span(ofTokens: token..<token + 1, in: side.unit, side: place)
  }

  /// Whether some way through the function leaves what is held with another.
  func mayKeep(_ held: HeldPaths.Held, in unit: SourceUnit) -> Bool {
    held.isStored || !areBorrows(held.passedTo, in: unit)
  }

  /// Whether each function that got something on a way is known not to keep it.
  func areBorrows(_ passings: [HeldPaths.Passing], in unit: SourceUnit) -> Bool {
    guard !passings.isEmpty else { return true }
    let typed = typedUnit(of: unit)
    return passings.allSatisfy { typed.borrows($0, contracts: contracts) }
  }
}

extension Contracts {
  /// Whether a function gives back what is of a family.
  fileprivate func givesBack(_ function: String, _ family: String) -> Bool {
    locks.contains { $0.family == family && $0.release.contains(function) }
      || (references + allocations + states).contains { $0.family == family && $0.release.contains(function) }
  }
}

extension NodeKind {
  fileprivate var isJump: Bool {
    switch self {
    case .gotoStatement, .breakStatement, .continueStatement: true
    default: false
    }
  }
}

extension SyntaxTree {
  /// Whether a node of a way is a choice, not a statement.
  func isCondition(_ id: NodeID) -> Bool {
    guard let parent = parent(of: id) else { return false }
    var (child, around) = (id, parent)
    while true {
      switch self[around].kind {
      case .ifStatement, .whileStatement: return self.child(0, of: around) == child
      case .switchStatement, .macroLoop: return self.child(0, of: around) == child
      case .doStatement, .forStatement: return self.child(1, of: around) == child
      case .parenthesised, .binary, .unary, .call:
        guard let next = self.parent(of: around) else { return false }
        (child, around) = (around, next)
      default: return false
      }
    }
  }
}
