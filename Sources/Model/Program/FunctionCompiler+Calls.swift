// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

extension FunctionCompiler {
  /// Compiles a call; what it returns is on top then, unless it is a statement.
  @discardableResult
  func call(_ node: NodeID, asStatement: Bool) -> CodeType {
    guard let callee = context.syntax.child(0, of: node) else { return unknown("a call of nothing") }
    let arguments = Array(context.children(node).dropFirst())
    guard context.kind(callee) == .identifier else {
      if context.kind(callee) == .call, let kind = context.syntax.child(0, of: callee),
        context.name(kind) == "guard",
        let name = context.children(callee).dropFirst().first
      {
        guardLock(context.text(name), arguments)
        if !asStatement { emit(.push(.uninitialised)) }
        return .void
      }
      return callPointer(callee, arguments, asStatement)
    }
    let name = context.name(callee)
    if let variable = variable(name) {
      if case .register(_, .pointer(.function(let returns))) = variable {
        return callPointer(callee, arguments, asStatement, returns: returns)
      }
      return callPointer(callee, arguments, asStatement)
    }
    if let type = special(name, arguments, node) { return finish(type, asStatement) }
    if let expansion = expansion(of: name, arguments: arguments.map { context.text($0) }) {
      return within(expansion) {
        if asStatement {
          let parts = expansion.syntax.expandedStatements
          if parts.count == 1, context.kind(parts[0]) == .expressionStatement,
            let inner = context.syntax.child(0, of: parts[0])
          {
            effect(inner)
          } else {
            statements(parts)
          }
          return .void
        }
        guard let expression = expansion.syntax.expandedExpression else {
          return unknown("\(name)() stands for no expression")
        }
        return value(expression)
      }
    }
    // A macro that names the function.
    if let expansion = expansion(of: name, arguments: nil),
      let expression = expansion.syntax.expandedExpression, expansion.kind(expression) == .identifier
    {
      return call(named: expansion.name(expression), arguments, asStatement)
    }
    return call(named: name, arguments, asStatement)
  }

  private func call(named name: String, _ arguments: [NodeID], _ asStatement: Bool) -> CodeType {
    guard let id = builder.function(named: name, from: context.file) else {
      if let (object, type) = builder.variable(named: name, from: context.file) {
        // A pointer to a function outside of functions.
        emit(.push(Value(pointer: object, .root)))
        emit(.load)
        return finishCall(arguments, asStatement, returns: type.target ?? .unknown)
      }
      let isDeclared = builder.base.prototype(named: name, from: context.file) != nil
      let reason =
        isDeclared ? "is declared, and its code is not among the files of the scenario" : "is not known"
      trap("\(name)() \(reason): the scenario must give a stub", missing: name)
      if !asStatement { emit(.push(.uninitialised)) }
      return .unknown
    }
    let outer = place
    for argument in arguments { _ = value(argument) }
    place = outer
    emit(.call(id, count: Int32(arguments.count)))
    return finish(builder.returnTypes[id] ?? .unknown, asStatement)
  }

  private func callPointer(
    _ callee: NodeID, _ arguments: [NodeID], _ asStatement: Bool, returns: CodeType = .unknown
  ) -> CodeType {
    let type = value(callee)
    var returns = returns
    if case .pointer(.function(let known)) = type { returns = known }
    return finishCall(arguments, asStatement, returns: returns)
  }

  private func finishCall(_ arguments: [NodeID], _ asStatement: Bool, returns: CodeType) -> CodeType {
    let outer = place
    for argument in arguments { _ = value(argument) }
    place = outer
    emit(.callPointer(count: Int32(arguments.count)))
    return finish(returns, asStatement)
  }

  private func finish(_ type: CodeType, _ asStatement: Bool) -> CodeType {
    if asStatement { emit(.drop) }
    return type
  }

  // MARK: What is no function

  /// What C, the compiler or the machine itself gives; nil for the rest. One value is on top afterwards.
  private func special(_ name: String, _ arguments: [NodeID], _ node: NodeID) -> CodeType? {
    switch name {
    case "container_of", "container_of_const": return container(arguments)
    case "offsetof", "__builtin_offsetof", "struct_size", "array_size", "size_mul", "size_add":
      emit(.push(.opaque))
      return .size
    case "ARRAY_SIZE":
      guard let array = arguments.first, case .array(_, let count?) = typeOnly({ address(array) }) else {
        return unknown("the size of \(arguments.first.map { context.text($0) } ?? "") is not known")
      }
      push(Int64(count))
      return .size
    case "IS_ENABLED", "IS_BUILTIN", "IS_REACHABLE", "IS_MODULE":
      let symbol = arguments.first.map { context.text($0) } ?? ""
      let isSet = builder.base.configuration.contains(Scenario.symbol(symbol))
      push(isSet && name != "IS_MODULE" ? 1 : 0)
      return .int
    case "__builtin_expect":
      return arguments.first.map { value($0) } ?? unknown("__builtin_expect() of nothing")
    case "__builtin_constant_p", "__builtin_types_compatible_p":
      push(0)
      return .int
    default: break
    }
    return name.hasPrefix("__model_") || Self.words.contains(name) ? intrinsic(name, arguments) : nil
  }

  /// `container_of(pointer, type, member)`
  private func container(_ arguments: [NodeID]) -> CodeType {
    guard arguments.count == 3, let chain = names(ofMember: arguments[2]) else {
      return unknown("a container_of() that is not understood")
    }
    let type =
      context.kind(arguments[1]) == .typeArgument
      ? type(ofTypeArgument: arguments[1]) : typeName(arguments[1])
    _ = value(arguments[0])
    emit(.container(chain: builder.program.paths.chain(chain)))
    return .pointer(type)
  }

  /// A type that looks like an expression: the name of a typedef, `typeof(*p)`.
  private func typeName(_ node: NodeID) -> CodeType {
    if context.kind(node) == .call, let callee = context.syntax.child(0, of: node),
      ["typeof", "__typeof__"].contains(context.name(callee)), let operand = context.syntax.child(1, of: node)
    {
      return typeOnly { value(operand) }
    }
    return .unknown
  }

  /// `list`, `base.node`: the names from the outermost on; nil where an index is among them.
  private func names(ofMember node: NodeID) -> [NameID]? {
    switch context.kind(node) {
    case .identifier: return [builder.types.name(context.name(node))]
    case .member:
      guard let base = context.syntax.child(0, of: node), let outer = names(ofMember: base) else {
        return nil
      }
      return outer + [builder.types.name(context.name(node))]
    default: return nil
    }
  }

  // MARK: What the machine gives

  /// What scenarios write; the rest begins with `__model_`.
  private static let words: Set<String> = ["choose", "fails", "assert", "await", "observe"]

  private func intrinsic(_ name: String, _ arguments: [NodeID]) -> CodeType {
    /// The words of an argument that is a string.
    func text(_ index: Int) -> Int32 {
      guard arguments.indices.contains(index) else { return builder.text("") }
      let text = context.text(arguments[index])
      return builder.text(text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text)
    }
    func push(_ indices: Range<Int>) {
      for index in indices where arguments.indices.contains(index) { _ = value(arguments[index]) }
    }
    func word(_ index: Int) -> String {
      arguments.indices.contains(index) ? context.text(arguments[index]) : ""
    }
    /// An intrinsic that leaves nothing.
    func silent(_ intrinsic: Intrinsic) -> CodeType {
      emit(.intrinsic(intrinsic))
      emit(.push(.uninitialised))
      return .void
    }
    func answer(_ intrinsic: Intrinsic, _ type: CodeType) -> CodeType {
      emit(.intrinsic(intrinsic))
      return type
    }
    let mode: LockMode = word(1) == "shared" ? .shared : .exclusive
    let kind: LockKind = word(2) == "spinning" ? .spinning : .sleeping
    switch name {
    case "choose":
      push(0..<1)
      return answer(.choose, .int)
    case "fails": return answer(.fails(name: text(0)), .int)
    case "assert":
      push(0..<1)
      return silent(.assert(text: arguments.count > 1 ? text(1) : text(0)))
    case "__model_violation":
      guard let kind = ViolationKind(rawValue: builder.program.texts[Int(text(0))]) else {
        return unknown("\(word(0)) is no violation")
      }
      return silent(.violation(kind, text: text(1)))
    case "await", "__model_await_wake_up":
      emit(.intrinsic(.beginAwait))
      push(0..<1)
      return silent(.endAwait(name == "await" ? .condition : .wakeUp))
    case "observe":
      push(1..<2)
      if arguments.count < 2 { self.push(0) }
      return silent(.observe(text: text(0)))
    case "__model_allocate":
      push(0..<1)
      return answer(.allocate, .pointer(.void))
    case "__model_clear":
      push(0..<1)
      emit(.clear)
      emit(.push(.uninitialised))
      return .void
    case "__model_copy":
      push(0..<2)
      emit(.copy)
      emit(.push(.uninitialised))
      return .void
    case "__model_free":
      push(0..<1)
      return silent(.free)
    case "__model_acquire":
      push(0..<1)
      return silent(.acquire(mode, kind))
    case "__model_try_acquire":
      push(0..<1)
      return answer(.tryAcquire(mode, kind), .int)
    case "__model_release":
      push(0..<1)
      return silent(.release(mode))
    case "__model_holds":
      push(0..<1)
      return answer(.holds, .int)
    case "__model_is_locked":
      push(0..<1)
      return answer(.isLocked, .int)
    case "__model_this_thread": return answer(.thisThread, .int)
    case "__model_may_sleep": return silent(.mustSleep)
    case "__model_defer", "__model_defer_after_readers":
      push(0..<3)
      return silent(.defer(kind: text(3), afterReaders: name.hasSuffix("readers")))
    case "__model_cancel":
      push(0..<1)
      return answer(.cancel, .int)
    case "__model_is_pending":
      push(0..<1)
      return answer(.isPending, .int)
    case "__model_is_running":
      push(0..<1)
      return answer(.isRunning, .int)
    case "__model_enter_reader": return silent(.enterReader)
    case "__model_leave_reader": return silent(.leaveReader)
    case "__model_mark_readers": return silent(.markReaders)
    case "__model_readers_left": return answer(.readersLeft, .int)
    default: return unknown("\(name)() is nothing that the machine gives")
    }
  }
}
