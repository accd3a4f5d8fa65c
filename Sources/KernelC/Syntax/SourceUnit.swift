// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// Where the lines of a text stand in a file, and what a diff does with them.
public struct LineOrigins: Hashable, Sendable {
  /// What a diff does with a line.
  public enum Place: UInt8, Hashable, Sendable {
    case context, added, removed
    /// In no hunk: the file has it, and the patch does not show it.
    case unshown
    /// In no file: the head of the function that a hunk begins in, as the hunk's header gives it.
    case frame
  }

  private var numbers: [UInt32]
  private var places: [Place]

  /// - Parameter lines: for each line of the text its number in the file (1-based; 0 for `frame`) and its place.
  public init(_ lines: [(number: UInt32, place: Place)]) {
    numbers = lines.map(\.number)
    places = lines.map(\.place)
  }

  /// The number in the file of a line of the text, both 1-based; 0 where it is in no file.
  public func number(ofLine line: UInt32) -> UInt32 {
    numbers.indices.contains(Int(line) - 1) ? numbers[Int(line) - 1] : line
  }

  public func place(ofLine line: UInt32) -> Place {
    places.indices.contains(Int(line) - 1) ? places[Int(line) - 1] : .context
  }
}

/// One side of a changed file as the front end reads it: the whole file, or what one hunk shows of it.
public struct SourceUnit: Sendable {
  public let path: TreePath
  public let syntax: SyntaxTree
  public let lines: LineOrigins
  /// False for what a hunk shows.
  public let isWhole: Bool

  /// What the diff does with the line on which a token begins.
  public func place(ofToken index: Int) -> LineOrigins.Place {
    lines.place(ofLine: syntax.buffer.tokens[index].line)
  }

  /// The line in the file (1-based) of a token; 0 where it is in no file.
  public func lineNumber(ofToken index: Int) -> UInt32 {
    lines.number(ofLine: syntax.buffer.tokens[index].line)
  }

  /// Whether any token of a node stands on a line that the patch adds or removes.
  public func isTouched(_ id: NodeID) -> Bool {
    let tokens = syntax.buffer.tokens
    return syntax[id].tokens.contains {
      let place = lines.place(ofLine: tokens[$0].line)
      return place == .added || place == .removed
    }
  }
}

extension SourceUnit {
  /// A whole file.
  /// - Parameter lines: what a diff does with its lines.
  public init(path: TreePath, text: [UInt8], lines: LineOrigins) {
    self.init(
      path: path, syntax: SyntaxTree(parsing: TokenBuffer(lexing: text)), lines: lines, isWhole: true)
  }

  /// A file that no diff shows a line of.
  public init(path: TreePath, text: [UInt8]) {
    self.init(
      path: path, text: text,
      lines: LineOrigins((0..<LineTable(text).count).map { (UInt32($0 + 1), .unshown) }))
  }

  /// What one hunk shows of a file on one side. Where the lines begin inside of a function, its head is taken from
  /// the hunk's header, and blocks that were opened above are opened again, so that what is there parses.
  /// - Parameters:
  ///   - heading: what stands behind the second `@@`; empty where there is nothing.
  ///   - lines: the lines of the side, without their ends.
  public init(
    path: TreePath, heading: [UInt8],
    lines: [(text: ArraySlice<UInt8>, number: UInt32, place: LineOrigins.Place)]
  ) {
    var text: [UInt8] = []
    for line in lines { text += line.text + [UInt8(ascii: "\n")] }
    let frame = FragmentFrame(heading: heading, lines: text).text
    let origins = (frame.isEmpty ? [] : [(0, .frame)]) + lines.map { ($0.number, $0.place) }
    self.init(
      path: path, syntax: SyntaxTree(parsing: TokenBuffer(lexing: frame + text), as: .fragment),
      lines: LineOrigins(origins), isWhole: false)
  }
}
