// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

extension [MailInput] {
  /// What an input was called.
  func name(of input: Int) -> String { indices.contains(input) ? self[input].path : "?" }
}

extension SeriesReview {
  /// The patch that a finding is about; nil where it is about the series.
  func mail(of finding: Finding) -> PatchMail? { position(of: finding).map { series.patches[$0] } }

  /// `patch 2/3`; nil where there is one patch only, or the finding is about the series.
  func part(of finding: Finding) -> String? {
    partNumber(of: finding).map { "patch \($0)" }
  }

  /// `02/17`, in the same cases.
  func partNumber(of finding: Finding) -> String? {
    guard let patch = finding.patch, series.total > 1 else { return nil }
    let width = "\(series.total)".count
    let number = "\(patch)"
    return String(repeating: "0", count: max(0, width - number.count)) + "\(number)/\(series.total)"
  }
}

extension Series {
  /// The input that its first mail came from.
  var firstInput: Int { cover?.input ?? patches.first?.input ?? 0 }
}
