// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/unused-when-off`: a static function or variable that some configuration compiles and does not use.
struct ConfigUnusedWhenOff: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for questions in BuildQuestions.changed(by: patch)
    where questions.source.isWhole && questions.source.path.isTranslationUnit && !questions.isIncluded {
      let statics = StaticNames(questions)
      guard !statics.candidates.isEmpty else { continue }
      let holes = statics.unused()
      result.notChecked += holes.notChecked
      result.findings += statics.drafts(holes.found)
    }
    return result
  }
}

/// The static functions and variables of a file whose uses the patch changes, or that it adds.
private struct StaticNames {
  struct Candidate {
    var name: String
    var node: NodeID
    var token: Int
    var uses: [Int]
    /// Of constants the compiler speaks only with W=1.
    var isConstant: Bool
  }

  let questions: BuildQuestions
  private(set) var candidates: [Candidate] = []

  private var patch: PatchFacts { questions.patch }
  private var source: SourceUnit { questions.source }

  init(_ questions: BuildQuestions) {
    self.questions = questions
    let new = StaticTexts(source.syntax, where: patch.mayChangeUses(in: source))
    guard !new.uses.isEmpty else { return }
    let old = patch.changedFiles.flatMap(\.old).first { $0.path == source.path && $0.isWhole }
      .map { StaticTexts($0.syntax) { _, _ in true } }
    for (name, uses) in new.uses where uses.contains(where: \.isConditional) {
      guard let declared = new.declared[name] else { continue }
      let token = Int(source.syntax[declared.node].main)
      guard source.place(ofToken: token) == .added || old?.texts(of: name) != new.texts(of: name) else {
        continue
      }
      candidates.append(
        Candidate(
          name: name, node: declared.node, token: token, uses: uses.map(\.token),
          isConstant: declared.kind == .variable
            && source.syntax.words(ofHead: declared.node).contains("const")))
    }
    candidates.sort { $0.token < $1.token }
  }

  func unused() -> Holes {
    let needs = candidates.map { Need(name: $0.name, tokens: [$0.token], isDefined: true) }
    let known = Dictionary(candidates.map { ($0.name, $0) }) { first, _ in first }
    return questions.holes(in: needs) { (need, built) -> BuildQuestions.Asked? in
      guard let candidate = known[need.name], built.unit.warnsOfUnused(candidate.node),
        let used = built.unit.useCondition(of: need.name, at: candidate.uses)
      else { return nil }
      var asked = BuildQuestions.Asked(BuiltUnit.Availability(condition: used), isCommon: true)
      asked.there = [(used, used)]
      return asked
    }
  }

  func drafts(_ holes: [Hole]) -> [FindingDraft] {
    let known = Dictionary(candidates.map { ($0.name, $0) }) { first, _ in first }
    return holes.compactMap { hole -> FindingDraft? in
      guard let candidate = known[hole.need.name], !hole.isNowhere else { return nil }
      let drafts = questions.drafts([hole]) {
        "`\($0.need.name)` is defined, but not used"
      } origin: { hole in
        "what uses it is there only under \(hole.conditionText); it has no __maybe_unused"
      }
      guard var draft = drafts.first else { return nil }
      if candidate.isConstant { draft.severity = .note }
      if source.place(ofToken: candidate.token) != .added {
        guard let cause = cause(of: candidate) else { return nil }
        draft.related.insert(RelatedSpan(draft.primary, label: "defined here"), at: 0)
        draft.primary = cause
      }
      draft.relies = [.tree, .earlierParts]
      return draft
    }
  }

  /// The line that leaves less of the uses: a conditional before one of them, or a use that goes.
  private func cause(of candidate: Candidate) -> Span? {
    let uses = candidate.uses.map { source.lineNumber(ofToken: $0) }
    for file in patch.mail.patch.files where file.newPath == source.path {
      for hunk in file.hunks {
        for line in hunk.lines where line.kind == .removed {
          guard patch.mail.patch.content(line).firstRange(ofWord: candidate.name) != nil else { continue }
          return patch.span(of: line, in: hunk, of: file)
        }
        let conditionals = hunk.lines.filter {
          $0.kind == .added && patch.mail.patch.content($0).first == UInt8(ascii: "#")
        }
        if let line = conditionals.last(where: { line in uses.contains { $0 >= line.newNumber } }) {
          return patch.span(of: line, in: hunk, of: file)
        }
      }
    }
    return nil
  }
}

/// The static names of a text and their uses, as far as the text shows them.
private struct StaticTexts {
  struct Use {
    var token: Int
    /// The condition, and the calls around it.
    var text: String
    /// Whether the text leaves it to a configuration, or to a macro.
    var isConditional: Bool
  }

  private let syntax: SyntaxTree
  private(set) var declared: [String: FileNames.Declared] = [:]
  private(set) var uses: [String: [Use]] = [:]

  /// - Parameter isWanted: whether a name with the token of its definition matters.
  init(_ syntax: SyntaxTree, where isWanted: (String, Int) -> Bool) {
    self.syntax = syntax
    let names = FileNames(of: syntax)
    for (name, all) in names.ordinary {
      guard let last = all.last(where: { $0.kind == .function || $0.kind == .variable }),
        isWanted(name, Int(syntax[last.node].main)), syntax.words(ofHead: last.node).contains("static")
      else { continue }
      declared[name] = last
    }
    uses = syntax.usePlaces(of: Set(declared.keys), names).mapValues { places in
      places.map { token in
        let condition = syntax.conditionals.condition(ofTokenAt: token)
        let calls = syntax.calls(around: token, from: 0).map(\.name)
        return Use(
          token: token, text: "\(syntax.conditionals.table.text(of: condition)) \(calls)",
          isConditional: condition != .always || !calls.isEmpty)
      }
    }
  }

  /// Under which conditions a name is defined and used; nil where it is not.
  func texts(of name: String) -> Set<String>? {
    declared[name].map { declared in
      let condition = syntax.conditionals.condition(ofTokenAt: Int(syntax[declared.node].main))
      return Set((uses[name] ?? []).map(\.text) + [syntax.conditionals.table.text(of: condition)])
    }
  }
}

extension SyntaxTree {
  /// The words before a declared name.
  fileprivate func words(ofHead declared: NodeID) -> Set<String> {
    let whole = self[declared].kind == .function ? declared : parent(of: declared) ?? declared
    let first = self[whole].tokens.lowerBound
    return Set((first..<max(first, Int(self[declared].main))).map { spelling(ofToken: $0) })
  }
}

extension PatchFacts {
  /// Says of a name and the token of its definition whether the patch may change when the name is used: it adds the
  /// definition, or has the name on a changed line, or changes conditionals.
  fileprivate func mayChangeUses(in source: SourceUnit) -> (String, Int) -> Bool {
    var (words, changesConditionals): (Set<ArraySlice<UInt8>>, Bool) = ([], false)
    for file in mail.patch.files where file.newPath == source.path && file.form != .combined {
      for line in file.hunks.flatMap(\.lines) where line.kind != .context {
        let text = mail.patch.content(line)
        changesConditionals = changesConditionals || text.first == UInt8(ascii: "#")
        words.formUnion(text.split { !$0.isOfName })
      }
    }
    return { name, token in
      changesConditionals || source.place(ofToken: token) == .added || words.contains(Array(name.utf8)[...])
    }
  }
}
