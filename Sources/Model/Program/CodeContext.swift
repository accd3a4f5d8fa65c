// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// A text that is compiled: a file, or what a macro stands for where it is called.
struct CodeContext {
  /// Where names are looked up from.
  let file: CodeFile
  let syntax: SyntaxTree
  /// Where a macro is called; nil in the file itself.
  let callPlace: CodePlace?
  /// The macros that are being expanded here: none of them is expanded again.
  let macros: [String]

  init(_ file: CodeFile) { (self.file, syntax, callPlace, macros) = (file, file.syntax, nil, []) }

  init(_ file: CodeFile, expansion syntax: SyntaxTree, at place: CodePlace, macros: [String]) {
    (self.file, self.syntax, callPlace, self.macros) = (file, syntax, place, macros)
  }

  func place(of node: NodeID) -> CodePlace {
    if let callPlace { return callPlace }
    let token = min(Int(syntax[node].first), syntax.buffer.tokens.count - 1)
    return CodePlace(file: file.number, line: syntax.buffer.tokens[token].line)
  }

  func name(_ node: NodeID) -> String { syntax.name(of: node) }

  func text(_ node: NodeID) -> String { String(decoding: syntax.text(of: node), as: UTF8.self) }

  func children(_ node: NodeID) -> [NodeID] { Array(syntax.children(of: node)) }

  func sign(_ node: NodeID) -> TokenKind { syntax.buffer.tokens[Int(syntax[node].main)].kind }

  func kind(_ node: NodeID) -> NodeKind { syntax[node].kind }
}

/// What a macro's call stands for, as text.
struct MacroExpansion {
  /// Macros in macros.
  static let deepest = 24
  /// Bytes of one expansion.
  static let longest = 1 << 18

  /// - Parameter arguments: nil for a macro without parameters.
  static func text(_ macro: MacroDefinition, in syntax: SyntaxTree, arguments: [String]?) -> String {
    let tokens = syntax.buffer.tokens
    var values: [String: String] = [:]
    let parameters = macro.parameters ?? []
    for (index, parameter) in parameters.enumerated() {
      let isRest = tokens[parameter].kind == .ellipsis
      let name = isRest ? "__VA_ARGS__" : syntax.spelling(ofToken: parameter)
      let given = arguments ?? []
      // `args...` takes the rest as `...` does.
      let takesRest = isRest || index == parameters.count - 1 && given.count > parameters.count
      values[name] =
        takesRest ? given.dropFirst(index).joined(separator: ", ") : index < given.count ? given[index] : ""
    }
    var text = ""
    var index = macro.body.lowerBound
    while index < macro.body.upperBound {
      let spelling = syntax.spelling(ofToken: index)
      switch tokens[index].kind {
      case .hash
      where index + 1 < macro.body.upperBound && values[syntax.spelling(ofToken: index + 1)] != nil:
        let value = values[syntax.spelling(ofToken: index + 1)] ?? ""
        text += " \"" + value.filter { $0 != "\"" && $0 != "\\" } + "\""
        index += 1
      case .hashHash:
        while text.last == " " { text.removeLast() }
        index += 1
        if index < macro.body.upperBound {
          let next = syntax.spelling(ofToken: index)
          text += values[next] ?? next
        }
      default: text += " " + (values[spelling] ?? spelling)
      }
      index += 1
      if text.utf8.count > longest { break }
    }
    return text
  }

  /// Reads statements, or an expression alone, as they stand in a function.
  static func parsed(_ text: String) -> SyntaxTree {
    SyntaxTree(parsing: TokenBuffer(lexing: Array("void expansion(void)\n{\n\(text)\n;}\n".utf8)))
  }
}

extension SyntaxTree {
  /// The statements that `MacroExpansion.parsed` read, without the empty one that closes them.
  var expandedStatements: [NodeID] {
    guard let function = functions.first, let body = body(ofFunction: function) else { return [] }
    var statements = Array(children(of: body))
    if let last = statements.last, self[last].kind == .emptyStatement { statements.removeLast() }
    return statements
  }

  /// A macro's only expression; nil where it stands for something else.
  var expandedExpression: NodeID? {
    let statements = expandedStatements
    guard statements.count == 1, self[statements[0]].kind == .expressionStatement else { return nil }
    return child(0, of: statements[0])
  }
}
