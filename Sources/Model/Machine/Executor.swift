// SPDX-License-Identifier: GPL-2.0-or-later

/// Runs threads of a program, one step at a time: from one point at which another thread may run to the next.
struct Executor {
  let program: Program
  var paths: PathTable
  var protection: Protection
  /// Instructions of one step: more are a loop that never ends.
  static let longestStep = 1 << 20
  /// Calls in calls.
  static let deepestCalls = 128
  /// Objects of one state.
  static let mostObjects = 4096

  // The step that runs.
  var state = State()
  var current = 0
  var choices = Choices()
  var pace = Pace.fresh
  /// Inside of an atomic section an access was made: the rest of it belongs to it.
  var isSectionOpen = false
  var isAwaiting = false
  /// No other thread is there.
  var isAlone = false
  private var hasEnded = false
  /// Where a long step was before, and after how many instructions.
  private var circle: (frame: Frame, state: State, done: Int)?
  var stop: Stop?
  /// Where a trace shows the step: the first access of it.
  var recorder: Recorder?
  /// Assertions of the scenario that did not hold in the step.
  var failedAssertions: [Failure] = []
  /// Locks that the step took while it held others.
  var orders: [LockOrder: (function: FunctionID, place: CodePlace)] = [:]
  /// What the step lets be observed, in its order.
  var events: [Event] = []
  var retargets: [Retarget: PathID] = [:]

  /// What has happened in a step.
  enum Pace {
    /// Nothing that another thread could notice or disturb.
    case fresh
    /// Accesses to memory that only freeing it disturbs.
    case guarded
    /// One access that others notice: the next one begins another step.
    case passed
  }

  /// Why a step ends.
  enum Stop: Hashable {
    case pause
    case blocked(Waiting)
    case violation(Failure)
    case obstacle(Obstacle)
  }

  /// What a thread waits for.
  enum Waiting: Hashable {
    case lock(HeldLock)
    case condition(WaitKind)
  }

  /// A rule that was broken.
  struct Failure: Hashable {
    var kind: ViolationKind
    var text: String
    /// What it happened to; empty where it is no object.
    var object: String
    /// The whole object that this is in.
    var whole = ""
    /// The code outside of the library that did it.
    var place: CodePlace
    var function: FunctionID
    /// Only the whole space shows it, no execution alone.
    var isOfSpace = false
    /// What tells it apart from others of its kind at its place; nil where the text does.
    var identity: String?
  }

  /// What `observe()` says.
  struct Event: Hashable {
    /// With its value: `create() returns: -16`.
    var text: String
    var place: CodePlace
    var function: FunctionID
  }

  struct Retarget: Hashable {
    var object: Int32
    var path: PathID
    var structure: StructureID
  }

  init(_ program: Program, assumesNothing: Bool) {
    self.program = program
    paths = program.paths
    protection = Protection(assumesNothing: assumesNothing)
  }

  // MARK: Steps

  /// The state before the first step; nil with `stop` set where it cannot be made.
  mutating func first() -> State? {
    state = State()
    for variable in program.variables {
      state.objects.append(
        MemoryObject(
          site: variable.site, structure: variable.structure?.number ?? -1, flags: [.isAlive, .isZeroed]))
    }
    state.threads = [ThreadState(entry: -1, frames: [frame(program.start, [])])]
    begin(0, Choices())
    isAlone = true
    run()
    isAlone = false
    guard stop == nil else { return nil }
    var first = State(objects: state.objects, deferred: state.deferred)
    for index in first.objects.indices { first.objects[index].flags.insert(.isShared) }
    for (number, thread) in program.threads.enumerated() {
      first.threads.append(ThreadState(entry: Int32(number), frames: [frame(thread.function, [])]))
    }
    stop = nil
    return first
  }

  private func frame(_ id: FunctionID, _ arguments: [Value]) -> Frame {
    let function = program.functions[Int(id.number)]
    var locals = arguments.prefix(function.parameters) + []
    // What a caller does not give is not looked at, or the call is wrong in C already.
    while locals.count < function.parameters { locals.append(.opaque) }
    while locals.count < function.locals { locals.append(.uninitialised) }
    return Frame(function: id, next: 0, locals: Array(locals))
  }

  private mutating func begin(_ thread: Int, _ choices: Choices) {
    current = thread
    self.choices = choices
    pace = .fresh
    (orders, failedAssertions, events) = ([:], [], [])
    (isSectionOpen, isAwaiting) = (false, false)
    circle = nil
    stop = nil
  }

  /// Takes an action; afterwards `state` and `stop` are as `step` leaves them.
  mutating func perform(_ action: Action, from: State, _ choices: Choices) {
    if action.isWork {
      start(from, work: Int(action.actor), choices)
    } else {
      step(from, thread: Int(action.actor), choices)
    }
  }

  /// Runs one thread for one step from a state; afterwards `state` is the next one, unless `stop` says otherwise.
  mutating func step(_ from: State, thread: Int, _ choices: Choices) {
    state = from
    begin(thread, choices)
    run()
  }

  /// Begins deferred work on a thread of its own.
  mutating func start(_ from: State, work: Int, _ choices: Choices) {
    state = from
    let item = state.deferred.remove(at: work)
    var slot = program.threads.count
    while slot < state.threads.count, !state.threads[slot].hasEnded { slot += 1 }
    let first = frame(FunctionID(number: item.function.object), [item.argument])
    let thread = ThreadState(
      entry: -1, kind: item.kind, key: item.key,
      frames: [first])
    if slot < state.threads.count { state.threads[slot] = thread } else { state.threads.append(thread) }
    begin(slot, choices)
    guard slot < State.mostThreads else { return obstruct("more threads than are followed", first) }
    pace = .passed
    run()
  }

  /// Whether deferred work may begin: its readers have left, and it does not run already.
  func mayStart(_ work: DeferredWork, in state: State) -> Bool {
    work.readersAwaited == 0
      && !state.threads.contains {
        !$0.hasEnded && $0.entry < 0 && $0.key == work.key && $0.kind == work.kind
      }
  }

  /// Runs the scenario's `final()` on a state in which nothing moves any more.
  mutating func final(_ from: State) {
    guard let final = program.final else {
      stop = nil
      return
    }
    state = from
    state.threads.append(ThreadState(entry: -1, frames: [frame(final, [])]))
    begin(state.threads.count - 1, Choices())
    isAlone = true
    run()
    isAlone = false
  }

  // MARK: Instructions

  private mutating func run() {
    guard var frame = state.threads[current].frames.popLast() else { return }
    var budget = Self.longestStep
    loop: while stop == nil {
      budget -= 1
      guard budget > 0 else {
        obstruct("a loop that does not end", frame)
        break
      }
      switch program.functions[Int(frame.function.number)].code[Int(frame.next)] {
      case .push(let value): frame.stack.append(value)
      case .local(let register):
        let value = frame.locals[Int(register)]
        guard value.kind != .uninitialised else {
          fail(.uninitialisedRead, "a variable is read that was never set", nil, frame)
          break loop
        }
        frame.stack.append(value)
      case .setLocal(let register):
        frame.locals[Int(register)] = frame.stack.removeLast()
        recordStore(frame)
      case .newObject(let site):
        frame.stack.append(
          Value(
            pointer: newObject(
              MemoryObject(
                site: site, flags: [.isAlive, .isLocal], thread: Int16(current),
                frame: Int16(state.threads[current].frames.count)), frame), .root))
      case .member(let name):
        let top = frame.stack.count - 1
        let value = frame.stack[top]
        if value.kind == .pointer {
          frame.stack[top].bits = Int64(paths.member(name, of: value.path).number)
        } else if value.kind == .function {
          obstruct("a member of a function", frame)
        }
      case .firstElement:
        let top = frame.stack.count - 1
        let value = frame.stack[top]
        if value.kind == .pointer { frame.stack[top].bits = Int64(paths.element(0, of: value.path).number) }
      case .element:
        let index = frame.stack.removeLast()
        element(index, &frame)
      case .container(let chain):
        let top = frame.stack.count - 1
        let value = frame.stack[top]
        if value.kind == .pointer {
          frame.stack[top].bits = Int64(paths.container(chain, of: value.path).number)
        }
      case .retarget(let structure):
        let top = frame.stack.count - 1
        if frame.stack[top].kind == .pointer { frame.stack[top] = retargeted(frame.stack[top], structure) }
      case .load:
        guard let pointer = frame.stack.last, access(pointer, isWrite: false, &frame) else { break loop }
        let value = read(pointer)
        guard value.kind != .uninitialised else {
          fail(.uninitialisedRead, "memory is read that was never written", pointer, frame)
          break loop
        }
        frame.stack[frame.stack.count - 1] = value
        note(pointer, value, isWrite: false)
      case .store(let keeping):
        let top = frame.stack.count - 1
        let (pointer, value) = (frame.stack[top - 1], frame.stack[top])
        guard access(pointer, isWrite: true, &frame) else { break loop }
        if state.objects[Int(pointer.object)].flags.contains(.isShared) { share(value) }
        state.objects[Int(pointer.object)][pointer.path] = value
        note(pointer, value, isWrite: true)
        recordStore(frame)
        frame.stack.removeLast(2)
        if keeping { frame.stack.append(value) }
      case .copy: copy(&frame)
      case .clear: clear(&frame)
      case .negate(let type):
        let top = frame.stack.count - 1
        switch frame.stack[top].kind {
        case .number:
          let number = 0 &- frame.stack[top].bits
          frame.stack[top] = Value(number: type?.converted(number) ?? number)
        case .opaque: break
        default: obstruct("the negative of what is no number", frame)
        }
      case .complement(let type):
        let top = frame.stack.count - 1
        switch frame.stack[top].kind {
        case .number:
          let number = ~frame.stack[top].bits
          frame.stack[top] = Value(number: type?.converted(number) ?? number)
        case .opaque: break
        default: obstruct("the complement of what is no number", frame)
        }
      case .not:
        let top = frame.stack.count - 1
        guard let isTrue = truth(frame.stack[top], frame) else { break loop }
        frame.stack[top] = Value(number: isTrue ? 0 : 1)
      case .binary(let operation, let type): binary(operation, type, &frame)
      case .convert(let type): convert(type, &frame)
      case .jump(let target):
        if target < frame.next, isInCircle(frame, budget) {
          fail(.deadlock, "a loop in which nothing changes any more", nil, frame)
          break loop
        }
        frame.next = target
        continue
      case .jumpIfFalse(let target):
        guard let isTrue = truth(frame.stack.removeLast(), frame) else { break loop }
        if !isTrue {
          frame.next = target
          continue
        }
      case .jumpIfTrue(let target):
        guard let isTrue = truth(frame.stack.removeLast(), frame) else { break loop }
        if isTrue {
          if target < frame.next, isInCircle(frame, budget) {
            fail(.deadlock, "a loop in which nothing changes any more", nil, frame)
            break loop
          }
          frame.next = target
          continue
        }
      case .duplicate: if let top = frame.stack.last { frame.stack.append(top) }
      case .drop: frame.stack.removeLast()
      case .swap: frame.stack.swapAt(frame.stack.count - 1, frame.stack.count - 2)
      case .call(let id, let count):
        call(id, Int(count), &frame, isPointer: false)
        continue
      case .callPointer(let count):
        let callee = frame.stack[frame.stack.count - 1 - Int(count)]
        switch callee.kind {
        case .function:
          call(FunctionID(number: callee.object), Int(count), &frame, isPointer: true)
          continue
        case .number where callee.bits == 0:
          fail(.nullDereference, "a function pointer is called that is NULL", nil, frame)
        default: obstruct("what is called is no function", frame)
        }
      case .return(let hasValue):
        guard leave(&frame, hasValue ? frame.stack.last ?? .uninitialised : .uninitialised) else {
          break loop
        }
        continue
      case .intrinsic(let intrinsic): run(intrinsic, &frame)
      case .trap(let number): stop = .obstacle(program.obstacles[Int(number)])
      }
      if stop == nil { frame.next += 1 }
    }
    // A thread that ended has no frame left.
    if !hasEnded { state.threads[current].frames.append(frame) }
    hasEnded = false
  }

  /// Whether a long step has come back to where it was: no other thread can end its loop, as it would have ended the step.
  ///
  /// Source: R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 1980: what is compared with is taken anew
  /// at each power of two.
  private mutating func isInCircle(_ frame: Frame, _ budget: Int) -> Bool {
    let done = Self.longestStep - budget
    guard done >= Self.shortestCircle else { return false }
    if let circle, circle.frame == frame, circle.state == state { return true }
    if circle.map({ done >= $0.done * 2 }) ?? true { circle = (frame, state, done) }
    return false
  }

  /// Instructions of a step before its loops are looked at.
  private static let shortestCircle = 1 << 12

  private mutating func call(_ id: FunctionID, _ count: Int, _ frame: inout Frame, isPointer: Bool) {
    guard state.threads[current].frames.count < Self.deepestCalls else {
      return obstruct("calls that are nested too deeply", frame)
    }
    // What the scenario's own threads call is no stub.
    if program.functions[Int(id.number)].isStub, !program.functions[Int(frame.function.number)].isStub {
      recorder?.stubs.insert(id)
    }
    let arguments = Array(frame.stack.suffix(count))
    frame.stack.removeLast(count + (isPointer ? 1 : 0))
    frame.next += 1
    state.threads[current].frames.append(frame)
    frame = self.frame(id, arguments)
  }

  /// Leaves a function; false where the step or the thread ends.
  private mutating func leave(_ frame: inout Frame, _ value: Value) -> Bool {
    let depth = Int16(state.threads[current].frames.count)
    var dying: [Int] = []
    for (index, object) in state.objects.enumerated()
    where object.flags.contains(.isLocal) && object.flags.contains(.isAlive)
      && object.thread == Int16(current)
      && object.frame == depth
    {
      if object.flags.contains(.isShared) {
        protection.noteFree(of: object.site)
        guard pass(.visible, frame) else { return false }
      }
      dying.append(index)
    }
    for index in dying {
      state.objects[index].flags.remove(.isAlive)
      state.objects[index].cells = []
    }
    if let caller = state.threads[current].frames.popLast() {
      frame = caller
      frame.stack.append(value)
      return true
    }
    let thread = state.threads[current]
    if let lock = thread.held.first {
      fail(.lockMisuse, "it ends with a lock held", Value(pointer: lock.object, lock.path), frame)
      return false
    }
    if thread.readerDepth > 0 {
      fail(.lockMisuse, "it ends inside of a read-side critical section", nil, frame)
      return false
    }
    state.threads[current].held = []
    state.threads[current].readersAwaited = 0
    hasEnded = true
    // The places behind the last thread that runs are used anew.
    while state.threads.count > program.threads.count, state.threads.last?.hasEnded == true {
      state.threads.removeLast()
    }
    return false
  }

  // MARK: Ends of a step

  mutating func fail(_ kind: ViolationKind, _ text: String, _ value: Value?, _ frame: Frame) {
    let (function, place) = shownPlace(frame)
    stop = .violation(
      Failure(
        kind: kind, text: text, object: value.map { description(of: $0) } ?? "",
        whole: value.map { description(of: $0.whole) } ?? "", place: place, function: function))
  }

  mutating func obstruct(_ reason: String, _ frame: Frame) {
    stop = .obstacle(Obstacle(place: shownPlace(frame).place, reason: reason))
  }

  /// The innermost code that is not of the library.
  func shownPlace(_ frame: Frame) -> (function: FunctionID, place: CodePlace) {
    innermost(frame) { !$0.isPrimitive } ?? place(frame, isCaller: false)
  }

  /// The innermost code under test; where there is none, of the scenario.
  func stepPlace(_ frame: Frame) -> (function: FunctionID, place: CodePlace) {
    innermost(frame) { $0.isUnderTest } ?? shownPlace(frame)
  }

  private func innermost(_ frame: Frame, _ isWanted: (Function) -> Bool) -> (
    function: FunctionID, place: CodePlace
  )? {
    if isWanted(program.functions[Int(frame.function.number)]) { return place(frame, isCaller: false) }
    let caller = state.threads[current].frames.last { isWanted(program.functions[Int($0.function.number)]) }
    return caller.map { place($0, isCaller: true) }
  }

  private func place(_ frame: Frame, isCaller: Bool) -> (function: FunctionID, place: CodePlace) {
    let places = program.functions[Int(frame.function.number)].places
    // A caller stands behind its call.
    let next = Int(frame.next) - (isCaller ? 1 : 0)
    return (frame.function, places[max(0, min(next, places.count - 1))])
  }

  /// What a trace calls a thread.
  func name(ofThread number: Int, in state: State) -> String {
    guard state.threads.indices.contains(number) else { return "?" }
    let thread = state.threads[number]
    if thread.entry >= 0 { return program.threads[Int(thread.entry)].name }
    return thread.kind >= 0 ? program.texts[Int(thread.kind)] : "final"
  }

  /// What a pointer points to, in a few words: `the_lock`, `(device).refcnt`.
  func name(of pointer: Value) -> String {
    guard pointer.kind == .pointer else { return "" }
    let object = state.objects[Int(pointer.object)]
    let site = program.sites[Int(object.site.number)]
    let path = paths.text(of: pointer.path, names: program.names)
    switch site.kind {
    case .variable, .local: return site.name + path
    case .heap:
      let type = object.structure >= 0 ? program.structures[Int(object.structure)].name : site.name
      return "(\(type.split(separator: " ").last ?? ""))\(path)"
    }
  }

  /// The same with where it comes from.
  func description(of pointer: Value) -> String {
    guard pointer.kind == .pointer else { return "" }
    let object = state.objects[Int(pointer.object)]
    let site = program.sites[Int(object.site.number)]
    switch site.kind {
    case .variable: return name(of: pointer)
    case .local: return "\(name(of: pointer)), a variable of \(site.origin)"
    case .heap:
      let type = object.structure >= 0 ? program.structures[Int(object.structure)].name : "memory"
      let path = paths.text(of: pointer.path, names: program.names)
      return "\(type) from \(site.name)() in \(site.origin)\(path.isEmpty ? "" : ": \(path)")"
    }
  }
}
