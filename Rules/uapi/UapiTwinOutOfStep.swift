// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `uapi/twin-out-of-step`: a header and its copy below `tools/`, which were the same, are both changed, and are not the
/// same any more.
struct UapiTwinOutOfStep: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for header in patch.mail.patch.files {
      guard let path = header.newPath, let twinPath = path.twinBelowTools,
        let twin = patch.mail.patch.files.first(where: { $0.newPath == twinPath })
      else { continue }
      guard let before = try? patch.preimage?.bytes(of: path),
        let copyBefore = try? patch.preimage?.bytes(of: twinPath)
      else {
        result.notChecked.append("\(path) or its copy below tools/ is not in the tree")
        continue
      }
      guard before == copyBefore else { continue }
      guard patch.fits(path), patch.fits(twinPath), let after = try? patch.postimage?.bytes(of: path),
        let copyAfter = try? patch.postimage?.bytes(of: twinPath)
      else {
        result.notChecked.append("not all hunks for \(path) and its copy below tools/ fit the tree")
        continue
      }
      if after != copyAfter, let draft = compare(header, twin, patch) { result.findings.append(draft) }
    }
    return result
  }

  private func compare(_ header: FileChange, _ twin: FileChange, _ patch: PatchFacts) -> FindingDraft? {
    let lines = Changes(header, patch.mail.patch)
    let copies = Changes(twin, patch.mail.patch)
    // What one of them has and the other lacks; the copy is what was forgotten, mostly.
    guard
      let first = lines.first(missingFrom: copies).map({ ($0, header) })
        ?? copies.first(missingFrom: lines).map({ ($0, twin) }),
      let path = header.newPath, let twinPath = twin.newPath
    else { return nil }
    var draft = FindingDraft(
      "\(path) gets \(lines.counted), its copy \(twinPath) \(copies.counted); the two were identical",
      at: patch.span(of: first.0.line, in: first.0.hunk, of: first.1),
      evidence: [Evidence(.source, "before the patch both files have the same bytes")])
    if let other = (first.1.path == path ? copies : lines).lines.first {
      draft.related = [
        RelatedSpan(
          patch.span(of: other.line, in: other.hunk, of: first.1.path == path ? twin : header),
          label: "the other one begins to change here")
      ]
    }
    draft.help = "copy \(path) to \(twinPath) in this patch"
    draft.relies = [.tree]
    return draft
  }

  /// The lines that a patch adds to a file and takes from it.
  private struct Changes {
    struct Line {
      var line: DiffLine
      var hunk: Hunk
      var text: [UInt8]
    }

    var lines: [Line] = []

    init(_ file: FileChange, _ patch: Patch) {
      for hunk in file.hunks {
        for line in hunk.lines where line.kind != .context {
          lines.append(Line(line: line, hunk: hunk, text: [line.kind.marker] + patch.content(line)))
        }
      }
    }

    /// The first line that the other one does not have so often.
    func first(missingFrom other: Changes) -> Line? {
      var left = Dictionary(other.lines.map { ($0.text, 1) }, uniquingKeysWith: +)
      return lines.first { line in
        left[line.text, default: 0] -= 1
        return left[line.text, default: 0] < 0
      }
    }

    /// `3 lines`, `2 lines and loses 1`
    var counted: String {
      let added = lines.count { $0.line.kind == .added }
      let removed = lines.count - added
      let gains = "\(added) \(added == 1 ? "line" : "lines")"
      return removed == 0 ? gains : "\(gains) and loses \(removed)"
    }
  }
}

extension PatchFacts {
  /// Whether all hunks for a file fit the tree.
  fileprivate func fits(_ path: TreePath) -> Bool {
    application?.files.filter { $0.newPath == path }.allSatisfy { $0.outcome == .applied } ?? false
  }
}

extension TreePath {
  /// Where `tools/` keeps its copy of a header: of those for user space, and of some others.
  fileprivate var twinBelowTools: TreePath? {
    guard bytes.starts(with: "include/".utf8) || bytes.starts(with: "arch/".utf8),
      isHeader
    else { return nil }
    return TreePath("tools/\(description)")
  }
}
