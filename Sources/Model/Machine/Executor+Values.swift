// SPDX-License-Identifier: GPL-2.0-or-later

/// What is computed with values.
extension Executor {
  mutating func truth(_ value: Value, _ frame: Frame) -> Bool? {
    if let isTrue = value.isTrue { return isTrue }
    if value.kind == .opaque {
      obstruct("a branch depends on what is not followed, as a size", frame)
    } else {
      fail(.uninitialisedRead, "a branch depends on what was never set", nil, frame)
    }
    return nil
  }

  mutating func element(_ index: Value, _ frame: inout Frame) {
    let top = frame.stack.count - 1
    let pointer = frame.stack[top]
    guard index.kind == .number else { return obstruct("an index that is not followed", frame) }
    guard pointer.kind == .pointer, index.bits != 0 else { return }
    guard let offset = Int32(exactly: index.bits) else {
      return obstruct("an index that is too large", frame)
    }
    if case .element(let here) = paths.step(of: pointer.path) {
      frame.stack[top].bits = Int64(paths.element(here + offset, of: paths.parent(of: pointer.path)).number)
    } else if pointer.path == .root {
      frame.stack[top].bits = Int64(paths.element(offset, of: .root).number)
    } else {
      obstruct("a pointer is moved out of what it points to", frame)
    }
  }

  /// A pointer of the same address to such a struct: an outer one that begins with what it points to, or the other way.
  mutating func retargeted(_ pointer: Value, _ structure: StructureID) -> Value {
    var object = state.objects[Int(pointer.object)].structure
    if object < 0 {
      // The first that names the type of memory decides.
      guard pointer.path == .root, state.objects[Int(pointer.object)].flags.contains(.isAlive) else {
        return pointer
      }
      state.objects[Int(pointer.object)].structure = structure.number
      object = structure.number
    }
    let key = Retarget(object: object, path: pointer.path, structure: structure)
    if let known = retargets[key] { return Value(pointer: pointer.object, known) }
    let path = retargeted(pointer.path, StructureID(number: object), structure)
    retargets[key] = path
    return Value(pointer: pointer.object, path)
  }

  private mutating func retargeted(_ path: PathID, _ whole: StructureID, _ wanted: StructureID) -> PathID {
    if type(at: path, in: whole) == .structure(wanted) { return path }
    // Outwards, as long as it is the first member.
    var outer = path
    while outer != .root, case .member(let name) = paths.step(of: outer) {
      let above = paths.parent(of: outer)
      guard case .structure(let id)? = type(at: above, in: whole),
        program.structures[Int(id.number)].members.first?.name == name
      else { break }
      if id == wanted { return above }
      outer = above
    }
    var inner = path
    while case .structure(let id)? = type(at: inner, in: whole),
      let first = program.structures[Int(id.number)].members.first
    {
      inner = paths.member(first.name, of: inner)
      if first.type == .structure(wanted) { return inner }
    }
    return path
  }

  private func type(at path: PathID, in whole: StructureID) -> CodeType? {
    var type = CodeType.structure(whole)
    for step in paths.steps(from: .root, to: path) {
      switch (step, type) {
      case (.member(let name), .structure(let id)):
        guard let member = program.structures[Int(id.number)].type(of: name) else { return nil }
        type = member
      case (.element, .array(let element, _)): type = element
      case (.element, _): break
      default: return nil
      }
    }
    return type
  }

  mutating func binary(_ operation: BinaryOperator, _ type: IntegerType?, _ frame: inout Frame) {
    let (b, a) = (frame.stack.removeLast(), frame.stack.removeLast())
    if a.kind == .uninitialised || b.kind == .uninitialised {
      return fail(.uninitialisedRead, "a value is used that was never set", nil, frame)
    }
    if a.kind == .opaque || b.kind == .opaque {
      frame.stack.append(.opaque)
      return
    }
    if a.kind == .number, b.kind == .number {
      let isSigned = type?.isSigned ?? true
      if type == nil, a.bits < 0 || b.bits < 0,
        [.divide, .remainder, .shiftRight, .less, .lessOrEqual, .greater, .greaterOrEqual].contains(operation)
      {
        return obstruct("whether a number has a sign is not known", frame)
      }
      let (x, y) = (type?.converted(a.bits) ?? a.bits, type?.converted(b.bits) ?? b.bits)
      guard let result = operation.result(x, y, isSigned: isSigned) else {
        return fail(.assertion, "a division by 0, or a shift by more than there is", nil, frame)
      }
      frame.stack.append(Value(number: operation.isComparison ? result : type?.converted(result) ?? result))
      return
    }
    switch operation {
    case .equal: frame.stack.append(Value(number: isSame(a, b) ? 1 : 0))
    case .notEqual: frame.stack.append(Value(number: isSame(a, b) ? 0 : 1))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      if let order = order(a, b) {
        frame.stack.append(Value(number: operation.result(order, 0, isSigned: true) ?? 0))
      } else {
        obstruct("two pointers are compared that have no order", frame)
      }
    case .subtract:
      if a.kind == .pointer, b.kind == .pointer, a.object == b.object, let order = order(a, b) {
        frame.stack.append(Value(number: order))
      } else {
        obstruct("the distance of two pointers", frame)
      }
    default: obstruct("arithmetic with a pointer", frame)
    }
  }

  /// Whether two values are equal: of pointers whether they are one address.
  private func isSame(_ a: Value, _ b: Value) -> Bool {
    if a == b { return true }
    guard a.kind == .pointer, b.kind == .pointer, a.object == b.object else { return false }
    let whole = state.objects[Int(a.object)].structure
    return outermost(a.path, whole) == outermost(b.path, whole)
  }

  /// The outermost thing that begins where a path leads: an array with its first element, a struct with its first member.
  private func outermost(_ path: PathID, _ whole: Int32) -> PathID {
    var path = path
    while path != .root {
      let outer = paths.parent(of: path)
      switch paths.step(of: path) {
      case .element(0): break
      case .member(let name):
        guard whole >= 0, case .structure(let id)? = type(at: outer, in: StructureID(number: whole)) else {
          return path
        }
        let structure = program.structures[Int(id.number)]
        guard structure.isUnion || structure.members.first?.name == name else { return path }
      default: return path
      }
      path = outer
    }
    return path
  }

  /// Negative, 0 or positive, as the first is before the second; in an array their distance. An address is more than a
  /// small number and less than an error code.
  private func order(_ a: Value, _ b: Value) -> Int64? {
    switch (a.kind, b.kind) {
    case (.pointer, .number), (.function, .number):
      return b.bits < 0 && b.bits >= -4096 ? -1 : b.bits >= 0 && b.bits <= 4096 ? 1 : nil
    case (.number, .pointer), (.number, .function):
      return a.bits < 0 && a.bits >= -4096 ? 1 : a.bits >= 0 && a.bits <= 4096 ? -1 : nil
    case (.pointer, .pointer):
      if a == b { return 0 }
      guard a.object == b.object, case .element(let x) = paths.step(of: a.path),
        case .element(let y) = paths.step(of: b.path), paths.parent(of: a.path) == paths.parent(of: b.path)
      else { return nil }
      return Int64(x - y)
    default: return nil
    }
  }

  mutating func convert(_ type: IntegerType, _ frame: inout Frame) {
    let top = frame.stack.count - 1
    let value = frame.stack[top]
    switch value.kind {
    case .number: frame.stack[top] = Value(number: type.converted(value.bits))
    case .pointer, .function:
      if type.isBool {
        frame.stack[top] = Value(number: 1)
      } else if type.bits < 64 {
        obstruct("a pointer becomes a small number", frame)
      }
    case .opaque: break
    case .uninitialised: fail(.uninitialisedRead, "a value is used that was never set", nil, frame)
    }
  }
}
