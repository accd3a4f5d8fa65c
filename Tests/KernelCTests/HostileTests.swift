// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import Synchronization
import Testing

/// Input that is made to break a parser: each must be read in a small stack, in work that grows with its length, and
/// what is good in it must be found.
struct HostileTests {
  /// Runs something on a thread with the stack that Dispatch gives its workers.
  static func onSmallStack<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value? {
    let result = Mutex<Value?>(nil)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      let value = work()
      result.withLock { $0 = value }
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
    return result.withLock { $0 }
  }

  /// Names of the functions that are found, and how many nodes there are.
  private static func read(_ text: String) -> (names: [String], nodes: Int) {
    let bytes = Array(text.utf8)
    return onSmallStack {
      let tree = SyntaxTree(parsing: TokenBuffer(lexing: bytes))
      for function in tree.functions { _ = ControlFlow(of: function, in: tree) }
      return (tree.functions.map { tree.name(of: $0) }, tree.count)
    } ?? ([], 0)
  }

  @Test(arguments: Nest.all.indices)
  func survivesNesting(_ index: Int) {
    let (open, middle, close) = Nest.all[index]
    func text(_ depth: Int, _ before: String, _ behind: String) -> String {
      before + String(repeating: open, count: depth) + middle + String(repeating: close, count: depth)
        + behind
    }
    let isBalanced = !close.isEmpty && !open.isEmpty && !open.contains("#")
    for (before, behind) in [("void f(void)\n{\n\t", ";\n}\n"), ("", ";\n")] {
      let short = Self.read(text(2_000, before, behind) + "void good(void)\n{\n}\n")
      let long = Self.read(text(4_000, before, behind) + "void good(void)\n{\n}\n")
      // Twice the text makes no more than twice the tree, but for what is read again.
      #expect(long.nodes <= 21 * short.nodes / 10 + 100, "\(open)…\(close)")
      if isBalanced { #expect(long.names.contains("good"), "\(open)…\(close)") }
    }
  }
}
