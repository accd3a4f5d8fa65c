// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText
internal import UnifiedDiff

/// Diffs: read, printed, put on the text that they are for and taken off again; and put on any text, which stands behind a
/// NUL in the input.
enum DiffTarget {
  @Sendable static func run(_ bytes: [UInt8]) {
    let (text, target) = bytes.parts
    let patch = Patch(parsing: text)
    demand(patch.printed() == text, "it does not print itself")
    let lines = UInt32(LineTable(text).count)
    demand(
      patch.problems.allSatisfy { $0.line >= 1 && $0.line <= max(lines, 1) }, "a problem beyond the text")
    var behind: UInt32 = 0
    for file in patch.files {
      demand(file.header.start >= behind, "a file begins before the one before it ends")
      demand(file.oldPath != nil || file.newPath != nil || file.form == .combined, "a file without a name")
      behind = file.header.end
      for hunk in file.hunks { check(hunk, of: patch, &behind) }
      demand(behind <= UInt32(text.count), "a file ends behind the text")
      let exchange = Exchange(file, of: patch)
      if let exchange { exchange.check() }
      for options in [0, 3] { apply(file, of: patch, to: target, fuzz: options) }
    }
  }

  private static func check(_ hunk: Hunk, of patch: Patch, _ behind: inout UInt32) {
    demand(hunk.headerRange.start >= behind, "a hunk begins before the one before it ends")
    behind = hunk.headerRange.end
    let old = hunk.lines.count { $0.kind != .added }
    let new = hunk.lines.count { $0.kind != .removed }
    demand(
      old == Int(hunk.header.old.count) && new == Int(hunk.header.new.count),
      "\(hunk.header) with \(old) and \(new) lines")
    for line in hunk.lines {
      demand(line.content.start >= behind, "a line begins before the one before it ends")
      behind = line.noNewline?.end ?? line.content.end
      demand(!patch.content(line).contains(10), "a line of two lines")
    }
  }

  /// What does not fit changes nothing, and each hunk has one answer.
  private static func apply(_ file: FileChange, of patch: Patch, to target: [UInt8], fuzz: Int) {
    var options = Patch.ApplyOptions()
    options.fuzz = fuzz
    let application = patch.applying(file, to: target, options: options)
    demand(application.fits.count == file.hunks.count, "hunks without an answer")
    let isLeftOut = application.fits.allSatisfy { if case .failed = $0 { true } else { false } }
    if isLeftOut { demand(application.text == target, "nothing fits, and the text is another") }
    for (fit, offset) in zip(application.fits, application.newOffsets) {
      if case .failed = fit { demand(offset == nil, "a place of what does not fit") }
    }
  }
}

/// The two texts that a diff of a file turns one into the other, with other lines where it shows nothing; and the diff that
/// turns them back.
private struct Exchange {
  private var (old, new): ([UInt8], [UInt8]) = ([], [])
  private var back = Array("--- a/x\n+++ b/x\n".utf8)
  private let file: FileChange
  private let patch: Patch

  /// Lines between hunks; more are not made for it.
  private static let widest = 2_000

  /// nil where the hunks stand in no order, or a text cannot be told from its lines alone: without a newline at its end, with
  /// CR LF, a hunk that says it is the file's last and is not.
  init?(_ file: FileChange, of patch: Patch) {
    (self.file, self.patch) = (file, patch)
    guard file.status == .modified, !file.hunks.isEmpty else { return nil }
    var (line, moved) = (1, 0)
    var isAtEnd = false
    for hunk in file.hunks {
      guard !isAtEnd else { return nil }
      let leading = hunk.lines.prefix { $0.kind == .context }.count
      let trailing = hunk.lines.reversed().prefix { $0.kind == .context }.count
      isAtEnd = trailing < leading
      guard hunk.lines.allSatisfy({ $0.noNewline == nil && $0.ending == .lf }) else { return nil }
      let header = hunk.header
      let start = Int(header.old.start) + (header.old.count == 0 ? 1 : 0)
      // Numbers of the post-image as git writes them, else the way back has others.
      let newStart = Int(header.new.start) + (header.new.count == 0 ? 1 : 0)
      guard start >= line, start - line < Self.widest, newStart == start + moved else { return nil }
      while line < start {
        let filler = Array("nothing shows line \(line)\n".utf8)
        old += filler
        new += filler
        line += 1
      }
      back += Array("@@ -\(Self.text(header.new)) +\(Self.text(header.old)) @@\n".utf8)
      // The other way around, what was added comes first.
      for line in hunk.lines {
        let content = patch.content(line) + [10]
        if line.kind != .added { old += content }
        if line.kind != .removed { new += content }
        back.append(line.kind == .added ? 45 : line.kind == .removed ? 43 : 32)
        back += content
      }
      line += Int(header.old.count)
      moved += Int(header.new.count) - Int(header.old.count)
    }
    guard !isAtEnd else { return }
    let last = Array("nothing shows the last line\n".utf8)
    old += last
    new += last
  }

  private static func text(_ range: LineRange) -> String { "\(range.start),\(range.count)" }

  func check() {
    var options = Patch.ApplyOptions()
    options.fuzz = 0
    let there = patch.applying(file, to: old, options: options)
    demand(there.fits.allSatisfy { $0 == .exact }, "its own text does not fit: \(there.fits)")
    demand(there.text == new, "another text than its own comes out")
    let reversed = Patch(parsing: back)
    guard let file = reversed.files.first, reversed.problems.isEmpty, reversed.files.count == 1 else {
      return demand(false, "the way back does not parse: \(reversed.problems)")
    }
    let again = reversed.applying(file, to: new, options: options)
    demand(again.fits.allSatisfy { $0 == .exact }, "the way back does not fit: \(again.fits)")
    demand(again.text == old, "the way back leads elsewhere")
  }
}
