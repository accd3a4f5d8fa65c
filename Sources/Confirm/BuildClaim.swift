// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// What a finding says of a build: in this configuration that file fails, over those names.
struct BuildClaim: Sendable {
  /// Where the failure shows.
  enum Failure: Sendable {
    /// The compiler says so.
    case compiling
    /// The object calls a function that no kernel has, as it does for a 64-bit division.
    case calling
    /// Only a linker could say so.
    case linking
  }

  /// The finding's place in the review.
  let finding: Int
  let witness: WitnessConfiguration
  let unit: TreePath
  let symbols: [String]
  /// Which trees of the review are before and after the patch.
  let trees: (before: Int, after: Int)
  let failure: Failure
  /// Whether all hunks fit that change the file, or the one in which the finding stands.
  let isWhole: Bool

  /// nil where the finding says no such thing, or does not count.
  init?(of index: Int, in review: SeriesReview) {
    let finding = review.findings[index]
    guard finding.isShown, finding.rule.family == .config, !review.trees.isEmpty,
      let evidence = finding.evidence.first(where: { $0.unit != nil }), let unit = evidence.unit,
      let first = review.series.patches.firstIndex(where: { $0.index == finding.patch }),
      let last = review.series.patches.lastIndex(where: { $0.index == finding.patch })
    else { return nil }
    self.finding = index
    self.unit = unit
    witness = WitnessConfiguration(evidence.witness)
    symbols = finding.symbols
    trees = (first, last + 1)
    failure =
      switch finding.rule.description {
      case "config/div64": .calling
      case "config/link-error": .linking
      default: .compiling
      }
    isWhole = review.applications[first...last].allSatisfy { application in
      application?.files.allSatisfy { file in
        file.path != unit && file.path != finding.primary.path || file.isApplied
      } ?? false
    }
  }

  /// Whether one configuration of one source serves both.
  func isBuilt(as other: BuildClaim) -> Bool { trees == other.trees && witness == other.witness }
}

extension PatchApplication.File {
  fileprivate var isApplied: Bool {
    outcome == .applied && fits.allSatisfy { if case .failed(_) = $0 { false } else { true } }
  }
}
