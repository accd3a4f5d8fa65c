// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `docs/kernel-doc`: a documenting comment and the head below it that the patch puts out of step.
struct DocsKernelDoc: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for file in patch.changedFiles {
      let old = file.old.flatMap { unit in DocumentedPair.all(in: unit) }
      for unit in file.new {
        for pair in DocumentedPair.all(in: unit) {
          let before = pair.before(among: old)
          result.findings += DocComparison(patch: patch, pair: pair, before: before, old: old).drafts
        }
      }
    }
    return result
  }
}

/// A documenting comment with what it stands above.
private struct DocumentedPair {
  var doc: KernelDoc
  var head: DocumentedHead
  var unit: SourceUnit

  static func all(in unit: SourceUnit) -> [DocumentedPair] {
    unit.syntax.kernelDocs.compactMap { doc in
      unit.syntax.documentedHead(atToken: doc.token).map { DocumentedPair(doc: doc, head: $0, unit: unit) }
    }
  }

  var headName: String { spelling(head.name) }
  func spelling(_ token: Int) -> String { unit.syntax.spelling(ofToken: token) }
  func isAdded(line: UInt32) -> Bool { unit.lines.place(ofLine: line) == .added }
  func isAdded(token: Int) -> Bool { unit.place(ofToken: token) == .added }

  /// All names that may be described.
  var known: Set<String> { Set(head.parameters.map(spelling)).union(head.others) }
  var described: Set<String> {
    Set(doc.described.union(head.described).map { String($0.prefix { $0 != "." }) }).union(doc.described)
  }

  /// Whether the comment is about what it stands above.
  var agrees: Bool {
    switch (doc.subject, head.kind) {
    case (.type(let said), .type(let keyword)): return said == keyword && doc.name.text == headName
    case (.type, _), (_, .type): return false
    case (.function, _):
      // Functions that a macro of their name wraps for profiling (include/linux/alloc_tag.h) are documented as that.
      return doc.name.text == headName || doc.name.text + "_noprof" == headName
    }
  }

  /// The pair that this one was before the patch.
  func before(among old: [DocumentedPair]) -> DocumentedPair? {
    old.first { $0.doc.name.text == doc.name.text } ?? old.first { $0.headName == headName }
  }

  /// How people would write what is documented.
  var title: String {
    if case .type(let keyword) = head.kind { return "\(keyword) \(headName)" }
    return "\(headName)()"
  }

  var member: String {
    switch head.kind {
    case .function, .macro: "parameter"
    case .type("enum"): "value"
    case .type: "member"
    }
  }
}

/// What a patch makes wrong of one comment.
private struct DocComparison {
  let patch: PatchFacts
  let pair: DocumentedPair
  let before: DocumentedPair?
  /// All pairs of the file before the patch.
  let old: [DocumentedPair]

  var drafts: [FindingDraft] {
    guard pair.agrees else { return misnamed.map { [$0] } ?? [] }
    var found = stale
    let missing = undescribed
    if found.isEmpty {
      found = missing
    } else if let evidence = missing.first?.message {
      // Both are one mistake: the comment is of an older head, or of another function's.
      found[0].evidence.append(Evidence(.source, evidence))
    }
    return found + (returns.map { [$0] } ?? [])
  }

  private func draft(_ message: String, at span: Span, _ evidence: String) -> FindingDraft {
    var draft = FindingDraft(message, at: span, evidence: [Evidence(.source, evidence)])
    draft.symbols = [pair.headName]
    return draft
  }

  private func span(line: UInt32, part: String) -> Span {
    patch.span(ofTextLine: line, in: pair.unit, part: part)
  }

  // MARK: The name

  private var misnamed: FindingDraft? {
    let name = pair.doc.name
    guard case .function = pair.doc.subject, !isOfType, pair.doc.isNamedAsCall || name.text.contains("_")
    else {
      return nil
    }
    let evidence =
      "kernel-doc takes the comment for that of the function below it, and warns that the names differ"
    if pair.isAdded(line: name.line) {
      guard !old.contains(where: { $0.doc.name.text == name.text && $0.headName == pair.headName }) else {
        return nil
      }
      return draft(
        "the comment is about \(name.text)(), and stands above \(pair.title)",
        at: span(line: name.line, part: name.text), evidence)
    }
    guard pair.isAdded(token: pair.head.name),
      old.contains(where: { $0.doc.name.text == name.text && $0.agrees })
    else { return nil }
    var draft = draft(
      "the comment above \(pair.title) is still about \(name.text)()",
      at: patch.span(ofToken: pair.head.name, in: pair.unit), evidence)
    draft.related = [RelatedSpan(span(line: name.line, part: name.text), label: "named here")]
    return draft
  }

  private var isOfType: Bool { if case .type = pair.head.kind { true } else { false } }

  // MARK: Parameters

  private var stale: [FindingDraft] {
    let known = pair.known
    return pair.doc.parameters.compactMap { word -> FindingDraft? in
      let name = word.text == "..." ? word.text : String(word.text.prefix { $0 != "." })
      guard !known.contains(name), !(name == "..." && pair.head.kind == .macro) else { return nil }
      let message = "`@\(word.text)` is described, and \(pair.title) has no such \(pair.member)"
      let has = pair.head.parameters.map { pair.spelling($0) }
      let evidence =
        has.isEmpty
        ? "it has none" : "it has \(has.prefix(8).joined(separator: ", "))\(has.count > 8 ? ", …" : "")"
      if pair.isAdded(line: word.line) {
        guard before.map({ !$0.isStale(word.text) }) ?? true else { return nil }
        return draft(message, at: span(line: word.line, part: "@\(word.text)"), evidence)
      }
      guard let before, before.agrees, before.known.contains(name), let cause = cause(ofLost: name, before)
      else {
        return nil
      }
      var draft = draft(message, at: cause, evidence)
      draft.related = [
        RelatedSpan(span(line: word.line, part: "@\(word.text)"), label: "still described here")
      ]
      return draft
    }
  }

  /// The line that takes a parameter away, or puts another in its place.
  private func cause(ofLost name: String, _ before: DocumentedPair) -> Span? {
    if let token = before.head.tokens.first(where: {
      before.spelling($0) == name && before.unit.place(ofToken: $0) == .removed
    }) {
      return patch.span(ofToken: token, in: before.unit, side: .old)
    }
    return pair.head.tokens.first { pair.isAdded(token: $0) }.map { patch.span(ofToken: $0, in: pair.unit) }
  }

  private var undescribed: [FindingDraft] {
    guard !pair.doc.parameters.isEmpty else { return [] }
    let isNew = pair.isAdded(line: pair.doc.lines.lowerBound) && before == nil
    let described = pair.described
    let missing = pair.head.parameters.filter { !described.contains(pair.spelling($0)) }
    let fresh = missing.filter { token in
      isNew || pair.isAdded(token: token) && before.map { !$0.known.contains(pair.spelling(token)) } ?? true
    }
    guard let first = fresh.first else { return [] }
    // Where members were left out before, not all are meant to be described.
    if isOfType, !isNew, missing.count > fresh.count { return [] }
    // What was renamed is told where its old name is still described.
    let gone = before.map { $0.known.subtracting(pair.known) } ?? []
    if !gone.isDisjoint(with: described) { return [] }
    let names = fresh.map { "`\(pair.spelling($0))`" }
    var draft = draft(
      "the comment of \(pair.title) does not describe the \(pair.member)\(names.count > 1 ? "s" : "") \(names.prefix(6).joined(separator: ", "))\(names.count > 6 ? ", …" : "")",
      at: patch.span(ofToken: first, in: pair.unit),
      "it describes \(pair.doc.parameters.prefix(6).map { "@\($0.text)" }.joined(separator: ", ")); kernel-doc warns of what is missing"
    )
    draft.related = [
      RelatedSpan(span(line: pair.doc.name.line, part: pair.doc.name.text), label: "the comment")
    ]
    return [draft]
  }

  // MARK: What is returned

  private var returns: FindingDraft? {
    guard let returns = pair.doc.returns, pair.head.kind == .function(isVoid: true),
      !returns.saysNothing
    else { return nil }
    let message = "\(pair.title) returns nothing, and its comment says what it returns"
    let evidence = "it is declared void"
    if pair.isAdded(line: returns.line) {
      guard before?.doc.returns == nil || before?.head.kind != pair.head.kind else { return nil }
      return draft(message, at: span(line: returns.line, part: returns.text), evidence)
    }
    guard before?.head.kind == .function(isVoid: false), before?.headName == pair.headName,
      let token = pair.head.tokens.first(where: { pair.isAdded(token: $0) })
    else { return nil }
    var draft = draft(message, at: patch.span(ofToken: token, in: pair.unit), evidence)
    draft.related = [RelatedSpan(span(line: returns.line, part: returns.text), label: "said here")]
    return draft
  }
}

extension DocumentedPair {
  /// Whether the comment describes a name that is not there.
  fileprivate func isStale(_ name: String) -> Bool {
    doc.parameters.contains { $0.text == name } && !known.contains(String(name.prefix { $0 != "." }))
  }
}

extension KernelDoc.Word {
  /// `Return: nothing`, as some write of void functions.
  fileprivate var saysNothing: Bool {
    let words = text.lowercased().split { !$0.isLetter }.dropFirst().prefix(2)
    return words.isEmpty || !Set(words).isDisjoint(with: ["none", "nothing", "void", "n", "no", "always"])
  }
}
