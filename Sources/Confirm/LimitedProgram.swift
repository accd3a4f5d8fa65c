// SPDX-License-Identifier: GPL-2.0-or-later

internal import Subprocess

/// A program that is run with limits on its time and on what is kept of its output. Nothing else starts a program.
struct LimitedProgram: Sendable {
  /// How a run ended.
  enum End: Hashable, Sendable {
    case exited(Int32)
    case tookTooLong
    /// The task was cancelled, or a signal ended it.
    case ended
    case notStarted(String)
  }

  var name: String
  /// All that the program sees of the environment.
  var environment: [String: String]

  /// What is kept of both streams; the rest is read and dropped, so that the program does not wait for a reader.
  static let keptBytes = 1 << 20

  /// Runs it in a process group of its own, which is killed whole when the time is up or the task is cancelled.
  func run(_ arguments: [String], within limit: Duration) async -> (end: End, output: String) {
    await withTaskGroup(of: (end: End, output: String)?.self) { group in
      group.addTask { await run(arguments) }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      if let first { return first }
      let killed = await group.next() ?? nil
      return (Task.isCancelled ? .ended : .tookTooLong, killed?.output ?? "")
    }
  }

  private func run(_ arguments: [String]) async -> (end: End, output: String) {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    do {
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), environment: .custom(keys), platformOptions: options,
        input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        var bytes: [UInt8] = []
        for try await buffer in execution.standardOutput where bytes.count < Self.keptBytes {
          buffer.withUnsafeBytes { bytes += $0.prefix(Self.keptBytes - bytes.count) }
        }
        return bytes
      }
      let output = String(decoding: result.closureResult, as: UTF8.self)
      return switch result.terminationStatus {
      case .exited(let code): (.exited(code), output)
      case .signaled: (.ended, output)
      }
    } catch is CancellationError {
      return (.ended, "")
    } catch {
      return (Task.isCancelled ? .ended : .notStarted("\(error)"), "")
    }
  }

  private var keys: [Environment.Key: String] {
    Dictionary(
      environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } },
      uniquingKeysWith: { $1 })
  }
}
