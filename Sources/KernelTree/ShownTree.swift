// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText
public import UnifiedDiff

/// What patches themselves show of the files that they change, as a tree for them to go on: lines that no hunk shows are
/// there, and say nothing.
///
/// It stands in where there is no tree. Every hunk is taken to fit where its numbers say.
public struct ShownTree: SourceTree {
  private var files: [TreePath: [UInt8]] = [:]

  /// - Parameter patches: in the order in which they go on each other.
  public init(of patches: [Patch]) {
    var reading = Reading()
    for patch in patches {
      for change in patch.files { reading.read(change, of: patch) }
    }
    for (path, lines) in reading.base where !reading.broken.contains(path) {
      files[path] = lines.reduce(into: []) { text, hole in
        text += reading.shown[hole] ?? [0] + Array("\(hole)".utf8)
        text.append(10)
      }
    }
  }

  /// Whether a line of a file is one that some patch shows.
  public static func isShown(_ line: ArraySlice<UInt8>) -> Bool { line.first != 0 }

  public func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? { files[path] }
  public func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] { [] }
  public func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? {
    files[path].flatMap { ObjectID.blob(of: $0) }
  }
}

/// The files while the patches are read one after the other.
private struct Reading {
  enum Line {
    /// A line of the base, by its number among all.
    case hole(Int)
    case text([UInt8])
  }

  /// A file as the patches so far leave it.
  struct File {
    /// The file of the base that it was.
    var origin: TreePath?
    var lines: [Line] = []
  }

  /// The lines of each file before the first patch.
  var base: [TreePath: [Int]] = [:]
  /// What is known of them.
  var shown: [Int: [UInt8]] = [:]
  /// Files whose patches do not agree with each other.
  var broken: Set<TreePath> = []
  private var files: [TreePath: File] = [:]
  private var holes = 0

  /// Lines of all files: what a number in a hunk may make of memory.
  private static let mostLines = 1_000_000

  mutating func read(_ change: FileChange, of patch: Patch) {
    guard change.form != .combined, change.binary == nil else {
      broken.formUnion([change.oldPath, change.newPath].compactMap { $0 })
      return
    }
    var file = File()
    if change.status != .added, let old = change.oldPath {
      file = files[old] ?? File(origin: old)
      if files[old] == nil { base[old] = base[old] ?? [] }
      if change.status == .renamed || change.status == .deleted { files[old] = nil }
      // Two files that come from one of the base would both add to it.
      if change.status == .copied { broken.insert(old) }
    }
    var moved = 0
    for hunk in change.hunks { apply(hunk, of: patch, to: &file, &moved) }
    if let new = change.newPath { files[new] = file }
  }

  private mutating func apply(_ hunk: Hunk, of patch: Patch, to file: inout File, _ moved: inout Int) {
    let old = hunk.lines.filter { $0.kind != .added }
    let start = Int(hunk.header.old.start) - (old.isEmpty ? 0 : 1) + moved
    // Where less context is shown than git gives, the file ends.
    let goesOn = hunk.lines.reversed().prefix { $0.kind == .context }.count >= 3
    guard start >= 0, extend(&file, to: start + old.count + (goesOn ? 1 : 0)) else {
      if let origin = file.origin { broken.insert(origin) }
      return
    }
    var lines: [Line] = []
    var at = start
    for line in hunk.lines {
      let content = Array(patch.content(line))
      if line.kind != .added {
        if !agrees(file.lines[at], content), let origin = file.origin { broken.insert(origin) }
        if line.kind == .context { lines.append(file.lines[at]) }
        at += 1
      } else {
        lines.append(.text(content))
      }
    }
    file.lines.replaceSubrange(start..<at, with: lines)
    moved += lines.count - (at - start)
  }

  /// Gives a file of the base more lines; nothing is said of them yet.
  private mutating func extend(_ file: inout File, to count: Int) -> Bool {
    guard file.lines.count < count else { return true }
    guard let origin = file.origin, holes + count - file.lines.count <= Self.mostLines else { return false }
    while file.lines.count < count {
      file.lines.append(.hole(holes))
      base[origin, default: []].append(holes)
      holes += 1
    }
    return true
  }

  private mutating func agrees(_ line: Line, _ content: [UInt8]) -> Bool {
    switch line {
    case .text(let known): return known == content
    case .hole(let number):
      if let known = shown[number] { return known == content }
      shown[number] = content
      return true
    }
  }
}
