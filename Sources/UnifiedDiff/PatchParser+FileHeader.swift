// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension PatchParser {
  /// Whether a diff of a file begins at the current line.
  func beginsFile() -> Bool {
    starts("diff --git ") || starts("diff --cc ") || starts("diff --combined ") || beginsPlain(at)
  }

  /// `---`, `+++` and a hunk: the least that `git apply` takes for a diff.
  private func beginsPlain(_ line: Int) -> Bool {
    starts("--- ", line) && starts("+++ ", line + 1) && starts("@@ -", line + 2)
  }

  /// Reads the file header at the current line and moves behind it; nil where there is none.
  mutating func fileHeader() -> FileDraft? {
    if starts("diff --git ") { return gitHeader() }
    if starts("diff --cc ") { return combinedHeader(prefix: 10) }
    if starts("diff --combined ") { return combinedHeader(prefix: 16) }
    if beginsPlain(at) { return plainHeader() }
    return nil
  }

  // MARK: Plain

  private mutating func plainHeader() -> FileDraft {
    let first = plainStart()
    var draft = FileDraft(
      form: .plain, line: first, header: ByteRange(lines.whole(first).start, lines.whole(at + 1).end))
    draft.old = name(at, behind: 4)
    draft.new = name(at + 1, behind: 4)
    if isEpoch(at) { draft.old = .none }
    if isEpoch(at + 1) { draft.new = .none }
    if case .prefixed(let old) = draft.old, case .prefixed(let new) = draft.new {
      draft.cutsPrefix = PathPrefix.decide(old, new)
    }
    at += 2
    return draft
  }

  /// The first line of a plain header: `Index:`, `=====` or the command before `---` belong to it.
  private func plainStart() -> Int {
    let floor = files.last.map { lines.index(at: lastByte(of: $0)) + 1 } ?? 0
    var line = at
    if line > floor, starts("=====", line - 1) { line -= 1 }
    if line > floor, starts("Index: ", line - 1) || starts("diff -", line - 1) { line -= 1 }
    return starts("=====", line) ? at : line
  }

  private func lastByte(of draft: FileDraft) -> UInt32 {
    guard let hunk = draft.change.hunks.last else { return draft.change.header.end - 1 }
    guard let line = hunk.lines.last else { return hunk.headerRange.end - 1 }
    return (line.noNewline?.end ?? line.content.end + 1) - 1
  }

  /// A time stamp of 1970 stands for a file that is not there (GNU diff -N).
  private func isEpoch(_ line: Int) -> Bool {
    let text = String(decoding: rest(line, behind: 4), as: UTF8.self)
    guard let tab = text.firstIndex(of: "\t") else { return false }
    let stamp = text[tab...].dropFirst()
    return stamp.hasPrefix("1970-01-01 0") || stamp.hasPrefix("1969-12-31 ")
      || stamp.hasPrefix("Thu Jan  1 0") && stamp.hasSuffix("1970")
  }

  /// The name in a `---` or `+++` line: quoted, or up to a tab.
  private func name(_ line: Int, behind count: Int) -> FileDraft.Name {
    let bytes = rest(line, behind: count)
    if bytes.first == UInt8(ascii: "\""), let (name, _) = QuotedName.read(bytes) { return .prefixed(name) }
    let name = Array(bytes.prefix { $0 != UInt8(ascii: "\t") })
    let trimmed = Array(name.reversed().drop(while: \.isBlank).reversed())
    return trimmed == Array("/dev/null".utf8) ? .none : .prefixed(trimmed)
  }

  // MARK: Combined

  private mutating func combinedHeader(prefix: Int) -> FileDraft {
    var draft = FileDraft(form: .combined, line: at, header: lines.whole(at))
    let bytes = rest(at, behind: prefix)
    draft.new = .bare(QuotedName.read(bytes)?.name ?? Array(bytes))
    draft.old = draft.new
    draft.cutsPrefix = false
    at += 1
    return draft
  }

  // MARK: git

  private mutating func gitHeader() -> FileDraft? {
    let first = at
    var draft = FileDraft(form: .git, line: first, header: lines.whole(first))
    var pair = GitNames(rest(first, behind: 11))
    at += 1
    if pair == nil, starts("b/") {
      // A mailer broke the line between the names.
      report(.wrappedHeader, at: first)
      pair = GitNames((Array(rest(first, behind: 11)) + [UInt8(ascii: " ")] + rest(at, behind: 0))[...])
      at += 1
    }
    if let pair {
      (draft.old, draft.new) = (.prefixed(pair.old), .prefixed(pair.new))
      draft.cutsPrefix = pair.cutsPrefix
    }
    while at < lines.count, extended(&draft, pair) { at += 1 }
    draft.change.header.end = lines.whole(at - 1).end
    return draft
  }

  /// Takes one extended header line; false where it is none.
  ///
  /// Source: `git-diff(1)`, "Generating patch text with -p", point 2.
  private func extended(_ draft: inout FileDraft, _ pair: GitNames?) -> Bool {
    func value(_ count: Int) -> ArraySlice<UInt8> { rest(at, behind: count) }
    func bare(_ count: Int) -> FileDraft.Name {
      .bare(QuotedName.read(value(count))?.name ?? Array(value(count)))
    }
    if starts("old mode ") {
      draft.change.oldMode = octal(value(9))
    } else if starts("new mode ") {
      draft.change.newMode = octal(value(9))
      if draft.change.status == .modified { draft.change.status = .mode }
    } else if starts("deleted file mode ") {
      draft.change.status = .deleted
      draft.change.oldMode = octal(value(18))
    } else if starts("new file mode ") {
      draft.change.status = .added
      draft.change.newMode = octal(value(14))
    } else if starts("copy from ") {
      (draft.old, draft.change.status) = (bare(10), .copied)
    } else if starts("copy to ") {
      (draft.new, draft.change.status) = (bare(8), .copied)
    } else if starts("rename from ") {
      (draft.old, draft.change.status) = (bare(12), .renamed)
    } else if starts("rename to ") {
      (draft.new, draft.change.status) = (bare(10), .renamed)
    } else if starts("rename old ") {
      (draft.old, draft.change.status) = (bare(11), .renamed)
    } else if starts("rename new ") {
      (draft.new, draft.change.status) = (bare(11), .renamed)
    } else if starts("similarity index ") {
      draft.change.similarity = percent(value(17))
    } else if starts("dissimilarity index ") {
      draft.change.similarity = percent(value(20)).map { 100 - $0 }
    } else if starts("index ") {
      index(value(6), &draft)
    } else if starts("--- "), starts("+++ ", at + 1) || draft.change.status == .deleted {
      side(\.old, of: &draft)
    } else if starts("+++ ") {
      side(\.new, of: &draft)
      if draft.change.status == .mode, starts("@@ -", at + 1) { draft.change.status = .modified }
    } else {
      return false
    }
    settlePrefix(&draft, pair)
    return true
  }

  /// A `---` or `+++` line says more than `diff --git` where the names there could not be told apart.
  private func side(_ side: WritableKeyPath<FileDraft, FileDraft.Name>, of draft: inout FileDraft) {
    if case .bare = draft[keyPath: side] { return }
    draft[keyPath: side] = name(at, behind: 4)
    if case .prefixed(let old) = draft.old, case .prefixed(let new) = draft.new, draft.cutsPrefix == nil {
      draft.cutsPrefix = PathPrefix.decide(old, new)
    }
  }

  /// `rename from` has no prefix, so it tells whether the names of `diff --git` have one.
  private func settlePrefix(_ draft: inout FileDraft, _ pair: GitNames?) {
    guard draft.cutsPrefix == nil, let pair, case .bare(let old) = draft.old else { return }
    draft.cutsPrefix = pair.line.starts(with: old) ? false : true
  }

  /// `index <old>..<new>[ <mode>]`
  private func index(_ value: ArraySlice<UInt8>, _ draft: inout FileDraft) {
    let words = value.split(separator: UInt8(ascii: " "))
    guard let ids = words.first else { return }
    let text = String(decoding: ids, as: UTF8.self)
    if let dots = text.firstRange(of: "..") {
      draft.change.oldBlob = ObjectID(text[..<dots.lowerBound])
      draft.change.newBlob = ObjectID(text[dots.upperBound...])
    }
    if words.count > 1 {
      let mode = octal(words[1])
      (draft.change.oldMode, draft.change.newMode) = (mode, mode)
    }
  }

  private func octal(_ digits: ArraySlice<UInt8>) -> UInt32 {
    UInt32(String(decoding: digits.prefix(12), as: UTF8.self), radix: 8) ?? 0
  }

  private func percent(_ digits: ArraySlice<UInt8>) -> Int? {
    Int(String(decoding: digits.prefix { $0.isDigit }.prefix(3), as: UTF8.self)).map { min($0, 100) }
  }
}
