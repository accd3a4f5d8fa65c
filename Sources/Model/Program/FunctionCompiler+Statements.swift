// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

extension FunctionCompiler {
  /// What a macro that makes a loop is given for the statement behind it.
  static let bodyName = "__model_body"

  func statement(_ node: NodeID) {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { return trap("nested too deeply") }
    guard
      context.callPlace != nil
        || builder.base.isBuilt(
          min(Int(context.syntax[node].first), context.syntax.buffer.tokens.count - 1), in: context.file)
    else { return }
    place = context.place(of: node)
    switch context.kind(node) {
    case .block:
      let isScope = !context.syntax[node].flags.contains(.isImplicit)
      if isScope { scopes.append(Scope(block: node)) }
      statements(context.children(node))
      if isScope { closeScope() }
    case .declaration: declaration(node)
    case .expressionStatement:
      if let expression = context.syntax.child(0, of: node) { effect(expression) }
    case .emptyStatement: break
    case .ifStatement: ifStatement(node)
    case .whileStatement: loop(test: child(0, node), body: child(1, node), step: nil, testsFirst: true)
    case .doStatement: loop(test: child(1, node), body: child(0, node), step: nil, testsFirst: false)
    case .forStatement:
      scopes.append(Scope(block: node))
      if let first = child(0, node) {
        if context.kind(first) == .declaration {
          declaration(first)
        } else if first.isThere(context) {
          effect(first)
        }
      }
      let test = child(1, node).flatMap { $0.isThere(context) ? $0 : nil }
      let step = child(2, node).flatMap { $0.isThere(context) ? $0 : nil }
      loop(test: test, body: child(3, node), step: step, testsFirst: true)
      closeScope()
    case .switchStatement: switchStatement(node)
    case .caseLabel, .defaultLabel: trap("a case outside of its switch")
    case .label: label(context.name(node))
    case .gotoStatement:
      if context.syntax.child(0, of: node) != nil {
        trap("a computed goto")
      } else {
        goto(context.name(node))
      }
    case .breakStatement, .continueStatement: leaveLoop(isBreak: context.kind(node) == .breakStatement)
    case .returnStatement: returnStatement(node)
    case .macroLoop: macroLoop(node)
    case .macroStatement: macroStatement(node)
    case .function: trap("a function inside of a function")
    case .asmStatement: trap("assembly")
    case .opaque: trap("not understood: \(context.syntax.construct(ofOpaque: node))")
    case .staticAssert: break
    default:
      if context.kind(node).isExpression {
        effect(node)
      } else {
        trap("a statement that is not executed: \(context.text(node).prefix(40))")
      }
    }
  }

  func statements(_ nodes: [NodeID]) {
    for node in nodes { statement(node) }
  }

  private func child(_ place: Int, _ node: NodeID) -> NodeID? { context.syntax.child(place, of: node) }

  func closeScope() {
    cleanUp(from: scopes.count - 1)
    scopes.removeLast()
  }

  // MARK: Branches and loops

  private func ifStatement(_ node: NodeID) {
    guard let test = child(0, node), let first = child(1, node) else { return trap("an if that is cut") }
    _ = value(test)
    let toElse = jump { .jumpIfFalse($0) }
    statement(first)
    guard let second = child(2, node) else { return land(toElse) }
    let toEnd = jump { .jump($0) }
    land(toElse)
    statement(second)
    land(toEnd)
  }

  private func loop(test: NodeID?, body: NodeID?, step: NodeID?, testsFirst: Bool) {
    let begin = function.code.count
    loops.append(Loop(scope: scopes.count, atomicDepth: atomicDepth))
    var toEnd: Int?
    if testsFirst, let test {
      place = context.place(of: test)
      _ = value(test)
      toEnd = jump { .jumpIfFalse($0) }
    }
    if let body { statement(body) }
    guard let open = loops.popLast() else { return }
    open.continues.forEach { land($0) }
    if let step { effect(step) }
    if testsFirst {
      emit(.jump(Int32(begin)))
    } else if let test {
      place = context.place(of: test)
      _ = value(test)
      emit(.jumpIfTrue(Int32(begin)))
    }
    if let toEnd { land(toEnd) }
    open.breaks.forEach { land($0) }
  }

  private func leaveLoop(isBreak: Bool) {
    guard let index = loops.lastIndex(where: { isBreak || !$0.isSwitch }) else {
      return trap(isBreak ? "a break outside of a loop" : "a continue outside of a loop")
    }
    guard loops[index].atomicDepth == atomicDepth else { return trap(Self.leavesSection) }
    cleanUp(from: loops[index].scope)
    let jump = jump { .jump($0) }
    if isBreak { loops[index].breaks.append(jump) } else { loops[index].continues.append(jump) }
  }

  private func switchStatement(_ node: NodeID) {
    guard let subject = child(0, node), let body = child(1, node) else { return trap("a switch that is cut") }
    let register = newRegister()
    _ = value(subject)
    emit(.setLocal(register))
    // Tests first, then the statements; each label knows where its tests jump from.
    var targets: [NodeID: [Int]] = [:]
    var other: NodeID?
    for label in switchLabels(body) {
      if context.kind(label) == .defaultLabel {
        other = label
        continue
      }
      place = context.place(of: label)
      let values = context.children(label).map { builder.types.constant($0, in: context) }
      guard let first = values.first ?? nil, let last = values.last ?? nil else {
        trap("the value of a case is not known")
        continue
      }
      var toNext: Int?
      if values.count == 2 {
        emit(.local(register))
        push(first)
        emit(.binary(.greaterOrEqual, IntegerType.long))
        toNext = jump { .jumpIfFalse($0) }
      }
      emit(.local(register))
      push(last)
      emit(.binary(values.count == 2 ? .lessOrEqual : .equal, IntegerType.long))
      targets[label, default: []].append(jump { .jumpIfTrue($0) })
      if let toNext { land(toNext) }
    }
    let toOther = jump { .jump($0) }
    if let other { targets[other, default: []].append(toOther) }
    loops.append(Loop(isSwitch: true, scope: scopes.count, atomicDepth: atomicDepth))
    scopes.append(Scope(block: body))
    switchBody(body, targets)
    closeScope()
    if other == nil { land(toOther) }
    guard let open = loops.popLast() else { return }
    open.breaks.forEach { land($0) }
  }

  /// The labels of a switch, not those of switches inside of it.
  private func switchLabels(_ node: NodeID) -> [NodeID] {
    context.children(node).flatMap { child -> [NodeID] in
      switch context.kind(child) {
      case .caseLabel, .defaultLabel: [child]
      case .block: switchLabels(child)
      default: []
      }
    }
  }

  private func switchBody(_ body: NodeID, _ targets: [NodeID: [Int]]) {
    for node in context.children(body) {
      switch context.kind(node) {
      case .caseLabel, .defaultLabel: (targets[node] ?? []).forEach { land($0) }
      case .block where !switchLabels(node).isEmpty: switchBody(node, targets)
      default: statement(node)
      }
    }
  }

  private static let leavesSection = "atomically() is left in another way than by its end"

  private func returnStatement(_ node: NodeID) {
    guard atomicDepth == 0 else { return trap(Self.leavesSection) }
    guard let expression = child(0, node) else {
      cleanUp(from: 0)
      return leave(hasValue: false)
    }
    let type = value(expression)
    if returnType == .void {
      emit(.drop)
      cleanUp(from: 0)
      return leave(hasValue: false)
    }
    if returnType.isAggregate { trap("a struct is returned") }
    convert(to: returnType, from: type)
    if scopes.contains(where: { !$0.cleanups.isEmpty }) {
      let register = newRegister()
      emit(.setLocal(register))
      cleanUp(from: 0)
      emit(.local(register))
    }
    leave(hasValue: true)
  }

  // MARK: Declarations

  func declaration(_ node: NodeID) {
    guard !context.syntax[node].flags.contains(.isTypedef), let specifiers = child(0, node) else { return }
    let words = context.syntax[specifiers].tokens.map { context.syntax.spelling(ofToken: $0) }
    if words.contains("extern") { return }
    let base = type(ofSpecifiers: specifiers)
    for declarator in context.children(node).dropFirst() {
      place = context.place(of: declarator)
      guard let (name, declared) = builder.types.declared(declarator, base, in: context) else {
        trap("a declaration that is not understood")
        continue
      }
      var type = declared
      let hasInitialiser = context.syntax[declarator].flags.contains(.hasInitialiser)
      let initialiser = hasInitialiser ? context.children(declarator).last : nil
      if case .unknown = type, words.contains("__auto_type"), let initialiser {
        type = typeOnly { value(initialiser) }
      }
      if case .function = type { continue }  // a prototype
      if words.contains("static") {
        guard let found = builder.variable(declaredBy: declarator, in: context) else {
          trap("a static variable that is not understood")
          continue
        }
        scopes[scopes.count - 1].variables[name] = .global(found.object, found.type)
        continue
      }
      declare(name, type, initialiser, of: declarator)
    }
  }

  private func declare(_ name: String, _ type: CodeType, _ initialiser: NodeID?, of declarator: NodeID) {
    let register = newRegister()
    if type.isAggregate || inMemory.contains(name) {
      newObject(name, type, register)
      scopes[scopes.count - 1].variables[name] = .memory(register, type)
      if let initialiser {
        initialise(type: type, from: initialiser) { $0.emit(.local(register)) }
      }
    } else {
      if let initialiser {
        let given = value(initialiser)
        convert(to: type, from: given)
        emit(.setLocal(register))
      } else {
        // In a loop it is a new variable each time.
        emit(.push(.uninitialised))
        emit(.setLocal(register))
      }
      scopes[scopes.count - 1].variables[name] = .register(register, type)
    }
    addCleanup(of: declarator, register, isObject: type.isAggregate || inMemory.contains(name))
  }

  /// `__free(kfree)`
  private func addCleanup(of declarator: NodeID, _ register: Int32, isObject: Bool) {
    guard let declaration = context.syntax.parent(of: declarator) else { return }
    let attributes = context.syntax.descendants(of: declaration).filter {
      context.kind($0) == .attribute && context.name($0) == "__free"
    }
    guard let attribute = attributes.first, let name = context.children(attribute).first else { return }
    guard !isObject, let id = builder.function(named: context.text(name), from: context.file) else {
      return trap("__free(\(context.text(name))) is not known")
    }
    scopes[scopes.count - 1].cleanups.append(.call(id, register, isGuarded: true))
  }

  /// As the type table has it, and `typeof` of an expression besides.
  func type(ofSpecifiers node: NodeID) -> CodeType {
    for part in context.children(node) where context.kind(part) == .typeof {
      guard let operand = child(0, part) else { return .unknown }
      if context.kind(operand) != .typeArgument { return typeOnly { value(operand) } }
      return type(ofTypeArgument: operand)
    }
    return builder.types.type(ofSpecifiers: node, in: context)
  }

  func type(ofTypeArgument node: NodeID) -> CodeType {
    guard let specifiers = child(0, node) else { return .unknown }
    let base = type(ofSpecifiers: specifiers)
    guard let declarator = child(1, node) else { return base }
    return builder.types.declared(declarator, base, in: context)?.type ?? base
  }

  // MARK: Macros as statements

  private func macroLoop(_ node: NodeID) {
    guard let call = child(0, node), let body = child(1, node) else { return trap("a loop that is cut") }
    let name =
      context.kind(call) == .call ? child(0, call).map { context.name($0) } ?? "" : context.name(call)
    let arguments =
      context.kind(call) == .call ? Array(context.children(call).dropFirst()) : context.children(call)
    switch name {
    case "atomically":
      emit(.intrinsic(.beginAtomic))
      atomicDepth += 1
      statement(body)
      atomicDepth -= 1
      emit(.intrinsic(.endAtomic))
    case "scoped_guard":
      guard let lock = arguments.first else { return trap("scoped_guard() without a lock") }
      scopes.append(Scope(block: node))
      guardLock(context.text(lock), Array(arguments.dropFirst()))
      statement(body)
      closeScope()
    default:
      guard
        let expansion = expansion(
          of: name, arguments: arguments.map { context.text($0) }, suffix: Self.bodyName)
      else {
        return trap("\(name)() makes a loop, and its definition is not known")
      }
      bodies.append((context, body, bodies.count))
      within(expansion) { statements(expansion.syntax.expandedStatements) }
      bodies.removeLast()
    }
  }

  private func macroStatement(_ node: NodeID) {
    guard let inner = child(0, node) else { return trap("a macro that is not understood") }
    effect(inner)
  }

  /// The statement behind the loop that a macro makes.
  func loopBody() {
    guard let body = bodies.last else { return trap("a loop without a body") }
    let (outer, kept) = (context, bodies)
    bodies.removeLast()
    context = body.context
    statement(body.node)
    (context, bodies) = (outer, kept)
  }

  /// `guard(mutex)(&lock)`: the library names the pair of functions for it.
  func guardLock(_ name: String, _ arguments: [NodeID]) {
    guard let enter = builder.function(named: "guard_\(name)_enter", from: context.file),
      let exit = builder.function(named: "guard_\(name)_leave", from: context.file)
    else { return trap("guard(\(name)) is not known") }
    guard let lock = arguments.first else {
      emit(.call(enter, count: 0))
      emit(.drop)
      scopes[scopes.count - 1].cleanups.append(.none(exit))
      return
    }
    let register = newRegister()
    _ = value(lock)
    emit(.setLocal(register))
    emit(.local(register))
    emit(.call(enter, count: 1))
    emit(.drop)
    scopes[scopes.count - 1].cleanups.append(.call(exit, register, isGuarded: false))
  }
}

extension NodeID {
  func isThere(_ context: CodeContext) -> Bool { context.kind(self) != .missing }
}
