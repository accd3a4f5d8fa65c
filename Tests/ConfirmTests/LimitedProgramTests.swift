// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import Confirm

/// Programs within their limits.
@Suite struct LimitedProgramTests {
  private static let shell = LimitedProgram(name: "sh", environment: ["PATH": "/usr/bin:/bin", "A": "b"])

  @Test(
    arguments: [
      ("echo out; echo talk >&2; exit 3", .exited(3), "out\ntalk\n"),
      ("env | sort | head -n 1", .exited(0), "A=b\n"),
      ("cat", .exited(0), ""), ("kill -9 $$", .ended, ""),
    ] as [(String, LimitedProgram.End, String)])
  func runs(_ script: String, _ end: LimitedProgram.End, _ output: String) async {
    let result = await Self.shell.run(["-c", script], within: .seconds(300))
    #expect(result.end == end && result.output == output)
  }

  @Test func keepsTheBeginningOfALongOutput() async {
    let result = await Self.shell.run(["-c", "head -c 5000000 /dev/zero"], within: .seconds(300))
    #expect(result.end == .exited(0) && result.output.utf8.count == LimitedProgram.keptBytes)
  }

  /// Its children hold the output open, and are ended with it. How soon is not asked: while other tests hold all threads
  /// of the pool, no time is up.
  @Test(.timeLimit(.minutes(10))) func endsTheWholeGroup() async throws {
    let result = await Self.shell.run(
      ["-c", "trap '' TERM; sleep 3061.25 & sleep 3061.25"], within: .seconds(1))
    #expect(result.end == .tookTooLong)
    let left = await Self.shell.run(["-c", "ps -eo args | grep '^sleep 3061.25'"], within: .seconds(300))
    #expect(left.output == "")
  }

  @Test func saysThatThereIsNone() async {
    let result = await LimitedProgram(name: "no-such-program", environment: ["PATH": "/bin"]).run(
      [], within: .seconds(300))
    guard case .notStarted = result.end else {
      Issue.record("\(result.end)")
      return
    }
  }
}
