// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// A statement of a Kconfig file that a patch adds, removes or changes: no help text, and no line that opens an entry.
struct KconfigStatement: Sendable {
  var file: FileChange
  var hunk: Hunk
  /// Its lines: more than one where they end with a backslash.
  var lines: [DiffLine]
  /// Comments are cut, lines joined.
  var text: String
  /// The symbol that it is said of; nil where the hunk does not show it.
  var entry: String?

  var words: [Substring] { text.split { $0 == " " || $0 == "\t" } }
  /// What a `select` line selects; nil for other lines.
  var selected: String? { words.count > 1 && words[0] == "select" ? String(words[1]) : nil }
  /// Whether it says when its symbol may be set and to what, or what else is set with it.
  var decidesValue: Bool {
    ["depends", "select", "imply", "default", "def_bool", "def_tristate", "bool", "tristate", "prompt"]
      .contains(words.first ?? "")
  }
  var isDependency: Bool { words.count > 2 && words[0] == "depends" && words[1] == "on" }
}

extension PatchFacts {
  /// The statements with a changed line on one side of the Kconfig files of the patch.
  func kconfigStatements(_ kind: DiffLine.Kind) -> [KconfigStatement] {
    mail.patch.files.filter { $0.path?.isKconfig == true && $0.form != .combined }.flatMap { file in
      file.hunks.flatMap { statements(of: $0, in: file, kind) }
    }
  }

  private func statements(of hunk: Hunk, in file: FileChange, _ kind: DiffLine.Kind) -> [KconfigStatement] {
    var found: [KconfigStatement] = []
    var entry = KconfigNames.name(definedBy: mail.patch.text[hunk.section]).flatMap { $0 }
    var help = Help.none
    var open: [DiffLine] = []
    var joined = ""
    for line in hunk.lines where line.kind == .context || line.kind == kind {
      let bytes = mail.patch.content(line)
      let text = String(decoding: bytes, as: UTF8.self).withoutKconfigComment
      let isBlank = bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      if open.isEmpty {
        if isBlank { continue }
        if help.covers(indentation(of: bytes)) { continue }
        if let name = KconfigNames.name(definedBy: bytes) {
          entry = name
          continue
        }
        let first = text.split { $0 == " " || $0 == "\t" }.first ?? ""
        if first == "help" || first == "---help---" {
          help = .next
          continue
        }
        if Self.openers.contains(String(first)) { entry = nil }
        // Further in stands help text whose beginning the hunk does not show.
        if indentation(of: bytes) > Self.deepest { continue }
      }
      open.append(line)
      joined += (joined.isEmpty ? "" : " ") + (text.hasSuffix("\\") ? String(text.dropLast()) : text)
      if text.hasSuffix("\\") { continue }
      if open.contains(where: { $0.kind == kind }) {
        found.append(KconfigStatement(file: file, hunk: hunk, lines: open, text: joined, entry: entry))
      }
      (open, joined) = ([], "")
    }
    return found
  }

  private static let openers: Set<String> = [
    "choice", "endchoice", "menu", "endmenu", "mainmenu", "if", "endif", "comment", "source", "rsource",
    "osource",
    "orsource",
  ]
  /// Columns that a statement is indented by at most.
  private static let deepest = 8

  /// Help text: what is indented as its first line is, or more.
  private enum Help {
    case none, next
    case from(Int)

    mutating func covers(_ column: Int) -> Bool {
      switch self {
      case .none: return false
      case .next:
        self = column > 0 ? .from(column) : .none
        return column > 0
      case .from(let first):
        if column < first { self = .none }
        return column >= first
      }
    }
  }

  private func indentation(of line: ArraySlice<UInt8>) -> Int {
    var column = 0
    for byte in line {
      if byte == UInt8(ascii: " ") {
        column += 1
      } else if byte == UInt8(ascii: "\t") {
        column = (column / 8 + 1) * 8
      } else {
        break
      }
    }
    return column
  }

  /// The symbols that are named on lines which hunks add to Kconfig files, or take from them, and that do not fit: what the
  /// tree says of them is not what the author has.
  var symbolsOfUnfitKconfig: Set<String> {
    shared("symbols of Kconfig lines that do not fit") {
      guard let postimage, let application else { return [] }
      var texts = postimage.pathsWithFragments.filter(\.isKconfig).flatMap { postimage.fragments(of: $0) }.map
      { $0[...] }
      for (file, applied) in zip(mail.patch.files, application.files) where file.path?.isKconfig == true {
        for (hunk, fit) in zip(file.hunks, applied.fits) where fit.isFailure {
          texts += hunk.lines.filter { $0.kind == .removed }.map { mail.patch.content($0) }
        }
      }
      let words = texts.flatMap { $0.split { !$0.isOfName } }
      return Set(
        words.filter { $0.contains { (65...90).contains($0) } }.map { String(decoding: $0, as: UTF8.self) })
    }
  }

  /// A word of a line as a span.
  func span(of word: String, on line: DiffLine, in hunk: Hunk, of file: FileChange) -> Span {
    var span = span(of: line, in: hunk, of: file)
    span.function = nil
    if let start = span.text.utf8.firstRange(ofWord: word) {
      (span.column, span.endColumn) = (UInt32(start + 1), UInt32(start + word.utf8.count + 1))
    }
    return span
  }
}

extension Sequence<UInt8> {
  /// Where a name stands as a whole; nil where it does not.
  func firstRange(ofWord word: String) -> Int? {
    let (text, word) = (Array(self), Array(word.utf8))
    guard !word.isEmpty, text.count >= word.count else { return nil }
    return (0...text.count - word.count).first { start in
      let end = start + word.count
      return text[start..<end].elementsEqual(word) && (start == 0 || !text[start - 1].isOfName)
        && (end == text.count || !text[end].isOfName)
    }
  }
}

extension UInt8 {
  /// Letters, digits and the underscore.
  var isOfName: Bool {
    self == UInt8(ascii: "_") || (48...57).contains(self) || (65...90).contains(self)
      || (97...122).contains(self)
  }
}

extension TreePath {
  /// Whether it is a Kconfig file of the kernel proper.
  var isKconfig: Bool { name.starts(with: "Kconfig".utf8) && !isOfTools }

  var isMakefile: Bool {
    (name.starts(with: "Makefile".utf8) || name.starts(with: "Kbuild".utf8)) && !isOfTools
  }

  /// Programs and texts: what they say of CONFIG symbols is not for the kernel's build.
  var isOfTools: Bool {
    ["tools/", "Documentation/", "scripts/"].contains { bytes.starts(with: $0.utf8) }
  }
}

extension String {
  /// The line up to a `#` that stands outside of quotes, without blanks around it.
  var withoutKconfigComment: String {
    var quote: UInt8?
    var kept: [UInt8] = []
    for byte in utf8 {
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: "#") {
        break
      }
      kept.append(byte)
    }
    return String(decoding: kept, as: UTF8.self).trimmed
  }
}
