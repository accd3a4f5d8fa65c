// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Review
internal import SourceText

/// The claims about one configuration of one patch, put to the compiler.
struct GroupConfirmation: Sendable {
  let claims: [BuildClaim]
  let review: SeriesReview
  let build: KernelBuild

  /// First the patched source; of the base only files are compiled that it says something about.
  /// - Throws: `Obstacle` where nothing can be said of any of them.
  func verdicts(_ place: Workplace) async throws(Obstacle) -> [(finding: Int, verdict: Verdict)] {
    let (before, after) = (review.trees[claims[0].trees.before], review.trees[claims[0].trees.after])
    var verdicts: [(finding: Int, verdict: Verdict)] = []
    try place.source.show(after)
    let configuration = try await build.configure(claims[0].witness)
    try claims[0].witness.check(configuration)
    var open: [(unit: TreePath, claims: [BuildClaim], result: KernelBuild.Compilation)] = []
    for unit in Set(claims.map(\.unit)).sorted() {
      let own = claims.filter { $0.unit == unit }
      do throws(Obstacle) {
        try build.requireSelected(unit, of: after, in: configuration)
        let result = try await compile(unit, for: own)
        let refuted = own.filter { result.isCompiled && sign(of: $0, in: result) == nil }
        verdicts += refuted.map { ($0.finding, contradiction($0)) }
        if refuted.count < own.count {
          open.append((unit, own.filter { !result.isCompiled || sign(of: $0, in: result) != nil }, result))
        }
      } catch {
        verdicts += own.map { ($0.finding, .notConfirmed(error)) }
      }
    }
    guard !open.isEmpty else { return verdicts }
    try place.source.show(before)
    _ = try await build.configure(claims[0].witness)
    for (unit, own, result) in open {
      do throws(Obstacle) {
        let isNew = ((try? before.bytes(of: unit)) ?? nil) == nil
        let base = isNew ? nil : try await compile(unit, for: own)
        verdicts += own.map { ($0.finding, verdict(on: $0, result, base: base)) }
      } catch {
        verdicts += own.map { ($0.finding, .notConfirmed(error)) }
      }
    }
    return verdicts
  }

  private func compile(
    _ unit: TreePath, for claims: [BuildClaim]
  ) async throws(Obstacle) -> KernelBuild.Compilation {
    try await build.compile(unit, askingCalls: claims.contains { $0.failure == .calling })
  }

  /// What shows that a claim is right; nil where nothing does.
  private func sign(of claim: BuildClaim, in result: KernelBuild.Compilation) -> String? {
    switch (claim.failure, result) {
    case (.compiling, .failed(let output)): output.error(naming: claim.symbols)
    case (.calling, .compiled(let calls)):
      claim.symbols.first(where: calls.contains).map {
        "\(KernelBuild.object(of: claim.unit)) calls \($0)(), which no kernel has"
      }
    default: nil
    }
  }

  private func contradiction(_ claim: BuildClaim) -> Verdict {
    claim.isWhole
      ? .contradicted(command: build.command(for: claim.unit))
      : .notConfirmed(
        Obstacle("the file compiles in this configuration, without the hunks that do not fit"))
  }

  /// - Parameter base: what came of the file without the patch; nil where there is none.
  private func verdict(
    on claim: BuildClaim, _ result: KernelBuild.Compilation, base: KernelBuild.Compilation?
  ) -> Verdict {
    if case .failed(let output)? = base {
      return .notConfirmed(
        Obstacle("the base does not build in this configuration: \(output.first ?? "make gives no error")"))
    }
    guard let sign = sign(of: claim, in: result) else {
      return .notConfirmed(Obstacle("the build fails for another reason: \(result.firstError)"))
    }
    if let base, self.sign(of: claim, in: base) != nil {
      return .notConfirmed(Obstacle("it is the same without the patch: \(sign)"))
    }
    return .observed(sign: sign, command: build.command(for: claim.unit), isNewFile: base == nil)
  }
}

extension KernelBuild.Compilation {
  fileprivate var isCompiled: Bool { if case .compiled = self { true } else { false } }

  fileprivate var firstError: String {
    guard case .failed(let output) = self, let first = output.first else { return "make gives no error" }
    return first
  }
}
