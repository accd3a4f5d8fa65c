// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

extension BuildQuestions {
  /// A token of the file as a span.
  func span(_ token: Int) -> Span {
    patch.span(ofTokens: token..<token + 1, in: source, side: .new)
  }

  /// Findings for holes, each at its first use. Where the same options that are off make more than a few, those are one
  /// finding.
  /// - Parameters:
  ///   - isAlways: whether each configuration that builds the file as the message says it has the hole.
  ///   - few: how many holes of one cause get a finding each.
  ///   - mend: what is the same for holes that one line would mend; nil where that is what is off.
  ///   - origin: says of a hole where what is needed comes from.
  func drafts(
    _ holes: [Hole], isAlways: Bool = false, few: Int = 3, mend: ((Hole) -> String)? = nil,
    _ message: (Hole) -> String, origin: (Hole) -> String = Self.declaration
  ) -> [FindingDraft] {
    var drafts: [FindingDraft] = []
    var places: [String: Int] = [:]
    let holes = holes.filter { !wasThere($0) }
    func cause(of hole: Hole) -> String {
      if let mend { return mend(hole) }
      let off = hole.off.isEmpty ? "\(hole.condition) \(hole.witness)" : hole.off.joined(separator: " ")
      return "\(hole.number) \(off) \(hole.isNowhere ? hole.need.name : "")"
    }
    let counts = Dictionary(grouping: holes, by: cause(of:)).mapValues(\.count)
    for hole in holes {
      let cause = cause(of: hole)
      if counts[cause, default: 0] > few, let known = places[cause] {
        drafts[known].symbols += hole.symbolsNamed
        drafts[known].related.append(RelatedSpan(span(hole.need.tokens[0]), label: message(hole)))
        continue
      }
      places[cause] = drafts.count
      var draft = draft(hole, message(hole), origin(hole), isAlways)
      if hole.isNowhere { draft.relies.insert(.earlierParts) }
      if !blameDirective(&draft, hole) { blameRemovedInclude(&draft, hole) }
      if let affected {
        draft.related.insert(RelatedSpan(draft.primary, label: FindingDraft.usedHere), at: 0)
        let name = names(hole).last
        draft.primary = affected.cause(of: name)
        if let name, affected.lost?[name]?.isGone == true { draft.relies.insert(.exactTree) }
      }
      drafts.append(draft)
    }
    return drafts
  }

  private func wasThere(_ hole: Hole) -> Bool {
    guard !hole.need.isDefined, let name = names(hole).last, let token = hole.need.tokens.first else {
      return false
    }
    return hole.isType ? wasComplete(name) : wasThere(name, token)
  }

  /// Whether the file needed the members of a struct before.
  private func wasComplete(_ tag: String) -> Bool {
    guard affected == nil, patch.changesOnlySources else { return false }
    return patch.changedFiles.flatMap(\.old).contains { old in
      guard old.path == source.path else { return false }
      let unit = TranslationUnit(ParsedFile(path: old.path, syntax: old.syntax), closure: nil)
      return old.syntax.children(of: old.syntax.root).contains { external in
        unit.completeTypeUses(in: external) { _ in true }.contains { $0.tag == tag }
      }
    }
  }

  /// Whether the file used the same before under the same condition, so that the patch, which changes C files only, is not
  /// what breaks it.
  func wasThere(_ name: String, _ token: Int) -> Bool {
    affected == nil && patch.changesOnlySources && wasUsed(name, token)
  }

  /// Whether the file used the same before under the same condition.
  func wasUsed(_ name: String, _ token: Int) -> Bool {
    let here = condition(ofToken: token, in: source.syntax)
    return patch.changedFiles.flatMap(\.old).contains { old in
      old.path == source.path
        && old.syntax.buffer.tokens.indices.contains { index in
          old.syntax.buffer.tokens[index].kind == .identifier && old.syntax.spelling(ofToken: index) == name
            && condition(ofToken: index, in: old.syntax) == here
        }
    }
  }

  private func condition(ofToken index: Int, in syntax: SyntaxTree) -> String {
    syntax.conditionals.table.text(of: syntax.conditionals.condition(ofTokenAt: index))
  }

  /// The identifiers of a need: `struct a.b` has two.
  func names(_ hole: Hole) -> [String] {
    hole.need.name.split { $0 == " " || $0 == "." }.map(String.init).filter {
      !["struct", "union", "enum"].contains($0)
    }
  }

  /// Where a name is declared, and when.
  static func declaration(_ hole: Hole) -> String {
    let places = "it is declared at \(hole.places.joined(separator: ", "))"
    return hole.isNowhere
      ? "\(places), which the file does not reach"
      : "\(places), which is seen only under \(hole.conditionText)"
  }

  /// A finding for a hole, at the first use.
  private func draft(
    _ hole: Hole, _ message: String, _ origin: String, _ isAlways: Bool
  ) -> FindingDraft {
    let off = isAlways ? "" : hole.offText
    let place =
      affected == nil
      ? (off.isEmpty && !isAlways ? " in a configuration that builds this file" : "") : " for \(source.path)"
    var draft = FindingDraft(
      message + place + (off.isEmpty ? "" : " with \(off)"),
      at: span(hole.need.tokens[0]),
      evidence: [
        Evidence(
          .kconfig, "Kconfig allows this configuration, and it builds the file", witness: hole.witness,
          unit: hole.host ?? source.path),
        Evidence(.source, origin),
      ])
    draft.symbols = hole.symbolsNamed
    draft.config = hole.symbols
    draft.related = hole.need.tokens.dropFirst().prefix(4).map { RelatedSpan(span($0), label: "and here") }
    if let host = hole.host {
      draft.evidence.append(Evidence(.source, "\(host) includes it, and nothing that has the name before it"))
    }
    draft.relies = [.tree]
    return draft
  }

  /// Puts a finding for a line that the patch leaves as it is on the directive that changes its condition; false where that
  /// is not what the hole comes from.
  private func blameDirective(_ draft: inout FindingDraft, _ hole: Hole) -> Bool {
    guard let changes = changedConditions, !isAdded(hole.need),
      let token = hole.need.tokens.first(where: { changes.old(ofToken: $0, in: source) != nil })
    else { return false }
    draft.related.insert(RelatedSpan(span(token), label: FindingDraft.usedHere), at: 0)
    draft.primary = changes.cause(ofToken: token, in: source)
    return true
  }
}

extension PatchFacts {
  /// Whether the patch changes no header, Kconfig or Makefile, and takes no line of the preprocessor away.
  fileprivate var changesOnlySources: Bool {
    mail.patch.files.allSatisfy { file in
      let isSource =
        file.path.map { $0.isTranslationUnit || $0.bytes.starts(with: "Documentation/".utf8) } ?? false
      return isSource
        && !file.hunks.contains { hunk in
          hunk.lines.contains { $0.kind == .removed && mail.patch.content($0).starts(with: "#".utf8) }
        }
    }
  }
}
