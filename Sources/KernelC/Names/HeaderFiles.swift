// SPDX-License-Identifier: GPL-2.0-or-later

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
  private let state = Mutex(State())

  public init(of tree: any SourceTree, search: Search = .lists) { (self.tree, self.search) = (tree, search) }

  /// A header; nil where there is none, or it cannot be read.
  func header(_ path: TreePath) -> Header? {
    if let known = state.withLock({ state in state.numbers[path].map { state.headers[$0] } }) { return known }
    var text: [UInt8]?
    if mayHave(path), let bytes = try? tree.bytes(of: path), bytes.count <= Self.largest { text = bytes }
    return state.withLock { state in
      if let number = state.numbers[path] { return state.headers[number] }
      let number = state.headers.count
      let header = text.map { Header(path: path, number: number, text: $0) }
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
    let file = ParsedFile(path: header.path, syntax: SyntaxTree(parsing: TokenBuffer(lexing: header.text)))
    state.withLock { $0.parsed[header.number] = file }
    return file
  }

  /// The `#include` lines of a header with their conditions, which all architectures share.
  func conditionalIncludes(of header: Header) -> ConditionalIncludes {
    if let known = state.withLock({ $0.conditionals[header.number] }) { return known }
    let found = ConditionalIncludes(in: TokenBuffer(lexing: header.text))
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

/// A header's bytes, and what it includes.
///
/// A class, as thousands are handed on for each name that is looked up; nothing of it changes.
final class Header: Sendable {
  let path: TreePath
  /// Its place among the headers of its tree.
  let number: Int
  let text: [UInt8]
  let includes: [IncludeName]
  /// Whether it includes something, also by way of a macro.
  let hasIncludes: Bool
  /// Whether it holds `##`.
  let pastes: Bool
  private let words: WordHashes

  init(path: TreePath, number: Int, text: [UInt8]) {
    (self.path, self.number, self.text) = (path, number, text)
    let all = IncludeName.all(in: text)
    (includes, hasIncludes) = (all.filter { !$0.isOfMacro }, !all.isEmpty)
    (words, pastes) = WordHashes.reading(text)
  }

  /// Offsets at which a word stands.
  func places(of word: [UInt8]) -> [Int] {
    words.holds(WordHashes.hash(of: word)) ? text.places(ofWord: word) : []
  }

  /// Whether a word stands somewhere; in comments, too.
  func has(_ search: WordSearch) -> Bool { words.holds(search) }
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
