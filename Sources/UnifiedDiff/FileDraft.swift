// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// A file change whose names are still as they were written.
struct FileDraft {
  /// One side's name, with whatever prefix it has.
  enum Name: Hashable {
    case absent
    /// `/dev/null`
    case none
    /// `a/path`: the first component may be a prefix.
    case prefixed([UInt8])
    /// `rename from path`: never prefixed.
    case bare([UInt8])

    var isNone: Bool { self == .none }
  }

  var change: FileChange
  var old: Name = .absent
  var new: Name = .absent
  /// Whether the first component of prefixed names is cut; nil until it is settled.
  var cutsPrefix: Bool?

  init(form: FileChange.Form, line: Int, header: ByteRange) {
    change = FileChange(
      form: form, status: .modified, header: header, line: UInt32(line + 1), hasPrefixes: false)
  }

  /// The change with checked names.
  func resolved() -> Result<FileChange, DiffProblem> {
    var change = change
    change.hasPrefixes = cutsPrefix ?? false
    do throws(DiffProblem) {
      change.oldPath = try path(old)
      change.newPath = try path(new)
    } catch {
      return .failure(error)
    }
    if change.status == .modified, change.oldPath == nil, change.newPath != nil, old.isNone {
      change.status = .added
    } else if change.status == .modified, change.newPath == nil, change.oldPath != nil, new.isNone {
      change.status = .deleted
    }
    switch change.status {
    case .added: change.oldPath = nil
    case .deleted: change.newPath = nil
    case .modified, .mode:
      // One name is enough; of two that differ (`foo.c.orig`), the shorter is the file, as in git.
      let names = [change.oldPath, change.newPath].compactMap { $0 }
      let name = change.form == .plain ? names.min { $0.bytes.count < $1.bytes.count } : names.last
      (change.oldPath, change.newPath) = (name, name)
    case .renamed, .copied: break
    }
    guard change.path != nil else {
      return .failure(DiffProblem(kind: .noPath, line: change.line))
    }
    return .success(change)
  }

  private func path(_ name: Name) throws(DiffProblem) -> TreePath? {
    let bytes: [UInt8]
    switch name {
    case .absent, .none: return nil
    case .bare(let whole): bytes = whole
    case .prefixed(let whole): bytes = cutsPrefix == true ? PathPrefix.split(whole)?.path ?? whole : whole
    }
    do throws(TreePathError) {
      return try TreePath(validating: bytes)
    } catch {
      throw DiffProblem(
        kind: .badPath(String(decoding: bytes.prefix(200), as: UTF8.self), error), line: change.line)
    }
  }
}

/// Decides whether the first component of the names in a diff is a prefix: `a/` and `b/`, git's
/// mnemonic `i/` and `w/`, or the two directories that somebody compared.
enum PathPrefix {
  /// A name's first component and what follows; nil where there is one component only.
  static func split(_ name: [UInt8]) -> (prefix: [UInt8], path: [UInt8])? {
    guard let slash = name.firstIndex(of: UInt8(ascii: "/")), slash + 1 < name.count else { return nil }
    let path = name[(slash + 1)...].drop { $0 == UInt8(ascii: "/") }
    return (Array(name[..<slash]), Array(path))
  }

  /// What two names of one file say: cut where their first components differ and the rest is equal, or
  /// where the component is a single letter; keep where they are equal as they stand.
  static func decide(_ old: [UInt8], _ new: [UInt8]) -> Bool? {
    guard let a = split(old), let b = split(new) else { return old == new ? false : nil }
    if a.prefix == b.prefix { return isGitPrefix(a.prefix) }
    if isGitPrefix(a.prefix), isGitPrefix(b.prefix) { return true }
    return a.path == b.path ? true : nil
  }

  /// `a/`, `b/`, and those of `diff.mnemonicPrefix`.
  static func isGitPrefix(_ component: [UInt8]) -> Bool {
    component.count == 1 && "abciow12".utf8.contains(component[0])
  }

  /// Settles the files that show one name only by what the others of the patch do.
  static func settle(_ files: inout [FileDraft]) {
    var known: Set<[UInt8]> = []
    for file in files where file.cutsPrefix == true {
      for case .prefixed(let name) in [file.old, file.new] {
        if let component = split(name)?.prefix { known.insert(component) }
      }
    }
    for index in files.indices where files[index].cutsPrefix == nil {
      let names: [[UInt8]] = [files[index].old, files[index].new].compactMap {
        if case .prefixed(let name) = $0 { name } else { nil }
      }
      files[index].cutsPrefix = names.contains { name in
        split(name).map { isGitPrefix($0.prefix) || known.contains($0.prefix) } ?? false
      }
    }
  }
}
