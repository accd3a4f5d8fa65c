// SPDX-License-Identifier: GPL-2.0-or-later

internal import Kconfig
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `refactor/linkage`: what a patch defines for other files, or exports to modules, and that none of them uses.
struct RefactorLinkage: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    var asked = 0
    for source in patch.changedFiles.flatMap(\.new)
    where source.path.isTranslationUnit && !source.path.isOfTools && source.isWhole {
      let linked = LinkedNames(patch: patch, source: source)
      var drafts: [FindingDraft] = []
      for candidate in linked.definitions + linked.exports {
        guard asked < Self.mostQuestions else {
          result.notChecked.append("of many new names the first \(Self.mostQuestions) were looked up")
          result.findings += drafts.oneOfAKind
          return result
        }
        asked += 1
        // Asked for last: to open the index takes longer than all the rest.
        guard let symbols = patch.symbols else { return result }
        let users = symbols.files(using: candidate.name)
        guard users.isComplete else {
          result.notChecked.append(
            "who uses `\(candidate.name)` is not known: not all of the tree was searched")
          continue
        }
        let others = users.paths.filter { $0 != source.path }
        if let draft = linked.draft(candidate, usedBy: others) { drafts.append(draft) }
      }
      result.findings += drafts.oneOfAKind
    }
    return result
  }

  /// Without an index each look-up reads the tree.
  private static let mostQuestions = 24
}

/// What a file of the patch gives to others.
private struct LinkedNames {
  struct Candidate {
    var name: String
    var token: Int
    var kind: Definition.Kind
    var isExport = false
  }

  let patch: PatchFacts
  let source: SourceUnit

  private var syntax: SyntaxTree { source.syntax }

  // MARK: Definitions

  var definitions: [Candidate] {
    let known = globalBefore
    return syntax.definitions { source.place(ofToken: $0) == .added }
      .filter { $0.isGlobal && !known.contains($0.name) && isPlain($0) }
      .map { Candidate(name: $0.name, token: $0.token, kind: $0.kind) }
      .filter { !patch.seriesNames($0.name, outside: source.path) && !patch.mayPaste($0.name, in: source) }
  }

  /// What was there for others before: moving it does not make it so.
  private var globalBefore: Set<String> {
    patch.shared("global before") {
      Set(
        patch.changedFiles.flatMap(\.old).flatMap { unit in
          unit.syntax.definitions { _ in true }.filter { $0.isGlobal || $0.isWeak }.map(\.name)
        })
    }
  }

  /// Whether the head says nothing that needs the linker, and the file nothing else of the name.
  private func isPlain(_ definition: Definition) -> Bool {
    guard !definition.name.hasPrefix("__"), !Self.entries.contains(definition.name),
      !Self.builtins.contains(where: { definition.name.hasPrefix($0) })
    else { return false }
    guard let declared = FileNames(of: syntax).ordinary[definition.name], declared.count == 1,
      let node = declared.first?.node
    else { return false }
    let words = syntax.headWords(of: node)
    return words.isDisjoint(with: Self.linkerWords) && !words.contains(where: \.isCapitalMacro)
      && !syntax.isQuoted(definition.name)
      && syntax.callsOutsideFunctions(with: definition.name).allSatisfy { Self.takesStatic($0) }
  }

  private static let entries: Set<String> = ["main", "init_module", "cleanup_module"]
  /// The compiler calls them.
  private static let builtins = ["mem", "str", "_mcount"]
  private static let linkerWords: Set<String> = [
    "asmlinkage", "inline", "extern", "__inline", "__always_inline", "__weak", "__used", "__visible",
    "__bpf_kfunc",
    "__attribute__", "__section", "__alias", "__efiapi", "__entry_text", "noinstr",
  ]

  /// Macros that take the name of a static function as well.
  private static func takesStatic(_ macro: String) -> Bool {
    macro.hasSuffix("_initcall") || macro.hasSuffix("_initcall_sync") || macro == "module_init"
      || macro == "module_exit" || macro == "__setup" || macro == "early_param"
  }

  // MARK: Exports

  var exports: [Candidate] {
    let removed = removedExports
    return syntax.children(of: syntax.root).compactMap { external -> Candidate? in
      guard syntax[external].kind == .macroCall, source.place(ofToken: Int(syntax[external].main)) == .added,
        syntax.name(of: external).hasPrefix("EXPORT_SYMBOL"),
        !syntax.name(of: external).contains("KUNIT"), !syntax.name(of: external).contains("FOR_TESTS"),
        let argument = syntax.child(0, of: external), syntax[argument].kind == .identifier
      else { return nil }
      let name = syntax.name(of: argument)
      guard !removed.contains(name), !name.hasPrefix("__"), syntax.places(of: name).count > 1 else {
        return nil
      }
      return Candidate(
        name: name, token: Int(syntax[argument].main), kind: .function, isExport: true)
    }.filter { !isUsedInSeries($0.name) }
  }

  /// Lines of other files that are no declarations in headers.
  private func isUsedInSeries(_ name: String) -> Bool {
    patch.seriesNames(name) { _, file, line in
      file.path != source.path && file.path?.isHeader == false && line.kind != .removed
    }
  }

  private var removedExports: Set<String> {
    patch.shared("removed exports") {
      var names: Set<String> = []
      for line in patch.mail.patch.files.flatMap({ $0.hunks.flatMap(\.lines) }) where line.kind == .removed {
        let text = patch.mail.patch.content(line)
        guard text.firstRange(of: "EXPORT_SYMBOL".utf8) != nil else { continue }
        names.formUnion(text.split { !$0.isOfName }.map { String(decoding: $0, as: UTF8.self) })
      }
      return names
    }
  }

  // MARK: Findings

  /// nil where another file needs it, or where that is not known.
  func draft(_ candidate: Candidate, usedBy others: [TreePath]) -> FindingDraft? {
    guard isOfKernel else { return nil }
    return candidate.isExport ? exported(candidate, others) : local(candidate, others)
  }

  private func local(_ candidate: Candidate, _ others: [TreePath]) -> FindingDraft? {
    guard others.isEmpty, !patch.mayBringElsewhere(candidate.name, to: source.path) else { return nil }
    let isFunction = candidate.kind == .function
    var draft = FindingDraft(
      "`\(candidate.name)` is not static, and no other file uses or declares it",
      at: patch.span(ofToken: candidate.token, in: source),
      evidence: [
        Evidence(
          .source,
          "the name is on no other line of code of the tree or of the series: in no header, C file or assembly"
        )
      ])
    draft.help = "make the \(isFunction ? "function" : "variable") static"
    draft.fix = madeStatic(candidate.token)
    draft.symbols = [candidate.name]
    draft.relies = [.tree, .earlierParts, .laterParts]
    return draft
  }

  /// nil where the declaration is of several names.
  private func madeStatic(_ token: Int) -> Fix? {
    let external = syntax.children(of: syntax.root).first { syntax[$0].tokens.contains(token) }
    guard let external, syntax[external].kind == .function || syntax.child(2, of: external) == nil else {
      return nil
    }
    return Fix(inserting: "static ", before: syntax[external].tokens.lowerBound, of: source)
  }

  private func exported(_ candidate: Candidate, _ others: [TreePath]) -> FindingDraft? {
    let users = others.filter { !onlyDeclares(candidate.name, $0) }
    let statement: String
    if users.isEmpty {
      statement =
        "besides its definition and what declares it the name is on no line of code of the tree or of the series"
    } else if let object = commonObject(of: users) {
      statement =
        "all that use it are linked into \(object).o, as the file itself: \(users.prefix(4).map(\.description).joined(separator: ", "))"
    } else {
      return nil
    }
    var draft = FindingDraft(
      "`\(candidate.name)` is exported, and no \(users.isEmpty ? "" : "other ")module uses it",
      at: patch.span(ofToken: candidate.token, in: source), evidence: [Evidence(.source, statement)])
    draft.symbols = [candidate.name]
    draft.question = "Who uses this export?"
    draft.relies = [.tree, .earlierParts, .laterParts]
    return draft
  }

  private func onlyDeclares(_ name: String, _ path: TreePath) -> Bool {
    guard path.isHeader, let header = patch.wholeUnit(at: path)
    else { return false }
    let declared = Set(
      (FileNames(of: header.syntax).ordinary[name] ?? []).map { Int(header.syntax[$0.node].main) })
    return header.syntax.places(of: name).allSatisfy { declared.contains($0) }
  }

  /// The one object that the file and all that use it are linked into.
  private func commonObject(of users: [TreePath]) -> String? {
    guard let architecture = patch.architectures(for: source.path).first else { return nil }
    let objects = patch.withBuild(for: architecture) { build in
      ([source.path] + users).map { build.build(of: $0)?.facts.objects ?? [] }
    }
    guard let objects, let first = objects.first, first.count == 1 else { return nil }
    return objects.allSatisfy { $0 == first } ? first[0] : nil
  }

  /// Whether it is built as code of the kernel: the boot code, the vDSO and their kin are linked in other ways.
  private var isOfKernel: Bool {
    guard !patch.isOnlyIncluded(source.path) else { return false }
    return patch.architectures(for: source.path).prefix(patch.mainArchitectures).contains { architecture in
      patch.withBuild(for: architecture) { $0.build(of: source.path) != nil } == true
    }
  }
}
