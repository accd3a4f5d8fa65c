// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC

/// A tree as one line of text, for tables of tests: `(head child …)`.
///
/// Names, numbers and types stand as they are written, `_` is what is missing, `~` is no name. Operators and
/// declarators are their own heads: `(+ a b)`, `(* p)`, `([] a 3)`, `(() f …)`. Other nodes are named by their kind, with
/// their name where they have one. `!` is cut, `alt:` another reading.
struct TreeText {
  let tree: SyntaxTree

  init(_ text: String, as form: SyntaxForm = .file) {
    tree = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)), as: form)
  }

  init(_ tree: SyntaxTree) { self.tree = tree }

  /// The external declarations, or the statements of a pattern.
  var text: String { tree.children(of: tree.root).map(text).joined(separator: " ") }

  /// The statements of the first function.
  var body: String {
    guard let function = tree.functions.first, let body = tree.body(ofFunction: function) else {
      return "no function"
    }
    return tree.children(of: body).map(text).joined(separator: " ")
  }

  func text(_ id: NodeID) -> String {
    let node = tree[id]
    let name = tree.name(of: id)
    var marks = node.flags.contains(.isAlternative) ? "alt:" : ""
    if node.flags.contains(.isCut) { marks += "!" }
    switch node.kind {
    case .identifier, .number, .character, .nameDeclarator, .operatorArgument: return marks + name
    case .typeName: return words(id)
    case .missing: return "_"
    case .abstractDeclarator: return "~"
    case .variadic, .patternGap: return "..."
    case .string where node.firstChild == .none: return words(id)
    case .binary, .unary, .assignment, .comma: return list(name, id)
    case .postfix: return list("post\(name)", id)
    case .member: return list(".\(name)", id)
    case .arrowMember: return list("->\(name)", id)
    case .pointerDeclarator: return list("*", id)
    case .arrayDeclarator, .subscriptExpression: return list("[]", id)
    case .functionDeclarator: return list("()", id)
    case .bitField: return list(":", id)
    case .parenthesised: return list("paren", id)
    case .opaque: return "\(marks)(opaque \(node.reason))"
    default: return marks + list(head(id), id)
    }
  }

  private func head(_ id: NodeID) -> String {
    let node = tree[id]
    var head = "\(node.kind)"
    for ending in ["Statement", "Type", "Expression"] where head.hasSuffix(ending) {
      head = String(head.dropLast(ending.count))
    }
    switch node.kind {
    case .structType, .unionType, .enumType:
      head = "\(node.kind)".replacing("Type", with: "")
      let name = tree.name(of: id)
      if name != head { head += " \(name)" }
      if node.flags.contains(.hasBody) { head += " {}" }
    case .function, .enumerator, .attribute, .macroCall, .label, .labelAddress:
      head += " \(tree.name(of: id))"
    case .gotoStatement where node.firstChild == .none: head += " \(tree.name(of: id))"
    case .designator: head = "at" + (node.firstChild == .none ? " \(tree.name(of: id))" : "")
    case .declaration where node.flags.contains(.isTypedef): head = "typedef"
    case .initDeclarator: head = node.flags.contains(.hasInitialiser) ? "init" : "name"
    case .block where node.flags.contains(.isImplicit): head = "implicit"
    case .function where node.flags.contains(.hasMacroHead): head += " macro"
    default: break
    }
    return head
  }

  private func list(_ head: String, _ id: NodeID) -> String {
    var parts = [head]
    for child in tree.children(of: id) {
      // Specifiers are their parts; without any they are nothing.
      if tree[child].kind == .specifiers {
        parts += tree.children(of: child).map(text)
      } else {
        parts.append(text(child))
      }
    }
    return "(\(parts.joined(separator: " ")))"
  }

  private func words(_ id: NodeID) -> String {
    tree[id].tokens.filter { !tree.buffer.tokens[$0].flags.contains(.inDirective) }
      .map { tree.spelling(ofToken: $0) }.joined(separator: " ")
  }
}
