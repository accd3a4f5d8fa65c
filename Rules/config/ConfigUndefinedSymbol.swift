// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/undefined-symbol`: a CONFIG symbol that is used, and that no Kconfig file defines.
struct ConfigUndefinedSymbol: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    let uses = SymbolUse.all(in: patch)
    guard !uses.isEmpty else { return CheckResult() }
    guard let names = patch.kconfigNames else {
      return CheckResult(notChecked: ["the Kconfig files cannot be read"])
    }
    var result = CheckResult()
    let own = patch.namesInSeries
    var seen: Set<String> = []
    for use in uses where !names.contains(use.name) && !own.defined.contains(use.name) {
      guard seen.insert(use.name).inserted, !own.removed.contains(use.name) else { continue }
      let isDefined: (String) -> Bool = { names.contains($0) || own.defined.contains($0) }
      if let base = use.name.withoutSuffix("_MODULE"), isDefined(base) { continue }
      guard !use.file.mayDefine("CONFIG_\(use.name)", patch) else { continue }
      result.findings.append(draft(use, Misspelling(of: use.name, among: names.all.union(own.defined))))
    }
    return result
  }

  private func draft(_ use: SymbolUse, _ meant: Misspelling) -> FindingDraft {
    let hint = meant.name.map { ": is it `\($0)`?" } ?? ""
    var draft = FindingDraft(
      "no Kconfig file defines `\(use.name)`\(hint)", at: use.span,
      evidence: [
        Evidence(.source, "no config or menuconfig line of the tree or of the series has that name")
      ])
    draft.config = ["CONFIG_\(use.name)"]
    // A tree that is only near may lack what is new, and what looks like a slip of the pen may be a new name there.
    draft.relies = [.exactTree, .earlierParts, .laterParts]
    return draft
  }
}

/// A CONFIG symbol on an added line.
private struct SymbolUse {
  var name: String
  var span: Span
  var file: FileChange

  static func all(in patch: PatchFacts) -> [SymbolUse] {
    inKconfig(patch) + inMakefiles(patch) + inCode(patch)
  }

  private static func inKconfig(_ patch: PatchFacts) -> [SymbolUse] {
    patch.kconfigStatements(.added).flatMap { statement in
      (KconfigExpressionReader.symbols(of: statement.text) ?? []).compactMap { name in
        let line = statement.lines.first {
          $0.kind == .added && patch.mail.patch.content($0).firstRange(ofWord: name) != nil
        }
        return line.map {
          SymbolUse(
            name: name, span: patch.span(of: name, on: $0, in: statement.hunk, of: statement.file),
            file: statement.file)
        }
      }
    }
  }

  private static func inMakefiles(_ patch: PatchFacts) -> [SymbolUse] {
    patch.mail.patch.files.filter { $0.path?.isMakefile == true && $0.form != .combined }.flatMap { file in
      file.hunks.flatMap { hunk in
        hunk.lines.filter { $0.kind == .added }.flatMap { line -> [SymbolUse] in
          let text = String(decoding: patch.mail.patch.content(line), as: UTF8.self)
          return text.prefix { $0 != "#" }.configVariables.map { name in
            SymbolUse(
              name: name, span: patch.span(of: "CONFIG_\(name)", on: line, in: hunk, of: file), file: file)
          }
        }
      }
    }
  }

  private static func inCode(_ patch: PatchFacts) -> [SymbolUse] {
    patch.changedFiles.filter { $0.change.path?.isOfTools == false }.flatMap { file in
      file.new.flatMap { unit -> [SymbolUse] in
        let tokens = unit.syntax.buffer.tokens
        return tokens.indices.compactMap { index in
          guard tokens[index].kind == .identifier, unit.place(ofToken: index) == .added else { return nil }
          let name = unit.syntax.spelling(ofToken: index)
          guard name.hasPrefix("CONFIG_"), name.utf8.count > 7, unit.asksForSymbol(at: index) else {
            return nil
          }
          return SymbolUse(
            name: String(name.dropFirst(7)),
            span: patch.span(ofTokens: index..<index + 1, in: unit, side: .new), file: file.change)
        }
      }
    }
  }
}

extension SourceUnit {
  /// Whether a name stands where the code asks for a CONFIG symbol: in a conditional, or in `IS_ENABLED()` and its like.
  /// Other names may begin so: registers, members of an enum.
  fileprivate func asksForSymbol(at index: Int) -> Bool {
    let tokens = syntax.buffer.tokens
    if index >= 2, tokens[index - 1].kind == .openParen, tokens[index + 1].kind == .closeParen,
      Self.questions.contains(syntax.spelling(ofToken: index - 2))
    {
      return true
    }
    guard tokens[index].flags.contains(.inDirective) else { return false }
    guard let start = tokens[..<index].lastIndex(where: { $0.kind == .directive }), start + 1 < index else {
      return false
    }
    return Self.conditionals.contains(syntax.spelling(ofToken: start + 1))
  }

  private static let questions: Set<String> = ["IS_ENABLED", "IS_BUILTIN", "IS_MODULE", "IS_REACHABLE"]
  private static let conditionals: Set<String> = ["if", "ifdef", "ifndef", "elif"]
}

extension FileChange {
  /// Whether the file, a header beside it or the Makefile there may define a name in its own way.
  fileprivate func mayDefine(_ name: String, _ patch: PatchFacts) -> Bool {
    guard let path, let tree = patch.postimage, !path.isKconfig else { return false }
    var paths = [path]
    for entry in (try? tree.entries(of: path.folder)) ?? [] where entry.kind == .file {
      guard entry.name.suffix(2).elementsEqual(".h".utf8) || entry.name.elementsEqual("Makefile".utf8),
        let other = try? path.folder?.appending(entry.name) ?? TreePath(validating: entry.name)
      else { continue }
      paths.append(other)
    }
    return paths.contains { path in
      let texts = [(try? tree.bytes(of: path)) ?? []] + tree.fragments(of: path)
      return texts.contains { text in
        text.split(separator: UInt8(ascii: "\n")).contains { $0.defines(name) }
      }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether a line is `#define NAME`, `NAME := …`, or gives the compiler `-DNAME`.
  fileprivate func defines(_ name: String) -> Bool {
    guard let start = firstRange(ofWord: name) ?? firstRange(ofWord: "D\(name)") else { return false }
    let before = String(decoding: prefix(start), as: UTF8.self)
    let after = String(decoding: dropFirst(start + name.utf8.count), as: UTF8.self).drop {
      $0 == " " || $0 == "\t"
    }
    return before.contains("define") || before.contains("undef") || before.hasSuffix("-")
      || ["=", ":=", "?=", "+=", "::="].contains { after.hasPrefix($0) } && !before.contains("(")
  }
}

extension PatchFacts {
  /// What the parts of the series define and take away: a name that moves is not new.
  fileprivate var namesInSeries: (defined: Set<String>, removed: Set<String>) {
    var (defined, removed) = (Set<String>(), Set<String>())
    for part in series.series.patches {
      for file in part.patch.files {
        let isKconfig = file.path.map { $0.name.starts(with: "Kconfig".utf8) } ?? false
        for line in file.hunks.flatMap(\.lines) {
          let text = part.patch.content(line)
          if isKconfig, let name = KconfigNames.name(definedBy: text) { defined.insert(name) }
          guard line.kind == .removed, part.index == mail.index else { continue }
          for word in text.split(whereSeparator: { !$0.isOfName }) {
            let word = String(decoding: word, as: UTF8.self)
            removed.insert(word.hasPrefix("CONFIG_") ? String(word.dropFirst(7)) : word)
          }
        }
      }
    }
    return (defined, removed)
  }
}

extension StringProtocol {
  /// The names in `$(CONFIG_NAME)`.
  fileprivate var configVariables: [String] {
    ranges(of: "$(CONFIG_").compactMap { range in
      let name = self[range.upperBound...].prefix { $0.utf8.allSatisfy(\.isOfName) }
      let next = self[name.endIndex...].first
      return !name.isEmpty && (next == ")" || next == ":") ? String(name) : nil
    }
  }

  fileprivate func withoutSuffix(_ suffix: String) -> String? {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
  }
}

/// The defined name that a name was most probably meant to be.
private struct Misspelling {
  /// nil where there is none that is near enough, or more than one.
  var name: String?

  /// Names of siblings differ by a digit or by a word of few letters, and both are right: so only one word may differ,
  /// in letters, and it must be long.
  init(of name: String, among names: Set<String>) {
    if name.hasPrefix("CONFIG_"), names.contains(String(name.dropFirst(7))) {
      self.name = String(name.dropFirst(7))
      return
    }
    let plain = name.filter { $0 != "_" }
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    guard name.utf8.count >= Self.shortest else { return }
    let near = names.filter { other in
      guard abs(other.utf8.count - name.utf8.count) <= 2 else { return false }
      if other.filter({ $0 != "_" }) == plain { return true }
      let others = other.split(separator: "_", omittingEmptySubsequences: false)
      guard others.count == words.count else { return false }
      let different = words.indices.filter { words[$0] != others[$0] }
      guard different.count == 1, let index = different.first else { return false }
      return Self.isSlip(Array(words[index].utf8), Array(others[index].utf8))
    }
    self.name = near.count == 1 ? near.first : nil
  }

  private static let shortest = 8
  private static let longWord = 6

  /// One letter too much, too few, or another one, or two that changed places.
  private static func isSlip(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count >= longWord, b.count >= longWord, a.first == b.first else { return false }
    guard (a + b).allSatisfy({ (65...90).contains($0) }) else { return false }
    let start = zip(a, b).prefix { $0 == $1 }.count
    let end = zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
    switch a.count - b.count {
    case 1, -1: return start + end >= min(a.count, b.count)
    case 0:
      let rest = a.count - start - end
      return rest == 1 || rest == 2 && a[start] == b[start + 1] && a[start + 1] == b[start]
    default: return false
    }
  }
}
