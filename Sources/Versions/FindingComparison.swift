// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
public import Review
internal import SourceText

/// The findings of two versions, told apart by their fingerprints; in a file that was renamed, by what fingerprints are made of.
public struct FindingComparison: Sendable {
  /// Those of the new version that the old one did not have, and that it had.
  public private(set) var new: [Finding] = []
  public private(set) var same: [Finding] = []
  /// Those of the old version that the new one has no more.
  public let fixed: [Finding]

  /// Findings that are suppressed or nobody's fault are left out.
  public init(old: SeriesReview, new: SeriesReview) {
    let (before, now) = (old.findings.filter(\.isShown), new.findings.filter(\.isShown))
    let (fingerprints, later) = (Set(before.map(\.fingerprint)), Set(now.map(\.fingerprint)))
    let files = MovedFiles(new.series)
    var fixed: [Finding] = []
    var moved: [Place: Int] = [:]
    for finding in before where !later.contains(finding.fingerprint) {
      if let place = Place(finding, in: old, files) { moved[place, default: 0] += 1 }
      fixed.append(finding)
    }
    var stayed: [Place: Int] = [:]
    for finding in now {
      let place = Place(finding)
      if fingerprints.contains(finding.fingerprint) {
        same.append(finding)
      } else if let left = moved[place], left > 0 {
        moved[place] = left - 1
        stayed[place, default: 0] += 1
        same.append(finding)
      } else {
        self.new.append(finding)
      }
    }
    self.fixed = fixed.filter { finding in
      guard let place = Place(finding, in: old, files), let left = stayed[place], left > 0 else {
        return true
      }
      stayed[place] = left - 1
      return false
    }
  }

  /// What a finding is known by where its file has another name.
  private struct Place: Hashable {
    let rule: RuleID
    let path: TreePath?
    let function: String?
    let text: [UInt8]

    init(_ finding: Finding, at path: TreePath? = nil) {
      (rule, function) = (finding.rule, finding.primary.function)
      self.path = path ?? finding.primary.path
      text = finding.primary.text.utf8.filter { $0 > 32 }
    }

    /// Of the old version; nil where its file has the same name in the new one, or is not there.
    init?(_ finding: Finding, in review: SeriesReview, _ files: MovedFiles) {
      guard let path = finding.primary.path, let position = review.position(of: finding) else { return nil }
      let name = files.path(of: path, in: review.series.patches[position])
      guard name != path else { return nil }
      self.init(finding, at: name)
    }
  }
}
