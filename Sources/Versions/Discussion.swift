// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail

/// What was said about a version, and who answered whom.
public struct Discussion: Sendable {
  let replies: [Reply]
  private var answers: [String: [Int]] = [:]

  /// - Parameter replies: in the order in which they came.
  public init(_ replies: [Reply]) {
    self.replies = replies
    for (index, reply) in replies.enumerated() {
      if let parent = reply.envelope.inReplyTo { answers[parent, default: []].append(index) }
    }
  }

  /// How a comment fared where it was made.
  enum Outcome: Hashable {
    case silence
    /// The author of the patch said that it will be done.
    case promised(by: Person, in: String)
    /// The author explained, and nobody objected.
    case explained(by: Person, in: String)
    /// The author asked what was meant, and nobody said it.
    case askedBack(by: Person, in: String)
    /// The reviewer, or somebody else, had the last word, and is not content.
    case open(by: Person, in: String)
    /// The reviewer took it back.
    case withdrawn(in: String)
  }

  /// - Parameters:
  ///   - words: the comment.
  ///   - authors: of the patch.
  func outcome(of words: String, in messageID: String, by reviewer: Person?, authors: [Person]) -> Outcome {
    var outcome = Outcome.silence
    var frontier = [(messageID, words)]
    var seen: Set<String> = [messageID]
    while !frontier.isEmpty {
      let (parent, said) = frontier.removeFirst()
      for index in answers[parent] ?? [] {
        let reply = replies[index]
        guard let from = reply.envelope.from, seen.insert(reply.envelope.messageID).inserted,
          let answer = answer(to: said, in: reply)
        else { continue }
        let isAuthor = authors.contains { $0.isSame(as: from) }
        if let reviewer, reviewer.isSame(as: from), Wish.isTakenBack(answer) {
          return .withdrawn(in: reply.envelope.messageID)
        }
        if isAuthor {
          let id = reply.envelope.messageID
          // Thanks alone are a promise, too.
          outcome =
            Wish.isPromise(answer) || !Wish.isThere(in: answer)
            ? .promised(by: from, in: id)
            : Wish.isCounterQuestion(answer) ? .askedBack(by: from, in: id) : .explained(by: from, in: id)
        } else if outcome != .silence, !Wish.isContentedAnswer(answer) {
          outcome = .open(by: from, in: reply.envelope.messageID)
        }
        frontier.append((reply.envelope.messageID, answer))
      }
    }
    return outcome
  }

  /// What a mail says below a quotation of some words; nil where it quotes others.
  private func answer(to words: String, in reply: Reply) -> String? {
    let wanted = words.split(separator: "\n").map { Self.key($0) }.filter { !$0.isEmpty }
    let answers = reply.passages.filter { passage in
      let quoted = passage.quoted.filter { !$0.hasPrefix(">") }.map { Self.key($0) }
      // Mailers wrap what they quote, so that long lines are looked for in the whole.
      let whole = quoted.joined()
      return wanted.contains { quoted.contains($0) || $0.count >= Self.longLine && whole.contains($0) }
    }
    guard !answers.isEmpty else { return nil }
    return answers.flatMap(\.words).joined(separator: "\n").trimmingBlanks
  }

  private static let longLine = 16

  /// Without what mailers do to white space.
  private static func key(_ line: some StringProtocol) -> String { String(line.filter { !$0.isWhitespace }) }

  // MARK: Tags

  /// A tag that somebody gave in a mail.
  struct GivenTag: Hashable {
    var tag: Trailer
    var messageID: String
    /// The mail that was answered.
    var answered: String
  }

  /// Tags in answers, each where it was given. Those in a quotation are nobody's.
  var tags: [GivenTag] {
    replies.flatMap { reply in
      reply.passages.flatMap(\.words).compactMap { line -> GivenTag? in
        guard let tag = Trailer(line: line), tag.approves else { return nil }
        return GivenTag(
          tag: tag, messageID: reply.envelope.messageID, answered: reply.envelope.inReplyTo ?? "")
      }
    }
  }

  /// The mail of a series that a discussion began with, from one of its answers.
  func root(of messageID: String, among mails: Set<String>) -> String? {
    var current = messageID
    let parents = Dictionary(
      replies.compactMap { reply in reply.envelope.inReplyTo.map { (reply.envelope.messageID, $0) } },
      uniquingKeysWith: { first, _ in first })
    for _ in 0..<Self.deepest {
      if mails.contains(current) { return current }
      guard let parent = parents[current] else { return nil }
      current = parent
    }
    return nil
  }

  private static let deepest = 256
}

extension Trailer {
  /// Whether it says that somebody is content with the patch.
  var approves: Bool {
    ["reviewed-by", "acked-by", "tested-by", "reviewed-and-tested-by"].contains(key.lowercased())
  }
}
