// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
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
}

/// The files that a patch affects without touching their lines.
struct AffectedFiles: Sendable {
  var files: [AffectedFile] = []
  var notChecked: [String] = []

  /// Files that are looked at for one patch.
  private static let most = 12

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
      return affected
    }
  }
}

extension PatchFacts {
  /// Files whose build hangs on a symbol that was there, and whose type or dependencies the patch changes.
  fileprivate var filesOfChangedSymbols: [(path: TreePath, cause: Span)] {
    var causes: [String: (folder: TreePath?, span: Span)] = [:]
    // The line that is added says more than the one that it replaces.
    for kind in [DiffLine.Kind.removed, .added] {
      for statement in kconfigStatements(kind) where statement.limitsBuild {
        guard let entry = statement.entry, kconfigNames?.all.contains(entry) == true,
          let line = statement.lines.first(where: { $0.kind == kind })
        else { continue }
        causes[entry] = (
          statement.file.path?.folder, span(of: line, in: statement.hunk, of: statement.file)
        )
      }
    }
    return causes.sorted { $0.key < $1.key }.flatMap { name, cause in
      files(below: cause.folder, builtFor: name).map { ($0, cause.span) }
    }
  }

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

extension KconfigStatement {
  /// Whether it says when its symbol may be set, or what else is set with it.
  fileprivate var limitsBuild: Bool {
    guard let first = words.first else { return false }
    return [
      "depends", "select", "imply", "bool", "tristate", "def_bool", "def_tristate", "default", "prompt",
    ]
    .contains(first)
  }
}
