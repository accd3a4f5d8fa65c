// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
public import SourceText
internal import Synchronization

/// The headers of a tree: each is read once, and parsed once where something is looked for in it.
///
/// A class, as it is a cache; its state is behind a lock, and what it holds is a function of the tree.
public final class HeaderFiles: Sendable {
  private struct State: Sendable {
    /// By number. nil where there is no such file.
    var headers: [Header?] = []
    var numbers: [TreePath: Int] = [:]
    var parsed: [Int: ParsedFile] = [:]
    var conditionals: [Int: ConditionalIncludes] = [:]
    var included: [Question: Included] = [:]
    var folders: [TreePath: Set<[UInt8]>] = [:]
    var calls: [FunctionKey: [CertainCall]] = [:]
  }

  private struct FunctionKey: Hashable, Sendable {
    var path: TreePath
    var function: NodeID
  }

  /// What headers a header includes depends on the architectures that are looked at.
  private struct Question: Hashable, Sendable {
    var header: Int
    var architectures: [String]
  }

  /// What the includes of one header stand for.
  struct Included: Sendable {
    var headers: [Header] = []
    var missing: [IncludeName] = []
    /// Whether the header is one of those for all of the kernel.
    var isShared = false
  }

  /// How it is found out whether a name is there.
  public enum Search: Hashable, Sendable {
    /// By the folder's list, which is read once: for a tree in which most names are tried in vain.
    case lists
    /// By asking: for a few files that are known to be there.
    case asks
  }

  public let tree: any SourceTree
  private let search: Search
  private let summary: @Sendable (TreePath) -> HeaderSummary?
  private let state = Mutex(State())

  /// - Parameter summary: what is known of a header of the tree without its text; nil where nothing is.
  public init(
    of tree: any SourceTree, search: Search = .lists,
    summary: @escaping @Sendable (TreePath) -> HeaderSummary? = { _ in nil }
  ) {
    (self.tree, self.search, self.summary) = (tree, search, summary)
  }

  /// A header; nil where there is none, or it cannot be read.
  func header(_ path: TreePath) -> Header? {
    if let known = state.withLock({ state in state.numbers[path].map { state.headers[$0] } }) { return known }
    let summary = path.bytes.suffix(2).elementsEqual(".h".utf8) ? summary(path) : nil
    var text: [UInt8]?
    if summary == nil, mayHave(path), let bytes = try? tree.bytes(of: path), bytes.count <= Self.largest {
      text = bytes
    }
    let summed = summary ?? text.map { HeaderSummary(of: $0) }
    return state.withLock { state in
      if let number = state.numbers[path] { return state.headers[number] }
      let number = state.headers.count
      let header = summed.map { Header(path: path, number: number, $0, text: text) }
      state.headers.append(header)
      state.numbers[path] = number
      return header
    }
  }

  private func mayHave(_ path: TreePath) -> Bool {
    guard search == .lists, let folder = path.folder else { return true }
    let names: Set<[UInt8]>
    if let known = state.withLock({ $0.folders[folder] }) {
      names = known
    } else {
      names = Set((try? tree.entries(of: folder))?.map(\.name) ?? [])
      state.withLock { $0.folders[folder] = names }
    }
    return names.contains(Array(path.name))
  }

  func parsed(_ header: Header) -> ParsedFile {
    if let known = state.withLock({ $0.parsed[header.number] }) { return known }
    let file = parse(header)
    state.withLock { $0.parsed[header.number] = file }
    return file
  }

  /// A header's syntax, which is not kept.
  func parse(_ header: Header) -> ParsedFile {
    ParsedFile(path: header.path, syntax: SyntaxTree(parsing: TokenBuffer(lexing: text(of: header))))
  }

  func text(of header: Header) -> [UInt8] { header.text ?? ((try? tree.bytes(of: header.path)) ?? nil) ?? [] }

  /// The `#include` lines of a header with their conditions, which all architectures share.
  func conditionalIncludes(of header: Header) -> ConditionalIncludes {
    if let known = header.conditionalIncludes { return known }
    if let known = state.withLock({ $0.conditionals[header.number] }) { return known }
    let found = ConditionalIncludes(in: TokenBuffer(lexing: text(of: header)))
    state.withLock { $0.conditionals[header.number] = found }
    return found
  }

  /// What a header includes, found once.
  func included(by header: Header, _ architectures: [String], _ find: () -> Included) -> Included {
    let question = Question(header: header.number, architectures: architectures)
    if let known = state.withLock({ $0.included[question] }) { return known }
    let found = find()
    state.withLock { $0.included[question] = found }
    return found
  }

  /// What a function of a header calls whatever its arguments are, which all architectures share.
  /// - Parameter file: as it is parsed here.
  func certainCalls(inFunction function: NodeID, of file: ParsedFile) -> [CertainCall] {
    let key = FunctionKey(path: file.path, function: function)
    if let known = state.withLock({ $0.calls[key] }) { return known }
    let calls = file.syntax.certainCalls(inFunction: function)
    state.withLock { $0.calls[key] = calls }
    return calls
  }

  /// Bytes of a header that is looked into: register descriptions of some drivers have 20 MB and declare nothing else.
  private static let largest = 1 << 22
}

/// A header, and what it includes.
///
/// A class, as thousands are handed on for each name that is looked up; nothing of it changes.
final class Header: Sendable {
  let path: TreePath
  /// Its place among the headers of its tree.
  let number: Int
  /// nil where it is not read until somebody needs it.
  let text: [UInt8]?
  let includes: [IncludeName]
  /// nil where the text is not yet looked into for them.
  let conditionalIncludes: ConditionalIncludes?
  /// Whether it includes something, also by way of a macro.
  let hasIncludes: Bool
  /// Whether it holds `##`.
  let pastes: Bool
  private let words: WordHashes

  /// - Parameter text: nil where the summary was kept.
  init(path: TreePath, number: Int, _ summary: HeaderSummary, text: [UInt8]?) {
    (self.path, self.number, self.text) = (path, number, text)
    let all = summary.includes.all.map(\.name)
    (includes, hasIncludes) = (all.filter { !$0.isOfMacro }, !all.isEmpty)
    conditionalIncludes = text == nil ? summary.includes : nil
    (words, pastes) = (summary.words, summary.pastes)
  }

  /// Whether a word stands somewhere; where the text was not parsed, in comments too.
  func has(_ search: WordSearch) -> Bool { words.holds(search) }

  /// Whether it may declare a name, or have it where it is not known what is declared.
  func mayDeclare(_ search: WordSearch) -> Bool {
    text == nil ? roles(of: search.hash).contains(.declared) : has(search)
  }

  /// What a word may be there.
  /// - Parameter hash: as `WordHashes` has it.
  func roles(of hash: UInt64) -> WordRoles { words.roles(of: hash) }
}

extension HeaderSummary {
  /// Of a text, which is not parsed: who wants the conditions of its includes looks for them.
  fileprivate init(of text: [UInt8]) {
    let all = IncludeName.all(in: text)
    includes = ConditionalIncludes(
      all.map { ConditionalIncludes.Include(name: $0, end: 0, condition: .always) }, table: FormulaTable())
    (words, pastes) = WordHashes.reading(text)
  }
}

/// What stands behind `#include`.
struct IncludeName: Hashable, Sendable {
  var name: [UInt8]
  /// Written with angle brackets.
  var isSystem: Bool
  /// Whether it is a macro that stands for the name.
  var isOfMacro = false

  /// Every line that reads `# include <…>`, `"…"` or has a macro there; one in a comment counts too, which does no harm.
  static func all(in text: [UInt8]) -> [IncludeName] {
    var names: [IncludeName] = []
    let bytes = text.span
    var i = 0
    while i < bytes.count {
      // At a line's begin.
      var at = i
      while at < bytes.count, bytes[at].isBlankOrTab { at += 1 }
      if at < bytes.count, bytes[at] == UInt8(ascii: "#") {
        at += 1
        while at < bytes.count, bytes[at].isBlankOrTab { at += 1 }
        if bytes.has("include", at: at) {
          at += 7
          while at < bytes.count, bytes[at].isBlankOrTab { at += 1 }
          if at < bytes.count, bytes[at] == UInt8(ascii: "<") || bytes[at] == UInt8(ascii: "\"") {
            let isSystem = bytes[at] == UInt8(ascii: "<")
            let closing = isSystem ? UInt8(ascii: ">") : UInt8(ascii: "\"")
            let start = at + 1
            at = start
            while at < bytes.count, bytes[at] != closing, bytes[at] != UInt8(ascii: "\n") { at += 1 }
            if at < bytes.count, bytes[at] == closing {
              names.append(IncludeName(name: Array(text[start..<at]), isSystem: isSystem))
            }
          } else if at < bytes.count, bytes[at].isWordByte {
            let start = at
            while at < bytes.count, bytes[at].isWordByte { at += 1 }
            names.append(IncludeName(name: Array(text[start..<at]), isSystem: true, isOfMacro: true))
          }
        }
      }
      while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
      i = at + 1
    }
    return names
  }
}

extension UInt8 {
  fileprivate var isBlankOrTab: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  /// Whether the byte may stand in an identifier.
  public var isWordByte: Bool { ByteClass.continuesWord[Int(self)] }
}

extension Span<UInt8> {
  fileprivate func has(_ word: StaticString, at start: Int) -> Bool {
    guard start + word.utf8CodeUnitCount <= count else { return false }
    for i in 0..<word.utf8CodeUnitCount where self[start + i] != word.utf8Start[i] { return false }
    return true
  }
}
