// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
internal import SourceText

/// The syntax of a file or of a fragment. Every text has one: what is not understood is an `opaque` node, and the
/// rest is read.
///
/// A class, as rules hand it around: to copy its parts counts ten references up.
public final class SyntaxTree: Sendable {
  public let buffer: TokenBuffer
  public let conditionals: ConditionalMap
  let nodes: [SyntaxNode]
  public let root: NodeID
  /// In the order of the text.
  public let macros: [MacroDefinition]
  public let includes: [Include]
  let functionIndex: FunctionIndex

  init(
    buffer: TokenBuffer, conditionals: ConditionalMap, nodes: [SyntaxNode], root: NodeID,
    macros: [MacroDefinition], includes: [Include], functionIndex: FunctionIndex
  ) {
    (self.buffer, self.conditionals, self.nodes, self.root) = (buffer, conditionals, nodes, root)
    (self.macros, self.includes, self.functionIndex) = (macros, includes, functionIndex)
  }

  public subscript(id: NodeID) -> SyntaxNode { nodes[Int(id.number)] }

  /// How many nodes there are.
  public var count: Int { nodes.count }

  public func children(of id: NodeID) -> Children { Children(nodes: nodes, upcoming: self[id].firstChild) }

  /// A child by its place, 0-based; nil where there are fewer.
  public func child(_ place: Int, of id: NodeID) -> NodeID? {
    var (next, left) = (self[id].firstChild, place)
    while next != .none, left > 0 { (next, left) = (self[next].nextSibling, left - 1) }
    return next == .none ? nil : next
  }

  /// nil above the root.
  public func parent(of id: NodeID) -> NodeID? {
    let parent = self[id].parent
    return parent == .none ? nil : parent
  }

  /// The node itself and all below it, each before its children, in the order of the text.
  public func descendants(of id: NodeID) -> Descendants { Descendants(nodes: nodes, top: id) }

  /// The nearest node around this one (itself excluded) of a kind.
  public func ancestor(of id: NodeID, kind: NodeKind) -> NodeID? {
    var next = self[id].parent
    while next != .none {
      if self[next].kind == kind { return next }
      next = self[next].parent
    }
    return nil
  }

  /// The function that a node is in; nil outside of functions.
  public func function(around id: NodeID) -> NodeID? { ancestor(of: id, kind: .function) }

  /// The name of the function whose tokens hold this one; nil outside of functions.
  public func functionName(aroundToken index: Int) -> String? {
    functionIndex.function(around: index).flatMap { functionName(of: $0) }
  }

  /// The name of a function; nil where a hunk shows a part of one without its head.
  public func functionName(of function: NodeID) -> String? {
    let name = name(of: function)
    return name == FragmentFrame.unknownName ? nil : name
  }

  /// The spelling of the node's `main` token.
  public func name(of id: NodeID) -> String { spelling(ofToken: Int(self[id].main)) }

  public func spelling(ofToken index: Int) -> String {
    String(decoding: buffer.spelling(of: buffer.tokens[index]), as: UTF8.self)
  }

  /// Whether a token reads so; spliced ones do not.
  public func isSpelled(_ word: String, atToken index: Int) -> Bool {
    let token = buffer.tokens[index]
    return Int(token.end - token.start) == word.utf8.count
      && buffer.text[token.range].elementsEqual(word.utf8)
  }

  /// The bytes from the first token to the last, as they stand.
  public func text(of id: NodeID) -> ArraySlice<UInt8> {
    let node = self[id]
    guard node.end > node.first else { return [] }
    let tokens = buffer.tokens
    return buffer.text[Int(tokens[Int(node.first)].start)..<Int(tokens[Int(node.end) - 1].end)]
  }

  /// Under which condition of the preprocessor a node is there.
  public func condition(of id: NodeID) -> Formula { conditionals.condition(ofTokenAt: Int(self[id].first)) }
}

extension SyntaxTree {
  /// The children of a node, in the order of the text.
  public struct Children: Sequence, IteratorProtocol {
    let nodes: [SyntaxNode]
    var upcoming: NodeID

    public mutating func next() -> NodeID? {
      guard upcoming != .none else { return nil }
      defer { upcoming = nodes[Int(upcoming.number)].nextSibling }
      return upcoming
    }
  }

  public struct Descendants: Sequence, IteratorProtocol {
    let nodes: [SyntaxNode]
    let top: NodeID
    private var upcoming: NodeID

    init(nodes: [SyntaxNode], top: NodeID) { (self.nodes, self.top, upcoming) = (nodes, top, top) }

    public mutating func next() -> NodeID? {
      guard upcoming != .none else { return nil }
      let current = upcoming
      var node = nodes[Int(current.number)]
      upcoming = node.firstChild
      var at = current
      while upcoming == .none, at != top {
        upcoming = node.nextSibling
        at = node.parent
        if upcoming != .none || at == .none { break }
        node = nodes[Int(at.number)]
      }
      return current
    }
  }
}

/// `#define name …`, `#define name(parameters) …`
public struct MacroDefinition: Hashable, Sendable {
  /// Token of the name.
  public var name: Int
  /// Tokens of the parameters, `...` included; nil where the macro takes none.
  public var parameters: [Int]?
  /// Tokens of what it stands for.
  public var body: Range<Int>
}

/// `#include`
public struct Include: Hashable, Sendable {
  /// Token of the name with its quotes or angle brackets, or of the macro that stands for it.
  public var name: Int
  public var path: String
  /// Written with angle brackets.
  public var isSystem: Bool
}

/// What kind of text is parsed.
public enum SyntaxForm: Hashable, Sendable {
  /// A file: external declarations.
  case file
  /// Lines out of a file: what is open at its ends is cut, not wrong.
  case fragment
  /// Statements or one expression, in which `...` is a `patternGap` among statements, arguments, elements. The root's
  /// children are the statements; an expression alone (without `;`) is the root's only child.
  case pattern
}
