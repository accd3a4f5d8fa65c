// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
internal import SourceText

/// What the hooks of one repository keep in the cache from call to call: the last report, and which mails of a run may go.
public struct HookState: Sendable {
  private let folder: String
  /// Stands for the repository in the names of files.
  private let prefix: String

  /// - Parameters:
  ///   - cache: the cache folder.
  ///   - repository: the git folder.
  public init(cache: String, repository: String) {
    folder = "\(cache)/presend"
    prefix = String(StableHash.of(repository.utf8), radix: 16)
  }

  /// The last whole report; nil where there is none.
  public var report: String? { text(of: "\(prefix).report") }

  /// Keeps a report, in place of the last.
  public func keep(report: String) { write(report, to: "\(prefix).report") }

  /// Whether a mail of a run was passed, by its bytes: what was edited since is another mail. It is asked for once.
  /// - Parameter run: what tells the run from others.
  public func takes(_ path: String, of run: String) -> Bool {
    var digests = passed(run)
    guard let digest = Self.digest(of: path), digests.remove(digest) != nil else { return false }
    save(digests, of: run)
    return true
  }

  /// Remembers the mails of a run that were reviewed and may go. Nothing is kept of what was stopped, as git asks for no
  /// further file then.
  public func pass(_ paths: [String], of run: String) {
    sweep()
    save(passed(run).union(paths.compactMap(Self.digest)), of: run)
  }

  private func passed(_ run: String) -> Set<String> {
    Set((text(of: name(run)) ?? "").split(separator: "\n").map(String.init))
  }

  private func save(_ digests: Set<String>, of run: String) {
    if digests.isEmpty {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name(run))")
    } else {
      write(digests.sorted().joined(separator: "\n") + "\n", to: name(run))
    }
  }

  private func name(_ run: String) -> String { "\(prefix)-\(run)\(Self.passedEnding)" }

  /// Forgets runs that were broken off.
  private func sweep() {
    let now = Date()
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasSuffix(Self.passedEnding) {
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      guard let date = attributes?[.modificationDate] as? Date,
        now.timeIntervalSince(date) > Self.secondsKept
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  private static let passedEnding = ".passed"
  private static let secondsKept = 86_400.0

  private func text(of name: String) -> String? {
    try? String(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"), encoding: .utf8)
  }

  /// A cache that cannot be written costs a second review, and nothing else.
  private func write(_ text: String, to name: String) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
  }

  private static func digest(of path: String) -> String? {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map { String(StableHash.of($0), radix: 16) }
  }
}
