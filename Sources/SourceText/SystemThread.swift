// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc

/// A thread of the system's with a stack that is deep enough for whatever a parser follows.
public struct SystemThread: Sendable {
  /// Bytes; what is not used is not backed by memory.
  private static let stackSize = 8 << 20

  private let thread: pthread_t

  /// nice(1) of a thread that gives way: a third of what others get where there is too little for all.
  private static let giveWay: Int32 = 5

  /// Runs a closure; nil where there can be no further thread: then it is not run.
  /// - Parameter givesWay: whether it, and the threads it begins, are for the time that others leave.
  public init?(givesWay: Bool = false, _ work: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, Self.stackSize)
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(
      Work {
        // Linux keeps it for each thread; where it is refused, the thread is one as others are.
        if givesWay { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.giveWay) }
        work()
      })
    let failed = pthread_create(
      &thread, &attributes,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard failed == 0 else {
      context.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits for its end. This or `detach` is to be called, once.
  public func join() { pthread_join(thread, nil) }

  /// Lets it go on by itself, to its end or that of the process.
  public func detach() { pthread_detach(thread) }
}

/// What `pthread_create` can hand on.
private final class Work: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
