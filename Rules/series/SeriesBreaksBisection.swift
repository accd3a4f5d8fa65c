// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `series/breaks-bisection`: something that is used before a later part of the series adds it.
struct SeriesBreaksBisection: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    guard patch.series.series.patches.contains(where: { $0.index > patch.mail.index }) else {
      return CheckResult()
    }
    var result = CheckResult()
    for questions in BuildQuestions.changed(by: patch) {
      names(questions, &result)
      members(questions, &result)
      headers(questions, &result)
    }
    objects(patch, &result)
    kconfigFiles(patch, &result)
    result.gatherSame()
    for index in result.findings.indices {
      result.findings[index].relies = [.tree, .earlierParts, .laterParts]
    }
    return result
  }

  // MARK: C

  private func names(_ questions: BuildQuestions, _ result: inout CheckResult) {
    let patch = questions.patch
    // Most names are known, and most series add no name that is used before.
    let holes = questions.unknownNames()
    let later = patch.laterDeclarations(of: Set(holes.found.compactMap { questions.names($0).last }))
    for hole in holes.found {
      guard let name = questions.names(hole).last, let addition = later[name] else { continue }
      result.findings.append(
        questions.draftOfUnknown(
          hole, "`\(hole.need.name)` is used here, and only part \(addition.part) adds it", addition.place))
    }
  }

  private func members(_ questions: BuildQuestions, _ result: inout CheckResult) {
    let (patch, source) = (questions.patch, questions.source)
    guard source.isWhole else { return }
    let syntax = source.syntax
    let unit = patch.translationUnit(of: source)
    var seen: Set<String> = []
    for external in syntax.children(of: syntax.root) where source.isTouched(external) {
      let missing = unit.missingMembers(in: external) { questions.concerns(Int(syntax[$0].main)) }
      for member in missing {
        guard let tag = member.structure.tag, seen.insert("\(tag).\(member.name)").inserted,
          let addition = patch.laterMember(member.name, of: tag)
        else { continue }
        var draft = FindingDraft(
          "`\(member.name)` of struct \(tag) is used here, and only part \(addition.part) adds it",
          at: questions.span(Int(syntax[member.node].main)), evidence: [Evidence(.source, addition.place)])
        draft.symbols = [member.name, tag]
        result.findings.append(draft)
      }
    }
  }

  private func headers(_ questions: BuildQuestions, _ result: inout CheckResult) {
    for header in questions.unknownHeaders() {
      guard let addition = questions.patch.laterFile(including: header.name) else { continue }
      var draft = FindingDraft(
        "`\(header.name)` is included here, and only part \(addition.part) adds it",
        at: questions.span(header.token), evidence: [Evidence(.source, addition.place)])
      draft.symbols = [header.name]
      result.findings.append(draft)
    }
  }

  // MARK: Makefiles and Kconfig files

  /// Objects whose source comes later: "No rule to make target".
  private func objects(_ patch: PatchFacts, _ result: inout CheckResult) {
    forEachAddedLine(of: patch, where: \.isMakefile) { file, hunk, line, text in
      guard let folder = file.newPath?.folder,
        text.contains("=") || hunk.isContinued(at: line, in: patch.mail.patch)
      else { return }
      for word in text.split(whereSeparator: { " \t=\\".contains($0) }) where word.hasSuffix(".o") {
        let stem = String(word.dropLast(2))
        let sources = ["c", "S", "rs"].compactMap { try? folder.appending(Array("\(stem).\($0)".utf8)) }
        guard !sources.contains(where: { patch.has($0) }),
          let addition = patch.laterFile(where: { sources.contains($0) })
        else { continue }
        var draft = FindingDraft(
          "`\(word)` is built here, and only part \(addition.part) adds its source",
          at: patch.span(of: stem, on: line, in: hunk, of: file),
          evidence: [Evidence(.source, addition.place)])
        draft.symbols = [String(word)]
        result.findings.append(draft)
      }
    }
  }

  /// `source "…"` of a file that comes later.
  private func kconfigFiles(_ patch: PatchFacts, _ result: inout CheckResult) {
    forEachAddedLine(of: patch, where: \.isKconfig) { file, hunk, line, text in
      let words = text.trimmed.split(separator: "\"")
      guard words.count == 2, words[0].trimmed == "source", let path = TreePath(String(words[1])),
        !patch.has(path), let addition = patch.laterFile(where: { $0 == path })
      else { return }
      let draft = FindingDraft(
        "`\(path)` is sourced here, and only part \(addition.part) adds it",
        at: patch.span(of: line, in: hunk, of: file),
        evidence: [Evidence(.source, addition.place)])
      result.findings.append(draft)
    }
  }

  private func forEachAddedLine(
    of patch: PatchFacts, where isMeant: (TreePath) -> Bool,
    _ body: (FileChange, Hunk, DiffLine, String) -> Void
  ) {
    for file in patch.mail.patch.files where file.form != .combined && file.newPath.map(isMeant) == true {
      for hunk in file.hunks {
        for line in hunk.lines where line.kind == .added {
          body(
            file, hunk, line,
            String(decoding: patch.mail.patch.content(line), as: UTF8.self).withoutKconfigComment)
        }
      }
    }
  }
}

extension CheckResult {
  /// Leaves one finding of those that say the same of several files, with the others as its places.
  fileprivate mutating func gatherSame() {
    var known: [String: Int] = [:]
    var gathered: [FindingDraft] = []
    for draft in findings {
      guard let place = known[draft.message] else {
        known[draft.message] = gathered.count
        gathered.append(draft)
        continue
      }
      gathered[place].related.append(RelatedSpan(draft.primary, label: "and here"))
    }
    findings = gathered
  }
}

extension Hunk {
  /// Whether the line before ends with a backslash.
  fileprivate func isContinued(at line: DiffLine, in patch: Patch) -> Bool {
    let before = lines.last { $0.kind != .removed && $0.line < line.line }
    return before.map { patch.content($0).last == UInt8(ascii: "\\") } ?? false
  }
}

extension PatchFacts {
  /// Whether the tree with this patch has a file, or may have it.
  fileprivate func has(_ path: TreePath) -> Bool {
    guard let postimage else { return true }
    do { return try postimage.bytes(of: path) != nil || !postimage.fragments(of: path).isEmpty } catch {
      return true
    }
  }
}
