// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// Which lines of a header no C compiler sees, as they are for assembly, for C++ or for the linker.
struct OtherLanguages {
  /// What only compilers of other languages, and other programs that read headers, define.
  static let macros: Set<String> = [
    "__ASSEMBLY__", "__ASSEMBLER__", "__cplusplus", "LINKER_SCRIPT", "__DTS__",
  ]

  private var table: FormulaTable
  private var known: [Formula: Bool] = [:]

  init(_ table: FormulaTable) { self.table = table }

  /// Whether a C compiler may see what stands under a condition of the table.
  mutating func mayBeC(_ condition: Formula) -> Bool {
    guard condition != .always, condition != .never else { return true }
    if let known = known[condition] { return known }
    let may =
      !table.atoms(of: condition).contains(where: Self.isOne)
      || table.substituting(condition) { Self.isOne($0) ? .never : nil } != .never
    known[condition] = may
    return may
  }

  private static func isOne(_ atom: ConditionAtom) -> Bool {
    if case .isDefined(let name) = atom { macros.contains(name) } else { false }
  }
}
