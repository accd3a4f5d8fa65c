// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation

/// A process as the system shows it in /proc.
///
/// Source: `proc(5)`.
struct RunningProcess: Hashable {
  var id: Int32
  var parent: Int32
  /// Clock ticks between the system's start and the process's: with the id, a name that is never used again.
  var start: UInt64

  /// nil where there is none, or the system does not show it.
  init?(_ id: Int32) {
    guard id > 0, let text = Self.file(id, "stat"), let end = text.lastIndex(of: ")") else { return nil }
    // The name in parentheses may hold anything; the fields behind it are counted from the third.
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let parent = Int32(fields[1]), let start = UInt64(fields[19]) else { return nil }
    (self.id, self.parent, self.start) = (id, parent, start)
  }

  /// The words that it was started with.
  var arguments: [String] {
    Self.file(id, "cmdline")?.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(
      String.init) ?? []
  }

  /// Where it stands; nil where the system does not show it.
  var folder: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd") }

  /// The processes above one, the nearest first.
  static func ancestors(of id: Int32) -> [RunningProcess] {
    var found: [RunningProcess] = []
    var next = RunningProcess(id)?.parent ?? 0
    while found.count < mostAncestors, let process = RunningProcess(next) {
      found.append(process)
      next = process.parent
    }
    return found
  }

  /// Between a hook and the program that has git run it stand a shell or two and git.
  private static let mostAncestors = 12

  private static func file(_ id: Int32, _ name: String) -> String? {
    (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/\(name)"))).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
