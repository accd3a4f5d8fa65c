// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
public import Review
internal import SourceText

/// Asks the compiler about the findings of a review that name a configuration in which a file does not build.
public struct Confirmation: Sendable {
  /// How long a program may take before it is ended.
  public struct Limits: Sendable {
    public var configuring: Duration = .seconds(120)
    /// One object, with all that Kbuild makes before the first.
    public var building: Duration = .seconds(600)

    public init() {}
  }

  private let cache: String
  private let tools: BuildTools
  private let limits: Limits

  /// - Parameters:
  ///   - cache: the folder for copies of the source and what is built of them.
  ///   - searchPath: where programs are looked for, as in `PATH`.
  public init(cache: String, searchPath: String, limits: Limits = Limits()) {
    (self.cache, tools, self.limits) = (cache, BuildTools(searchPath: searchPath), limits)
  }

  /// The review with what the compiler says. Findings that do not count, and those about anything else, stay as they are.
  public func confirm(_ review: SeriesReview) async -> SeriesReview {
    var review = review
    let claims = review.findings.indices.compactMap { BuildClaim(of: $0, in: review) }
    var verdicts: [(finding: Int, verdict: Verdict)] = []
    let compiled = claims.filter { $0.failure != .linking }
    verdicts += claims.filter { $0.failure == .linking }.map {
      ($0.finding, .notConfirmed(Obstacle("linking is not tried")))
    }
    if let base = review.base, !compiled.isEmpty {
      verdicts += await self.verdicts(on: compiled, in: review, base)
    }
    for (finding, verdict) in verdicts { review.findings[finding] = review.findings[finding].with(verdict) }
    return review
  }

  /// The claims about one configuration of one patch are looked at together: a source and a configuration serve them all.
  private func verdicts(
    on claims: [BuildClaim], in review: SeriesReview, _ base: Base
  ) async -> [(finding: Int, verdict: Verdict)] {
    var groups: [[BuildClaim]] = []
    for claim in claims {
      if let known = groups.firstIndex(where: { $0[0].isBuilt(as: claim) }) {
        groups[known].append(claim)
      } else {
        groups.append([claim])
      }
    }
    var verdicts: [(finding: Int, verdict: Verdict)] = []
    var place: Workplace?
    for group in groups {
      do throws(Obstacle) {
        if Task.isCancelled { throw Obstacle("interrupted") }
        let machine = group[0].witness.machine
        let prefix = try tools.compilerPrefix(for: machine)
        let opened: Workplace
        if let place { opened = place } else { opened = try Workplace(for: base.tree, cache: cache) }
        place = opened
        let build = KernelBuild(
          environment: tools.environment, machine: machine, compilerPrefix: prefix,
          source: opened.source.folder, output: try opened.output(for: machine),
          limits: limits)
        verdicts += try await GroupConfirmation(claims: group, review: review, build: build).verdicts(opened)
      } catch {
        verdicts += group.map { ($0.finding, .notConfirmed(error)) }
      }
    }
    // Where that fails, the next run puts it right before it begins.
    try? place?.source.restore()
    return verdicts
  }
}
