// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
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

extension ParsedFile {
  /// The first line that declares a name, where its declarations together are there under every condition.
  func line(alwaysDeclaring name: String) -> UInt32? {
    let tokens = names.tokens(declaring: name, in: syntax)
    guard let first = tokens.first else { return nil }
    var table = syntax.conditionals.table
    let condition = table.or(tokens.map { syntax.conditionals.condition(ofTokenAt: $0) })
    return condition == .always ? syntax.buffer.tokens[first].line : nil
  }
}

/// A place in a parsed file.
public struct NamedPlace: Sendable {
  public let file: ParsedFile
  public let node: NodeID

  public init(file: ParsedFile, node: NodeID) { (self.file, self.node) = (file, node) }

  /// Line of the node's name, 1-based.
  public var line: UInt32 { file.syntax.buffer.tokens[Int(file.syntax[node].main)].line }
}
