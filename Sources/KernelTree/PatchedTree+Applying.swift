// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
public import UnifiedDiff

extension PatchedTree {
  /// The tree after a patch, and how well the patch fitted.
  ///
  /// Nothing stops it: what does not fit is left out and remembered (`fragments(of:)`), so that the
  /// rest can be reviewed. Sources of renames and copies are those of the tree before the patch.
  public func applying(
    _ patch: Patch, options: Patch.ApplyOptions = Patch.ApplyOptions()
  ) -> (tree: PatchedTree, application: PatchApplication) {
    var run = PatchRun(patch: patch, options: options, before: self)
    for change in patch.files { run.apply(change) }
    return (run.after, PatchApplication(files: run.files, reasons: run.reasons))
  }
}

/// One patch going onto one tree.
private struct PatchRun {
  let patch: Patch
  let options: Patch.ApplyOptions
  let before: PatchedTree
  var after: PatchedTree
  var files: [PatchApplication.File] = []
  var reasons: [String] = []
  /// Bytes of the files that were changed before, each time they are changed again.
  private var repeated = 0
  /// The new names so far.
  private var made: Set<TreePath> = []
  /// For each name that a diff takes away: the place of the last such diff in the patch.
  private var lastTaken: [TreePath: Int] = [:]

  init(patch: Patch, options: Patch.ApplyOptions, before: PatchedTree) {
    (self.patch, self.options, self.before, after) = (patch, options, before, before)
    for (index, change) in patch.files.enumerated()
    where change.status == .renamed || change.status == .deleted {
      if let old = resolved(change).old { lastTaken[old] = index }
    }
  }

  private static let linkMode: UInt32 = 0o120000
  private static let submoduleMode: UInt32 = 0o160000

  mutating func apply(_ change: FileChange) {
    let names = resolved(change)
    var file = PatchApplication.File(oldPath: names.old, newPath: names.new, outcome: .applied)
    let modes = [change.oldMode, change.newMode]
    do throws(SourceTreeError) {
      if change.form == .combined || modes.contains(Self.submoduleMode) {
        file.outcome = .notAnalysed
      } else if change.binary != nil || modes.contains(Self.linkMode) {
        try applyOpaque(change, &file, isLink: modes.contains(Self.linkMode))
      } else {
        try applyText(change, &file)
      }
    } catch {
      file.outcome = .unreadable(error)
      remember(change, at: file.path) { _ in true }
      // What the file holds now cannot be told, even where the base could be read later.
      if let new = file.newPath, new != file.oldPath {
        after.states[new] = .unknown(why: "made of a file that cannot be read")
      }
    }
    explain(change, file)
    if let new = file.newPath { made.insert(new) }
    files.append(file)
  }

  // MARK: Text

  private mutating func applyText(_ change: FileChange, _ file: inout PatchApplication.File)
    throws(SourceTreeError)
  {
    var preimage: [UInt8]?
    if let old = file.oldPath {
      // A second diff of one file goes on top of the first; only renames and copies look back.
      let looksBack = change.status == .renamed || change.status == .copied
      (preimage, file.hadStatedBlob) = try content(of: old, stated: change.oldBlob, looksBack: looksBack)
      if preimage == nil { file.outcome = .notThere }
    }
    if let old = file.oldPath, made.contains(old) {
      repeated += preimage?.count ?? 0
      guard repeated <= Limits.repeatedBytes else {
        throw .unreadable(path: "\(old)", why: "the patch changes it too often")
      }
    }
    if try isTaken(file) { file.outcome = .existsAlready }
    if let stated = change.newBlob, !stated.isZero, let new = file.newPath {
      file.isDoneAlready = try before.blobID(of: new)?.agrees(with: stated) == true
    }
    guard file.oldPath == nil || preimage != nil else {
      // What is under the new name, if anything, stays: it may be where the file has come to.
      remember(change, at: file.path) { _ in true }
      return
    }
    let result = patch.applying(change, to: preimage, options: options)
    (file.fits, file.newOffsets) = (result.fits, result.newOffsets)
    // A patch that is in the tree already is not put on it twice.
    let isSame = file.isDoneAlready && result.fits.contains { $0.isFailure }
    if !isSame {
      remember(change, at: file.path) { result.fits.indices.contains($0) && result.fits[$0].isFailure }
    }
    if change.status == .deleted, !result.text.isEmpty, !result.fits.contains(where: \.isFailure) {
      file.outcome = .contentLeft
    }
    move(change, file)
    if let new = file.newPath, !isSame {
      after.states[new] = .file(result.text, id: .blob(of: result.text))
    }
  }

  /// A file before this diff, and whether it is what the patch says it was; nil where that is unsaid.
  ///
  /// Read in place: a copy of a tree that is then changed costs all of its names.
  private func content(
    of path: TreePath, stated: ObjectID?, looksBack: Bool
  ) throws(SourceTreeError) -> (bytes: [UInt8]?, agrees: Bool?) {
    let bytes = looksBack ? try before.bytes(of: path) : try after.bytes(of: path)
    guard let stated, bytes != nil else { return (bytes, nil) }
    let id = looksBack ? try before.blobID(of: path) : try after.blobID(of: path)
    return (bytes, id?.agrees(with: stated))
  }

  /// Takes away the old name of a file that is deleted or renamed.
  private mutating func move(_ change: FileChange, _ file: PatchApplication.File) {
    guard change.status == .deleted || change.status == .renamed, let old = file.oldPath, old != file.newPath
    else { return }
    // Unless another diff of this patch has put something there.
    if !made.contains(old) { after.states[old] = .gone }
    if let fragments = after.leftOut.removeValue(forKey: old), let new = file.newPath {
      after.leftOut[new, default: []].insert(contentsOf: fragments, at: 0)
    }
  }

  /// Whether there is a file where a new name is to be.
  private func isTaken(_ file: PatchApplication.File) throws(SourceTreeError) -> Bool {
    guard let new = file.newPath, new != file.oldPath, !isGoneLater(new) else { return false }
    return try after.has(new)
  }

  /// Whether a later diff of this patch takes a file away, as where two files swap their names.
  private func isGoneLater(_ path: TreePath) -> Bool {
    lastTaken[path].map { $0 > files.count } ?? false
  }

  /// Remembers what hunks would add.
  private mutating func remember(_ change: FileChange, at path: TreePath?, where isLeftOut: (Int) -> Bool) {
    guard let path else { return }
    for (index, hunk) in change.hunks.enumerated() where isLeftOut(index) {
      let text = hunk.lines.filter { $0.kind == .added }
        .reduce(into: [UInt8]()) { $0 += Array(patch.content($1)) + [UInt8(ascii: "\n")] }
      if !text.isEmpty { after.leftOut[path, default: []].append(text) }
    }
  }

  // MARK: Files without text

  private mutating func applyOpaque(
    _ change: FileChange, _ file: inout PatchApplication.File, isLink: Bool
  ) throws(SourceTreeError) {
    file.outcome = isLink ? .applied : .binary
    if let old = file.oldPath {
      if try !after.has(old) {
        file.outcome = .notThere
      } else if let stated = change.oldBlob {
        file.hadStatedBlob = try after.blobID(of: old)?.agrees(with: stated)
      }
    }
    if try isTaken(file) { file.outcome = .existsAlready }
    move(change, file)
    guard let new = file.newPath else { return }
    let id = change.newBlob.flatMap { $0.hex.utf8.count == 40 ? $0 : nil }
    after.states[new] = isLink ? .link(id) : .unknown(why: "a binary patch changes it")
  }

  // MARK: Names

  /// The names of a change as the tree has them: some patches are made with other prefixes than git's.
  private func resolved(_ change: FileChange) -> (old: TreePath?, new: TreePath?) {
    let asWritten = (change.oldPath, change.newPath)
    guard !change.hasPrefixes, let path = change.oldPath ?? change.newPath, let cut = cutting(path) else {
      return asWritten
    }
    let isCut: Bool
    if change.oldPath != nil {
      isCut = (try? after.has(path)) == false && (try? after.has(cut)) == true
    } else {
      isCut = !hasFolder(path.folder) && hasFolder(cut.folder)
    }
    guard isCut else { return asWritten }
    return (change.oldPath.flatMap(cutting), change.newPath.flatMap(cutting))
  }

  private func cutting(_ path: TreePath) -> TreePath? {
    guard let slash = path.bytes.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    return try? TreePath(validating: path.bytes[(slash + 1)...])
  }

  private func hasFolder(_ path: TreePath?) -> Bool {
    guard let path else { return true }
    return (try? after.entries(of: path).isEmpty) == false
  }

  // MARK: Sentences

  private mutating func explain(_ change: FileChange, _ file: PatchApplication.File) {
    let name = (file.path ?? change.path).map(\.description) ?? "a file without a name"
    let old = file.oldPath?.description ?? name
    switch file.outcome {
    case .applied, .binary: break
    case .notThere: reasons.append("\(old): the file is not there")
    case .existsAlready: reasons.append("\(name): the file exists already")
    case .contentLeft: reasons.append("\(name): the patch deletes the file, but not all of its lines")
    case .notAnalysed: reasons.append("\(name): the diff of a merge or submodule is not applied")
    case .unreadable(let error): reasons.append("\(name): \(error.sentence)")
    }
    if file.isDoneAlready, file.outcome == .existsAlready || file.fits.contains(where: \.isFailure) {
      reasons.append("\(name): the file is already as the patch leaves it")
      return
    }
    for (index, fit) in file.fits.enumerated() {
      guard case .failed(let mismatch) = fit else { continue }
      let begin = "\(name): hunk \(index + 1) does not fit"
      guard let line = mismatch.line, change.hunks[index].lines.indices.contains(line) else {
        reasons.append(begin)
        continue
      }
      let place =
        mismatch.oldLine == 0
        ? "the file has ended" : "line \(mismatch.oldLine) is `\(shown(mismatch.found[...]))`"
      let said = shown(patch.content(change.hunks[index].lines[line]))
      reasons.append("\(begin): \(place), the patch says `\(said)`")
    }
  }

  private func shown(_ line: ArraySlice<UInt8>) -> String {
    let isWhole = line.count <= Limits.shownBytes
    return String(decoding: line.prefix(Limits.shownBytes), as: UTF8.self) + (isWhole ? "" : "…")
  }
}

extension Application.Fit {
  /// Whether the hunk is left out.
  public var isFailure: Bool {
    if case .failed = self { true } else { false }
  }
}

extension SourceTreeError {
  /// For people, without the path.
  var sentence: String {
    switch self {
    case .objectMissing(let id): "its object \(id.prefix(12)) is not here (a partial clone?)"
    case .tooLarge(_, let bytes): "\(bytes) bytes are over the limit of \(Limits.fileBytes)"
    case .unreadable(_, let why): "cannot be read: \(why)"
    }
  }
}
