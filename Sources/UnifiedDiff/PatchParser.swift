// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension Patch {
  /// Finds and reads the diffs of a text. Never fails: what cannot be read is a problem with its line,
  /// and reading goes on behind it.
  ///
  /// What counts as the beginning of a diff is what `git apply` takes for one: `diff --git`, or
  /// `---` and `+++` with a hunk below them.
  public init(parsing text: [UInt8]) {
    guard text.count <= Limits.textBytes else {
      self.init(text: [])
      problems = [DiffProblem(kind: .tooMany("bytes", limit: Limits.textBytes), line: 1)]
      return
    }
    self.init(text: text)
    var parser = PatchParser(text: text)
    parser.run()
    PathPrefix.settle(&parser.files)
    files = parser.files.compactMap { draft in
      switch draft.resolved() {
      case .success(let file): return file
      case .failure(let problem):
        parser.problems.append(problem)
        return nil
      }
    }
    problems = parser.problems.sorted { $0.line < $1.line }
  }
}

/// Walks a text line by line; hunks and file headers are read by its extensions.
struct PatchParser {
  let text: [UInt8]
  let lines: LineTable
  /// The line that is looked at, 0-based.
  var at = 0
  var files: [FileDraft] = []
  var problems: [DiffProblem] = []

  init(text: [UInt8]) {
    self.text = text
    lines = LineTable(text)
  }

  mutating func run() {
    while at < lines.count {
      guard let draft = fileHeader() else {
        skipStray()
        continue
      }
      guard files.count < Limits.files else {
        report(.tooMany("files", limit: Limits.files), at: Int(draft.change.line) - 1)
        return
      }
      files.append(body(of: draft))
    }
  }

  /// Reads what follows a file header: hunks, or binary content.
  private mutating func body(of draft: FileDraft) -> FileDraft {
    var draft = draft
    if draft.change.form == .combined {
      report(.combined, at: Int(draft.change.line) - 1)
      while at < lines.count, !beginsFile() { at += 1 }
      return draft
    }
    if let binary = binaryContent() {
      draft.change.binary = binary
      return draft
    }
    while at < lines.count, starts("@@ ") {
      guard let hunk = hunk() else { break }
      draft.change.hunks.append(hunk)
    }
    return draft
  }

  /// Moves behind a line that begins no diff, saying so where it looks like a lost part of one.
  private mutating func skipStray() {
    if starts("@@ -"), let hunk = hunk() {
      report(.hunkWithoutFile, at: Int(hunk.line) - 1)
    } else {
      at += 1
    }
  }

  // MARK: Lines

  mutating func report(_ kind: DiffProblem.Kind, at line: Int) {
    problems.append(DiffProblem(kind: kind, line: UInt32(line + 1)))
  }

  /// Whether line `index` (the current one where nil) begins with `prefix`.
  func starts(_ prefix: StaticString, _ index: Int? = nil) -> Bool {
    let index = index ?? at
    guard index < lines.count else { return false }
    let range = lines.whole(index).indices
    let count = prefix.utf8CodeUnitCount
    guard range.count >= count else { return false }
    for i in 0..<count where text[range.lowerBound + i] != prefix.utf8Start[i] { return false }
    return true
  }

  /// The line without LF and without a CR before it.
  func trimmed(_ index: Int) -> ByteRange {
    var range = lines.content(index)
    if !range.isEmpty, text[Int(range.end) - 1] == UInt8(ascii: "\r") { range.end -= 1 }
    return range
  }

  /// What follows the first `count` bytes of a line, trimmed as above.
  func rest(_ index: Int, behind count: Int) -> ArraySlice<UInt8> {
    let range = trimmed(index)
    return text[min(Int(range.start) + count, Int(range.end))..<Int(range.end)]
  }
}
