// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC

/// Goes through what stands outside of functions.
struct DeclarationReader {
  private let syntax: SyntaxTree
  private let isHeader: Bool
  private(set) var table: FormulaTable
  private(set) var definitions: [FileSymbols.Definition] = []
  private(set) var declarations: [FileSymbols.Declaration] = []

  init(_ syntax: SyntaxTree, isHeader: Bool, _ table: FormulaTable) {
    (self.syntax, self.isHeader, self.table) = (syntax, isHeader, table)
  }

  mutating func run() {
    for external in syntax.children(of: syntax.root) {
      switch syntax[external].kind {
      case .function: function(external)
      case .declaration: declaration(external)
      case .macroCall: macroCall(external)
      case .opaque: opaque(external)
      default: break
      }
    }
    guard isHeader else { return }
    for id in syntax.all where syntax[id].flags.contains(.hasBody) {
      let token = Int(syntax[id].main)
      guard syntax.function(around: id) == nil, token > Int(syntax[id].first) || isName(token) else {
        continue
      }
      switch syntax[id].kind {
      case .structType: declare(id, .structTag)
      case .unionType: declare(id, .unionTag)
      case .enumType: declare(id, .enumTag)
      default: break
      }
    }
  }

  /// Whether a token is a tag, not the keyword that stands for none.
  private func isName(_ token: Int) -> Bool {
    !["struct", "union", "enum"].contains(syntax.spelling(ofToken: token))
  }

  // MARK: Functions

  private mutating func function(_ id: NodeID) {
    let node = syntax[id]
    let words = storage(Int(node.first)..<max(Int(node.first), Int(node.main)))
    if isHeader { declare(id, words.isStatic ? .staticFunction : .function) }
    guard !words.isStatic else { return }
    var macro: String?
    if node.flags.contains(.hasMacroHead), let call = syntax.child(0, of: id) {
      macro = syntax.name(of: call)
    }
    define(
      syntax.name(of: id), words.isInline ? .inlineFunction : .function, at: Int(node.main),
      isWeak: words.isWeak || isWeakBehindName(id), macro: macro)
    guard let macro, let number = macro.last, number.isNumber else { return }
    // The names that other files call.
    let prefix =
      macro.hasPrefix("SYSCALL_DEFINE")
      ? "sys_" : macro.hasPrefix("COMPAT_SYSCALL_DEFINE") ? "compat_sys_" : ""
    if !prefix.isEmpty {
      define(prefix + syntax.name(of: id), .function, at: Int(node.main), isWeak: false, macro: macro)
    }
  }

  /// `int f(void) __weak { … }`
  private func isWeakBehindName(_ id: NodeID) -> Bool {
    guard let body = syntax.body(ofFunction: id) else { return false }
    let start = Int(syntax[id].main)
    return storage(start..<max(start, Int(syntax[body].first))).isWeak
  }

  // MARK: Declarations

  private mutating func declaration(_ id: NodeID) {
    let node = syntax[id]
    let isTypedef = node.flags.contains(.isTypedef)
    var words = Storage()
    for child in syntax.children(of: id) {
      switch syntax[child].kind {
      case .specifiers:
        words = storage(syntax[child].tokens)
        guard isHeader else { continue }
        for inner in syntax.descendants(of: child) where syntax[inner].kind == .enumerator {
          declare(inner, .enumerator)
        }
      case .initDeclarator:
        if isTypedef {
          if isHeader { declare(child, .typedef) }
        } else {
          declarator(child, words)
        }
      default: break
      }
    }
  }

  private mutating func declarator(_ id: NodeID, _ words: Storage) {
    let behind = storage(syntax[id].tokens)
    if declaresFunction(id) {
      if isHeader { declare(id, .prototype) }
      if behind.isAlias || words.isAlias {
        define(
          syntax.name(of: id), .alias, at: Int(syntax[id].main), isWeak: words.isWeak || behind.isWeak,
          macro: nil)
      }
      return
    }
    let isDefinition = !words.isStatic && (!words.isExtern || syntax[id].flags.contains(.hasInitialiser))
    if isHeader { declare(id, words.isExtern && !isDefinition ? .externVariable : .variable) }
    if isDefinition || behind.isAlias && !words.isStatic {
      define(
        syntax.name(of: id), behind.isAlias ? .alias : .variable, at: Int(syntax[id].main),
        isWeak: words.isWeak || behind.isWeak, macro: nil)
    }
  }

  /// Whether a declarator is that of a function, not of a pointer to one.
  private func declaresFunction(_ initDeclarator: NodeID) -> Bool {
    guard var id = syntax.child(0, of: initDeclarator) else { return false }
    while syntax[id].kind == .pointerDeclarator, let inner = syntax.child(0, of: id) { id = inner }
    guard syntax[id].kind == .functionDeclarator, let name = syntax.child(0, of: id) else { return false }
    return syntax[name].kind == .nameDeclarator
  }

  // MARK: Macros

  private mutating func macroCall(_ id: NodeID) {
    let node = syntax[id]
    let main = Int(node.main)
    let macro = syntax.name(of: id)
    let form = MacroForm(macro)
    guard form.defines else { return }
    if !isHeader, storage(Int(node.first)..<max(Int(node.first), main)).isStatic { return }
    guard let (arguments, _) = syntax.buffer.arguments(at: main + 1) else { return }
    for place in form.places where arguments.indices.contains(place) {
      guard let name = syntax.buffer.name(arguments[place]) else { continue }
      if isHeader {
        declarations.append(
          FileSymbols.Declaration(
            name: name, kind: .possible, line: syntax.buffer.tokens[main].line,
            condition: syntax.conditionals.condition(ofTokenAt: main)))
      } else if form.kind != .possible
        || name.utf8.contains(where: { $0 > UInt8(ascii: "Z") && $0 != UInt8(ascii: "_") })
      {
        // Shouted names are constants.
        define(form.prefix + name, form.kind, at: main, isWeak: form.isWeak, macro: macro)
      }
    }
  }

  /// What was not understood may declare each of its names.
  private mutating func opaque(_ id: NodeID) {
    guard isHeader else { return }
    let tokens = syntax.buffer.tokens
    var seen: Set<String> = []
    for index in syntax[id].tokens.prefix(Self.opaqueTokens) where tokens[index].kind == .identifier {
      let name = syntax.spelling(ofToken: index)
      guard seen.insert(name).inserted else { continue }
      declarations.append(
        FileSymbols.Declaration(
          name: name, kind: .possible, line: tokens[index].line,
          condition: syntax.conditionals.condition(ofTokenAt: index)))
    }
  }

  /// Tokens of an opaque text whose names are kept.
  private static let opaqueTokens = 256

  // MARK: Entries

  private mutating func declare(_ id: NodeID, _ kind: FileSymbols.Declaration.Kind) {
    let token = Int(syntax[id].main)
    guard syntax.buffer.tokens[token].kind == .identifier else { return }
    declarations.append(
      FileSymbols.Declaration(
        name: syntax.spelling(ofToken: token), kind: kind, line: syntax.buffer.tokens[token].line,
        condition: syntax.conditionals.condition(ofTokenAt: token)))
  }

  private mutating func define(
    _ name: String, _ kind: FileSymbols.Definition.Kind, at token: Int, isWeak: Bool, macro: String?
  ) {
    // What is read with several branches of its conditionals is there for each.
    if let last = definitions.last, last.name == name, last.line == syntax.buffer.tokens[token].line {
      return
    }
    definitions.append(
      FileSymbols.Definition(
        name: name, kind: kind, isWeak: isWeak, macro: macro, line: syntax.buffer.tokens[token].line,
        condition: syntax.conditionals.condition(ofTokenAt: token)))
  }

  // MARK: Storage classes

  private struct Storage {
    var isStatic = false
    var isExtern = false
    var isInline = false
    var isWeak = false
    var isAlias = false
  }

  /// The words that say who sees a name.
  private func storage(_ range: Range<Int>) -> Storage {
    var words = Storage()
    let buffer = syntax.buffer
    let tokens = buffer.tokens
    for index in range where tokens[index].kind == .identifier && !tokens[index].flags.contains(.inDirective)
    {
      switch Int(tokens[index].end - tokens[index].start) {
      case 4: if buffer.isSpelled("weak", at: index) { words.isWeak = true }
      case 5: if buffer.isSpelled("alias", at: index) { words.isAlias = true }
      case 6:
        if buffer.isSpelled("static", at: index) { words.isStatic = true }
        if buffer.isSpelled("extern", at: index) { words.isExtern = true }
        if buffer.isSpelled("inline", at: index) || buffer.isSpelled("__weak", at: index) {
          words.isInline = words.isInline || buffer.isSpelled("inline", at: index)
          words.isWeak = words.isWeak || buffer.isSpelled("__weak", at: index)
        }
      case 7: if buffer.isSpelled("__alias", at: index) { words.isAlias = true }
      case 8:
        if buffer.isSpelled("__inline", at: index) || buffer.isSpelled("__weak__", at: index) {
          words.isInline = words.isInline || buffer.isSpelled("__inline", at: index)
          words.isWeak = words.isWeak || buffer.isSpelled("__weak__", at: index)
        }
      case 10: if buffer.isSpelled("__inline__", at: index) { words.isInline = true }
      case 15: if buffer.isSpelled("__always_inline", at: index) { words.isInline = true }
      default: break
      }
    }
    return words
  }
}
