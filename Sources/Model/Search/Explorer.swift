// SPDX-License-Identifier: GPL-2.0-or-later

/// Tries every interleaving of a program's threads, level by level, so that the first trace to a violation is a shortest
/// one.
struct Explorer {
  var executor: Executor
  let program: Program
  private let limits: SearchLimits
  var coder: StateCoder

  init(_ program: Program, _ limits: SearchLimits, reduces: Bool = true) {
    self.program = program
    self.limits = limits
    executor = Executor(program, assumesNothing: !reduces)
    coder = StateCoder(program)
  }

  // MARK: The search

  /// How a state was reached.
  private struct Origin {
    var parent: UInt32
    var action: Action
  }

  /// - Parameter clock: seconds since some moment.
  /// - Throws: `ScenarioError` where there is no first state.
  mutating func run(page: String, clock: () -> Double) throws(ScenarioError) -> Exploration {
    let start = clock()
    while true {
      executor.protection.begin()
      guard let first = executor.first() else { throw .cannotStart(page: page, why: reason(executor.stop)) }
      var search = Search(first: first)
      try search.encodeFirst(&coder, page)
      explore(&search, start, clock)
      if executor.protection.isContradicted, !search.isCut { continue }
      if search.isCut { search.exploration.reasons.insert(search.cut) }
      addLockOrders(&search)
      if !search.isCut { addCircle(&search) }
      return finished(search, start, clock)
    }
  }

  private struct Search {
    let first: State
    var store = StateStore()
    var progress = Progress()
    var origins: [Origin] = []
    var exploration = Exploration()
    var found: Set<Violation.Identity> = []
    var violations: [(failure: Executor.Failure, origin: Origin)] = []
    var orders: [LockOrder: (failure: Executor.Failure, origin: Origin)] = [:]
    /// Why the search ended before all states were seen.
    var cut = ""
    var isCut: Bool { !cut.isEmpty }

    /// What is kept in memory, in bytes.
    var size: Int { store.size + progress.size + origins.capacity * MemoryLayout<Origin>.stride }

    mutating func encodeFirst(_ coder: inout StateCoder, _ page: String) throws(ScenarioError) {
      let (bytes, leak) = coder.encode(first)
      if leak != nil { throw .cannotStart(page: page, why: "init() loses memory that nothing points to") }
      _ = store.insert(bytes)
      origins.append(Origin(parent: .max, action: Action(actor: 0, isWork: false, choices: [])))
    }
  }

  private mutating func explore(_ search: inout Search, _ start: Double, _ clock: () -> Double) {
    var next = 0
    while next < search.store.count {
      if next % 1024 == 0 {
        if clock() - start > limits.seconds {
          search.cut = "the time of \(limits.seconds) s is over"
        } else if search.size > limits.bytes {
          search.cut = "the memory of \(limits.bytes >> 20) MiB is full"
        }
      }
      if search.store.count > limits.states { search.cut = "there are more than \(limits.states) states" }
      if search.isCut { return }
      expand(next, &search)
      if executor.protection.isContradicted { return }
      next += 1
    }
  }

  private mutating func expand(_ number: Int, _ search: inout Search) {
    let state = coder.decode(search.store.bytes, search.store.range(of: number))
    var moves = 0
    var waiting: [(thread: Int, Executor.Waiting)] = []
    for thread in state.threads.indices where !state.threads[thread].hasEnded {
      var choices: Choices? = Choices()
      while let tried = choices {
        executor.step(state, thread: thread, tried)
        choices = executor.choices.following
        if case .blocked(let what) = executor.stop { waiting.append((thread, what)) } else { moves += 1 }
        take(
          Action(actor: UInt8(thread), isWork: false, choices: executor.choices.values), from: number, &search
        )
        if executor.protection.isContradicted { return }
      }
    }
    for work in state.deferred.indices where executor.mayStart(state.deferred[work], in: state) {
      var choices: Choices? = Choices()
      while let tried = choices {
        executor.start(state, work: work, tried)
        choices = executor.choices.following
        moves += 1
        take(
          Action(actor: UInt8(work), isWork: true, choices: executor.choices.values), from: number, &search)
        if executor.protection.isContradicted { return }
      }
    }
    // Work that is queued again and again is an end, too, as long as nobody else is there.
    if moves == 0 || state.threads.allSatisfy(\.hasEnded) { search.progress.addEnd(number) }
    if moves == 0 {
      rest(state, number, waiting, &search)
    }
  }

  /// What came of a step.
  private mutating func take(_ action: Action, from number: Int, _ search: inout Search) {
    let origin = Origin(parent: UInt32(number), action: action)
    if case .blocked = executor.stop {
    } else {
      for failure in executor.failedAssertions { add(failure, origin, &search) }
    }
    switch executor.stop {
    case nil, .pause:
      search.exploration.transitions += 1
      for (order, (function, place)) in executor.orders where search.orders[order] == nil {
        let failure = Executor.Failure(
          kind: .lockMisuse, text: "", object: "", place: place, function: function, isOfSpace: true)
        search.orders[order] = (failure, origin)
      }
      let (bytes, leak) = coder.encode(executor.state)
      if let leak {
        search.progress.addEnd(number)
        let name = executor.description(of: Value(pointer: Int32(leak), .root))
        let (function, place) = lastStore(action, number, search)
        add(
          Executor.Failure(
            kind: .leak, text: "nothing points to it any more, and it was not freed", object: name,
            whole: name, place: place, function: function), origin, &search)
        return
      }
      let (next, isNew) = search.store.insert(bytes)
      if isNew { search.origins.append(origin) }
      search.progress.addStep(from: number, to: next)
    case .blocked: break
    case .violation(let failure):
      search.exploration.transitions += 1
      search.progress.addEnd(number)
      add(failure, origin, &search)
    case .obstacle(let obstacle):
      search.progress.addEnd(number)
      search.exploration.reasons.insert("\(place(obstacle.place)): \(obstacle.reason)")
    }
  }

  /// A state from which nothing moves.
  private mutating func rest(
    _ state: State, _ number: Int, _ waiting: [(thread: Int, Executor.Waiting)], _ search: inout Search
  ) {
    let stuck = waiting.filter { !program.mayWait.contains($0.thread) || state.threads[$0.thread].entry < 0 }
    let origin = search.origins[number]
    guard stuck.isEmpty else {
      var kind = ViolationKind.deadlock
      var words: [String] = []
      for (thread, what) in stuck {
        let name = executor.name(ofThread: thread, in: state)
        executor.state = state
        switch what {
        case .lock(let lock):
          words.append("\(name) waits for \(executor.name(of: Value(pointer: lock.object, lock.path)))")
        case .condition(.wakeUp):
          words.append("\(name) sleeps, and nobody wakes it")
          if stuck.allSatisfy({ if case .condition(.wakeUp) = $0.1 { true } else { false } }) {
            kind = .lostWakeUp
          }
        case .condition(.condition): words.append("\(name) waits for what does not come")
        }
      }
      executor.current = stuck[0].thread
      executor.state = state
      let frame = state.threads[stuck[0].thread].frames.last
      let (function, place) =
        frame.map { executor.shownPlace($0) } ?? (program.start, CodePlace(file: 0, line: 0))
      add(
        Executor.Failure(
          kind: kind, text: words.joined(separator: "; "), object: "", place: place, function: function),
        origin,
        &search)
      return
    }
    executor.final(state)
    for failure in executor.failedAssertions { add(failure, origin, &search) }
    switch executor.stop {
    case .violation(let failure): add(failure, origin, &search)
    case .obstacle(let obstacle):
      search.exploration.reasons.insert("\(place(obstacle.place)): \(obstacle.reason)")
    default: break
    }
    search.exploration.quiescent += 1
  }

  /// Where a step stored last.
  private mutating func lastStore(
    _ action: Action, _ number: Int, _ search: Search
  ) -> (function: FunctionID, place: CodePlace) {
    let state = coder.decode(search.store.bytes, search.store.range(of: number))
    let begin = place(of: action, in: state)
    executor.recorder = Recorder()
    executor.perform(action, from: state, Choices(action.choices))
    defer { executor.recorder = nil }
    return executor.recorder?.lastStore ?? executor.recorder?.begin ?? begin
  }

  private func add(_ failure: Executor.Failure, _ origin: Origin, _ search: inout Search) {
    guard search.found.insert(Violation.Identity(failure)).inserted else { return }
    search.violations.append((failure, origin))
  }

  /// Two locks that are taken in both orders can wait for each other, in this scenario or in another.
  private func addLockOrders(_ search: inout Search) {
    let pairs = search.orders.filter { $0.key.outer != $0.key.inner }
    let sorted = pairs.sorted {
      ($0.value.origin.parent, $0.key.outer.site.number, $0.key.inner.site.number)
        < ($1.value.origin.parent, $1.key.outer.site.number, $1.key.inner.site.number)
    }
    for (order, later) in sorted {
      let reverse = LockOrder(outer: order.inner, inner: order.outer)
      guard let earlier = pairs[reverse],
        earlier.origin.parent < later.origin.parent
          || earlier.origin.parent == later.origin.parent && order.inner.site.number < order.outer.site.number
      else { continue }
      var failure = later.failure
      failure.text =
        "\(name(order.inner)) is taken under \(name(order.outer)), and elsewhere the other way round"
      add(failure, later.origin, &search)
    }
    search.violations.sort { $0.origin.parent < $1.origin.parent }
  }

  /// A state from which no execution comes to an end: a thread spins, or waits while work is queued again and again.
  private mutating func addCircle(_ search: inout Search) {
    guard let number = search.progress.firstWithoutEnd(of: search.store.count) else { return }
    let state = coder.decode(search.store.bytes, search.store.range(of: number))
    let open = state.threads.indices.filter { !state.threads[$0].hasEnded }
    let moving = open.filter { thread in
      executor.step(state, thread: thread, Choices())
      if case .blocked = executor.stop { return false }
      return true
    }
    guard let thread = moving.first ?? open.first, let frame = state.threads[thread].frames.last else {
      return
    }
    (executor.state, executor.current) = (state, thread)
    let (function, place) = executor.shownPlace(frame)
    let names = (moving.isEmpty ? open : moving).map { executor.name(ofThread: $0, in: state) }
      .joined(separator: ", ")
    let does = moving.isEmpty ? "waits while work goes on" : "runs in a circle"
    add(
      Executor.Failure(
        kind: .deadlock, text: "from here no execution ends: \(names) \(does)", object: "",
        place: place,
        function: function, isOfSpace: true), search.origins[number], &search)
  }

  private func name(_ lock: Protection.Place) -> String {
    let site = program.sites[Int(lock.site.number)]
    return site.name + executor.paths.text(of: lock.path, names: program.names)
  }

  func place(_ place: CodePlace) -> String {
    let path = program.files.indices.contains(Int(place.file)) ? program.files[Int(place.file)].path : "?"
    return "\(path):\(place.line)"
  }

  func reason(_ stop: Executor.Stop?) -> String {
    switch stop {
    case .violation(let failure): "\(place(failure.place)): \(failure.text)"
    case .obstacle(let obstacle): "\(place(obstacle.place)): \(obstacle.reason)"
    default: "init() waits"
    }
  }

  // MARK: Results

  private mutating func finished(_ search: Search, _ start: Double, _ clock: () -> Double) -> Exploration {
    var exploration = search.exploration
    exploration.states = search.store.count
    exploration.bytes = search.size
    for (failure, origin) in search.violations {
      var actions: [Action] = []
      var next = origin
      while next.parent != .max {
        actions.append(next.action)
        next = search.origins[Int(next.parent)]
      }
      exploration.violations.append(violation(failure, actions.reversed(), from: search.first))
    }
    exploration.obstacles =
      program.obstacles.map { "\(place($0.place)): \($0.reason)" }
      + program.undefined.map { "\($0) is taken for 0" }
    exploration.seconds = clock() - start
    return exploration
  }
}
