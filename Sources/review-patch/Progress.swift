// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import SourceText
internal import Synchronization

/// A line on a terminal that says for work over a second what is being done, and goes when it is done.
final class Progress: Sendable {
  private struct State {
    var isOver = false
    /// The seconds that the line tells; 0 where there is no line yet.
    var shown = 0
  }

  private let state = Mutex(State())

  /// nil where nobody watches the stream for talk.
  init?(_ work: String) {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    let start = MonotonicClock.now()
    SystemThread { [self] in
      while true {
        usleep(Self.step)
        let seconds = Int(MonotonicClock.now() - start)
        let isOver = state.withLock { state in
          guard !state.isOver else { return true }
          if seconds > state.shown {
            state.shown = seconds
            Output.talk("\rreview-patch: \(work)  \(seconds) s")
          }
          return false
        }
        if isOver { return }
      }
    }?.detach()
  }

  /// Takes the line away; what is printed afterwards begins in the first column.
  func end() {
    state.withLock { state in
      if state.shown > 0, !state.isOver { Output.talk("\r\u{1b}[K") }
      state.isOver = true
    }
  }

  /// Microseconds between two looks at the clock.
  private static let step: UInt32 = 200_000
}
