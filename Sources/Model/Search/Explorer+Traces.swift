// SPDX-License-Identifier: GPL-2.0-or-later

/// Executions made again, step by step.
extension Explorer {
  /// Runs the actions of a violation again, and notes what each does.
  mutating func violation(
    _ failure: Executor.Failure, _ actions: [Action], from first: State
  ) -> Violation {
    var violation = Violation(
      kind: failure.kind, text: failure.text, object: failure.object,
      whole: failure.whole, function: program.functions[Int(failure.function.number)].name,
      path: path(failure.place),
      line: Int(failure.place.line), source: program.text(at: failure.place))
    var state = first
    var last = -1
    var stubs: Set<FunctionID> = []
    for action in actions {
      let thread = action.isWork ? -1 : Int(action.actor)
      if last >= 0, last != thread, state.threads.indices.contains(last), !state.threads[last].hasEnded {
        executor.step(state, thread: last, Choices())
        if case .blocked = executor.stop {} else { violation.preemptions += 1 }
      }
      executor.recorder = Recorder()
      executor.perform(action, from: state, Choices(action.choices))
      let recorder = executor.recorder ?? Recorder()
      executor.recorder = nil
      stubs.formUnion(recorder.stubs)
      let (after, current) = (executor.state, executor.current)
      let begin = recorder.begin ?? expander.place(of: action, in: state)
      violation.add(
        TraceStep(
          thread: name(of: action, in: state),
          function: program.functions[Int(begin.function.number)].name, path: path(begin.place),
          line: Int(begin.place.line), text: program.text(at: begin.place), notes: recorder.notes))
      last = current
      state = after
      violation.replay += violation.replay.isEmpty ? action.token : ".\(action.token)"
    }
    violation.isReproduced = ends(in: failure, state)
    violation.stubs = stubs.map { program.functions[Int($0.number)].name }.sorted()
    return violation
  }

  /// Whether the last step, or the state behind it, is what a violation says; of what only the whole space shows the
  /// trace could be made, and that is all.
  private mutating func ends(in failure: Executor.Failure, _ state: State) -> Bool {
    func isThis(_ other: Executor.Failure) -> Bool {
      other.kind == failure.kind && other.place == failure.place
    }
    func isInExecutor() -> Bool {
      if case .violation(let found) = executor.stop, isThis(found) { return true }
      return executor.failedAssertions.contains(where: isThis)
    }
    if failure.isOfSpace || isInExecutor() { return true }
    switch failure.kind {
    case .leak: return expander.coder.encode(state).leak != nil
    case .deadlock, .lostWakeUp:
      return state.threads.indices.allSatisfy { thread in
        if state.threads[thread].hasEnded { return true }
        executor.step(state, thread: thread, Choices())
        if case .blocked = executor.stop { return true }
        return false
      }
    default:
      executor.final(state)
      return isInExecutor()
    }
  }

  private func name(of action: Action, in state: State) -> String {
    action.isWork
      ? program.texts[Int(state.deferred[Int(action.actor)].kind)]
      : executor.name(ofThread: Int(action.actor), in: state)
  }

  /// Makes an execution again.
  mutating func replay(_ token: String, page: String, clock: () -> Double) throws(ScenarioError) -> Violation
  {
    // Where the steps end depends on what the search found out about memory.
    let exploration = try run(page: page, clock: clock)
    if let known = exploration.violations.first(where: { $0.replay == token }) { return known }
    guard let first = executor.first() else { throw .cannotStart(page: page, why: reason(executor.stop)) }
    var (state, actions) = (first, [] as [Action])
    var failure = Executor.Failure(
      kind: .assertion, text: "nothing is broken up to here", object: "", place: CodePlace(file: -1, line: 0),
      function: program.start)
    for (number, part) in token.split(separator: ".").enumerated() {
      guard let action = Action(token: part), take(action, &state) else {
        throw .badReplay(page: page, action: number + 1)
      }
      actions.append(action)
      if let failed = executor.failedAssertions.first { failure = failed }
      if case .violation(let failed) = executor.stop { failure = failed }
    }
    return violation(failure, actions, from: first)
  }

  /// One action of an execution; false where it cannot be.
  private mutating func take(_ action: Action, _ state: inout State) -> Bool {
    let number = Int(action.actor)
    if action.isWork {
      guard state.deferred.indices.contains(number), executor.mayStart(state.deferred[number], in: state)
      else {
        return false
      }
    } else {
      guard state.threads.indices.contains(number), !state.threads[number].hasEnded else { return false }
    }
    executor.perform(action, from: state, Choices(action.choices))
    state = executor.state
    if case .blocked = executor.stop { return false }
    return true
  }

  func path(_ place: CodePlace) -> String {
    program.files.indices.contains(Int(place.file)) ? program.files[Int(place.file)].path : ""
  }
}
