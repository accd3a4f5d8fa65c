// SPDX-License-Identifier: GPL-2.0-or-later

/// What one state leads to. It depends on the state and on what is assumed of memory, and on nothing else: any thread can
/// find it out.
struct Expansion: Sendable {
  /// What came of one action.
  struct Step: Sendable {
    enum Result: Sendable {
      /// The next state, as the coder writes it.
      case state([UInt8])
      /// A rule is broken, and the execution ends.
      case violation
      /// Something that cannot be executed: `file:line: reason`.
      case obstacle(String)
      case blocked
    }

    var action: Action
    var result: Result
    /// Assertions that did not hold, then what ended the execution.
    var failures: [Executor.Failure] = []
    var events: [Executor.Event] = []
    var orders: [(order: LockOrder, failure: Executor.Failure)] = []
  }

  var steps: [Step] = []
  /// Nothing moves here, and what is wrong with that.
  var isAtRest = false
  var failures: [Executor.Failure] = []
  /// What `final()` cannot execute.
  var obstacle: String?
  /// No thread of the scenario is left.
  var isOver = false
  var isQuiescent = false
}

/// Finds out what states lead to.

struct Expander: Sendable {
  let program: Program
  var executor: Executor
  var coder: StateCoder

  init(_ program: Program, reduces: Bool) {
    self.program = program
    executor = Executor(program, assumesNothing: !reduces)
    coder = StateCoder(program)
  }

  mutating func expand(_ state: State) -> Expansion {
    var expansion = Expansion()
    var moves = 0
    var waiting: [(thread: Int, Executor.Waiting)] = []
    for thread in state.threads.indices where !state.threads[thread].hasEnded {
      var choices: Choices? = Choices()
      while let tried = choices {
        executor.step(state, thread: thread, tried)
        choices = executor.choices.following
        if case .blocked(let what) = executor.stop { waiting.append((thread, what)) } else { moves += 1 }
        add(Action(actor: UInt8(thread), isWork: false, choices: executor.choices.values), state, &expansion)
      }
    }
    for work in state.deferred.indices where executor.mayStart(state.deferred[work], in: state) {
      var choices: Choices? = Choices()
      while let tried = choices {
        executor.start(state, work: work, tried)
        choices = executor.choices.following
        moves += 1
        add(Action(actor: UInt8(work), isWork: true, choices: executor.choices.values), state, &expansion)
      }
    }
    expansion.isOver = state.threads.allSatisfy(\.hasEnded)
    if moves == 0 { rest(state, waiting, &expansion) }
    return expansion
  }

  /// What came of the step that the executor made.
  private mutating func add(_ action: Action, _ from: State, _ expansion: inout Expansion) {
    var step = Expansion.Step(action: action, result: .blocked)
    switch executor.stop {
    case .blocked: break
    case nil, .pause:
      step.failures = executor.failedAssertions
      step.events = executor.events
      for (order, (function, place)) in executor.orders {
        let failure = Executor.Failure(
          kind: .lockMisuse, text: "", object: "", place: place, function: function, isOfSpace: true)
        step.orders.append((order, failure))
      }
      let (bytes, leak) = coder.encode(executor.state)
      step.result = .state(bytes)
      if let leak {
        let name = executor.description(of: Value(pointer: Int32(leak), .root))
        let (function, place) = lastStore(action, from)
        step.result = .violation
        step.failures.append(
          Executor.Failure(
            kind: .leak, text: "nothing points to it any more, and it was not freed", object: name,
            whole: name, place: place, function: function))
      }
    case .violation(let failure):
      step.failures = executor.failedAssertions + [failure]
      step.result = .violation
    case .obstacle(let obstacle):
      step.failures = executor.failedAssertions
      step.result = .obstacle(text(obstacle))
    }
    expansion.steps.append(step)
  }

  /// A state from which nothing moves.
  private mutating func rest(
    _ state: State, _ waiting: [(thread: Int, Executor.Waiting)], _ expansion: inout Expansion
  ) {
    expansion.isAtRest = true
    let stuck = waiting.filter { !program.mayWait.contains($0.thread) || state.threads[$0.thread].entry < 0 }
    guard stuck.isEmpty else {
      expansion.failures = [deadlock(state, stuck)]
      return
    }
    executor.final(state)
    expansion.failures = executor.failedAssertions
    switch executor.stop {
    case .violation(let failure): expansion.failures.append(failure)
    case .obstacle(let obstacle): expansion.obstacle = text(obstacle)
    default: break
    }
    expansion.isQuiescent = true
  }

  private mutating func deadlock(_ state: State, _ stuck: [(thread: Int, Executor.Waiting)])
    -> Executor.Failure
  {
    var kind = ViolationKind.deadlock
    var words: [String] = []
    executor.state = state
    for (thread, what) in stuck {
      let name = executor.name(ofThread: thread, in: state)
      switch what {
      case .lock(let lock):
        words.append("\(name) waits for \(executor.name(of: Value(pointer: lock.object, lock.path)))")
      case .condition(.wakeUp): words.append("\(name) sleeps, and nobody wakes it")
      case .condition(.condition): words.append("\(name) waits for what does not come")
      }
    }
    if stuck.allSatisfy({ if case .condition(.wakeUp) = $0.1 { true } else { false } }) { kind = .lostWakeUp }
    executor.current = stuck[0].thread
    let frame = state.threads[stuck[0].thread].frames.last
    let (function, place) =
      frame.map { executor.shownPlace($0) } ?? (program.start, CodePlace(file: 0, line: 0))
    return Executor.Failure(
      kind: kind, text: words.joined(separator: "; "), object: "", place: place, function: function)
  }

  /// Where a step stored last.
  private mutating func lastStore(
    _ action: Action, _ state: State
  ) -> (function: FunctionID, place: CodePlace) {
    let begin = place(of: action, in: state)
    executor.recorder = Recorder()
    executor.perform(action, from: state, Choices(action.choices))
    defer { executor.recorder = nil }
    return executor.recorder?.lastStore ?? executor.recorder?.begin ?? begin
  }

  // MARK: Places

  func text(_ place: CodePlace) -> String {
    let path = program.files.indices.contains(Int(place.file)) ? program.files[Int(place.file)].path : "?"
    return "\(path):\(place.line)"
  }

  func text(_ obstacle: Obstacle) -> String { "\(text(obstacle.place)): \(obstacle.reason)" }

  /// Where a thread stands before a step in which it makes no access.
  mutating func place(of action: Action, in state: State) -> (function: FunctionID, place: CodePlace) {
    if action.isWork {
      let id = FunctionID(number: state.deferred[Int(action.actor)].function.object)
      return (id, program.functions[Int(id.number)].places.first ?? CodePlace(file: 0, line: 0))
    }
    guard let frame = state.threads[Int(action.actor)].frames.last else {
      return (program.start, CodePlace(file: 0, line: 0))
    }
    (executor.state, executor.current) = (state, Int(action.actor))
    return executor.stepPlace(frame)
  }
}

extension Expander {
  /// Runs some executions at random, to learn cheaply what cannot be assumed of memory: what a search finds out in its depths
  /// makes it begin anew.
  mutating func probe(from first: State) {
    var random = SplitMix(seed: 1)
    var (quiet, walks) = (0, 0)
    while quiet < Self.quietProbes {
      let before = executor.protection.foundCount
      walk(from: first, pauses: Self.pauses[walks % Self.pauses.count], &random)
      walks += 1
      quiet = executor.protection.foundCount == before ? quiet + 1 : 0
    }
  }

  /// So many executions after which nothing new was seen are enough.
  private static let quietProbes = 60
  /// Of how many steps of a thread one is followed by another thread's: what is rare with one of them is common with another.
  private static let pauses: [UInt64] = [1, 4, 16]
  private static let longestWalk = 1000

  private mutating func walk(from first: State, pauses: UInt64, _ random: inout SplitMix) {
    var state = first
    var last = -1
    for _ in 0..<Self.longestWalk {
      var actors = state.threads.indices.filter { !state.threads[$0].hasEnded }.map { ($0, false) }
      actors += state.deferred.indices.filter { executor.mayStart(state.deferred[$0], in: state) }.map {
        ($0, true)
      }
      var hasMoved = false
      var again = actors.firstIndex { $0 == (last, false) }
      if random.next(below: pauses) == 0 { again = nil }
      while !hasMoved, !actors.isEmpty {
        let (actor, isWork) = actors.remove(at: again ?? Int(random.next(below: UInt64(actors.count))))
        again = nil
        let action = Action(actor: UInt8(actor), isWork: isWork, choices: [])
        executor.perform(action, from: state, Choices())
        while random.next(below: 2) == 0, let others = executor.choices.following {
          executor.perform(action, from: state, others)
        }
        switch executor.stop {
        case .blocked: break
        case nil, .pause: hasMoved = true
        case .violation, .obstacle: return
        }
      }
      guard hasMoved else { return }
      (state, last) = (executor.state, executor.current)
    }
  }
}

/// Numbers that look random and are the same in every run.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
private struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below bound: UInt64) -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return (mixed ^ mixed >> 31) % bound
  }
}
