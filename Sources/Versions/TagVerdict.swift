// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail

/// A Reviewed-by, Acked-by or Tested-by of the old version, and what the new one made of it.
public struct TagVerdict: Sendable {
  /// The words of the JSON contract.
  public enum State: String, Sendable {
    case carried, lost
    case keptOnChanged = "kept-on-changed"
  }

  public var tag: Trailer
  /// The place of the patch in the new series.
  public var new: Int
  /// The mail that gave it; empty where the old patch had it.
  public var messageID: String
  public var state: State
  public var why: String
}

/// Follows tags from one version to the next.
struct TagJudge {
  let old, new: Series
  let pairs: [PatchPair]
  let discussion: Discussion

  func verdicts() -> [TagVerdict] {
    let mails = Set(
      old.patches.map(\.envelope.messageID) + [old.cover?.envelope.messageID].compactMap(\.self))
    let given = discussion.tags.map { ($0, discussion.root(of: $0.messageID, among: mails)) }
    return pairs.flatMap { pair -> [TagVerdict] in
      guard let i = pair.old, let j = pair.new else { return [] }
      let mail = old.patches[i]
      let answers = given.filter { _, root in
        root == mail.envelope.messageID || root != nil && root == old.cover?.envelope.messageID
      }
      let all = mail.trailers.filter(\.approves).map { ($0, "") } + answers.map { ($0.0.tag, $0.0.messageID) }
      var judged: [Trailer] = []
      return all.compactMap { tag, messageID in
        guard !judged.contains(where: { Self.isSame($0, tag) }) else { return nil }
        judged.append(tag)
        return verdict(on: tag, given: messageID, pair, new: j)
      }
    }
  }

  private func verdict(on tag: Trailer, given messageID: String, _ pair: PatchPair, new index: Int)
    -> TagVerdict
  {
    // One who acked and later reviewed is there as well.
    let isKept = new.patches[index].trailers.contains { $0.approves && $0.person.isSame(as: tag.person) }
    let change = "\(pair.differing) of its changed lines are others"
    var verdict = TagVerdict(tag: tag, new: index, messageID: messageID, state: .carried, why: "it is there")
    if isKept, pair.isChangedMuch {
      verdict.state = .keptOnChanged
      verdict.why = "it is there, but the patch changed: \(change)"
    } else if !isKept {
      verdict.state = .lost
      verdict.why =
        pair.isChangedMuch
        ? "it is not there; the patch changed, which may be the reason: \(change)"
        : "it is not there, and the patch is \(pair.differing == 0 ? "the same" : "nearly the same")"
    }
    return verdict
  }

  private static func isSame(_ a: Trailer, _ b: Trailer) -> Bool {
    a.key.lowercased() == b.key.lowercased() && a.person.isSame(as: b.person)
  }
}
