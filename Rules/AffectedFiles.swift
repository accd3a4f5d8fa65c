// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// A file that is built otherwise, or sees other names, for what a patch changes elsewhere.
struct AffectedFile: Sendable {
  var source: SourceUnit
  /// The line of the patch that does it.
  var cause: Span
  /// The names that it is asked about; nil for all that it uses.
  var lost: [String: LostName]?

  /// The line of the patch that takes a name away.
  func cause(of name: String?) -> Span { name.flatMap { lost?[$0]?.cause } ?? cause }
}

/// The files that a patch affects without touching their lines.
struct AffectedFiles: Sendable {
  var files: [AffectedFile] = []
  var notChecked: [String] = []

  /// Files that are looked at for one patch.
  private static let most = 24

  static func of(_ patch: PatchFacts) -> AffectedFiles {
    patch.shared("affected files") {
      var affected = AffectedFiles()
      var seen: Set<TreePath> = []
      for (path, cause) in patch.filesOfChangedSymbols + patch.filesOfChangedMakefiles
      where path.isTranslationUnit && seen.insert(path).inserted {
        guard affected.files.count < Self.most else {
          affected.notChecked.append("more files are built otherwise than are looked at")
          break
        }
        guard let source = patch.wholeUnit(at: path) else { continue }
        affected.files.append(AffectedFile(source: source, cause: cause))
      }
      // Not every one can be read whole.
      let limit = seen.count + 2 * Self.most
      let lost = patch.lostNames
      let names = Dictionary(lost.map { ($0.name, $0) }) { first, _ in first }
      for path in patch.files(using: lost, atMost: limit)
      where seen.insert(path).inserted {
        guard affected.files.count < Self.most else {
          affected.notChecked.append("more files use what the patch takes away than are looked at")
          break
        }
        guard let source = patch.wholeUnit(at: path) else { continue }
        affected.files.append(AffectedFile(source: source, cause: lost[0].cause, lost: names))
      }
      return affected
    }
  }
}

extension PatchFacts {
  /// Files whose build hangs on a symbol that was there and changes, or on one that only a `select` sets.
  fileprivate var filesOfChangedSymbols: [(path: TreePath, cause: Span)] {
    let changed = changedKconfigSymbols.sorted { $0.key < $1.key }.flatMap { name, cause in
      files(below: cause.folder, builtFor: name).map { ($0, cause.span) }
    }
    let selected = kconfigStatements(.added).flatMap { statement -> [(TreePath, Span)] in
      guard let name = statement.selected, let architecture = architectures.first,
        let line = statement.lines.first(where: { $0.kind == .added }),
        let folder = withBuild(for: architecture, { $0.folder(ofHidden: name) }) ?? nil
      else { return [] }
      let files = files(below: folder, builtFor: name)
      return files.count > Self.mostOfSelected
        ? [] : files.map { ($0, span(of: line, in: statement.hunk, of: statement.file)) }
    }
    return changed + selected
  }

  /// What many files hang on is well tried.
  private static let mostOfSelected = 4

  /// Files that use what the patch takes from them.
  /// - Parameter limit: how many of those that use what is in no header.
  fileprivate func files(using lost: [LostName], atMost limit: Int) -> [TreePath] {
    guard !lost.isEmpty, let symbols else { return [] }
    let unfit = Set(postimage?.pathsWithFragments ?? [])
    @Sendable func isWanted(_ path: TreePath) -> Bool {
      path.isTranslationUnit && !unfit.contains(path) && !path.bytes.starts(with: "tools/".utf8)
    }
    let anywhere = lost.filter { $0.header == nil }
    var users =
      anywhere.isEmpty || anywhere.count > Self.mostLost
      ? [] : symbols.files(usingAny: Set(anywhere.map(\.name)), atMost: limit, where: isWanted).paths
    let ofHeaders = Dictionary(grouping: lost, by: \.header)
    for header in ofHeaders.keys.compactMap(\.self).sorted() {
      guard let names = ofHeaders[header] else { continue }
      let search = NamesSearch(names.map(\.name))
      users += includers(of: header).filter { path in
        guard isWanted(path), !users.contains(path), let text = (try? postimage?.bytes(of: path)) ?? nil
        else { return false }
        return search.isAny(in: text)
      }
    }
    return users
  }

  private static let mostLost = 400

  /// Files whose object stands on a line of a Makefile that the patch changes.
  fileprivate var filesOfChangedMakefiles: [(path: TreePath, cause: Span)] {
    var found: [(path: TreePath, cause: Span)] = []
    for file in mail.patch.files {
      guard let path = file.newPath, file.oldPath == path, path.isMakefile, let folder = path.folder else {
        continue
      }
      for hunk in file.hunks {
        for line in hunk.lines where line.kind != .context {
          for word in mail.patch.content(line).split(whereSeparator: {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
          })
          where word.suffix(2).elementsEqual(".o".utf8) {
            guard let object = try? folder.appending(Array(word.dropLast()) + [UInt8(ascii: "c")]) else {
              continue
            }
            found.append((object, span(of: line, in: hunk, of: file)))
          }
        }
      }
    }
    return found
  }
}

extension CheckResult {
  mutating func add(_ other: CheckResult) {
    findings += other.findings
    notChecked += other.notChecked
  }

  /// Makes one finding of all that one line does to files which the patch does not touch; those files are its related
  /// places.
  mutating func gatherAffected() {
    // What is said of several hunks of one file in the same words is one mistake.
    findings = findings.gathered { draft in
      draft.isAboutUse ? nil : "\(draft.primary.path.map { "\($0)" } ?? "") \(draft.message)"
    }
    var places: [Span: Int] = [:]
    var gathered: [FindingDraft] = []
    var others: [Int: Int] = [:]
    for draft in findings {
      guard draft.related.first?.span.path != draft.primary.path, draft.isAboutUse,
        let place = places[draft.primary]
      else {
        places[draft.primary] = gathered.count
        gathered.append(draft)
        continue
      }
      others[place, default: 0] += 1
      let known = gathered[place].symbols
      gathered[place].symbols += draft.symbols.filter { !known.contains($0) }
      gathered[place].related.append(
        RelatedSpan(draft.related[0].span, label: "`\(draft.symbols.first ?? "")` is used here"))
    }
    for (place, count) in others {
      gathered[place].message += count == 1 ? ", and one more like it" : ", and \(count) more like it"
    }
    findings = gathered
  }
}

extension FindingDraft {
  /// Whether its line is not the one that uses something.
  fileprivate var isAboutUse: Bool { related.first?.label == Self.usedHere }
  static let usedHere = "used here"
}
