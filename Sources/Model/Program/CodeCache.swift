// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Synchronization

/// Files as they were read and parsed, for scenarios that run on the same code, or on nearly the same.
///
/// A class, as it is a cache; what it gives is a function of what it is asked.
public final class CodeCache: Sendable {
  /// A file that was parsed.
  struct Parsed: Sendable {
    let syntax: SyntaxTree
    let names: FileNames
  }

  private struct Entry {
    var text: [UInt8]
    var words: WordHashes?
    var parsed: Parsed?
  }

  /// By path. Of two texts of one path the later one stays.
  private let entries = Mutex<[String: Entry]>([:])

  public init() {}

  func parsed(_ path: String, _ text: [UInt8]) -> Parsed {
    if let known = entry(path, text)?.parsed { return known }
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: text))
    let made = Parsed(syntax: syntax, names: FileNames(of: syntax))
    keep(path, text) { $0.parsed = made }
    return made
  }

  func words(_ path: String, _ text: [UInt8]) -> WordHashes {
    if let known = entry(path, text)?.words { return known }
    let made = WordHashes(of: text)
    keep(path, text) { $0.words = made }
    return made
  }

  private func entry(_ path: String, _ text: [UInt8]) -> Entry? {
    guard let entry = entries.withLock({ $0[path] }), entry.text == text else { return nil }
    return entry
  }

  private func keep(_ path: String, _ text: [UInt8], _ change: (inout Entry) -> Void) {
    entries.withLock { entries in
      var entry = entries[path].flatMap { $0.text == text ? $0 : nil } ?? Entry(text: text)
      change(&entry)
      entries[path] = entry
    }
  }
}
