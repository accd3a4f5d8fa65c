// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex

/// `config/link-error`: a name that is declared, and that in some configuration the linker does not find.
struct ConfigLinkError: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: AffectedFiles.of(patch).notChecked)
    guard let linkages = LinkUses.linkages(of: patch) else { return result }
    result.notChecked += linkages.notChecked
    let files = LinkUses.all(of: patch)
    let takes = files.contains { $0.questions.affected?.lost != nil }
    let before = takes ? patch.symbolsBefore?.linkage(of: Set(linkages.keys)) ?? linkages : linkages
    let parts = inParallel(files.count) { index in
      let file = files[index]
      var holes = file.holes(linkages, before: before)
      // What is not even declared there is said already.
      let said = Set(file.questions.undeclaredNames().found.map(\.need.name))
      holes.found.removeAll { file.isNamed($0, only: said) }
      return CheckResult(file.drafts(holes.found), notChecked: holes.notChecked)
    }
    for part in parts { result.add(part) }
    result.gatherAffected()
    // What the linker finds is in many files, and another version of the tree may have it in others.
    if !patch.isOnExactBase {
      for index in result.findings.indices { result.findings[index].severity = .warning }
    }
    return result
  }
}

extension LinkUses {
  fileprivate func holes(_ linkages: [String: Linkage], before: [String: Linkage]) -> Holes {
    var holes = questions.holes(in: needs) { (need, built) -> BuildQuestions.Asked? in
      guard let linkage = (built.isBefore ? before : linkages)[need.name] else { return nil }
      let use = use(need, built)
      if use == .never, ofOthers.contains(need.name) {
        return BuildQuestions.Asked(BuiltUnit.Availability(condition: .always), isCommon: false)
      }
      guard let provision = built.build.provision(of: linkage, for: built.file) else {
        // Known to be nowhere: the patch takes it away.
        guard linkage.isComplete, linkage.definitions.places.isEmpty,
          questions.affected?.lost?[need.name]?.isGone == true
        else { return nil }
        var asked = BuildQuestions.Asked(BuiltUnit.Availability(condition: .never), isCommon: true)
        asked.use = use
        return asked
      }
      // A macro of the file's own may export it.
      if !provision.isExported, provision.places.contains(where: { patch.mayExport(need.name, at: $0.path) })
      {
        return nil
      }
      let graph = built.build.graph
      var found = BuiltUnit.Availability(condition: graph.or(provision.builtIn, provision.module))
      found.declarations = provision.places.map {
        BuiltUnit.Declaration(path: $0.path, line: $0.line, condition: .always, conditionInFile: .always)
      }
      var asked = BuildQuestions.Asked(
        found, isCommon: provision.places.contains { !$0.path.isOfOneArchitecture })
      // Not built at all; in a module, and the file in the kernel; in the kernel, and the file in a module.
      asked.there = [
        (provision.compiled, provision.compiled), (provision.builtIn, .always), (.always, provision.module),
      ]
      asked.use = use
      return asked
    }
    holes.found.removeAll {
      patch.mayBringElsewhere($0.need.name, to: source.path) || wasNeeded($0, linkages)
    }
    return holes
  }

  /// Whether the file needed the name before, and the linker had it as it has it now.
  private func wasNeeded(_ hole: Hole, _ linkages: [String: Linkage]) -> Bool {
    let name = hole.need.name
    guard questions.affected == nil, let uses = uses[name],
      uses.allSatisfy({ questions.wasUsed($0.name, Int(source.syntax[$0.node].main)) }),
      let before = patch.symbolsBefore?.linkage(of: [name])
    else { return false }
    func provision(_ linkages: [String: Linkage], isBefore: Bool) -> [String]? {
      patch.withBuild(for: hole.architecture, isBefore: isBefore) { build -> [String]? in
        guard let linkage = linkages[name], let file = build.build(of: hole.host ?? source.path),
          let found = build.provision(of: linkage, for: file)
        else { return nil }
        return [found.builtIn, found.module, found.compiled].map { build.graph.text(of: $0) }
      } ?? nil
    }
    guard let now = provision(linkages, isBefore: false) else { return false }
    return provision(before, isBefore: true) == now
  }

  fileprivate func drafts(_ holes: [Hole]) -> [FindingDraft] {
    questions.drafts(holes) { hole in
      let through = uses[hole.need.name]?.first?.name
      let name = hole.need.name == through || through == nil ? "" : ", which `\(through ?? "")` uses,"
      return "`\(hole.need.name)`\(name) is declared, but \(Self.failures[hole.number])"
    } origin: { hole in
      guard !hole.places.isEmpty else { return "nothing in the tree defines it" }
      let places = "it is defined at \(hole.places.joined(separator: ", "))"
      return switch hole.number {
      case 0: "\(places), which is built only under \(hole.conditionText)"
      case 1: "\(places), which is then a module, and this file is in the kernel"
      default: "\(places); no EXPORT_SYMBOL gives it to the module that this file is then part of"
      }
    }
  }

  fileprivate static let failures = ["not linked", "in a module", "not exported"]
}
