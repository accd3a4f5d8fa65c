// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Kconfig
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/div64`: a 64-bit division that is compiled where a register has 32 bits.
struct ConfigDiv64: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for file in patch.changedFiles {
      for source in file.new where source.path.isSourceFile {
        let unit = patch.translationUnit(of: source)
        for function in source.syntax.functions where source.isTouched(function) {
          let divisions = unit.wideDivisions(in: function) { source.place(ofToken: $0) == .added }
          for division in divisions {
            if let draft = draft(division, in: source, unit, patch) { result.findings.append(draft) }
          }
        }
      }
    }
    return result
  }

  private func draft(
    _ division: WideDivision, in source: SourceUnit, _ unit: TranslationUnit, _ patch: PatchFacts
  ) -> FindingDraft? {
    let syntax = source.syntax
    let token = Int(syntax[division.node].main)
    for architecture in patch.architectures {
      let witness = patch.withBuild(for: architecture) { build -> [String]? in
        guard let built = build.build(of: source.path) else { return nil }
        let here = build.unit(unit.file, built).condition(ofTokenAt: token)
        let live = build.live(division.node, in: syntax)
        let narrow = build.graph.table.not(build.graph.table.atom(.isBuiltIn("64BIT")))
        let use = build.graph.and(build.graph.and(here, live), narrow)
        return build.witness(of: build.question(built, use: use, available: .never))?.lines
      }
      guard let witness = witness ?? nil else { continue }
      let operand = String(decoding: syntax.text(of: division.operand), as: UTF8.self)
      var draft = FindingDraft(
        "`\(operand)` has 64 bits, and is \(division.isRemainder ? "divided for a remainder" : "divided") with `\(syntax.spelling(ofToken: token))`",
        at: patch.span(of: division.node, in: source, side: .new),
        evidence: [
          Evidence(
            .kconfig, "the file is built for a 32-bit kernel in this configuration",
            witness: architecture == "x86" ? witness : ["ARCH=\(architecture)"] + witness)
        ])
      draft.symbols = Self.helpers
      draft.help = "div_u64(), div64_u64() or do_div() of <linux/math64.h>"
      draft.relies = [.tree]
      return draft
    }
    return nil
  }

  /// What the linker then misses, by architecture.
  private static let helpers = [
    "__udivdi3", "__divdi3", "__umoddi3", "__moddi3", "__udivmoddi4", "__aeabi_uldivmod", "__aeabi_ldivmod",
    "__hexagon_udivdi3", "__hexagon_divdi3",
  ]
}

extension TreePath {
  fileprivate var isSourceFile: Bool { bytes.suffix(2).elementsEqual(".c".utf8) }
}
