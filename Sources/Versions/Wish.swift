// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail

/// Whether words of a mail ask its reader for something.
enum Wish {
  /// What is left when praise, tags and politeness are taken away is a wish: reviewers are brief.
  static func isThere(in text: String) -> Bool {
    let lines = text.split(separator: "\n").map(String.init).filter { line in
      !line.allSatisfy(\.isWhitespace) && !isTag(line) && !isElision(line)
    }
    guard !lines.isEmpty else { return false }
    // Code stands for "like this".
    if lines.contains(where: { $0.hasPrefix("\t") }) { return true }
    return sentences(of: lines.joined(separator: " ")).contains { !isContent($0) }
  }

  /// Whether words ask to have lines in a patch of their own.
  static func isForAnotherPatch(_ text: String) -> Bool {
    let words = lowered(text)
    return [
      "separate", "split", "own patch", "another patch", "different patch", "preparatory", "prep patch",
      "patch by",
    ]
    .contains { words.contains($0) }
  }

  /// Whether an answer says that its author will do what was asked: in its first words, or by a promise anywhere.
  static func isPromise(_ text: String) -> Bool {
    let words = lowered(text)
    if words.hasPrefix("ok") || agreement.contains(where: { isBegun(words, with: $0) }) {
      // "Right, but …" explains.
      let first = words.prefix { !".!?".contains($0) }
      return !first.contains(" but ") && !first.contains("leave it")
    }
    return promises.contains { words.contains($0) }
  }

  /// Whether an answer is a question itself, or says that the comment was not understood.
  static func isCounterQuestion(_ text: String) -> Bool {
    let last = text.split(separator: "\n").last { line in
      line.contains(where: \.isLetter) && !isThanks(lowered(String(line)))
    }
    let words = lowered(text)
    return last.map { String($0).trimmingBlanks.hasSuffix("?") } == true
      || puzzled.contains { words.contains($0) }
  }

  private static let puzzled = [
    "don't follow", "do not follow", "don't understand", "do not understand", "what do you mean",
    "not sure what you mean",
    "could you elaborate", "can you elaborate", "could you clarify", "can you clarify", "please clarify",
  ]

  /// Whether somebody takes back what they said.
  static func isTakenBack(_ text: String) -> Bool {
    let words = lowered(text)
    return takenBack.contains { words.contains($0) }
  }

  private static let takenBack = [
    "disregard", "never mind", "nevermind", "ignore that", "ignore this", "ignore my", "scratch that",
    "forget it",
    "forget that", "forget what i", "i was wrong", "my mistake", "i misread", "i missed that", "strike that",
  ]

  /// Whether words begin a text and end there.
  private static func isBegun(_ text: String, with words: String) -> Bool {
    text.hasPrefix(words) && text.dropFirst(words.count).first.map { !$0.isLetter } ?? true
  }

  /// Whether an answer says that its author is content with what was explained.
  static func isContentedAnswer(_ text: String) -> Bool {
    let words = lowered(text)
    guard !text.contains("?") else { return false }
    return contented.contains { words.hasPrefix($0) } || isThanks(words)
  }

  // MARK: Sentences

  private static func sentences(of text: String) -> [String] {
    var (sentences, current) = ([String](), "")
    for character in text {
      current.append(character)
      if ".!?;:".contains(character) {
        sentences.append(current)
        current = ""
      }
    }
    sentences.append(current)
    return sentences.map { $0.trimmingBlanks }.filter { $0.contains(where: \.isLetter) }
  }

  /// Whether a sentence is content with things as they are.
  private static func isContent(_ sentence: String) -> Bool {
    guard !sentence.contains("?") else { return false }
    let words = lowered(sentence)
    if limits.contains(where: { words.contains($0) }) { return false }
    return praise.contains { words.hasPrefix($0) } || isThanks(words) || isGreeting(words)
  }

  private static func isThanks(_ words: String) -> Bool {
    ["thanks", "thank you", "thx", "cheers", "regards", "best regards"].contains { words.hasPrefix($0) }
  }

  private static func isGreeting(_ words: String) -> Bool {
    words.count < 30 && ["hi", "hello", "hey", "dear"].contains { words == $0 || words.hasPrefix($0 + " ") }
  }

  /// What turns praise into a wish.
  private static let limits = [
    "but ", "except", "other than", "apart from", "though", "however", "nit", "with that", "with this", "if ",
    "should", "please", "just ", "only ",
  ]

  private static let praise = [
    "looks good", "looks fine", "looks great", "looks nice", "looks ok", "looks okay", "looks sane",
    "looks correct",
    "this looks good", "this looks fine", "this looks great", "that looks good", "it looks good", "lgtm",
    "sgtm", "nice",
    "great", "good catch", "good point", "good", "cool", "beautiful", "excellent", "perfect", "makes sense",
    "this makes sense", "that makes sense", "agreed", "i agree", "applied", "queued", "merged", "pushed",
    "acked",
    "reviewed", "tested", "works for me", "fine with me", "fine by me", "no objection", "i like ", "i'm fine",
    "i am fine",
    "ack", "ok", "okay", "yes", "yep", "yeah", "sure", "right", "thanks", "for the series", "for the patch",
    "the above approach looks", "nothing to add", "no further comments", "no comments", "for what it's worth",
    "fwiw",
  ]

  private static let agreement = [
    "done", "fixed", "ack", "acked", "okay", "sure", "yes", "yep", "yeah", "yup", "agreed", "agree",
    "i agree",
    "good catch", "good point", "good idea", "nice catch", "makes sense", "right", "got it", "noted",
    "my bad", "oops",
    "indeed", "you're right", "you are right", "true", "correct", "absolutely", "of course", "no problem",
    "roger",
    "understood", "copy that", "sounds good", "fair enough", "fair point", "ah", "oh", "thanks for catching",
    "thanks a lot for catching", "thank you for catching",
  ]

  private static let promises = [
    "will do", "will fix", "will change", "will add", "will remove", "will drop", "will update",
    "will be fixed",
    "will move", "will rename", "will use", "will send", "will address", "will split", "will avoid",
    "will correct",
    "i'll ", "we'll ", "in the next version", "in next version", "in v2", "in v3", "in v4", "in v5",
  ]

  private static let contented = [
    "ok", "okay", "fair enough", "makes sense", "i see", "ah", "got it", "right", "understood", "agreed",
    "good",
    "great", "yes", "sounds good", "alright", "fine", "thanks", "sure", "never mind", "nevermind",
    "works for me",
  ]

  private static func lowered(_ text: String) -> String {
    text.lowercased().replacing("\n", with: " ").trimmingBlanks.trimmingPrefix { !$0.isLetter }.description
  }

  /// `Reviewed-by: …`, also where it is all that a mail says.
  static func isTag(_ line: String) -> Bool {
    guard let tag = Trailer(line: line) else { return false }
    let key = tag.key.lowercased()
    return key.hasSuffix("-by") || ["fixes", "cc", "link", "closes"].contains(key)
  }

  private static func isElision(_ line: String) -> Bool {
    let text = line.trimmingBlanks
    return text == "..." || text == "[...]" || text == "[ ... ]" || text == "[snip]" || text == "<snip>"
  }
}

extension String {
  var trimmingBlanks: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
