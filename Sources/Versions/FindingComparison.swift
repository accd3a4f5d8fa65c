// SPDX-License-Identifier: GPL-2.0-or-later

public import Review

/// The findings of two versions, told apart by their fingerprints.
public struct FindingComparison: Sendable {
  /// Those of the new version that the old one did not have, and that it had.
  public private(set) var new: [Finding] = []
  public private(set) var same: [Finding] = []
  /// Those of the old version that the new one has no more.
  public let fixed: [Finding]

  /// Findings that are suppressed or nobody's fault are left out.
  public init(old: [Finding], new: [Finding]) {
    let (old, new) = (old.filter(\.isShown), new.filter(\.isShown))
    let before = Set(old.map(\.fingerprint))
    let now = Set(new.map(\.fingerprint))
    for finding in new {
      if before.contains(finding.fingerprint) { same.append(finding) } else { self.new.append(finding) }
    }
    fixed = old.filter { !now.contains($0.fingerprint) }
  }
}
