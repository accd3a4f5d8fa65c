// SPDX-License-Identifier: GPL-2.0-or-later

/// Everything the user named, indexed.
public struct Mailbox: Sendable {
  /// In the order they were named; a kind may be more exact after its series were read.
  public private(set) var inputs: [MailInput] = []
  /// What could not be read, by input.
  public private(set) var problems: [MailProblem] = []
  /// How many series there are; they are numbered in the order in which their first mail came.
  public private(set) var seriesCount = 0

  /// Pass 1: finds the messages and groups them. Never throws: what cannot be read is a problem.
  /// - Parameter spool: a folder for temporary copies of what cannot be read twice.
  public init(opening sources: [MailSource], spool: String? = nil) {}

  /// Pass 2: reads one series.
  public func series(at index: Int) -> Series {
    Series(
      title: "", version: 1, total: 1, patches: [], missing: [], repeated: [], isOutOfOrder: false,
      hints: BaseHints(), problems: [])
  }
}
