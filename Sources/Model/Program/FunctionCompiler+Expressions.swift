// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

extension FunctionCompiler {
  /// Compiles an expression whose value nobody takes.
  func effect(_ node: NodeID) {
    place = context.place(of: node)
    switch context.kind(node) {
    case .identifier where context.name(node) == Self.bodyName: loopBody()
    case .assignment: assignment(node, keeping: false)
    case .postfix: step(node, isPostfix: false, keeping: false)
    case .unary where [.plusPlus, .minusMinus].contains(context.sign(node)):
      step(node, isPostfix: false, keeping: false)
    case .comma:
      for part in context.children(node) { effect(part) }
    case .parenthesised:
      if let inner = context.syntax.child(0, of: node) { effect(inner) }
    case .call: call(node, asStatement: true)
    case .identifier where expansion(of: context.name(node), arguments: nil) != nil:
      if let expansion = expansion(of: context.name(node), arguments: nil) {
        within(expansion) { statements(expansion.syntax.expandedStatements) }
      }
    case .cast where context.children(node).count == 2 && context.text(node).hasPrefix("(void)"):
      effect(context.children(node)[1])
    default:
      _ = value(node)
      emit(.drop)
    }
  }

  /// Compiles an expression; its value is on top then: of a struct the pointer to it.
  @discardableResult
  func value(_ node: NodeID) -> CodeType {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { return unknown("nested too deeply") }
    if context.callPlace == nil { place = context.place(of: node) }
    switch context.kind(node) {
    case .number:
      guard let number = Number(context.name(node)) else { return unknown("a number that is not understood") }
      push(number.value)
      return .integer(number.type)
    case .character:
      push(character(context.name(node)))
      return .int
    case .string:
      emit(.push(.opaque))
      return .pointer(.integer(IntegerType(bits: 8, isSigned: true)))
    case .identifier: return identifier(node)
    case .parenthesised:
      guard let inner = context.syntax.child(0, of: node) else { return unknown("empty parentheses") }
      return value(inner)
    case .call: return call(node, asStatement: false)
    case .subscriptExpression, .member, .arrowMember: return loaded(address(node))
    case .unary: return unary(node)
    case .postfix: return step(node, isPostfix: true, keeping: true)
    case .binary: return binary(node)
    case .assignment: return assignment(node, keeping: true)
    case .conditional: return conditional(node)
    case .comma:
      let parts = context.children(node)
      guard let last = parts.last else { return unknown("a comma alone") }
      for part in parts.dropLast() { effect(part) }
      return value(last)
    case .cast:
      let parts = context.children(node)
      guard parts.count == 2 else { return unknown("a cast that is not understood") }
      let target = type(ofTypeArgument: parts[0])
      let source = value(parts[1])
      if case .structure = target { return unknown("a cast to a struct") }
      convert(to: target, from: source)
      return target == .unknown ? source : target
    case .sizeof:
      emit(.push(.opaque))
      return .size
    case .compoundLiteral:
      let type = address(node)
      return loaded(type)
    case .statementExpression: return statementExpression(node)
    default: return unknown("\(context.text(node).prefix(40)) is not executed")
    }
  }

  func unknown(_ reason: String, missing: String? = nil) -> CodeType {
    trap(reason, missing: missing)
    emit(.push(.uninitialised))
    return .unknown
  }

  /// From a pointer on top to what it points to; structs stay pointers, arrays become pointers to their first element.
  func loaded(_ type: CodeType) -> CodeType {
    switch type {
    case .structure: return type
    case .array(let element, _):
      emit(.firstElement)
      return .pointer(element)
    case .function: return .pointer(type)
    default:
      emit(.load)
      return type
    }
  }

  private func statementExpression(_ node: NodeID) -> CodeType {
    guard let block = context.syntax.child(0, of: node) else { return unknown("({ }) without statements") }
    scopes.append(Scope(block: block))
    let parts = context.children(block).filter { context.kind($0) != .emptyStatement }
    statements(Array(parts.dropLast()))
    var type = CodeType.void
    if let last = parts.last, context.kind(last) == .expressionStatement,
      let expression = context.syntax.child(0, of: last)
    {
      type = value(expression)
    } else {
      if let last = parts.last { statement(last) }
      emit(.push(.uninitialised))
    }
    closeScope()
    return type
  }

  private func character(_ text: String) -> Int64 {
    let inner = text.drop { $0 != "'" }.dropFirst().prefix { $0 != "'" }
    guard inner.first == "\\" else { return Int64(inner.unicodeScalars.first?.value ?? 0) }
    let escapes: [Character: Int64] = ["n": 10, "t": 9, "r": 13, "0": 0, "\\": 92]
    return inner.dropFirst().first.flatMap { escapes[$0] } ?? 0
  }

  // MARK: Names

  private func identifier(_ node: NodeID) -> CodeType {
    let name = context.name(node)
    switch variable(name) {
    case .register(let register, let type):
      emit(.local(register))
      return type
    case .memory(let register, let type):
      emit(.local(register))
      return loaded(type)
    case .global(let object, let type):
      emit(.push(Value(pointer: object, .root)))
      return loaded(type)
    case nil: break
    }
    if let expansion = expansion(of: name, arguments: nil) {
      return within(expansion) {
        guard let expression = expansion.syntax.expandedExpression else {
          return unknown("\(name) stands for no expression")
        }
        return value(expression)
      }
    }
    if let (object, type) = builder.variable(named: name, from: context.file) {
      emit(.push(Value(pointer: object, .root)))
      return loaded(type)
    }
    if let number = builder.types.enumerator(name, from: context.file) {
      push(number)
      return .int
    }
    if let id = builder.function(named: name, from: context.file) {
      emit(.push(Value(function: id.number)))
      return .pointer(.function(returns: .unknown))
    }
    return unknown("\(name) is not known: the scenario must say what it is", missing: name)
  }

  /// What a macro stands for where it is called; nil for what is no macro.
  /// - Parameters:
  ///   - arguments: nil for a macro without parameters.
  ///   - suffix: a statement behind it.
  func expansion(of name: String, arguments: [String]?, suffix: String = "") -> CodeContext? {
    guard let text = expandedText(of: name, arguments: arguments) else { return nil }
    return expansion(of: name, MacroExpansion.parsed(suffix.isEmpty ? text : "\(text) \(suffix);"))
  }

  private func expandedText(of name: String, arguments: [String]?) -> String? {
    guard !context.macros.contains(name), context.macros.count < MacroExpansion.deepest,
      variable(name) == nil, let (file, macro) = builder.base.macro(named: name, from: context.file),
      (macro.parameters == nil) == (arguments == nil), !macro.body.isEmpty || arguments != nil
    else { return nil }
    return MacroExpansion.text(macro, in: file.syntax, arguments: arguments)
  }

  private func expansion(of name: String, _ syntax: SyntaxTree) -> CodeContext {
    // Names in it are looked up from where the macro is called, then from where it is defined: a header that only its
    // own file knows.
    var file = context.file
    if file.origin == .header, let (origin, _) = builder.base.macro(named: name, from: file) { file = origin }
    return CodeContext(file, expansion: syntax, at: place, macros: context.macros + [name])
  }

  /// What a macro stands for as an initialiser: `LIST_HEAD_INIT(name)`; nil where it is no list in braces.
  func initialiserExpansion(_ node: NodeID) -> (context: CodeContext, list: NodeID)? {
    let text: String?
    let name: String
    switch context.kind(node) {
    case .identifier:
      name = context.name(node)
      text = expandedText(of: name, arguments: nil)
    case .call:
      guard let callee = context.syntax.child(0, of: node), context.kind(callee) == .identifier else {
        return nil
      }
      name = context.name(callee)
      text = expandedText(of: name, arguments: context.children(node).dropFirst().map { context.text($0) })
    default: return nil
    }
    guard let text else { return nil }
    let syntax = MacroExpansion.parsed("int initialised = \(text);")
    guard
      let list = syntax.descendants(of: syntax.root).first(where: { syntax[$0].kind == .initDeclarator })
        .flatMap({ Array(syntax.children(of: $0)).last })
    else { return nil }
    let inner = expansion(of: name, syntax)
    if syntax[list].kind == .initialiserList { return (inner, list) }
    return within(inner) { initialiserExpansion(list) }
  }

  func within<Result>(_ inner: CodeContext, _ body: () -> Result) -> Result {
    let (outer, kept) = (context, place)
    context = inner
    defer { (context, place) = (outer, kept) }
    return body()
  }

  // MARK: Places

  /// Compiles the pointer to what an expression names.
  /// - Returns: the type of what is there.
  func address(_ node: NodeID) -> CodeType {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { return unknown("nested too deeply") }
    switch context.kind(node) {
    case .identifier: return addressOfName(node)
    case .parenthesised:
      guard let inner = context.syntax.child(0, of: node) else { return unknown("empty parentheses") }
      return address(inner)
    case .member, .arrowMember:
      guard let base = context.syntax.child(0, of: node) else { return unknown("a member of nothing") }
      let isArrow = context.kind(node) == .arrowMember
      let whole: CodeType
      if isArrow {
        let pointer = value(base)
        whole = pointer.target ?? .unknown
      } else {
        whole = address(base)
      }
      let name = builder.types.name(context.name(node))
      emit(.member(name))
      guard case .structure(let id) = whole else { return .unknown }
      return builder.types.complete(id).type(of: name) ?? .unknown
    case .subscriptExpression:
      let parts = context.children(node)
      guard parts.count == 2 else { return unknown("an index that is cut") }
      let type = value(parts[0])
      guard let element = type.target else {
        return unknown("whether \(context.text(parts[0])) is an array or a pointer is not known")
      }
      _ = value(parts[1])
      emit(.element)
      return element
    case .unary where context.sign(node) == .star:
      guard let operand = context.syntax.child(0, of: node) else { return unknown("a * alone") }
      return value(operand).target ?? .unknown
    case .compoundLiteral:
      let parts = context.children(node)
      guard parts.count == 2 else { return unknown("a literal that is cut") }
      let type = type(ofTypeArgument: parts[0])
      let register = newRegister()
      newObject("literal", type, register)
      initialise(type: type, from: parts[1]) { $0.emit(.local(register)) }
      emit(.local(register))
      return type
    case .call:
      // A macro that stands for a place: `fd_file(f)->…`, READ_ONCE(x).
      if let callee = context.syntax.child(0, of: node), context.kind(callee) == .identifier,
        let expansion = expansion(
          of: context.name(callee), arguments: context.children(node).dropFirst().map { context.text($0) })
      {
        return within(expansion) {
          guard let expression = expansion.syntax.expandedExpression else {
            return unknown("the macro stands for no place")
          }
          return address(expression)
        }
      }
      let type = value(node)
      guard case .structure = type else { return unknown("the address of what a call returns") }
      return type
    case .conditional, .statementExpression, .comma, .assignment:
      let type = value(node)
      guard case .structure = type else { return unknown("the address of a value") }
      return type
    default: return unknown("the address of \(context.text(node).prefix(40))")
    }
  }

  private func addressOfName(_ node: NodeID) -> CodeType {
    let name = context.name(node)
    switch variable(name) {
    case .register(let register, let type):
      discovered.insert(name)
      emit(.local(register))
      return type
    case .memory(let register, let type):
      emit(.local(register))
      return type
    case .global(let object, let type):
      emit(.push(Value(pointer: object, .root)))
      return type
    case nil: break
    }
    if let expansion = expansion(of: name, arguments: nil) {
      return within(expansion) {
        guard let expression = expansion.syntax.expandedExpression else {
          return unknown("\(name) stands for no place")
        }
        return address(expression)
      }
    }
    if let (object, type) = builder.variable(named: name, from: context.file) {
      emit(.push(Value(pointer: object, .root)))
      return type
    }
    if let id = builder.function(named: name, from: context.file) {
      emit(.push(Value(function: id.number)))
      return .function(returns: .unknown)
    }
    return unknown("\(name) is not known: the scenario must say what it is", missing: name)
  }
}
