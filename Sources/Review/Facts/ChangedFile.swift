// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
internal import KernelTree
internal import Mail
internal import SourceText
internal import Synchronization
public import UnifiedDiff

/// A C file that a patch changes, as the front end reads it before and after.
public struct ChangedFile: Sendable {
  public let change: FileChange
  /// The file before the patch: one whole unit where the tree has it and every hunk is known to stand in its place, else
  /// one a hunk. Empty where the file is new.
  public let old: [SourceUnit]
  /// The file after the patch, in the same way; where both are hunks, `old[i]` and `new[i]` are the sides of one.
  public let new: [SourceUnit]

  public var isWhole: Bool { old.allSatisfy(\.isWhole) && new.allSatisfy(\.isWhole) }
}

/// The changed files of one patch, parsed when the first rule asks.
///
/// A class, as it is a cache; its only state is behind locks, and what it holds is a function of what it was made
/// with.
final class ChangedFiles: Sendable {
  private let files = Mutex<[ChangedFile]?>(nil)
  private let changed = Mutex<HeaderFiles?>(nil)
  private let leftOut = Mutex<[(path: TreePath, names: FileNames)]?>(nil)
  private let memory = Mutex<[String: any Sendable]>([:])
  private let units = Mutex<[UnitKey: TranslationUnit]>([:])

  struct UnitKey: Hashable {
    var path: TreePath
    var architectures: IncludeClosure.Architectures
  }

  /// What the patches made of headers.
  func headers(of tree: PatchedTree) -> HeaderFiles {
    changed.withLock { headers in
      let made = headers ?? HeaderFiles(of: MeantTree(tree), search: .asks)
      headers = made
      return made
    }
  }

  func unit(_ key: UnitKey, _ make: () -> TranslationUnit) -> TranslationUnit {
    units.withLock { units in
      if let unit = units[key] { return unit }
      let made = make()
      units[key] = made
      return made
    }
  }

  /// What the hunks declare that do not fit.
  func fragments(_ make: () -> [(path: TreePath, names: FileNames)]) -> [(path: TreePath, names: FileNames)] {
    leftOut.withLock { names in
      if let names { return names }
      let made = make()
      names = made
      return made
    }
  }

  /// A value that rules share, made once.
  func shared<Value: Sendable>(_ key: String, _ make: () -> Value) -> Value {
    if let stored = memory.withLock({ $0[key] }), let known = stored as? Value { return known }
    let made = make()
    memory.withLock { $0[key] = made }
    return made
  }

  /// Forgets what was worked out; who asks again gets it anew. What rules share holds the patch whose memory this is: without
  /// this, neither would ever be freed, and a long series would hold all that was read for it.
  func forget() {
    memory.withLock { $0 = [:] }
    units.withLock { $0 = [:] }
    changed.withLock { $0 = nil }
  }

  func files(_ make: () -> [ChangedFile]) -> [ChangedFile] {
    files.withLock { files in
      if let files { return files }
      let made = make()
      files = made
      return made
    }
  }
}

extension PatchFacts {
  /// The .c and .h files of the patch, in its order. Parsed once for all rules.
  public var changedFiles: [ChangedFile] {
    parsed.files {
      // What a patch changes twice is not read as a whole: its second diff is for what the first made.
      var (paths, repeated): (Set<TreePath>, Set<TreePath>) = ([], [])
      for path in application?.files.lazy.compactMap(\.path) ?? [] where !paths.insert(path).inserted {
        repeated.insert(path)
      }
      return mail.patch.files.indices.compactMap { index in
        let change = mail.patch.files[index]
        guard change.form != .combined, change.binary == nil, change.path?.isC == true, !change.hunks.isEmpty
        else {
          return nil
        }
        return wholeFile(index, except: repeated) ?? ChangedFile(change, hunksOf: mail.patch)
      }
    }
  }

  /// A unit of the new side with its headers, where names that it does not declare itself are looked up. For a hunk, or
  /// without a tree, there are no headers.
  /// - Parameter architecture: whose headers are looked at.
  public func translationUnit(of unit: SourceUnit, on architecture: String = "x86") -> TranslationUnit {
    guard unit.isWhole else {
      return TranslationUnit(ParsedFile(path: unit.path, syntax: unit.syntax), closure: nil)
    }
    return translationUnit(unit.path, .only(architecture)) {
      ParsedFile(path: unit.path, syntax: unit.syntax)
    }
  }

  /// The same for a hunk, too, with the file it is for as far as the tree has it: for what is in a hunk, not for what is not.
  public func typedUnit(of unit: SourceUnit) -> TranslationUnit {
    guard !unit.isWhole, let around = compiledFile(of: unit), let whole = wholeUnit(of: around) else {
      return translationUnit(of: unit)
    }
    return TranslationUnit(
      ParsedFile(path: unit.path, syntax: unit.syntax), closure: whole.closure, around: around)
  }

  private func wholeUnit(of file: ParsedFile) -> TranslationUnit? {
    headers == nil ? nil : translationUnit(file.path, .only("x86")) { file }
  }

  /// The same with the headers of all architectures: what is said to be nowhere is looked for there too.
  public func widened(_ unit: TranslationUnit) -> TranslationUnit {
    unit.closure == nil ? unit : translationUnit(unit.file.path, .all) { unit.file }
  }

  /// - Parameter read: the file, where it was not asked for before.
  private func translationUnit(
    _ path: TreePath, _ architectures: IncludeClosure.Architectures, _ read: () -> ParsedFile
  ) -> TranslationUnit {
    parsed.unit(ChangedFiles.UnitKey(path: path, architectures: architectures)) {
      let file = read()
      guard let headers, let postimage else { return TranslationUnit(file, closure: nil) }
      let source = IncludeClosure.Source(
        headers, changed: parsed.headers(of: postimage), paths: Set(postimage.touched))
      return TranslationUnit(
        file,
        closure: IncludeClosure(of: file.syntax, at: file.path, in: source, architectures: architectures))
    }
  }

  /// The file as the tree has it before and after; nil where it is not there, or not every hunk fits.
  private func wholeFile(_ index: Int, except repeated: Set<TreePath>) -> ChangedFile? {
    let change = mail.patch.files[index]
    guard let preimage, let postimage, let application, application.files.indices.contains(index) else {
      return nil
    }
    let applied = application.files[index]
    guard applied.path.map({ !repeated.contains($0) }) ?? false, applied.outcome == .applied,
      applied.newOffsets.allSatisfy({ $0 != nil }),
      isCertain(applied.fits, of: change, from: applied.oldPath, in: preimage)
    else { return nil }
    var old: [SourceUnit] = []
    var new: [SourceUnit] = []
    if let path = applied.oldPath, change.status != .added {
      guard let text = bytes(of: path, in: preimage) else { return nil }
      let lines = origins(of: change, side: .removed, offsets: applied.fits.map(\.offset), in: text)
      old = [SourceUnit(path: path, text: text, lines: lines)]
    }
    if let path = applied.newPath, change.status != .deleted {
      guard let text = bytes(of: path, in: postimage) else { return nil }
      let lines = origins(of: change, side: .added, offsets: applied.newOffsets, in: text)
      new = [SourceUnit(path: path, text: text, lines: lines)]
    }
    return ChangedFile(change: change, old: old, new: new)
  }

  /// Whether all hunks of a file stand where they were meant to be.
  private func isCertain(
    _ fits: [Application.Fit], of change: FileChange, from path: TreePath?, in tree: PatchedTree
  ) -> Bool {
    var before: (text: [UInt8], lines: LineTable)?
    for (hunk, fit) in zip(change.hunks, fits) {
      switch fit {
      case .exact, .offset: continue
      case .failed: return false
      case .fuzz(_, let offset):
        if before == nil, let path, let text = bytes(of: path, in: tree) { before = (text, LineTable(text)) }
        guard let before,
          hunk.isInItsPlace(of: mail.patch, in: before.text, before.lines, offset: offset)
        else { return false }
      }
    }
    return true
  }

  private func bytes(of path: TreePath, in tree: PatchedTree) -> [UInt8]? {
    guard let text = try? tree.bytes(of: path), text.count <= ChangedFile.largest else { return nil }
    return text
  }

  /// What the diff does with each line of a whole file. Lines that a hunk shows keep the hunk's numbers, which are
  /// those of the mail.
  private func origins(
    of change: FileChange, side: DiffLine.Kind, offsets: [Int?], in text: [UInt8]
  ) -> LineOrigins {
    var lines: [(number: UInt32, place: LineOrigins.Place)] = []
    let count = LineTable(text).count
    lines.reserveCapacity(count)
    // Between hunks the numbers go on as the hunk before, or the first, counts.
    var next = 0
    for (hunk, offset) in zip(change.hunks, offsets) {
      let shown = hunk.lines.filter { $0.kind == .context || $0.kind == side }
      func number(_ line: DiffLine) -> Int { Int(side == .added ? line.newNumber : line.oldNumber) }
      guard let first = shown.first else { continue }
      let start = min(max(number(first) + (offset ?? 0) - 1, next), count)
      let shift = next == 0 ? (offset ?? 0) : lines.last.map { next - Int($0.number) } ?? 0
      for index in next..<start { lines.append((UInt32(max(0, index + 1 - shift)), .unshown)) }
      for line in shown where lines.count < count {
        lines.append((UInt32(number(line)), line.kind.place))
      }
      next = lines.count
    }
    let shift = lines.last.map { next - Int($0.number) } ?? 0
    for index in next..<max(next, count) { lines.append((UInt32(max(0, index + 1 - shift)), .unshown)) }
    return LineOrigins(lines)
  }
}

extension ChangedFile {
  /// Bytes of a file that is parsed whole; the kernel's largest header has 20 MB.
  static let largest = 1 << 25

  /// Without a tree: what each hunk shows.
  fileprivate init(_ change: FileChange, hunksOf patch: Patch) {
    var old: [SourceUnit] = []
    var new: [SourceUnit] = []
    for hunk in change.hunks {
      if let path = change.oldPath, change.status != .added {
        old.append(
          SourceUnit(hunk, of: patch, path: path, side: .removed, isWhole: change.status == .deleted))
      }
      if let path = change.newPath, change.status != .deleted {
        new.append(SourceUnit(hunk, of: patch, path: path, side: .added, isWhole: change.status == .added))
      }
    }
    self.init(change: change, old: old, new: new)
  }
}

extension SourceUnit {
  fileprivate init(_ hunk: Hunk, of patch: Patch, path: TreePath, side: DiffLine.Kind, isWhole: Bool) {
    let lines = hunk.lines.filter { $0.kind == .context || $0.kind == side }
    let numbered = lines.map {
      (text: patch.content($0), number: side == .added ? $0.newNumber : $0.oldNumber, place: $0.kind.place)
    }
    if isWhole {
      // A file that is made or deleted is all there.
      var text: [UInt8] = []
      for line in numbered { text += line.text + [UInt8(ascii: "\n")] }
      self.init(path: path, text: text, lines: LineOrigins(numbered.map { ($0.number, $0.place) }))
    } else {
      self.init(path: path, heading: Array(patch.text[hunk.section]), lines: numbered)
    }
  }
}

extension DiffLine.Kind {
  fileprivate var place: LineOrigins.Place {
    switch self {
    case .context: .context
    case .added: .added
    case .removed: .removed
    }
  }
}

extension Application.Fit {
  /// How far the lines of the pre-image lie from the patch's own numbers; nil where the hunk does not fit.
  fileprivate var offset: Int? {
    switch self {
    case .exact: 0
    case .offset(let lines): lines
    case .fuzz(_, let lines): lines
    case .failed: nil
    }
  }
}

extension TreePath {
  /// Whether the name is that of a C file or header.
  var isC: Bool {
    bytes.suffix(2) == Array(".c".utf8)[...] || bytes.suffix(2) == Array(".h".utf8)[...]
  }
}

extension PatchFacts {
  /// A node as a span: its tokens, the function around it, its first line as it stands.
  /// - Parameter side: on which side the unit is.
  public func span(of node: NodeID, in unit: SourceUnit, side: Span.Side) -> Span {
    span(ofTokens: unit.syntax[node].tokens, in: unit, side: side)
  }

  /// Tokens that stand beside each other as a span. Where they go over several lines the columns are those of the
  /// first and the last token.
  public func span(ofTokens tokens: Range<Int>, in unit: SourceUnit, side: Span.Side) -> Span {
    let first = unit.syntax.buffer.tokens[tokens.lowerBound]
    let last = unit.syntax.buffer.tokens[max(tokens.lowerBound, tokens.upperBound - 1)]
    let (start, line) = unit.syntax.buffer.line(around: first)
    let (endStart, _) = unit.syntax.buffer.line(around: last)
    return Span(
      path: unit.path, side: side, line: unit.lines.number(ofLine: first.line),
      endLine: unit.lines.number(ofLine: last.line), column: first.start - start + 1,
      endColumn: last.end - endStart + 1, function: unit.syntax.functionName(aroundToken: tokens.lowerBound),
      text: String(decoding: line, as: UTF8.self))
  }
}
