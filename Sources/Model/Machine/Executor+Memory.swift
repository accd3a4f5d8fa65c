// SPDX-License-Identifier: GPL-2.0-or-later

/// Accesses to memory, and where another thread may run between them.
extension Executor {
  /// How an access mixes with what other threads do.
  enum Access {
    /// They may access the same.
    case visible
    /// They may free it, and do nothing else to it.
    case guarded
  }

  /// Lets an access happen in this step, or ends the step before it.
  ///
  /// Of accesses that only a free disturbs one point before the first is enough: a free between two of them could as
  /// well have come before the first, and then that one finds the object freed.
  mutating func pass(_ access: Access, _ frame: Frame) -> Bool {
    if isAlone || isAwaiting { return true }
    let isInSection = state.threads[current].atomicDepth > 0
    if !(isInSection && isSectionOpen) {
      let isDue =
        switch access {
        case .visible: pace != .fresh
        case .guarded: pace == .passed
        }
      guard !isDue else {
        stop = .pause
        return false
      }
      if recorder != nil {
        let place = stepPlace(frame)
        recorder?.begin(at: place)
      }
    }
    if isInSection { isSectionOpen = true }
    if access == .visible { pace = .passed } else if pace == .fresh { pace = .guarded }
    return true
  }

  /// Whether what a pointer points to can be accessed now; otherwise `stop` says why not.
  mutating func access(_ pointer: Value, isWrite: Bool, _ frame: inout Frame) -> Bool {
    guard check(pointer, frame) else { return false }
    guard let access = noted(pointer, isWrite: isWrite) else { return true }
    return pass(access, frame)
  }

  /// Whether a pointer leads to an object that is there.
  mutating func check(_ pointer: Value, _ frame: Frame) -> Bool {
    switch pointer.kind {
    case .pointer: break
    case .number:
      if pointer.bits == 0 {
        fail(.nullDereference, "NULL is dereferenced", nil, frame)
      } else if pointer.isPoison {
        fail(.listCorruption, "an entry is followed that was deleted from its list", nil, frame)
      } else if pointer.isError {
        fail(.nullDereference, "an error pointer is dereferenced (\(pointer.bits))", nil, frame)
      } else {
        obstruct("a number is used as an address", frame)
      }
      return false
    case .uninitialised:
      fail(.uninitialisedRead, "a pointer is used that was never set", nil, frame)
      return false
    case .function, .opaque:
      obstruct("what is dereferenced is not followed", frame)
      return false
    }
    let flags = state.objects[Int(pointer.object)].flags
    guard flags.contains(.isAlive) else {
      if flags.contains(.isLocal) {
        fail(.useAfterReturn, "a variable is used whose function has returned", pointer, frame)
      } else {
        fail(.useAfterFree, "memory is used that was freed", pointer, frame)
      }
      return false
    }
    guard !paths.isOutside(pointer.path) else {
      fail(.listCorruption, "the head of a list is used as one of its entries", pointer, frame)
      return false
    }
    return true
  }

  /// Notes an access to memory that may be shared.
  /// - Returns: nil for one that no other thread can notice or disturb.
  private mutating func noted(_ pointer: Value, isWrite: Bool) -> Access? {
    let index = Int(pointer.object)
    guard !isAlone, state.objects[index].flags.contains(.isShared) else { return nil }
    let site = state.objects[index].site
    let place = Protection.Place(site: site, path: paths.withoutIndices(pointer.path))
    if !protection.isUnguarded(place) {
      protection.note(place, isWrite: isWrite, guards: guards(of: pointer.object))
    }
    if protection.isUnguarded(place) { return .visible }
    return protection.mayBeFreed(site) ? .guarded : nil
  }

  /// The locks that the thread holds, as guards of an object.
  private func guards(of object: Int32) -> [(lock: Protection.Guard, mode: LockMode)] {
    state.threads[current].held.compactMap { held in
      if held.object == object { return (.inside(held.path), held.mode) }
      // Variables keep their numbers.
      return held.object < program.variables.count ? (.fixed(object: held.object, held.path), held.mode) : nil
    }
  }

  /// What a pointer points to; the memory is there.
  func read(_ pointer: Value) -> Value {
    let object = state.objects[Int(pointer.object)]
    let value = object[pointer.path]
    guard value.kind == .uninitialised || value == .null else { return value }
    // A part of what was cleared, or is not followed, as a whole.
    var path = pointer.path
    while path != .root {
      path = paths.parent(of: path)
      let whole = object[path]
      if whole == .opaque || whole == .null && !object.flags.contains(.isZeroed) { return whole }
    }
    return value
  }

  // MARK: Objects

  mutating func newObject(_ object: MemoryObject, _ frame: Frame) -> Int32 {
    if state.objects.count >= Self.mostObjects { obstruct("more objects than are followed", frame) }
    state.objects.append(object)
    return Int32(state.objects.count - 1)
  }

  /// Other threads can reach it from now on, and all that it points to.
  mutating func share(_ value: Value) {
    guard value.kind == .pointer, !state.objects[Int(value.object)].flags.contains(.isShared) else { return }
    var open = [Int(value.object)]
    while let next = open.popLast() {
      guard !state.objects[next].flags.contains(.isShared) else { continue }
      state.objects[next].flags.insert(.isShared)
      for cell in state.objects[next].cells where cell.value.kind == .pointer {
        open.append(Int(cell.value.object))
      }
    }
  }

  mutating func free(_ pointer: Value, _ frame: inout Frame) {
    if pointer.kind == .number, pointer.bits == 0 { return }
    guard pointer.kind == .pointer else {
      if pointer.isError {
        return fail(.assertion, "an error pointer is freed (\(pointer.bits))", nil, frame)
      }
      return obstruct("what is freed is not followed", frame)
    }
    let index = Int(pointer.object)
    let flags = state.objects[index].flags
    guard flags.contains(.isAlive) else {
      return fail(.doubleFree, "memory is freed that was freed", pointer, frame)
    }
    guard flags.contains(.isHeap) else {
      return fail(.assertion, "memory is freed that was not allocated", pointer, frame)
    }
    guard isBeginning(pointer) else {
      return fail(.assertion, "memory is freed by a pointer into the middle of it", pointer, frame)
    }
    if flags.contains(.isShared), !isAlone {
      protection.noteFree(of: state.objects[index].site)
      guard pass(.visible, frame) else { return }
    }
    for thread in state.threads {
      if thread.held.contains(where: { $0.object == pointer.object }) {
        return fail(.lockMisuse, "memory is freed while a lock in it is held", pointer, frame)
      }
    }
    if recorder != nil { record("frees \(name(of: pointer))") }
    state.objects[index].flags.remove(.isAlive)
    state.objects[index].cells = []
  }

  /// Whether a pointer is the address of the object: each member on the way is the first of its struct.
  private func isBeginning(_ pointer: Value) -> Bool {
    if pointer.path == .root { return true }
    let number = state.objects[Int(pointer.object)].structure
    guard number >= 0 else { return false }
    var type = CodeType.structure(StructureID(number: number))
    for step in paths.steps(from: .root, to: pointer.path) {
      switch (step, type) {
      case (.member(let name), .structure(let id)):
        guard let first = program.structures[Int(id.number)].members.first, first.name == name else {
          return false
        }
        type = first.type
      case (.element(0), _): type = type.target ?? .unknown
      default: return false
      }
    }
    return true
  }

  // MARK: Structs as a whole

  /// Pointer, pointer to the source →
  mutating func copy(_ frame: inout Frame) {
    let top = frame.stack.count - 1
    let (target, source) = (frame.stack[top - 1], frame.stack[top])
    guard check(source, frame), check(target, frame) else { return }
    let from = state.objects[Int(source.object)]
    let cells = from.cells.filter { paths.isInside($0.path, source.path) }
    var access: Access?
    for cell in cells {
      join(&access, noted(Value(pointer: source.object, cell.path), isWrite: false))
      let path = paths.path(target.path, following: paths.steps(from: source.path, to: cell.path))
      join(&access, noted(Value(pointer: target.object, path), isWrite: true))
    }
    join(&access, noted(source, isWrite: false))
    join(&access, noted(target, isWrite: true))
    if let access, !pass(access, frame) { return }
    let isZeroed = read(source) == .null || from.flags.contains(.isZeroed)
    wipe(target)
    if isZeroed { setZero(target) }
    let isShared = state.objects[Int(target.object)].flags.contains(.isShared)
    for cell in cells {
      let path = paths.path(target.path, following: paths.steps(from: source.path, to: cell.path))
      if isShared { share(cell.value) }
      state.objects[Int(target.object)][path] = cell.value
    }
    frame.stack.removeLast(2)
  }

  /// Pointer →
  mutating func clear(_ frame: inout Frame) {
    guard let target = frame.stack.last, check(target, frame) else { return }
    var access: Access?
    for cell in state.objects[Int(target.object)].cells where paths.isInside(cell.path, target.path) {
      join(&access, noted(Value(pointer: target.object, cell.path), isWrite: true))
    }
    join(&access, noted(target, isWrite: true))
    if let access, !pass(access, frame) { return }
    wipe(target)
    setZero(target)
    frame.stack.removeLast()
  }

  private mutating func wipe(_ target: Value) {
    let (index, paths) = (Int(target.object), paths)
    state.objects[index].cells.removeAll { paths.isInside($0.path, target.path) }
  }

  private mutating func setZero(_ target: Value) {
    let index = Int(target.object)
    if target.path == .root {
      state.objects[index].flags.insert(.isZeroed)
    } else if !state.objects[index].flags.contains(.isZeroed) {
      state.objects[index][target.path] = .null
    }
  }

  private func join(_ access: inout Access?, _ other: Access?) {
    if other == .visible || access == nil { access = other ?? access }
  }

  // MARK: Traces

  mutating func record(_ text: String) { recorder?.note(text) }

  mutating func recordStore(_ frame: Frame) {
    guard recorder != nil else { return }
    let place = shownPlace(frame)
    recorder?.lastStore = place
  }

  mutating func note(_ pointer: Value, _ value: Value, isWrite: Bool) {
    guard recorder != nil, !isAlone, state.objects[Int(pointer.object)].flags.contains(.isShared) else {
      return
    }
    record("\(name(of: pointer)) \(isWrite ? "=" : "is") \(text(of: value))")
  }

  func text(of value: Value) -> String {
    switch value.kind {
    case .number: value.bits == 0 ? "0" : "\(value.bits)"
    case .pointer: "&\(name(of: value))"
    case .function: "\(program.functions[Int(value.object)].name)()"
    case .opaque: "?"
    case .uninitialised: "not set"
    }
  }
}
