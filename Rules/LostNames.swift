// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// A name that files may miss after a patch that does not touch their lines.
struct LostName: Sendable {
  var name: String
  /// The line of the patch that takes it away.
  var cause: Span
  /// Whether nothing is left of it. Who used it may have been changed before, in the tree that the patch is for.
  var isGone: Bool
  /// The header that brought it, and brings it no longer as it does not include another; nil where it is not about that.
  var header: TreePath?
}

extension PatchFacts {
  /// What the patch takes from others: exports, definitions, what headers declare or include, and what Kconfig symbols
  /// with new dependencies decide.
  var lostNames: [LostName] {
    shared("lost names") {
      var lost: [String: LostName] = [:]
      for name in lostDefinitions + lostExports + lostDeclarations + namesOfChangedSymbols
      where lost[name.name] == nil {
        lost[name.name] = name
      }
      return lost.values.sorted { $0.name < $1.name }
    }
  }

  /// `EXPORT_SYMBOL(name)` that is gone.
  private var lostExports: [LostName] {
    var lost: [String: Span] = [:]
    var added: Set<String> = []
    for file in mail.patch.files where file.form != .combined {
      for hunk in file.hunks {
        for line in hunk.lines where line.kind != .context {
          guard let name = exportedName(on: mail.patch.content(line)) else { continue }
          if line.kind == .added {
            added.insert(name)
          } else {
            lost[name] = span(of: line, in: hunk, of: file)
          }
        }
      }
    }
    return lost.filter { !added.contains($0.key) }.map {
      LostName(name: $0.key, cause: $0.value, isGone: true)
    }
  }

  private func exportedName(on line: ArraySlice<UInt8>) -> String? {
    guard line.starts(with: "EXPORT_SYMBOL".utf8), let open = line.firstIndex(of: UInt8(ascii: "(")),
      let end = line[open...].firstIndex(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ")") })
    else { return nil }
    return String(decoding: line[(open + 1)..<end], as: UTF8.self).trimmed
  }

  /// Functions and variables that no file defines any more, or none for others.
  private var lostDefinitions: [LostName] {
    let files = changedFiles.filter { $0.isWhole }
    let kept = Set(
      changedFiles.flatMap(\.new).flatMap { unit in
        unit.syntax.definitions { _ in true }.filter { $0.isGlobal || $0.isWeak }.map(\.name)
      })
    return files.flatMap { file in
      file.old.filter { $0.path.isTranslationUnit }.flatMap { unit in
        unit.syntax.definitions { _ in true }.filter { $0.isGlobal && !kept.contains($0.name) }.map {
          LostName(
            name: $0.name, cause: span(ofTokens: $0.token..<$0.token + 1, in: unit, side: .old), isGone: true)
        }
      }
    }
  }

  /// What a header declares no longer, or under other conditions, and what headers declare that it does not include any
  /// more.
  private var lostDeclarations: [LostName] {
    changedFiles.filter { $0.isWhole && !$0.old.isEmpty && !$0.new.isEmpty }.flatMap { file -> [LostName] in
      guard let old = file.old.first, let new = file.new.first, !old.path.isTranslationUnit else { return [] }
      let (before, after) = (old.declaredNames, new.declaredNames)
      var lost: [LostName] = []
      for (name, declared) in before where after[name]?.condition != declared.condition {
        let token = declared.token
        let place = after[name].flatMap { line(before: $0.token, in: new) }
        lost.append(
          LostName(
            name: name, cause: place ?? span(ofTokens: token..<token + 1, in: old, side: .old),
            isGone: after[name] == nil))
      }
      return lost + namesOfLostIncludes(of: file)
    }
  }

  /// The nearest changed line of a conditional before a token.
  private func line(before token: Int, in unit: SourceUnit) -> Span? {
    let end = unit.lineNumber(ofToken: token)
    var found: Span?
    for file in mail.patch.files where file.newPath == unit.path {
      for hunk in file.hunks {
        for line in hunk.lines where line.kind != .context {
          guard mail.patch.content(line).starts(with: "#".utf8), line.newNumber <= end else { continue }
          found = span(of: line, in: hunk, of: file)
        }
      }
    }
    return found
  }

  private func namesOfLostIncludes(of changed: ChangedFile) -> [LostName] {
    guard let unit = changed.new.first else { return [] }
    var lost: [LostName] = []
    for file in mail.patch.files where file.newPath == unit.path {
      for hunk in file.hunks {
        for line in hunk.lines where line.kind == .removed {
          guard let path = includedHeader(on: mail.patch.content(line), from: unit.path),
            let header = wholeUnit(at: path)
          else { continue }
          let cause = span(of: line, in: hunk, of: file)
          lost += header.declaredNames.keys.map {
            LostName(name: $0, cause: cause, isGone: false, header: unit.path)
          }
        }
      }
    }
    return lost
  }

  private func includedHeader(on line: ArraySlice<UInt8>, from path: TreePath) -> TreePath? {
    guard line.starts(with: "#include".utf8) else { return nil }
    let parts = line.split { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "\"") }
    guard parts.count > 1 else { return nil }
    if line.contains(UInt8(ascii: "<")) {
      return TreePath("include/\(String(decoding: parts[1], as: UTF8.self))")
    }
    return try? path.folder?.appending(Array(parts[1]))
  }

  /// What headers declare under symbols whose dependencies or values the patch changes.
  private var namesOfChangedSymbols: [LostName] {
    let causes = changedKconfigSymbols
    guard !causes.isEmpty, let symbols else { return [] }
    let headers = symbols.files(
      usingAny: Set(causes.keys.map { "CONFIG_\($0)" }), atMost: Self.mostHeaders
    ) { !$0.isTranslationUnit && $0.bytes.starts(with: "include/".utf8) }
    return headers.paths.compactMap { wholeUnit(at: $0) }.flatMap { unit -> [LostName] in
      let table = unit.syntax.conditionals.table
      return unit.declaredTokens.flatMap { name, tokens -> [LostName] in
        let atoms = tokens.flatMap { table.atoms(of: unit.syntax.conditionals.condition(ofTokenAt: $0)) }
        guard let symbol = atoms.lazy.compactMap(\.symbol).first(where: { causes[$0] != nil }),
          let cause = causes[symbol]
        else { return [] }
        return [LostName(name: name, cause: cause.span, isGone: false)]
      }
    }
  }

  private static let mostHeaders = 24

  /// Symbols that were there, and whose type, values or dependencies the patch changes.
  var changedKconfigSymbols: [String: (folder: TreePath?, span: Span)] {
    var causes: [String: (folder: TreePath?, span: Span)] = [:]
    // The line that is added says more than the one that it replaces.
    for kind in [DiffLine.Kind.removed, .added] {
      for statement in kconfigStatements(kind) where statement.decidesValue {
        guard let entry = statement.entry, kconfigNames?.contains(entry) == true,
          let line = statement.lines.first(where: { $0.kind == kind })
        else { continue }
        causes[entry] = (
          statement.file.path?.folder, span(of: line, in: statement.hunk, of: statement.file)
        )
      }
    }
    return causes
  }
}

extension SourceUnit {
  /// What it declares outside of functions, by tokens.
  fileprivate var declaredTokens: [String: [Int]] {
    let names = FileNames(of: syntax)
    var tokens = names.ordinary.mapValues { $0.map { Int(syntax[$0.node].main) } }
    for (name, macros) in names.macros {
      tokens[name, default: []] += macros.map { syntax.macros[$0].name }.filter {
        syntax.spelling(ofToken: $0) != syntax.conditionals.headerGuard
      }
    }
    for (name, nodes) in names.tags { tokens[name, default: []] += nodes.map { Int(syntax[$0].main) } }
    return tokens.filter { !$0.value.isEmpty }
  }

  /// What it declares outside of functions: where first, and when, as text.
  fileprivate var declaredNames: [String: (token: Int, condition: String)] {
    var table = syntax.conditionals.table
    return declaredTokens.mapValues { tokens in
      let condition = table.or(tokens.map { syntax.conditionals.condition(ofTokenAt: $0) })
      return (tokens.min() ?? 0, table.text(of: condition))
    }
  }
}
