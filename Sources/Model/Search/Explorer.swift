// SPDX-License-Identifier: GPL-2.0-or-later

/// Tries every interleaving of a program's threads, level by level, so that the first trace to a violation is a shortest
/// one.
struct Explorer {
  var expander: Expander
  let program: Program
  private let limits: SearchLimits
  private let reduces: Bool
  private var specification: Specification?

  /// - Parameter specification: what the program has to refine.
  init(
    _ program: Program, _ limits: SearchLimits, reduces: Bool = true, specification: Specification? = nil
  ) {
    (self.program, self.limits, self.reduces) = (program, limits, reduces)
    self.specification = specification
    expander = Expander(program, reduces: reduces)
  }

  var executor: Executor {
    get { expander.executor }
    _modify { yield &expander.executor }
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
    executor.protection.begin()
    guard let first = executor.first() else { throw .cannotStart(page: page, why: reason(executor.stop)) }
    if reduces { expander.probe(from: first) }
    while true {
      executor.protection.begin()
      var search = Search(first: first)
      try search.encodeFirst(&expander.coder, page)
      if limits.isDepthFirst {
        exploreInDepth(&search, start, clock)
      } else {
        explore(&search, start, clock)
      }
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
    var workers = Workers(limits.threads)
    var next = 0
    while next < search.store.count {
      search.cut = cut(search, clock() - start)
      if search.isCut { return }
      let batch = next..<min(search.store.count, next + Workers.batch)
      let expansions = workers.expand(batch, of: search.store, &expander)
      for (number, expansion) in zip(batch, expansions) {
        search.cut = cut(search, 0)
        if search.isCut { return }
        // What comes upon a new way into an object is expanded here, so that ways have the same numbers in every run.
        take(expansion ?? expander.expand(search.store, number), of: number, &search)
      }
      if executor.protection.isContradicted { return }
      next = batch.upperBound
    }
  }

  private mutating func exploreInDepth(_ search: inout Search, _ start: Double, _ clock: () -> Double) {
    var open = [0]
    var expanded = 0
    while let number = open.popLast() {
      expanded += 1
      search.cut = cut(search, expanded % 1024 == 0 ? clock() - start : 0)
      if search.isCut { return }
      let known = search.store.count
      take(expander.expand(search.store, number), of: number, &search)
      open += known..<search.store.count
      if executor.protection.isContradicted { return }
    }
  }

  /// Why the search must end here; empty where it may go on.
  private func cut(_ search: Search, _ seconds: Double) -> String {
    if seconds > limits.seconds { return "the time of \(limits.seconds) s is over" }
    if search.size > limits.bytes { return "the memory of \(limits.bytes >> 20) MiB is full" }
    return search.store.count > limits.states ? "there are more than \(limits.states) states" : ""
  }

  private mutating func take(_ expansion: Expansion, of number: Int, _ search: inout Search) {
    for step in expansion.steps {
      let origin = Origin(parent: UInt32(number), action: step.action)
      for failure in step.failures { add(failure, origin, &search) }
      switch step.result {
      case .state(let bytes):
        search.exploration.transitions += 1
        guard let tag = observe(step, number, &search) else { continue }
        for (order, failure) in step.orders where search.orders[order] == nil {
          search.orders[order] = (failure, origin)
        }
        let (next, isNew) = search.store.insert(bytes, tag: tag)
        if isNew { search.origins.append(origin) }
        search.progress.addStep(from: number, to: next)
      case .violation:
        search.exploration.transitions += 1
        search.progress.addEnd(number)
      case .obstacle(let reason):
        search.progress.addEnd(number)
        search.exploration.reasons.insert(reason)
      case .blocked: break
      }
    }
    // Work that is queued again and again is an end, too, as long as nobody else is there.
    if expansion.isAtRest || expansion.isOver { search.progress.addEnd(number) }
    for failure in expansion.failures { add(failure, search.origins[number], &search) }
    if let reason = expansion.obstacle { search.exploration.reasons.insert(reason) }
    if expansion.isQuiescent {
      search.exploration.quiescent += 1
      askForRest(number, &search)
    }
  }

  // MARK: The specification

  /// The tag of the state behind a step: what the specification may be in then. nil where it does not allow what is observed.
  private mutating func observe(_ step: Expansion.Step, _ number: Int, _ search: inout Search) -> UInt32? {
    guard let id = specification?.id else { return 0 }
    var tag = search.store.tag(of: number)
    for event in step.events {
      guard let next = specification?.after(tag, event.text) else {
        let allowed = specification?.events(after: tag) ?? []
        let others = allowed.isEmpty ? "nothing" : allowed.map { "`\($0)`" }.joined(separator: ", ")
        search.progress.addEnd(number)
        add(
          Executor.Failure(
            kind: .assertion, text: "`\(event.text)` is observed, where \(id) allows \(others)",
            object: "", place: event.place, function: event.function, isOfSpace: true, identity: event.text),
          Origin(parent: UInt32(number), action: step.action), &search)
        return nil
      }
      tag = next
    }
    return tag
  }

  /// Where the code comes to rest, so must the specification be able to.
  private mutating func askForRest(_ number: Int, _ search: inout Search) {
    guard let specification, !specification.mayRest(in: search.store.tag(of: number)) else { return }
    let wanted = specification.events(after: search.store.tag(of: number)).map { "`\($0)`" }
    let function = program.final ?? program.threads.last?.function ?? program.start
    add(
      Executor.Failure(
        kind: .assertion,
        text:
          "nothing moves any more, where \(specification.id) promises \(wanted.joined(separator: " or "))",
        object: "",
        place: program.functions[Int(function.number)].places.first ?? CodePlace(file: 0, line: 0),
        function: function, isOfSpace: true, identity: ""), search.origins[number], &search)
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
    let state = expander.state(number, of: search.store)
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

  func reason(_ stop: Executor.Stop?) -> String {
    switch stop {
    case .violation(let failure): "\(expander.text(failure.place)): \(failure.text)"
    case .obstacle(let obstacle): expander.text(obstacle)
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
      program.obstacles.map { expander.text($0) }
      + program.undefined.map { "\($0) is taken for 0" }
    exploration.seconds = clock() - start
    return exploration
  }
}
