// SPDX-License-Identifier: GPL-2.0-or-later

extension Executor {
  mutating func run(_ intrinsic: Intrinsic, _ frame: inout Frame) {
    switch intrinsic {
    case .choose:
      guard let count = frame.stack.popLast(), count.kind == .number, (1...255).contains(count.bits) else {
        return obstruct("choose() of what is no number from 1 to 255", frame)
      }
      frame.stack.append(Value(number: Int64(choose(UInt8(count.bits), frame))))
    case .fails(let name):
      let mayFail = program.failures.contains(name)
      let fails = mayFail && choose(2, frame) == 1
      if fails, recorder != nil { record("\(program.texts[Int(name)]) fails") }
      frame.stack.append(Value(number: fails ? 1 : 0))
    case .assert(let text):
      guard let value = frame.stack.popLast() else { return }
      switch value.isTrue {
      case true?: break
      case false?:
        // The program can go on, and may do worse.
        fail(.assertion, program.texts[Int(text)], nil, frame)
        if case .violation(let failure) = stop { failedAssertions.append(failure) }
        stop = nil
      case nil: fail(.uninitialisedRead, "an assertion is about what was never set", nil, frame)
      }
    case .violation(let kind, let text): fail(kind, program.texts[Int(text)], nil, frame)
    case .allocate: allocate(&frame)
    case .free:
      guard let pointer = frame.stack.last else { return }
      free(pointer, &frame)
      if stop == nil { frame.stack.removeLast() }
    case .acquire, .tryAcquire, .release, .holds, .isLocked: runLock(intrinsic, &frame)
    case .thisThread: frame.stack.append(Value(number: Int64(current)))
    case .beginAtomic:
      if state.threads[current].atomicDepth == 0 { isSectionOpen = false }
      state.threads[current].atomicDepth += 1
    case .endAtomic:
      state.threads[current].atomicDepth -= 1
      if state.threads[current].atomicDepth == 0 { isSectionOpen = false }
    case .beginAwait:
      if isAlone { return }
      // At the beginning of an atomic section it is that which waits.
      guard state.threads[current].atomicDepth == 0 || !isSectionOpen else {
        return obstruct("waiting inside of an atomic section", frame)
      }
      guard pass(.visible, frame) else { return }
      isAwaiting = true
    case .endAwait(let kind):
      guard let value = frame.stack.popLast() else { return }
      isAwaiting = false
      switch value.isTrue {
      case true?: break
      case false?:
        if isAlone { return fail(.deadlock, "it waits, and no other thread runs", nil, frame) }
        stop = .blocked(.condition(kind))
      case nil: obstruct("it waits for what is not followed", frame)
      }
    case .mustSleep: sleep("sleeps", frame)
    case .defer, .cancel, .isPending, .isRunning: runDeferred(intrinsic, &frame)
    case .enterReader, .leaveReader, .markReaders, .readersLeft: runReaders(intrinsic, &frame)
    case .observe(let text):
      // Others may observe something before it.
      guard pass(.visible, frame), let value = frame.stack.popLast() else { return }
      let said = "\(program.texts[Int(text)]): \(self.text(of: value))"
      let (function, place) = shownPlace(frame)
      events.append(Event(text: said, place: place, function: function))
      if recorder != nil { record(said) }
    }
  }

  private mutating func choose(_ count: UInt8, _ frame: Frame) -> UInt8 {
    guard choices.values.count < Choices.most else {
      obstruct("more than \(Choices.most) choices in one step", frame)
      return 0
    }
    return choices.choose(count)
  }

  /// Whether the thread may sleep here.
  private mutating func sleep(_ what: String, _ frame: Frame) {
    let thread = state.threads[current]
    if let lock = thread.held.first(where: { $0.kind == .spinning }) {
      fail(
        .lockMisuse, "it \(what) while it holds a spin lock", Value(pointer: lock.object, lock.path), frame)
    } else if thread.readerDepth > 0 {
      fail(.lockMisuse, "it \(what) inside of a read-side critical section", nil, frame)
    }
  }

  private mutating func allocate(_ frame: inout Frame) {
    guard let isZeroed = frame.stack.popLast()?.isTrue else { return }
    // The call in the code that is not of the library.
    var site: Int32 = -1
    for (index, caller) in ([frame] + state.threads[current].frames.reversed()).enumerated() {
      let function = program.functions[Int(caller.function.number)]
      guard !function.isPrimitive else { continue }
      site = function.sites[Int(caller.next) - (index == 0 ? 0 : 1)]
      break
    }
    guard site >= 0 else { return obstruct("an allocation outside of all code", frame) }
    let flags: MemoryObject.Flags = isZeroed ? [.isAlive, .isHeap, .isZeroed] : [.isAlive, .isHeap]
    frame.stack.append(
      Value(pointer: newObject(MemoryObject(site: SiteID(number: site), flags: flags), frame), .root))
  }

  // MARK: Locks

  private mutating func runLock(_ intrinsic: Intrinsic, _ frame: inout Frame) {
    guard let lock = frame.stack.last, check(lock, frame) else { return }
    let index = Int(lock.object)
    let isShared = state.objects[index].flags.contains(.isShared) && !isAlone
    let site = state.objects[index].site
    let place = Protection.Place(site: site, path: paths.withoutIndices(lock.path))
    /// Where the lock itself may be freed, each use of it is an access.
    func freeable() -> Access? { isShared && protection.mayBeFreed(site) ? .guarded : nil }
    switch intrinsic {
    case .acquire(let mode, let kind):
      if kind == .sleeping { sleep("takes a lock that sleeps", frame) }
      guard stop == nil else { return }
      if holder(current, of: lock) != nil {
        return fail(.lockMisuse, "it takes a lock that it holds", lock, frame)
      }
      if isShared { guard pass(.visible, frame) else { return } }
      guard isFree(lock, mode) else {
        stop = .blocked(
          .lock(HeldLock(object: lock.object, path: lock.path, mode: mode, kind: kind)))
        return
      }
      // What comes next could as well have come before it, as far as others can tell.
      if isShared, !(state.threads[current].atomicDepth > 0) { pace = .guarded }
      take(lock, mode, kind, frame)
      frame.stack.removeLast()
    case .tryAcquire(let mode, let kind):
      if isShared {
        protection.noteLook(at: place)
        guard pass(.visible, frame) else { return }
      }
      frame.stack.removeLast()
      let succeeds = holder(current, of: lock) == nil && isFree(lock, mode)
      if succeeds { take(lock, mode, kind, frame) }
      frame.stack.append(Value(number: succeeds ? 1 : 0))
    case .release(let mode):
      guard let held = holder(current, of: lock) else {
        return fail(.lockMisuse, "it releases a lock that it does not hold", lock, frame)
      }
      guard state.threads[current].held[held].mode == mode else {
        return fail(.lockMisuse, "it releases a lock in another way than it took it", lock, frame)
      }
      let access: Access? = isShared && protection.isObserved(place) ? .visible : freeable()
      if let access { guard pass(access, frame) else { return } }
      if recorder != nil { record("releases \(name(of: lock))") }
      state.threads[current].held.remove(at: held)
      frame.stack.removeLast()
    case .holds:
      frame.stack.removeLast()
      frame.stack.append(Value(number: holder(current, of: lock) == nil ? 0 : 1))
    case .isLocked:
      if isShared {
        protection.noteLook(at: place)
        guard pass(.visible, frame) else { return }
      }
      frame.stack.removeLast()
      let isLocked = state.threads.indices.contains { holder($0, of: lock) != nil }
      frame.stack.append(Value(number: isLocked ? 1 : 0))
    default: break
    }
  }

  private func holder(_ thread: Int, of lock: Value) -> Int? {
    state.threads[thread].held.firstIndex { $0.object == lock.object && $0.path == lock.path }
  }

  private func isFree(_ lock: Value, _ mode: LockMode) -> Bool {
    for thread in state.threads.indices where thread != current {
      guard let held = holder(thread, of: lock) else { continue }
      if mode == .exclusive || state.threads[thread].held[held].mode == .exclusive { return false }
    }
    return true
  }

  private mutating func take(_ lock: Value, _ mode: LockMode, _ kind: LockKind, _ frame: Frame) {
    if recorder != nil { record("takes \(name(of: lock))") }
    let held = HeldLock(object: lock.object, path: lock.path, mode: mode, kind: kind)
    for outer in state.threads[current].held {
      orders[LockOrder(outer: lockClass(outer), inner: lockClass(held))] = shownPlace(frame)
    }
    state.threads[current].held.append(held)
  }

  private mutating func lockClass(_ lock: HeldLock) -> Protection.Place {
    Protection.Place(site: state.objects[Int(lock.object)].site, path: paths.withoutIndices(lock.path))
  }

  // MARK: Deferred work

  private mutating func runDeferred(_ intrinsic: Intrinsic, _ frame: inout Frame) {
    guard pass(.visible, frame) else { return }
    switch intrinsic {
    case .defer(let kind, let afterReaders):
      guard frame.stack.count >= 3 else { return }
      let parts = Array(frame.stack.suffix(3))
      frame.stack.removeLast(3)
      guard parts[0].kind == .function else {
        if parts[0].kind == .number {
          return fail(.nullDereference, "work is queued without a function", nil, frame)
        }
        return obstruct("work whose function is not followed", frame)
      }
      guard state.deferred.count < State.mostThreads else {
        return obstruct("more work than is followed", frame)
      }
      share(parts[1])
      share(parts[2])
      if recorder != nil { record("queues \(program.functions[Int(parts[0].object)].name)()") }
      state.deferred.append(
        DeferredWork(
          kind: kind, function: parts[0], argument: parts[1], key: parts[2],
          readersAwaited: afterReaders ? readers : 0))
    case .cancel:
      let key = frame.stack.removeLast()
      let found = state.deferred.firstIndex { $0.key == key }
      if let found { state.deferred.remove(at: found) }
      frame.stack.append(Value(number: found == nil ? 0 : 1))
    case .isPending:
      let key = frame.stack.removeLast()
      frame.stack.append(Value(number: state.deferred.contains { $0.key == key } ? 1 : 0))
    case .isRunning:
      let key = frame.stack.removeLast()
      let isRunning = state.threads.contains { $0.entry < 0 && !$0.hasEnded && $0.key == key }
      frame.stack.append(Value(number: isRunning ? 1 : 0))
    default: break
    }
  }

  // MARK: Read-side critical sections

  /// Threads that are inside of one.
  private var readers: UInt64 {
    state.threads.indices.reduce(0) { state.threads[$1].readerDepth > 0 ? $0 | 1 << UInt64($1) : $0 }
  }

  private mutating func runReaders(_ intrinsic: Intrinsic, _ frame: inout Frame) {
    switch intrinsic {
    case .enterReader:
      if state.threads[current].readerDepth == 0, program.waitsForReaders {
        guard pass(.visible, frame) else { return }
      }
      state.threads[current].readerDepth += 1
    case .leaveReader:
      guard state.threads[current].readerDepth > 0 else {
        return fail(.lockMisuse, "it leaves a read-side critical section that it is not in", nil, frame)
      }
      state.threads[current].readerDepth -= 1
      guard state.threads[current].readerDepth == 0 else { return }
      let others = ~(UInt64(1) << UInt64(current))
      for index in state.threads.indices { state.threads[index].readersAwaited &= others }
      for index in state.deferred.indices { state.deferred[index].readersAwaited &= others }
    case .markReaders:
      guard pass(.visible, frame) else { return }
      state.threads[current].readersAwaited = readers
    case .readersLeft:
      frame.stack.append(Value(number: state.threads[current].readersAwaited == 0 ? 1 : 0))
    default: break
    }
  }
}

/// One lock was taken while another was held.
struct LockOrder: Hashable, Sendable {
  var outer: Protection.Place
  var inner: Protection.Place
}
