// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation

/// A `git am` in progress, as its pre-applypatch hook sees it.
///
/// Source: git `builtin/am.c`: `rebase-apply/` holds the mails as `0001` and so on, and in `next` and `last` the number of
/// the one that is being applied and of the last.
public struct ApplySession: Sendable {
  /// The mails that are not committed yet, the one that is being applied first.
  public let files: [String]
  /// Whether no mail of the session has been committed.
  public let isAtFirst: Bool

  /// - Parameter gitFolder: the `.git` folder of the work tree.
  /// - Returns: nil where no mail is being applied.
  public init?(in gitFolder: String) {
    let folder = "\(gitFolder.hasSuffix("/") ? String(gitFolder.dropLast()) : gitFolder)/rebase-apply"
    func number(_ name: String) -> Int? {
      let text = try? String(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"), encoding: .utf8)
      return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let next = number("next"), let last = number("last"), next > 0, next <= last, last < 100_000 else {
      return nil
    }
    let paths = (next...last).map { number in
      let digits = String(number)
      return "\(folder)/" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    files = paths.filter { FileManager.default.fileExists(atPath: $0) }
    isAtFirst = next == 1
    guard !files.isEmpty else { return nil }
  }
}
