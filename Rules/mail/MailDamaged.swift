// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `mail/damaged`: what a mail program did to the patch on its way.
struct MailDamaged: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    let mended = patch.mail.repairs.compactMap { repair in
      repair.damage.map { draft($0.what, $0.why, at: patch.subjectSpan) }
    }
    // A repair says it once; what was left of the diff would say it again for every hunk.
    let broken = mended.isEmpty ? patch.mail.patch.problems.compactMap { damage($0, patch) } : []
    return CheckResult(mended + broken + noBreakSpaces(patch))
  }

  private func damage(_ problem: DiffProblem, _ patch: PatchFacts) -> FindingDraft? {
    let refusal = "git apply refuses such a diff: \"corrupt patch\""
    let (what, why): (String, String)
    switch problem.kind {
    case .countsLie(let stated, let found):
      let isShort = found.old.count < stated.old.count || found.new.count < stated.new.count
      what = "the hunk's lines give \(found), its header says \(stated)"
      why =
        isShort
        ? refusal : "git apply believes the header: it drops the lines beyond, or refuses what follows"
    case .truncatedHunk(let old, let new):
      (what, why) = ("the mail ends inside this hunk: \(max(old, new)) lines are missing", refusal)
    case .malformedHunkHeader: (what, why) = ("this is no hunk header", refusal)
    case .hunkWithoutFile:
      (what, why) = (
        "this hunk has no file header above it", "git apply refuses a \"patch fragment without header\""
      )
    case .wrappedHeader:
      what = "the mail program wrapped the line that names the files"
      why =
        "git apply does not know the line: it takes the names from --- and +++, and loses modes and renames"
    case .truncatedBinary:
      (what, why) = ("the binary content breaks off", "git apply refuses a \"corrupt binary patch\"")
    case .badPath, .noPath, .combined, .tooMany: return nil
    }
    let text = patch.mail.patch.text
    let lines = LineTable(text)
    let index = Int(problem.line) - 1
    guard index < lines.count else { return nil }
    let span = Span(
      path: nil, side: .message, line: patch.mail.lines.inputLine(of: problem.line),
      text: text.string(lines.content(index)))
    return draft(what, why, at: span)
  }

  private func draft(_ what: String, _ why: String, at span: Span) -> FindingDraft {
    FindingDraft(what, at: span, evidence: [Evidence(.git, why)])
  }

  // MARK: No-break spaces

  /// U+00A0 looks like a blank and is none for a compiler.
  private func noBreakSpaces(_ patch: PatchFacts) -> [FindingDraft] {
    var drafts: [FindingDraft] = []
    for file in patch.mail.patch.files where file.path?.isCode == true {
      for hunk in file.hunks {
        for line in hunk.lines where line.kind == .added && hasNoBreakSpace(patch.mail.patch.content(line)) {
          var draft = FindingDraft(
            "a no-break space (U+00A0) stands in code, where a blank is meant",
            at: patch.span(of: line, in: hunk, of: file).narrowed(to: "\u{A0}"),
            evidence: [Evidence(.source, "the bytes C2 A0 are no white space for C, make or Kconfig")])
          draft.help = "type the blank again"
          drafts.append(draft)
        }
      }
    }
    return drafts
  }

  private func hasNoBreakSpace(_ line: ArraySlice<UInt8>) -> Bool {
    zip(line, line.dropFirst()).contains { $0 == 0xC2 && $1 == 0xA0 }
  }
}

extension Repair {
  /// What was done to the patch, and what comes of it; nil for what is nobody's fault.
  fileprivate var damage: (what: String, why: String)? {
    switch self {
    case .rejoined(let lines):
      (
        "\(lines) lines of the patch were wrapped by the mail program",
        "git apply takes the rest of a wrapped line for the end of the hunk: \"corrupt patch\""
      )
    case .tabsLost:
      ("the tabs of the patch have become blanks", "no hunk with a tab in the tree's text will apply")
    case .quotedCRCut:
      (
        "every line ends with CR LF inside the encoding",
        "git am needs --quoted-cr=strip, or warns and fails to apply"
      )
    case .charsetGuessed(let name):
      ("the charset \"\(name)\" does not exist", "git mailinfo stops: cannot convert from \(name) to UTF-8")
    case .htmlUnescaped:
      ("the patch was sent as HTML", "git am takes the HTML for the patch")
    // git unfolds format=flowed as we do.
    case .unflowed, .unquoted, .leadingBlanksLost, .blankContextRestored, .archiveFrameCut, .attached: nil
    }
  }
}

extension TreePath {
  /// Whether the file is read by a compiler or a build.
  var isCode: Bool {
    let name = String(decoding: name, as: UTF8.self)
    return name.hasPrefix("Makefile") || name.hasPrefix("Kconfig") || name == "Kbuild"
      || [".c", ".h", ".S", ".s", ".dts", ".dtsi", ".rs", ".lds"].contains { name.hasSuffix($0) }
  }
}
