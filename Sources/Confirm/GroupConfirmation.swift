// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Review
internal import SourceText

/// The claims about one configuration of one patch, put to the compiler.
struct GroupConfirmation: Sendable {
  let claims: [BuildClaim]
  let review: SeriesReview
  let build: KernelBuild

  /// First the patched source; of the base only files are compiled that failed there.
  /// - Throws: `Obstacle` where nothing can be said of any of them.
  func verdicts(_ place: Workplace) async throws(Obstacle) -> [(finding: Int, verdict: Verdict)] {
    let (before, after) = (review.trees[claims[0].trees.before], review.trees[claims[0].trees.after])
    var verdicts: [(finding: Int, verdict: Verdict)] = []
    try place.source.show(after)
    let configuration = try await build.configure(claims[0].witness)
    try claims[0].witness.check(configuration)
    var failed: [(unit: TreePath, claims: [BuildClaim], output: CompilerOutput)] = []
    for unit in Set(claims.map(\.unit)).sorted() {
      let own = claims.filter { $0.unit == unit }
      do throws(Obstacle) {
        try build.requireSelected(unit, of: after, in: configuration)
        switch try await build.compile(unit) {
        case .compiled: verdicts += own.map { ($0.finding, contradiction($0)) }
        case .failed(let output): failed.append((unit, own, output))
        }
      } catch {
        verdicts += own.map { ($0.finding, .notConfirmed(error)) }
      }
    }
    guard !failed.isEmpty else { return verdicts }
    try place.source.show(before)
    _ = try await build.configure(claims[0].witness)
    for (unit, own, output) in failed {
      do throws(Obstacle) {
        let isNew = !((try? before.bytes(of: unit)) ?? nil != nil)
        if !isNew { try await requireCompiled(unit) }
        verdicts += own.map { ($0.finding, observation($0, output, isNewFile: isNew)) }
      } catch {
        verdicts += own.map { ($0.finding, .notConfirmed(error)) }
      }
    }
    return verdicts
  }

  private func contradiction(_ claim: BuildClaim) -> Verdict {
    claim.isWhole
      ? .contradicted(command: build.command(for: claim.unit))
      : .notConfirmed(Obstacle("the file compiles in this configuration, without the hunks that do not fit"))
  }

  private func requireCompiled(_ unit: TreePath) async throws(Obstacle) {
    guard case .failed(let output) = try await build.compile(unit) else { return }
    throw Obstacle(
      "the base does not build in this configuration: \(output.first ?? "make gives no error")")
  }

  private func observation(_ claim: BuildClaim, _ output: CompilerOutput, isNewFile: Bool) -> Verdict {
    guard let error = output.error(naming: claim.symbols) else {
      return .notConfirmed(
        Obstacle("the build fails for another reason: \(output.first ?? "make gives no error")"))
    }
    return .observed(error: error, command: build.command(for: claim.unit), isNewFile: isNewFile)
  }
}
