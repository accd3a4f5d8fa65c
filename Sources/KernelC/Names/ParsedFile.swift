// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// A file with its syntax and the names it declares.
public struct ParsedFile: Sendable {
  public let path: TreePath
  public let syntax: SyntaxTree
  public let names: FileNames

  public init(path: TreePath, syntax: SyntaxTree) {
    (self.path, self.syntax, names) = (path, syntax, FileNames(of: syntax))
  }
}

/// A place in a parsed file.
public struct NamedPlace: Sendable {
  public let file: ParsedFile
  public let node: NodeID

  /// Line of the node's name, 1-based.
  public var line: UInt32 { file.syntax.buffer.tokens[Int(file.syntax[node].main)].line }
}
