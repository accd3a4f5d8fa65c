// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Review
internal import SourceText

/// The claims about one configuration of one patch, put to the compiler.
struct GroupConfirmation: Sendable {
  let claims: [BuildClaim]
  let review: SeriesReview
  let build: KernelBuild

  private typealias Verdicts = [(finding: Int, verdict: Verdict)]
  private typealias Compiled = (unit: TreePath, claims: [BuildClaim], result: KernelBuild.Compilation)

  /// First the patched source; of the base only files are compiled that it says something about.
  /// - Throws: `Obstacle` where nothing can be said of any of them.
  func verdicts(_ place: Workplace) async throws(Obstacle) -> [(finding: Int, verdict: Verdict)] {
    let after = review.trees[claims[0].trees.after]
    try place.source.show(after)
    let configuration = try await build.configure(claims[0].witness)
    try claims[0].witness.check(configuration)
    var verdicts: Verdicts = []
    var open: [Compiled] = []
    for unit in Set(claims.map(\.unit)).sorted() {
      let own = claims.filter { $0.unit == unit }
      do throws(Obstacle) {
        switch build.isSelected(unit, of: after, in: configuration) {
        case true?: break
        case false?: throw Obstacle("Kbuild does not build \(unit) in this configuration")
        case nil: throw Obstacle("no Makefile that is understood builds \(unit)")
        }
        let result = try await compile(unit, for: own)
        let refuted = own.filter { result.isCompiled && sign(of: $0, in: result) == nil }
        verdicts += refuted.map { ($0.finding, contradiction($0)) }
        let left = own.filter { !result.isCompiled || sign(of: $0, in: result) != nil }
        if !left.isEmpty { open.append((unit, left, result)) }
      } catch {
        verdicts += own.map { ($0.finding, .notConfirmed(error)) }
      }
    }
    return open.isEmpty ? verdicts : verdicts + (await compare(open, place))
  }

  /// What the patched files say, beside what they say without the patch.
  private func compare(_ open: [Compiled], _ place: Workplace) async -> Verdicts {
    let before = review.trees[claims[0].trees.before]
    var verdicts: Verdicts = []
    do throws(Obstacle) {
      try place.source.show(before)
      let configuration = try await build.configure(claims[0].witness)
      for (unit, own, result) in open {
        var base = Base.absent
        if ((try? before.bytes(of: unit)) ?? nil) != nil {
          let isSelected = build.isSelected(unit, of: before, in: configuration) == true
          base = isSelected ? .built(try await compile(unit, for: own)) : .notSelected
        }
        verdicts += own.map { ($0.finding, verdict(on: $0, result, base)) }
      }
    } catch {
      let known = verdicts.map(\.finding)
      verdicts += open.flatMap(\.claims).filter { !known.contains($0.finding) }.map {
        ($0.finding, .notConfirmed(error))
      }
    }
    return verdicts
  }

  /// What the file is without the patch.
  private enum Base {
    case absent
    /// It is there, and not built in this configuration: a patch of a Makefile or of Kconfig may change just that.
    case notSelected
    case built(KernelBuild.Compilation)
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

  private func verdict(
    on claim: BuildClaim, _ result: KernelBuild.Compilation, _ base: Base
  ) -> Verdict {
    if case .built(.failed(let output)) = base {
      return .notConfirmed(
        Obstacle("the base does not build in this configuration: \(output.first ?? "make gives no error")"))
    }
    guard let sign = sign(of: claim, in: result) else {
      return .notConfirmed(Obstacle("the build fails for another reason: \(result.firstError)"))
    }
    let without: String
    switch base {
    case .absent: without = "the patch adds the file"
    case .notSelected: without = "without the patch it is not built there"
    case .built(let built):
      guard self.sign(of: claim, in: built) == nil else {
        return .notConfirmed(Obstacle("it is the same without the patch: \(sign)"))
      }
      without = "without the patch it is all right"
    }
    return .observed(sign: sign, command: build.command(for: claim.unit), without: without)
  }
}

extension KernelBuild.Compilation {
  fileprivate var isCompiled: Bool { if case .compiled = self { true } else { false } }

  fileprivate var firstError: String {
    guard case .failed(let output) = self, let first = output.first else { return "make gives no error" }
    return first
  }
}
