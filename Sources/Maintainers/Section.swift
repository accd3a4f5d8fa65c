// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// A section of MAINTAINERS.
public struct Section: Sendable {
  /// A mailing list, and what stands in parentheses behind its address.
  public struct List: Hashable, Sendable {
    public var address: String
    public var note: String

    /// Whether strangers cannot write to it.
    public var isForSubscribers: Bool { note.contains("subscribers-only") }
  }

  /// Somebody with a mail address.
  public struct Contact: Hashable, Sendable {
    public var name: String
    public var address: String
  }

  public var name: String
  /// `Maintained`, `Supported`, `Odd Fixes`, `Orphan`, `Obsolete`; empty where it is not said.
  public private(set) var status = ""
  public private(set) var maintainers: [Contact] = []
  public private(set) var reviewers: [Contact] = []
  public private(set) var lists: [List] = []

  private var files: [FilePattern] = []
  private var excluded: [FilePattern] = []
  private var names: [PerlPattern] = []
  private var keywords: [KeywordPattern] = []

  init(name: String) { self.name = name }

  /// Takes one entry: `M:`, `L:` and so on.
  mutating func add(_ type: UInt8, _ value: ArraySlice<UInt8>) {
    let text = String(decoding: value, as: UTF8.self)
    switch type {
    case UInt8(ascii: "M"): maintainers += Contact.all(in: text)
    case UInt8(ascii: "R"): reviewers += Contact.all(in: text)
    case UInt8(ascii: "L"):
      let words = text.split(separator: " ", maxSplits: 1).flatMap { $0.split(separator: "\t", maxSplits: 1) }
      if let address = words.first {
        lists.append(List(address: String(address), note: words.dropFirst().joined(separator: " ")))
      }
    case UInt8(ascii: "S"): status = text
    case UInt8(ascii: "F"): files.append(FilePattern(value))
    case UInt8(ascii: "X"): excluded.append(FilePattern(value))
    case UInt8(ascii: "N"): if let pattern = PerlPattern(text) { names.append(pattern) }
    case UInt8(ascii: "K"): if let pattern = KeywordPattern(text) { keywords.append(pattern) }
    default: break
    }
  }

  /// Whether a pattern for names fits a file, and none excludes it.
  public func covers(_ path: TreePath) -> Bool {
    let bytes = path.bytes
    guard files.contains(where: { $0.fits(bytes) }) || names.contains(where: { $0.fits(bytes) }) else {
      return false
    }
    return !excluded.contains { $0.fits(bytes) }
  }

  /// The first keyword that fits a line of a patch.
  func keyword(in intro: [[UInt8]], changes: [[UInt8]]) -> String? {
    keywords.first { $0.fits(intro: intro, changes: changes) }?.text
  }
}

extension Section.Contact {
  /// `Name <address>`, `"Name" <address>`, or an address; several with commas between them.
  static func all(in text: String) -> [Section.Contact] {
    text.split(separator: ",").compactMap { part in
      var name = ""
      var address = part.split { $0 == " " || $0 == "\t" }.last { $0.contains("@") } ?? ""
      if let open = part.firstIndex(of: "<"), let close = part[open...].firstIndex(of: ">") {
        name = String(part[..<open])
        address = part[part.index(after: open)..<close]
      }
      let trimmed = address.filter { !$0.isWhitespace }
      guard trimmed.contains("@") else { return nil }
      let words = name.split { $0 == " " || $0 == "\t" || $0 == "\"" }
      return Section.Contact(name: words.joined(separator: " "), address: trimmed)
    }
  }
}
