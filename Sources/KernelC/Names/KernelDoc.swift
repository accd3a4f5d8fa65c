// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// A `/** … */` comment that documents what stands below it.
///
/// Source: `Documentation/doc-guide/kernel-doc.rst`; what counts as a name is taken from `scripts/kernel-doc`.
public struct KernelDoc: Hashable, Sendable {
  /// What the comment says that it documents.
  public enum Subject: Hashable, Sendable {
    case function
    /// `struct`, `union` or `enum`.
    case type(String)
  }

  /// A word of the comment and its line in the text, 1-based.
  public struct Word: Hashable, Sendable {
    public var text: String
    public var line: UInt32
  }

  public var subject: Subject
  public var name: Word
  /// Whether the name stands with parentheses.
  public var isNamedAsCall: Bool
  /// `@name:`, in the order of the text; `...` for a variable number of arguments.
  public var parameters: [Word] = []
  /// All names that lines beginning with `@` describe: people write `@a, @b:` for two.
  public var described: Set<String> = []
  /// The line that begins with `Return:` or `Returns:`.
  public var returns: Word?
  /// The comment's first and last line.
  public var lines: ClosedRange<UInt32>
  /// Index of the token behind the comment.
  public var token: Int

  /// nil for other comments, those for which the first line gives no name, and `DOC:`.
  public init?(_ comment: Comment, in buffer: TokenBuffer) {
    let text = buffer.text[comment.range]
    guard text.starts(with: "/**".utf8), text.suffix(2).elementsEqual("*/".utf8), text.count > 6 else {
      return nil
    }
    let all = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(\.commentText)
    // What stands on the first line is no kernel-doc outside of structs.
    guard all.count > 2, all[0].isEmpty, let head = Head(all[1]) else { return nil }
    subject = head.subject
    name = Word(text: head.name, line: comment.line + 1)
    isNamedAsCall = head.isCall
    lines = comment.line...(comment.line + UInt32(all.count - 1))
    token = comment.token
    for (offset, line) in all.enumerated().dropFirst() {
      read(line, comment.line + UInt32(offset))
    }
  }

  private mutating func read(_ line: String, _ number: UInt32) {
    guard line.hasPrefix("@") else {
      let word = line.prefix { $0.isLetter }.lowercased()
      if word == "return" || word == "returns", line.dropFirst(word.count).first == ":" {
        returns = Word(text: line, line: number)
      }
      return
    }
    let name = line.dropFirst().prefix(while: \.isOfMember)
    if !name.isEmpty, line[name.endIndex...].drop(while: { $0 == " " || $0 == "\t" }).first == ":" {
      parameters.append(Word(text: name == "..." ? "..." : String(name.trimmingDots), line: number))
    }
    described.formUnion(Self.names(on: line))
  }

  /// The names with `@` before a line's first colon, or before its end.
  static func names(on line: String) -> [String] {
    line.prefix { $0 != ":" }.split(separator: "@").compactMap { part in
      let name = part.prefix(while: \.isOfMember)
      return name.isEmpty ? nil : name == "..." ? "..." : String(name.trimmingDots)
    }
  }

  /// What the comments among the members of a struct describe: `/** @member: … */`.
  static func inlineNames(in comment: Comment, of buffer: TokenBuffer) -> [String] {
    let text = buffer.text[comment.range]
    guard text.starts(with: "/**".utf8) else { return [] }
    return text.split(separator: UInt8(ascii: "\n")).map(\.commentText).filter { $0.hasPrefix("@") }
      .flatMap { names(on: $0) }
  }

  /// The first line: `name() - text`, `struct name - text`.
  private struct Head {
    var subject = Subject.function
    var name: String
    var isCall = false

    init?(_ line: String) {
      let end = line.firstIndex { $0 == "-" || $0 == ":" } ?? line.endIndex
      var words = line[..<end].split { $0 == " " || $0 == "\t" }
      guard let first = words.first, first != "DOC", first != "typedef" else { return nil }
      if ["struct", "union", "enum"].contains(first) {
        guard words.count == 2, words[1].allSatisfy(\.isOfWord) else { return nil }
        (subject, name) = (.type(String(first)), String(words[1]))
        return
      }
      if first == "define" { words.removeFirst() }
      guard let word = words.first else { return nil }
      let spelled = word.prefix(while: \.isOfWord)
      let rest = (String(word.dropFirst(spelled.count)) + words.dropFirst().joined())
      isCall = rest.hasPrefix("(")
      guard !spelled.isEmpty, rest.isEmpty || isCall && rest.hasSuffix(")"), isCall || end != line.endIndex
      else { return nil }
      name = String(spelled)
    }
  }
}

extension SyntaxTree {
  /// The comments of the text that document what stands below them, in its order.
  public var kernelDocs: [KernelDoc] {
    buffer.comments().compactMap { KernelDoc($0, in: buffer) }
  }
}

extension ArraySlice<UInt8> {
  /// A line of a comment without what marks it as one.
  fileprivate var commentText: String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    var rest = drop(while: isBlank)
    if rest.starts(with: "/**".utf8) { rest = rest.dropFirst(3) }
    if rest.suffix(2).elementsEqual("*/".utf8) { rest = rest.dropLast(2) }
    if rest.first == UInt8(ascii: "*") { rest = rest.dropFirst() }
    rest = rest.drop(while: isBlank)
    let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
    return String(decoding: rest[..<end], as: UTF8.self)
  }
}

extension Character {
  fileprivate var isOfWord: Bool { isASCII && (isLetter || isNumber) || self == "_" }
  fileprivate var isOfMember: Bool { isOfWord || self == "." }
}

extension Substring {
  /// `args...` is documented as `@args...`.
  fileprivate var trimmingDots: Substring {
    let end = lastIndex { $0 != "." }.map { index(after: $0) } ?? startIndex
    return self[..<end]
  }
}
