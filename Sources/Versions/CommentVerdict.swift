// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
internal import SourceText
internal import UnifiedDiff

/// A comment on the old version, and whether it still stands.
public struct CommentVerdict: Sendable {
  /// The words of the JSON contract.
  public enum State: String, Sendable {
    /// The lines changed, or the author answered and nobody objected.
    case answered
    /// The lines and those next to them are as they were.
    case unanswered
    /// What it is about is not in the new version.
    case gone
  }

  public var comment: ReviewComment
  /// The place of its patch in the old series, and of the one that holds the lines now; nil where none does.
  public var old: Int
  public var new: Int?
  /// Line in the new version, by the patch's own numbers; 0 where there is none, as in a log.
  public var newLine: UInt32
  public var state: State
  public var why: String
}

/// Judges the comments of one version by the next.
struct CommentJudge {
  let old, new: Series
  let pairs: [PatchPair]
  let discussion: Discussion
  private let files: MovedFiles
  private let renamed: RenamedWords

  init(old: Series, new: Series, pairs: [PatchPair], discussion: Discussion) {
    (self.old, self.new, self.pairs, self.discussion) = (old, new, pairs, discussion)
    files = MovedFiles(new)
    renamed = RenamedWords(from: old, to: new)
  }

  /// In the order of the series, and for each patch in that of the mails.
  func verdicts() -> [CommentVerdict] {
    old.patches.indices.flatMap { index in
      old.patches[index].comments.compactMap { verdict(on: $0, of: index) }
    }
  }

  /// nil where a comment is its author's own, asks for nothing, or belongs to no lines.
  private func verdict(on comment: ReviewComment, of index: Int) -> CommentVerdict? {
    let patch = old.patches[index]
    let authors = [patch.author, patch.envelope.from].compactMap(\.self)
    if let reviewer = comment.author, authors.contains(where: { $0.isSame(as: reviewer) }) { return nil }
    guard Wish.isThere(in: comment.text), var shown = place(of: comment, in: patch) else { return nil }
    // The line itself may have got another name because of the comment.
    if comment.path != nil {
      shown.lines = shown.lines.renamed(by: renamed.without(thoseIn: comment.text), but: shown.index)
    }
    let found = fate(of: shown, comment, index)
    var verdict = CommentVerdict(
      comment: comment, old: index, new: found?.patch, newLine: found?.line ?? 0, state: .gone, why: "")
    switch found?.fate {
    case nil, .gone?: verdict.why = "nothing of what stands around it is in the new version"
    case .changed?:
      verdict.state = .answered
      verdict.why = "the line changed"
    case .changedBeside?:
      verdict.state = .answered
      verdict.why = "a line next to it changed"
    case .unchanged? where found?.isElsewhere == true && Wish.isForAnotherPatch(comment.text):
      verdict.state = .answered
      verdict.why = "it is in another patch now"
    case .unchanged?: judge(&verdict, authors: authors)
    }
    return verdict
  }

  /// The lines that a comment is about, and which of them it stands below.
  private struct Place {
    var lines: ShownLines
    var index: Int
    /// Lines that other comments stand below.
    var commented: Set<Int> = []
  }

  private func place(of comment: ReviewComment, in patch: PatchMail) -> Place? {
    guard let path = comment.path else {
      guard let line = comment.quoted.last(where: { !$0.trimmingBlanks.isEmpty }) else { return nil }
      let lines = ShownLines(log: patch)
      // What stands below the whole log is about the patch and not about a line.
      guard line.trimmingBlanks != patch.lastWords?.trimmingBlanks, Trailer(line: line) == nil else {
        return nil
      }
      return lines.places(of: line.utf8.filter { $0 != 13 }).first.map {
        Place(lines: lines, index: $0)
      }
    }
    guard comment.line > 0 else { return nil }
    let lines = ShownLines(patch, path: path, side: comment.side)
    guard let index = lines.lines.firstIndex(where: { $0.number == comment.line }) else { return nil }
    // Below the last brace of a patch people speak of all of it.
    let isLast = patch.patch.files.last.map { $0.newPath == path || $0.oldPath == path } ?? false
    guard lines.lines[index].isTelling || !isLast || index < lines.lines.count - 1 else { return nil }
    let others = patch.comments.filter {
      $0.path == path && $0.side == comment.side && $0.line != comment.line
    }
    let commented = Set(
      lines.lines.indices.filter { place in others.contains { $0.line == lines.lines[place].number } })
    return Place(lines: lines, index: index, commented: commented)
  }

  private struct Found {
    var fate: LineFate
    var patch: Int
    var line: UInt32
    /// Whether it is another patch than the one that was commented on.
    var isElsewhere: Bool
  }

  /// What became of the lines: in the same patch, else in whichever has most of them.
  private func fate(of place: Place, _ comment: ReviewComment, _ index: Int) -> Found? {
    let paired = pairs.first { $0.old == index }?.new
    let others = new.patches.indices.filter { $0 != paired }
    let path = comment.path.map { files.path(of: $0, in: old.patches[index]) }
    var best: Found?
    for candidate in [paired].compactMap(\.self) + (comment.path == nil ? [] : others) {
      let now =
        path.map { ShownLines(new.patches[candidate], path: $0, side: comment.side) }
        ?? ShownLines(log: new.patches[candidate])
      let fate = LineFate(of: place.index, in: place.lines, now: now, besides: place.commented)
      let line: UInt32 =
        switch fate {
        case .unchanged(let at), .changedBeside(let at), .changed(let at?): now.lines[at].number
        default: 0
        }
      let found = Found(fate: fate, patch: candidate, line: line, isElsewhere: candidate != paired)
      if case .unchanged = fate { return found }
      if best == nil || best?.fate == .gone { best = found }
    }
    return best?.fate == .gone ? nil : best
  }

  /// Lines that are as they were: unless the discussion settled it, the comment stands.
  private func judge(_ verdict: inout CommentVerdict, authors: [Person]) {
    let comment = verdict.comment
    verdict.state = .unanswered
    verdict.why = "it and the lines next to it are as they were"
    let outcome = discussion.outcome(
      of: comment.text, in: comment.messageID, by: comment.author, authors: authors)
    switch outcome {
    case .silence: verdict.why += "; nobody answered"
    case .promised(let author, let id): verdict.why += ", though \(Self.name(author)) agreed (\(id))"
    case .open(let person, let id): verdict.why += "; \(Self.name(person)) was not content (\(id))"
    case .askedBack(let author, let id): verdict.why += "; \(Self.name(author)) asked back (\(id))"
    case .withdrawn(let id):
      verdict.state = .answered
      verdict.why = "it was taken back (\(id))"
    case .explained(let author, let id):
      verdict.state = .answered
      verdict.why = "\(Self.name(author)) answered, and nobody objected (\(id))"
    }
    if verdict.state == .unanswered, let name = newName(in: comment, of: verdict) {
      verdict.state = .answered
      verdict.why = "`\(name)`, which it names, is new in this version"
    }
  }

  /// A name of code in a comment that the new version adds and the old one did not have.
  private func newName(in comment: ReviewComment, of verdict: CommentVerdict) -> String? {
    guard comment.path != nil else { return nil }
    let before = Self.words(of: old.patches[verdict.old])
    let now = verdict.new.map { Self.words(of: new.patches[$0]) } ?? []
    return Self.names(in: comment.text).first { now.contains($0) && !before.contains($0) }
  }

  /// Words that can only be code: `a_name`, `MACRO1`, `call()`.
  private static func names(in text: String) -> [String] {
    var (names, word) = ([String](), "")
    for character in text + " " {
      if character == "_" || character.isASCII && (character.isLetter || character.isNumber) {
        word.append(character)
        continue
      }
      let isCode = word.contains("_") || character == "(" || word.dropFirst().contains(where: \.isNumber)
      if isCode, word.count > 3, word.first?.isNumber == false { names.append(word) }
      word = ""
    }
    return names
  }

  /// The words of all lines that a patch shows.
  private static func words(of patch: PatchMail) -> Set<String> {
    var words: Set<String> = []
    for line in patch.patch.files.flatMap(\.hunks).flatMap(\.lines) where line.kind != .removed {
      let text = patch.patch.content(line)
      for word in text.split(whereSeparator: { !$0.isWordByte }) {
        words.insert(String(decoding: word, as: UTF8.self))
      }
    }
    return words
  }

  private static func name(_ person: Person) -> String { person.name.isEmpty ? person.address : person.name }
}

extension PatchMail {
  /// The last line of the log that is no trailer.
  fileprivate var lastWords: String? {
    log.lines.last { !$0.trimmingBlanks.isEmpty && Trailer(line: $0) == nil }
  }
}
