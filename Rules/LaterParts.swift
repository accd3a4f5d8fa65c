// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// Where a later part of a series adds something.
struct LaterAddition: Sendable {
  /// The part's number and title.
  var part: Int
  var title: String
  var path: TreePath
  var line: UInt32

  var place: String { "part \(part) (\"\(title)\") adds it at \(path):\(line)" }
}

extension PatchFacts {
  /// The parts of the series behind this one, the next first.
  private var laterParts: [PatchMail] {
    series.series.patches.filter { $0.index > mail.index }.sorted { $0.index < $1.index }
  }

  /// What later parts declare on lines that they add.
  /// - Parameter names: functions, variables, macros, typedefs, enumerators, and tags of structs.
  func laterDeclarations(of names: Set<String>) -> [String: LaterAddition] {
    var found: [String: LaterAddition] = [:]
    guard !names.isEmpty else { return found }
    for part in laterParts {
      for file in part.patch.files where file.form != .combined {
        guard let path = file.newPath, path.isC else { continue }
        for hunk in file.hunks where hunk.adds(anyOf: names, in: part.patch) {
          let unit = SourceUnit(hunk, of: part.patch, path: path, isWhole: file.status == .added)
          for (name, token) in unit.declaredTokens(of: names) where found[name] == nil {
            found[name] = LaterAddition(
              part: part.index, title: part.title, path: path, line: unit.lineNumber(ofToken: token))
          }
        }
      }
    }
    return found
  }

  /// The member of a struct that a later part adds: a line that ends a declarator of that name, in a hunk that names the struct.
  func laterMember(_ name: String, of tag: String) -> LaterAddition? {
    for part in laterParts {
      for file in part.patch.files where file.form != .combined && file.newPath?.isC == true {
        for hunk in file.hunks {
          let words = "struct \(tag)"
          guard let path = file.newPath,
            part.patch.text.string(hunk.section).hasPrefix(words)
              || hunk.lines.contains(where: { part.patch.string($0).hasPrefix(words) })
          else { continue }
          for line in hunk.lines where line.kind == .added {
            let text = part.patch.string(line)
            guard text.trimmed.hasSuffix(";"), !text.contains("("), !text.contains("="),
              part.patch.content(line).firstRange(ofWord: name) != nil
            else { continue }
            return LaterAddition(
              part: part.index, title: part.title, path: path, line: line.newNumber)
          }
        }
      }
    }
    return nil
  }

  /// The header that a later part adds, and that `#include` means with a name.
  func laterFile(including name: String) -> LaterAddition? {
    let parts = name.split(separator: "/").filter { $0 != ".." && $0 != "." }
    let suffix = Array("/\(parts.joined(separator: "/"))".utf8)
    return laterFile { ([UInt8(ascii: "/")] + $0.bytes).suffix(suffix.count).elementsEqual(suffix) }
  }

  /// The file that a later part adds.
  func laterFile(where isMeant: (TreePath) -> Bool) -> LaterAddition? {
    for part in laterParts {
      for file in part.patch.files where file.status == .added {
        guard let path = file.newPath, isMeant(path) else { continue }
        return LaterAddition(part: part.index, title: part.title, path: path, line: 1)
      }
    }
    return nil
  }
}

extension Patch {
  fileprivate func string(_ line: DiffLine) -> String { String(decoding: content(line), as: UTF8.self) }
}

extension Hunk {
  fileprivate func adds(anyOf names: Set<String>, in patch: Patch) -> Bool {
    lines.contains { line in
      line.kind == .added
        && patch.content(line).split { !$0.isOfName }.contains {
          names.contains(String(decoding: $0, as: UTF8.self))
        }
    }
  }
}

extension TreePath {
  /// Whether it is a C file or a header.
  fileprivate var isC: Bool { isTranslationUnit || isHeader }
}

extension SourceUnit {
  /// What a hunk leaves of a file.
  fileprivate init(_ hunk: Hunk, of patch: Patch, path: TreePath, isWhole: Bool) {
    let lines = hunk.lines.filter { $0.kind != .removed }.map { line in
      let place: LineOrigins.Place = line.kind == .added ? .added : .context
      return (text: patch.content(line), number: line.newNumber, place: place)
    }
    if isWhole {
      var text: [UInt8] = []
      for line in lines { text += line.text + [UInt8(ascii: "\n")] }
      self.init(path: path, text: text, lines: LineOrigins(lines.map { ($0.number, $0.place) }))
    } else {
      self.init(path: path, heading: Array(patch.text[hunk.section]), lines: lines)
    }
  }

  /// Where added lines declare names, the first place of each.
  fileprivate func declaredTokens(of names: Set<String>) -> [(name: String, token: Int)] {
    let declared = FileNames(of: syntax)
    return names.sorted().compactMap { name in
      let tokens =
        declared.tokens(declaring: name, in: syntax)
        + (declared.tags[name] ?? []).map { Int(syntax[$0].main) }
      return tokens.filter { place(ofToken: $0) == .added }.min().map { (name, $0) }
    }
  }
}
