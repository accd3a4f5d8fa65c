// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

extension FunctionCompiler {
  func unary(_ node: NodeID) -> CodeType {
    guard let operand = context.syntax.child(0, of: node) else { return unknown("an operator alone") }
    switch context.sign(node) {
    case .ampersand:
      let type = address(operand)
      return .pointer(type)
    case .star:
      // A pointer to a function is the function.
      let type = typeOnly { value(operand) }
      if case .pointer(.function) = type { return value(operand) }
      return loaded(address(node))
    case .plusPlus, .minusMinus: return step(node, isPostfix: false, keeping: true)
    case .exclaim:
      _ = value(operand)
      emit(.not)
      return .int
    case .minus:
      let type = promoted(value(operand))
      emit(.negate(type.number))
      return type
    case .tilde:
      let type = promoted(value(operand))
      emit(.complement(type.number))
      return type
    default: return value(operand)
    }
  }

  private func promoted(_ type: CodeType) -> CodeType {
    if case .integer(let number) = type { return .integer(number.promoted) }
    return type
  }

  func binary(_ node: NodeID) -> CodeType {
    let parts = context.children(node)
    guard parts.count == 2 else { return unknown("an operator alone") }
    let sign = context.sign(node)
    if sign == .ampersandAmpersand || sign == .barBar {
      _ = value(parts[0])
      emit(.not)
      emit(.not)
      emit(.duplicate)
      let toEnd = jump { sign == .ampersandAmpersand ? .jumpIfFalse($0) : .jumpIfTrue($0) }
      emit(.drop)
      _ = value(parts[1])
      emit(.not)
      emit(.not)
      land(toEnd)
      return .int
    }
    guard let operation = BinaryOperator(sign) else { return unknown("an operator that is not understood") }
    let left = value(parts[0])
    let right = value(parts[1])
    return apply(operation, left, right)
  }

  /// Of the two values on top.
  private func apply(_ operation: BinaryOperator, _ left: CodeType, _ right: CodeType) -> CodeType {
    switch (operation, left, right) {
    case (.add, .pointer, _):
      emit(.element)
      return left
    case (.add, _, .pointer):
      emit(.swap)
      emit(.element)
      return right
    case (.subtract, .pointer, .integer):
      emit(.negate(nil))
      emit(.element)
      return left
    default: break
    }
    var number: IntegerType?
    if case .integer(let a) = left, case .integer(let b) = right {
      // A shift has the type of what is shifted.
      let isShift = operation == .shiftLeft || operation == .shiftRight
      number = isShift ? a.promoted : IntegerType.common(a, b)
    }
    emit(.binary(operation, number))
    return operation.isComparison ? .int : number.map { .integer($0) } ?? .unknown
  }

  func conditional(_ node: NodeID) -> CodeType {
    let parts = context.children(node)
    guard parts.count == 3 else { return unknown("a condition that is cut") }
    _ = value(parts[0])
    let isShort = context.kind(parts[1]) == .missing
    if isShort { emit(.duplicate) }
    let toOther = jump { .jumpIfFalse($0) }
    var first = CodeType.unknown
    if !isShort { first = value(parts[1]) }
    let toEnd = jump { .jump($0) }
    land(toOther)
    if isShort { emit(.drop) }
    let second = value(parts[2])
    land(toEnd)
    if case .pointer = first { return first }
    if case .pointer = second { return second }
    if case .integer(let a) = first, case .integer(let b) = second {
      return .integer(IntegerType.common(a, b))
    }
    return first == .unknown ? second : first
  }

  @discardableResult
  func assignment(_ node: NodeID, keeping: Bool) -> CodeType {
    let parts = context.children(node)
    guard parts.count == 2 else { return unknown("an assignment that is cut") }
    let operation = BinaryOperator(assignment: context.sign(node))
    if case .register(let register, let type)? = plainVariable(parts[0]) {
      var given: CodeType
      if let operation {
        emit(.local(register))
        let right = value(parts[1])
        given = apply(operation, type, right)
      } else {
        given = value(parts[1])
      }
      convert(to: type, from: given)
      if keeping { emit(.duplicate) }
      emit(.setLocal(register))
      if given == .unknown { given = type }
      return type
    }
    let type = address(parts[0])
    if type.isAggregate, operation == nil {
      _ = value(parts[1])
      emit(.copy)
      if keeping { emit(.push(.uninitialised)) }
      return type
    }
    if let operation {
      emit(.duplicate)
      emit(.load)
      let right = value(parts[1])
      let given = apply(operation, type, right)
      convert(to: type, from: given)
    } else {
      let given = value(parts[1])
      convert(to: type, from: given)
    }
    emit(.store(keeping: keeping))
    return type
  }

  /// A variable that is named as such.
  private func plainVariable(_ node: NodeID) -> Variable? {
    switch context.kind(node) {
    case .identifier: return variable(context.name(node))
    case .parenthesised: return context.syntax.child(0, of: node).flatMap { plainVariable($0) }
    default: return nil
    }
  }

  /// `++` and `--`.
  @discardableResult
  func step(_ node: NodeID, isPostfix: Bool, keeping: Bool) -> CodeType {
    guard let operand = context.syntax.child(0, of: node) else { return unknown("an operator alone") }
    let operation: BinaryOperator = context.sign(node) == .plusPlus ? .add : .subtract
    if case .register(let register, let type)? = plainVariable(operand) {
      emit(.local(register))
      if keeping, isPostfix { emit(.duplicate) }
      push(1)
      convert(to: type, from: apply(operation, type, .int))
      if keeping, !isPostfix { emit(.duplicate) }
      emit(.setLocal(register))
      return type
    }
    let (holder, old) = (newRegister(), newRegister())
    let type = address(operand)
    emit(.setLocal(holder))
    emit(.local(holder))
    emit(.load)
    emit(.setLocal(old))
    emit(.local(holder))
    emit(.local(old))
    push(1)
    convert(to: type, from: apply(operation, type, .int))
    emit(.store(keeping: keeping && !isPostfix))
    if keeping, isPostfix { emit(.local(old)) }
    return type
  }
}

extension CodeType {
  var number: IntegerType? {
    if case .integer(let number) = self { return number }
    return nil
  }
}
