// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/missing-stub`: a name that is used where, in some configuration, nothing declares it.
struct ConfigMissingStub: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    result.notChecked += AffectedFiles.of(patch).notChecked
    for questions in BuildQuestions.all(of: patch) {
      let holes = questions.undeclaredNames()
      result.notChecked += holes.notChecked
      result.findings += questions.drafts(
        holes.found.filter { !$0.isUnincluded && !$0.isOfOtherArchitectures }
      ) {
        "`\($0.need.name)` is not \($0.isType ? "defined" : "declared")"
      }
    }
    result.gatherAffected()
    return result
  }
}

extension String {
  /// Whether the compiler has a name without a declaration: `__builtin_expect`, `__func__`.
  fileprivate var isOfCompiler: Bool {
    hasPrefix("__builtin_") || hasPrefix("__sync_") || hasPrefix("__atomic_") || hasPrefix("__has_")
      || hasPrefix("__") && hasSuffix("__")
  }
}

extension BuildQuestions {
  /// Names on added lines that some configuration does not declare.
  func undeclaredNames() -> Holes {
    // Of the hunks of one file the last lines differ.
    let last = source.syntax.buffer.tokens.last.map { source.lines.number(ofLine: $0.line) } ?? 0
    let what = affected == nil ? "undeclared" : "no longer declared"
    return patch.shared("\(what) names of \(source.path) to \(last)") {
      let unit = patch.translationUnit(of: source)
      let losesIncludes =
        affected == nil && source.path.isTranslationUnit && source.isWhole && !removedIncludes.isEmpty
      let uses = unit.outerUses { losesIncludes || concerns($0) }
      let needs = (named(uses) + namesInMacros(unit))
        .filter { $0.tokens.contains(where: concerns) || isLost($0) }
        // What the build makes declares those: of Kconfig, and of the tables of system calls.
        .filter { !$0.name.hasPrefix("CONFIG_") && !$0.name.hasPrefix("__NR_") }
        .sorted { $0.tokens[0] < $1.tokens[0] }
      // What another architecture has.
      var elsewhere: [String: [(path: TreePath, line: UInt32)]] = [:]
      var holes = holes(in: needs) { need, unit in
        var found = unit.availability(of: need.name)
        guard found.declarations.isEmpty else {
          if elsewhere[need.name] == nil {
            elsewhere[need.name] = found.declarations.map { ($0.path, $0.line) }
          }
          return found.condition != .always && unit.seesCompilersHeaders ? nil : found
        }
        // What nothing declares at all is another question.
        guard found.condition == .never, unit.isComplete, !need.name.isOfCompiler else { return nil }
        let declaring = patch.headersDeclaring(need.name)
        found.declarations = (declaring.isEmpty ? elsewhere[need.name] ?? [] : declaring).map {
          BuiltUnit.Declaration(path: $0.path, line: $0.line, condition: .never, conditionInFile: .always)
        }
        return found.declarations.isEmpty ? nil : found
      }
      let types = incompleteTypes(unit)
      holes.found += types.found
      holes.found.removeAll { patch.mayBringElsewhere(names($0).last ?? "", to: source.path) }
      return holes
    }
  }

  /// Names in the bodies of macros on added lines, where the file uses those macros.
  private func namesInMacros(_ unit: TranslationUnit) -> [Need] {
    let syntax = source.syntax
    let added = syntax.macros.filter { source.place(ofToken: $0.name) == .added }
    guard affected == nil, !isIncluded, !added.isEmpty else { return [] }
    let users = macrosUsing(Set(added.map { syntax.spelling(ofToken: $0.name) }))
    let uses = Dictionary(
      grouping: unit.outerUses { users[syntax.spelling(ofToken: $0)] != nil }, by: \.name)
    return added.flatMap { macro -> [Need] in
      let name = syntax.spelling(ofToken: macro.name)
      let sites = uses.filter { users[$0.key]?.contains(name) == true }.values.joined().map {
        Int(syntax[$0.node].main)
      }.sorted()
      guard !sites.isEmpty else { return [] }
      return syntax.plainNames(inBodyOf: macro).filter { !$0.isArgument && !Self.keywords.contains($0.name) }
        .map { Need(name: $0.name, tokens: [$0.token], sites: sites) }
    }
  }

  /// For each macro of the file which of some macros it comes to: itself, or what its body names. Of macros that are there
  /// under a condition only themselves.
  private func macrosUsing(_ names: Set<String>) -> [String: Set<String>] {
    let syntax = source.syntax
    var found = Dictionary(uniqueKeysWithValues: names.map { ($0, Set([$0])) })
    var open = syntax.macros.filter { syntax.conditionals.condition(ofTokenAt: $0.name) == .always }.map {
      (name: syntax.spelling(ofToken: $0.name), body: syntax.plainNames(inBodyOf: $0).map(\.name))
    }
    var isNew = true
    while isNew {
      isNew = false
      open.removeAll { macro in
        let reached = macro.body.compactMap { $0 == macro.name ? nil : found[$0] }
        guard !reached.isEmpty else { return false }
        found[macro.name] = reached.reduce(into: found[macro.name] ?? []) { $0.formUnion($1) }
        isNew = true
        return true
      }
    }
    return found
  }

  /// Words of the language that a header may make macros of: include/linux/compiler.h does so with `if`.
  private static let keywords: Set<String> = [
    "if", "else", "for", "while", "do", "switch", "case", "default", "return", "goto", "break", "continue",
    "sizeof", "typeof",
  ]

  /// Names with all the places of their uses.
  func named(_ uses: [OuterUse]) -> [Need] {
    Dictionary(grouping: uses, by: \.name).map { name, uses in
      Need(name: name, tokens: uses.map { Int(source.syntax[$0.node].main) })
    }
  }

  /// Structs and unions that must be defined, in no order.
  func completeTypes(_ unit: TranslationUnit) -> [Need] {
    let syntax = source.syntax
    var needs: [String: Need] = [:]
    for external in syntax.children(of: syntax.root)
    where affected != nil || syntax[external].tokens.contains(where: concerns) {
      for use in unit.completeTypeUses(in: external, where: { concerns(Int(syntax[$0].main)) }) {
        let name = "\(use.keyword) \(use.tag)"
        needs[name, default: Need(name: name, tokens: [])].tokens.append(Int(syntax[use.node].main))
        needs[name]?.alsoNamed += use.variables
      }
    }
    return Array(needs.values)
  }

  /// Structs and unions whose members are asked for, and that some configuration does not define.
  private func incompleteTypes(_ unit: TranslationUnit) -> Holes {
    return holes(in: completeTypes(unit).sorted { $0.tokens[0] < $1.tokens[0] }) { need, unit in
      guard let tag = need.name.split(separator: " ").last.map(String.init) else { return nil }
      var found = unit.availability(ofTag: tag)
      guard found.declarations.isEmpty else { return found }
      guard unit.isComplete else { return nil }
      found.declarations = patch.headersDefining(tag).map {
        BuiltUnit.Declaration(path: $0.path, line: $0.line, condition: .never, conditionInFile: .always)
      }
      return found.declarations.isEmpty ? nil : found
    }
  }

  /// Whether a line that the patch adds is among the uses.
  func isAdded(_ need: Need) -> Bool {
    need.tokens.contains { source.place(ofToken: $0) == .added }
  }

  /// `#include` lines that the patch takes from the file.
  var removedIncludes: [Span] {
    guard let file = patch.mail.patch.files.first(where: { $0.newPath == source.path }) else { return [] }
    return file.hunks.flatMap { hunk in
      hunk.lines.filter {
        $0.kind == .removed && patch.mail.patch.content($0).starts(with: "#include".utf8)
      }.map { patch.span(of: $0, in: hunk, of: file) }
    }
  }

  /// Whether the file saw a name before the patch, and does not see it as it did.
  private func isLost(_ need: Need) -> Bool {
    guard let file = patch.compiledFile(of: source),
      let old = patch.changedFiles.flatMap(\.old).first(where: { $0.path == source.path && $0.isWhole })
    else { return false }
    enum Sight { case never, sometimes, always }
    func sight(_ file: ParsedFile, _ isBefore: Bool) -> Sight? {
      patch.withBuild(for: "x86", isBefore: isBefore) { build -> Sight? in
        guard let built = build.build(of: file.path) else { return nil }
        switch build.unit(file, built).availability(of: need.name).condition {
        case .never: return .never
        case .always: return .always
        default: return .sometimes
        }
      } ?? nil
    }
    let before = patch.shared("file before \(old.path)") { ParsedFile(path: old.path, syntax: old.syntax) }
    switch sight(before, true) {
    case .always: return [.never, .sometimes].contains(sight(file, false))
    case .sometimes: return sight(file, false) == .never
    case .never, nil: return false
    }
  }
}
