// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

extension FunctionCompiler {
  /// Gives an object its first value.
  /// - Parameter place: pushes the pointer to it.
  func initialise(type: CodeType, from node: NodeID, at push: @escaping (FunctionCompiler) -> Void) {
    if let expansion = initialiserExpansion(node) {
      return within(expansion.context) { initialise(type: type, from: expansion.list, at: push) }
    }
    guard context.kind(node) == .initialiserList else {
      if case .structure = type {
        push(self)
        _ = value(node)
        emit(.copy)
      } else if case .array = type, context.kind(node) == .string {
        push(self)
        emit(.clear)
      } else {
        push(self)
        convert(to: type, from: value(node))
        emit(.store(keeping: false))
      }
      return
    }
    // What is not named is 0.
    push(self)
    emit(.clear)
    var position = 0
    for entry in context.children(node) {
      guard
        context.callPlace != nil
          || builder.base.isBuilt(context.syntax[entry].tokens.lowerBound, in: context.file)
      else { continue }
      if context.kind(entry) == .designated {
        let parts = context.children(entry)
        guard let last = parts.last else { continue }
        var (inner, steps) = (type, [] as [(FunctionCompiler) -> Void])
        for (index, designator) in parts.dropLast().enumerated() {
          guard let step = step(into: &inner, designator, isFirst: index == 0, &position) else {
            trap("an initialiser that is not understood")
            return
          }
          steps.append(step)
        }
        let (found, way) = (inner, steps)
        initialise(type: found, from: last) { compiler in
          push(compiler)
          for step in way { step(compiler) }
        }
        position += 1
        continue
      }
      switch type {
      case .structure(let id):
        let structure = builder.types.complete(id)
        guard position < structure.members.count else {
          trap("the members of \(structure.name) are not known")
          return
        }
        let member = structure.members[position]
        initialise(type: member.type, from: entry) { compiler in
          push(compiler)
          compiler.emit(.member(member.name))
        }
      case .array(let element, _):
        let index = Int64(position)
        initialise(type: element, from: entry) { compiler in
          push(compiler)
          compiler.emit(.firstElement)
          compiler.push(index)
          compiler.emit(.element)
        }
      case .unknown:
        trap("the type that is initialised is not known")
        return
      default: initialise(type: type, from: entry, at: push)
      }
      position += 1
    }
  }

  /// One step of `.a.b[2] = …`.
  private func step(
    into type: inout CodeType, _ designator: NodeID, isFirst: Bool, _ position: inout Int
  ) -> ((FunctionCompiler) -> Void)? {
    if let index = context.syntax.child(0, of: designator) {
      guard let number = builder.types.constant(index, in: context), context.children(designator).count == 1
      else {
        return nil
      }
      type = type.target ?? .unknown
      if isFirst { position = Int(truncatingIfNeeded: number) }
      return { compiler in
        compiler.emit(.firstElement)
        compiler.push(number)
        compiler.emit(.element)
      }
    }
    let name = builder.types.name(context.name(designator))
    if case .structure(let id) = type {
      let structure = builder.types.complete(id)
      if isFirst, let place = structure.members.firstIndex(where: { $0.name == name }) { position = place }
      type = structure.type(of: name) ?? .unknown
    } else {
      type = .unknown
    }
    return { $0.emit(.member(name)) }
  }

  // MARK: The first state

  /// Compiles the initialiser of a variable outside of functions.
  func initialise(object: Int32, type: CodeType, from node: NodeID, in context: CodeContext) {
    self.context = context
    place = context.place(of: node)
    let begin = function.code.count
    initialise(type: type, from: node) { $0.emit(.push(Value(pointer: object, .root))) }
    // What is not understood here is not followed where it is used; most of it never is.
    let isUnderstood = function.code[begin...].allSatisfy { if case .trap = $0 { false } else { true } }
    guard !isUnderstood else { return }
    function.code.removeLast(function.code.count - begin)
    function.places.removeLast(function.places.count - begin)
    emit(.push(Value(pointer: object, .root)))
    emit(.push(.opaque))
    emit(.store(keeping: false))
  }

  /// The function that makes the first state: what came before, then the scenario's `init()`.
  func finished(in file: CodeFile) -> Function {
    context = CodeContext(file)
    if let initCall {
      emit(.call(initCall, count: 0))
      emit(.drop)
    }
    leave(hasValue: false)
    function.live = Liveness(of: function).words
    return function
  }
}
