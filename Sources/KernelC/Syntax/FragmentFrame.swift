// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// What stands before the lines of a hunk so that they parse: the head of the function, struct or table that the
/// hunk begins in, and the blocks that were opened above it and are closed inside.
struct FragmentFrame {
  /// One line with its end; empty where the lines begin outside of everything.
  let text: [UInt8]

  /// A name that no text has; it stands where a name is not known.
  static let unknownName = "$unseen"

  /// - Parameters:
  ///   - heading: what stands behind the second `@@`.
  ///   - lines: the lines of one side.
  init(heading: [UInt8], lines: [UInt8]) {
    let shape = Shape(lines)
    guard shape.beginsInside else {
      text = []
      return
    }
    let head = Self.head(String(decoding: heading, as: UTF8.self), shape)
    let openings = shape.openings.reversed().joined()
    text = Array((shape.hasOwnBrace ? "\(head.withoutBrace)\n" : "\(head.withoutBrace) {\(openings)\n").utf8)
  }

  // MARK: The lines

  /// What the brackets and columns of the lines say.
  private struct Shape {
    /// Whether the first line is inside of something.
    var beginsInside = false
    /// The first token is the brace of a body whose head is the heading.
    var hasOwnBrace = false
    /// What opens the blocks that are closed in the lines and not opened there, the innermost first; without the
    /// outermost, which the head opens.
    var openings: [String] = []
    /// A semicolon follows the outermost brace: a struct's or a table's.
    var endsDeclaration = false
    /// The lines look like members or elements.
    var looksLikeElements = false
    /// The outermost thing is closed in the lines.
    var isClosed = false

    init(_ lines: [UInt8]) {
      let buffer = TokenBuffer(lexing: lines)
      let tokens = buffer.tokens.filter { !$0.flags.contains(.inDirective) }
      guard tokens.count > 1 else { return }
      var depth = 0
      for i in tokens.indices.dropLast() {
        switch tokens[i].kind {
        case .openBrace: depth += 1
        case .closeBrace:
          if depth > 0 {
            depth -= 1
            continue
          }
          if Self.isInFirstColumn(tokens[i], lines) {
            isClosed = true
            endsDeclaration =
              tokens[i + 1].kind == .semicolon
              || tokens[i + 1].kind == .identifier
                && !tokens[i + 1].flags.contains(.beginsLine)
          } else {
            openings.append(Self.opening(closedBefore: tokens[i + 1], buffer))
            continue
          }
        default: continue
        }
        if isClosed { break }
      }
      // An indented first line, or a label, is inside of something.
      let first = tokens[0]
      let isLabel = first.kind == .identifier && tokens[1].kind == .colon
      beginsInside = isClosed || !openings.isEmpty || !Self.isInFirstColumn(first, lines) || isLabel
      if first.kind == .openBrace, Self.isInFirstColumn(first, lines), !isClosed || !openings.isEmpty {
        beginsInside = true
        hasOwnBrace = openings.isEmpty
      }
      // .name = value, and [INDEX] = value
      looksLikeElements =
        first.kind == .dot && tokens[1].kind == .identifier || first.kind == .openBracket
        || first.kind == .openBrace && tokens[1].kind == .dot
    }

    private static func isInFirstColumn(_ token: Token, _ text: [UInt8]) -> Bool {
      token.start == 0 || text[Int(token.start) - 1] == UInt8(ascii: "\n")
    }

    /// What opened a block, told by what follows its end.
    private static func opening(closedBefore token: Token, _ buffer: TokenBuffer) -> String {
      guard token.kind == .identifier else { return "{" }
      switch String(decoding: buffer.spelling(of: token), as: UTF8.self) {
      case "else": return "if (\(FragmentFrame.unknownName)) {"
      case "while" where !token.flags.contains(.beginsLine): return "do {"
      default: return "{"
      }
    }
  }

  // MARK: The head

  private struct Head { var withoutBrace: String }

  /// The head that a heading gives, or one that fits the lines.
  private static func head(_ heading: String, _ shape: Shape) -> Head {
    let trimmed = heading.trimmingBlanks
    let unknownFunction = "void \(unknownName)(...)"
    let unknownTable = "int \(unknownName)[] ="
    if shape.endsDeclaration || shape.looksLikeElements && !shape.isClosed {
      if trimmed.hasSuffix("{"), !trimmed.contains(")") {
        return Head(withoutBrace: String(trimmed.dropLast()))
      }
      return Head(withoutBrace: shape.looksLikeElements ? unknownTable : "struct \(unknownName)")
    }
    if trimmed.hasSuffix("{"), trimmed.contains("=") { return Head(withoutBrace: String(trimmed.dropLast())) }
    let words = trimmed.split { $0 == " " || $0 == "\t" }
    if let last = words.last, last == "{",
      let keyword = words.first(where: { ["struct", "union", "enum"].contains($0) }),
      !trimmed.contains("("), !keyword.isEmpty
    {
      return Head(withoutBrace: String(trimmed.dropLast()))
    }
    guard let function = functionHead(trimmed) else { return Head(withoutBrace: unknownFunction) }
    return Head(withoutBrace: function)
  }

  /// A function's head, with what git cut off its end made up for; nil where the heading is none: a label, a macro's
  /// call, a line of data.
  private static func functionHead(_ heading: String) -> String? {
    var text = heading
    if text.hasSuffix("{") { text = String(text.dropLast()).trimmingBlanks }
    guard let open = text.firstIndex(of: "("), text.last != ";", text.last != ":", !text.contains("=") else {
      return nil
    }
    let name = text[..<open].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    guard let first = name.last, !first.isNumber else { return nil }
    var depth = 0
    var lastComma: String.Index?
    for i in text.indices[open...] {
      switch text[i] {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 1: lastComma = i
      default: break
      }
    }
    guard depth > 0 else { return depth == 0 ? text : nil }
    // Parameters are on lines that the heading does not show, or were cut at its limit.
    if let lastComma { return "\(text[..<lastComma]), ...)" }
    return "\(text[...open])...)"
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    func isBlank(_ byte: UInt8) -> Bool {
      [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(byte)
    }
    guard let first = utf8.firstIndex(where: { !isBlank($0) }),
      let last = utf8.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[first...last])
  }
}
