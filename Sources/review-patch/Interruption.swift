// SPDX-License-Identifier: GPL-2.0-or-later

internal import Dispatch
internal import Glibc

/// Work that the user can interrupt and that then tidies up: programs in process groups of their own do not hear the
/// terminal.
enum Interruption {
  /// What the work returns; nil where a signal came. The work is then cancelled, and has ended.
  static func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value? {
    let task = Task { await work() }
    let sources = [SIGHUP, SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { task.cancel() }
      source.resume()
      return (number, source)
    }
    let value = await task.value
    for (number, source) in sources {
      source.cancel()
      signal(number, SIG_DFL)
    }
    return task.isCancelled ? nil : value
  }
}
