// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/import-ns`: a module uses what is exported in a namespace that it does not import.
struct ConfigImportNs: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    if let linkages = LinkUses.linkages(of: patch) {
      for file in LinkUses.all(of: patch) {
        result.add(file.unimported(linkages, because: .use))
      }
    }
    for change in NamespaceChange.all(in: patch) {
      let files = change.files.map { LinkUses(BuildQuestions(patch: patch, affected: $0)) }
      let names = Set(files.flatMap { $0.uses.keys })
      guard !names.isEmpty, let linkages = patch.symbols?.linkage(of: names) else { continue }
      for file in files { result.add(file.unimported(linkages, because: change.reason)) }
      result.notChecked += change.notChecked
    }
    result.gatherAffected()
    return result
  }
}

/// `MODULE_IMPORT_NS()`, where it stands.
private struct ImportPlace: Sendable {
  var path: TreePath
  /// In the table.
  var condition: Formula
  var table: FormulaTable
}

/// A line of the patch that makes files miss an import without touching them.
private struct NamespaceChange {
  enum Reason: Hashable {
    /// Files use what they did not use before.
    case use
    /// Exports come into a namespace.
    case export
    /// `MODULE_IMPORT_NS()` of this namespace goes.
    case importRemoved(String)
  }

  var reason: Reason
  var files: [AffectedFile]
  var notChecked: [String] = []

  static func all(in patch: PatchFacts) -> [NamespaceChange] {
    exports(in: patch) + removedImports(in: patch)
  }

  /// Files that are looked at for one patch.
  private static let most = 24

  // MARK: Exports

  /// Exports whose namespace the patch changes, with the files that use them.
  private static func exports(in patch: PatchFacts) -> [NamespaceChange] {
    var lost: [String: LostName] = [:]
    for file in patch.changedFiles where file.isWhole {
      guard let old = file.old.first, let new = file.new.first, old.path.isTranslationUnit else { continue }
      // The line of an export, or the one that gives all of the file their namespace.
      let lines = patch.addedLines(of: new.path).filter {
        $0.text.contains("EXPORT_") || $0.text.contains("DEFAULT_SYMBOL_NAMESPACE")
      }
      guard !lines.isEmpty else { continue }
      let before = Dictionary(
        FileSymbols(of: old.syntax.buffer.text, as: .source).exports.map { ($0.name, $0.namespace) },
        uniquingKeysWith: { first, _ in first })
      let after = FileSymbols(of: new.syntax.buffer.text, as: .source).exports
      for export in after {
        guard let known = before[export.name], let namespace = export.namespace, known != namespace else {
          continue
        }
        let line = lines.first {
          $0.text.utf8.firstRange(ofWord: export.name) != nil || $0.text.contains("DEFAULT_SYMBOL_NAMESPACE")
        }
        guard let cause = line?.span else { continue }
        lost[export.name] = LostName(name: export.name, cause: cause, isGone: false)
      }
    }
    guard !lost.isEmpty, let symbols = patch.symbols else { return [] }
    let users = symbols.files(usingAny: Set(lost.keys), atMost: Self.most + 1) { $0.isTranslationUnit }
    let cause = lost.min { $0.key < $1.key }?.value.cause
    let files = users.paths.prefix(Self.most).compactMap { path -> AffectedFile? in
      guard let cause, let source = patch.wholeUnit(at: path) else { return nil }
      return AffectedFile(source: source, cause: cause, lost: lost)
    }
    var change = NamespaceChange(reason: .export, files: files)
    if !users.isComplete || users.paths.count > Self.most {
      change.notChecked = ["not all files that use what comes into a namespace are looked at"]
    }
    return [change]
  }

  // MARK: Imports

  /// Namespaces that a file imports no longer, with the files of its module.
  private static func removedImports(in patch: PatchFacts) -> [NamespaceChange] {
    patch.mail.patch.files.flatMap { file -> [NamespaceChange] in
      guard file.form != .combined, let path = file.newPath, file.oldPath == path else { return [] }
      return file.hunks.flatMap { hunk in
        hunk.lines.filter { $0.kind == .removed }.compactMap { line -> NamespaceChange? in
          let text = patch.mail.patch.content(line)
          guard text.starts(with: "MODULE_IMPORT_NS".utf8),
            let namespace = FileSymbols(of: Array(text), as: .source).imports.first?.namespace,
            patch.symbols?.symbols(of: path)?.imports.contains(where: { $0.namespace == namespace }) == false
          else { return nil }
          let cause = patch.span(of: line, in: hunk, of: file)
          let paths = path.isTranslationUnit ? patch.filesOfModule(with: path) : patch.includers(of: path)
          let files = paths.prefix(Self.most).compactMap { other in
            patch.wholeUnit(at: other).map { AffectedFile(source: $0, cause: cause) }
          }
          return NamespaceChange(
            reason: .importRemoved(namespace), files: files,
            notChecked: paths.count > Self.most ? ["not all files that lose an import are looked at"] : [])
        }
      }
    }
  }
}

extension PatchFacts {
  /// The lines that the patch adds to a file.
  fileprivate func addedLines(of path: TreePath) -> [(span: Span, text: String)] {
    mail.patch.files.filter { $0.newPath == path && $0.form != .combined }.flatMap { file in
      file.hunks.flatMap { hunk in
        hunk.lines.filter { $0.kind == .added }.map { line in
          let span = span(of: line, in: hunk, of: file)
          return (span, span.text)
        }
      }
    }
  }

  /// The C files that are linked into a module together with one, itself among them.
  fileprivate func filesOfModule(with path: TreePath) -> [TreePath] {
    guard let architecture = architectures(for: path).first else { return [] }
    return withBuild(for: architecture) { build -> [TreePath] in
      build.build(of: path).map { build.filesOfModule(of: $0) } ?? []
    } ?? []
  }

  /// The imports of a namespace in all of the tree; nil where not all of it is known.
  fileprivate func imports(of namespace: String) -> [ImportPlace]? {
    shared("imports of \(namespace)") {
      guard let found = symbols?.imports(of: namespace), found.isComplete, !hasUnfitImport(of: namespace)
      else { return nil }
      return found.places.map { ImportPlace(path: $0.path, condition: $0.entry.condition, table: $0.table) }
    }
  }

  /// Whether a hunk that does not fit brings an import.
  private func hasUnfitImport(of namespace: String) -> Bool {
    guard let postimage else { return false }
    return postimage.pathsWithFragments.contains { path in
      postimage.fragments(of: path).contains { text in
        String(decoding: text, as: UTF8.self).contains("MODULE_IMPORT_NS")
          && String(decoding: text, as: UTF8.self).contains(namespace)
      }
    }
  }

  /// The C files that include a header, also by way of others; nil where they are too many.
  fileprivate func allIncluders(of header: TreePath) -> Set<TreePath>? {
    shared("all files that include \(header)") {
      var sources: Set<TreePath> = []
      var (headers, next): (Set<TreePath>, [TreePath]) = ([header], [header])
      while let header = next.popLast() {
        for path in symbols?.includers(of: header).paths ?? [] {
          if path.isTranslationUnit {
            sources.insert(path)
          } else if headers.insert(path).inserted {
            guard headers.count < Self.mostHeaders else { return nil }
            next.append(path)
          }
        }
      }
      return sources
    }
  }

  private static let mostHeaders = 64
}

extension LinkUses {
  /// Names that are exported in a namespace only, where a module that the file is part of does not import it.
  fileprivate func unimported(
    _ linkages: [String: Linkage], because reason: NamespaceChange.Reason
  ) -> CheckResult {
    var needed: [String: ArchitectureBuild.NamespaceNeed] = [:]
    var notChecked: [String] = []
    let holes = questions.holes(in: needs) { (need, built) -> BuildQuestions.Asked? in
      guard let linkage = linkages[need.name] else { return nil }
      // It is the patch that makes the file need the import, or takes the import away.
      if built.isBefore, reason != .use { return nil }
      let graph = built.build.graph
      var missing = Formula.never
      for export in built.build.namespaceNeeds(of: linkage, for: built.file) {
        if case .importRemoved(let namespace) = reason, namespace != export.namespace { continue }
        guard let imported = imported(export.namespace, built) else {
          notChecked.append("which files import \(export.namespace) is not known")
          return nil
        }
        let open = graph.and(export.condition, graph.table.not(imported))
        guard open != .never else { continue }
        missing = graph.or(missing, open)
        needed[need.name] = export
      }
      guard missing != .never else { return nil }
      var asked = BuildQuestions.Asked(BuiltUnit.Availability(condition: .always), isCommon: true)
      asked.there = [(.always, graph.table.not(missing))]
      asked.use = use(need, built)
      return asked
    }
    var result = CheckResult(notChecked: holes.notChecked + Set(notChecked).sorted())
    let found = holes.found.filter { !patch.mayBringElsewhere($0.need.name, to: source.path) }
    let namespaces = Dictionary(grouping: found) { needed[$0.need.name]?.namespace ?? "" }
    for (namespace, holes) in namespaces.sorted(by: { $0.key < $1.key }) {
      var drafts = questions.drafts(holes, isAlways: true) { hole in
        let through = uses[hole.need.name]?.first?.name
        let name = hole.need.name == through || through == nil ? "" : ", which `\(through ?? "")` uses,"
        return
          "`\(hole.need.name)`\(name) is exported in the namespace \(namespace), which the module does not import"
      } origin: { hole in
        let place = needed[hole.need.name].map { " at \($0.path):\($0.line)" } ?? ""
        return
          "it is exported\(place); no file of the module, nor a header of one, has MODULE_IMPORT_NS() of \(namespace)"
      }
      guard var draft = drafts.first else { continue }
      // One import is all that is missing.
      drafts.removeFirst()
      draft.symbols += drafts.flatMap(\.symbols)
      draft.related += drafts.map { RelatedSpan($0.primary, label: "and `\($0.symbols.first ?? "")`") }
      result.findings.append(draft)
    }
    for index in result.findings.indices { result.findings[index].relies.insert(.earlierParts) }
    return result
  }

  /// When a file is part of the same module as the file that is built.
  private func linked(_ path: TreePath, _ built: BuildQuestions.Built) -> Formula {
    built.build.condition(of: path, inModuleOf: built.unit.file.path, built.file)
  }

  /// When the module that the file is part of imports a namespace; nil where that is not known.
  private func imported(_ namespace: String, _ built: BuildQuestions.Built) -> Formula? {
    guard let imports = patch.imports(of: namespace) else { return nil }
    let graph = built.build.graph
    var imported = Formula.never
    for place in imports {
      let condition = graph.adopt(place.condition, of: place.table)
      if place.path.isTranslationUnit {
        let linked =
          place.path == source.path
          ? .always : linked(place.path, built)
        imported = graph.or(imported, graph.and(linked, condition))
        continue
      }
      imported = graph.or(imported, graph.and(built.unit.condition(reaching: place.path), condition))
      guard let includers = patch.allIncluders(of: place.path) else { return nil }
      for path in includers {
        imported = graph.or(imported, linked(path, built))
      }
    }
    return imported
  }
}
