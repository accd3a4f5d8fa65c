// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import SourceText
internal import Synchronization

/// The files of a tree as they were read and parsed, for several scenarios on it.
///
/// A class, as it is a cache; what it gives is a function of the tree.
public final class CodeCache: Sendable {
  /// A file that was parsed.
  struct Parsed: Sendable {
    let syntax: SyntaxTree
    let names: FileNames

    init(_ text: [UInt8]) {
      syntax = SyntaxTree(parsing: TokenBuffer(lexing: text))
      names = FileNames(of: syntax)
    }
  }

  /// A file that was read.
  struct Header: Sendable {
    let path: TreePath
    let text: [UInt8]
    let words: WordHashes
    let includes: [Include]
  }

  /// `#include`
  struct Include: Sendable {
    var name: String
    /// Looked for beside the file first.
    var isQuoted: Bool
  }

  private let tree: any SourceTree
  /// nil for what is not there.
  private let headers = Mutex<[TreePath: Header?]>([:])
  private let parsed = Mutex<[String: (text: [UInt8], file: Parsed)]>([:])

  public init(_ tree: any SourceTree) { self.tree = tree }

  /// nil for what is not there, or cannot be read.
  func header(_ path: TreePath) -> Header? {
    if let known = headers.withLock({ $0[path] }) { return known }
    let made = (try? tree.bytes(of: path)).flatMap { $0 }.map { text in
      Header(path: path, text: text, words: WordHashes(of: text), includes: Self.includes(in: text))
    }
    headers.withLock { $0[path] = .some(made) }
    return made
  }

  /// - Parameter path: of a file of the tree, or of a page, whose C is another text.
  func parsed(_ path: String, _ text: [UInt8]) -> Parsed {
    if let known = parsed.withLock({ $0[path] }), known.text == text { return known.file }
    let made = Parsed(text)
    parsed.withLock { $0[path] = (text, made) }
    return made
  }

  /// What a text includes, under whichever condition.
  static func includes(in text: [UInt8]) -> [Include] {
    text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let mark = line.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }), line[mark] == UInt8(ascii: "#"),
        let word = line[(mark + 1)...].firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
        line[word...].starts(with: "include".utf8),
        let open = line[word...].firstIndex(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "\"") }),
        let close = line[(open + 1)...].firstIndex(where: {
          $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "\"")
        })
      else { return nil }
      return Include(
        name: String(decoding: line[(open + 1)..<close], as: UTF8.self),
        isQuoted: line[open] == UInt8(ascii: "\""))
    }
  }
}
