// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/div64`: a 64-bit division that is compiled where a register has 32 bits.
struct ConfigDiv64: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for questions in BuildQuestions.changed(by: patch) {
      let source = questions.source
      let unit = patch.typedUnit(of: source)
      let divisions = source.syntax.functions.filter { source.isTouched($0) }.flatMap { function in
        unit.wideDivisions(in: function) { source.place(ofToken: $0) == .added }
      }
      let needs = divisions.enumerated().map {
        Need(name: "\($0.offset)", tokens: [Int(source.syntax[$0.element.node].main)])
      }
      let holes = questions.holes(in: needs) { need, unit in
        // It is as good as there where a register is wide enough, or the code is left out.
        let table = unit.graph
        let wide = table.table.atom(.isBuiltIn("64BIT"))
        let live =
          Int(need.name).map {
            source.syntax.liveCondition(of: divisions[$0].node, in: &table.table)
          } ?? .always
        return BuiltUnit.Availability(condition: table.or(wide, table.table.not(live)))
      }
      result.notChecked += holes.notChecked
      for hole in holes.found {
        guard let index = Int(hole.need.name) else { continue }
        result.findings.append(draft(hole, divisions[index], source, patch))
      }
    }
    return result
  }

  private func draft(
    _ hole: Hole, _ division: WideDivision, _ source: SourceUnit, _ patch: PatchFacts
  ) -> FindingDraft {
    let operand = String(decoding: source.syntax.text(of: division.operand), as: UTF8.self)
    var draft = FindingDraft(
      "`\(operand)` has 64 bits, and a 32-bit kernel cannot \(division.isRemainder ? "take its remainder" : "divide it")",
      at: patch.span(of: division.node, in: source, side: .new),
      evidence: [
        Evidence(
          .kconfig, "the file is built for a 32-bit kernel in this configuration", witness: hole.witness,
          unit: hole.host ?? source.path)
      ])
    draft.symbols = Self.helpers
    draft.help = "use div_u64(), div64_u64() or do_div() of <linux/math64.h>"
    draft.relies = [.tree]
    return draft
  }

  /// What the linker then misses, by architecture.
  private static let helpers = [
    "__udivdi3", "__divdi3", "__umoddi3", "__moddi3", "__udivmoddi4", "__aeabi_uldivmod", "__aeabi_ldivmod",
    "__hexagon_udivdi3", "__hexagon_divdi3",
  ]
}
