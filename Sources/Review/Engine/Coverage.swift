// SPDX-License-Identifier: GPL-2.0-or-later

/// Whether one rule was checked on one patch, and why not.
public struct Coverage: Hashable, Sendable {
  public enum State: String, Sendable { case done, skipped, failed }

  public var check: RuleID
  /// Position of the patch in its series; nil for a rule about the whole series.
  public var patch: Int?
  public var state: State
  /// Empty where it was done.
  public var why: String
}
