// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Testing

struct FormulaTableTests {
  @Test func equalFormulasAreOne() {
    var table = FormulaTable()
    let (a, b) = (table.atom(.isBuiltIn("A")), table.atom(.isBuiltIn("B")))
    #expect(table.and(a, b) == table.and(b, a))
    #expect(table.and(table.and(a, b), a) == table.and(a, b))
    #expect(table.not(table.not(a)) == a)
    #expect(table.and(a, table.not(a)) == .never && table.or(a, table.not(a)) == .always)
    #expect(table.and(a, .always) == a && table.or(a, .never) == a)
    #expect(table.and(a, .never) == .never && table.or(a, .always) == .always)
    #expect(table.and(a, table.or(a, b)) == a && table.or(a, table.and(a, b)) == a)
    #expect(table.and([]) == .always && table.or([]) == .never)
    let before = table.count
    #expect(table.or(table.and(a, b), table.and(b, a)) == table.and(a, b) && table.count == before)
  }

  @Test func writesFormulasAsC() {
    var table = FormulaTable()
    let (x, y) = (table.atom(.isBuiltIn("X")), table.atom(.isModule("Y")))
    let other = table.atom(.opaque("BITS_PER_LONG == 64"))
    let formula = table.and(table.or(x, y), table.not(table.and(other, x)))
    #expect(
      table.text(of: formula) == "!(CONFIG_X && [BITS_PER_LONG == 64]) && (CONFIG_X || CONFIG_Y_MODULE)")
    #expect(table.atoms(of: formula) == [.isBuiltIn("X"), .isModule("Y"), .opaque("BITS_PER_LONG == 64")])
    #expect(table.text(of: .always) == "1" && table.text(of: .never) == "0")
  }

  /// What is simplified keeps its value under every assignment; nesting costs no stack.
  @Test func simplifyingKeepsTheValue() {
    var table = FormulaTable()
    let atoms = ["A", "B", "C"].map { ConditionAtom.isDefined($0) }
    var state: UInt32 = 1
    func random(_ bound: UInt32) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int((state >> 16) % bound)
    }
    // Each formula stands beside its truth table, a bit for each of the eight assignments.
    var pool: [(formula: Formula, truth: UInt8)] = atoms.enumerated().map { index, atom in
      (table.atom(atom), [0b1010_1010, 0b1100_1100, 0b1111_0000][index])
    }
    for _ in 0..<2_000 {
      let (a, b) = (pool[random(UInt32(pool.count))], pool[random(UInt32(pool.count))])
      switch random(3) {
      case 0: pool.append((table.and(a.formula, b.formula), a.truth & b.truth))
      case 1: pool.append((table.or(a.formula, b.formula), a.truth | b.truth))
      default: pool.append((table.not(a.formula), ~a.truth))
      }
    }
    let wrong = pool.indices.filter { index in
      (0..<8).contains { bits in
        let value = table.value(of: pool[index].formula) { atom in
          bits >> (atoms.firstIndex(of: atom) ?? 0) & 1 == 1
        }
        return value != (pool[index].truth >> UInt8(bits) & 1 == 1)
      }
    }
    #expect(wrong.isEmpty)
    var deep = pool[0].formula
    for number in 0..<100_000 { deep = table.not(table.and(deep, table.atom(.isDefined("X\(number)")))) }
    // Each layer turns the value round when every atom holds, and there is an even number of them.
    #expect(table.value(of: deep) { _ in true })
    #expect(table.atoms(of: deep).count == 100_001)
  }

  /// Moved to another table a formula says the same.
  @Test func adoptsFormulasOfOtherTables() {
    var (first, second) = (FormulaTable(), FormulaTable())
    _ = second.atom(.isBuiltIn("Z"))
    let (a, b) = (first.atom(.isBuiltIn("A")), first.atom(.isModule("B")))
    let formula = first.or(first.not(a), first.and(a, b))
    let moved = second.adopt(formula, of: first)
    #expect(second.text(of: moved) == first.text(of: formula))
    #expect(second.adopt(formula, of: first) == moved)
    let without = second.substituting(moved) { $0 == .isBuiltIn("A") ? .never : nil }
    #expect(without == .always)
  }

  /// What is not known is taken both ways, whatever signs stand before it.
  @Test func boundsWhatIsNotKnown() {
    var table = FormulaTable()
    let (a, unknown) = (table.atom(.isBuiltIn("A")), table.atom(.opaque("X > 1")))
    func isKnown(_ atom: ConditionAtom) -> Bool { atom == .isBuiltIn("A") }
    let both = table.and(a, unknown)
    let negated = table.not(both)
    #expect(table.certain(both, isKnown: isKnown) == .never)
    #expect(table.possible(both, isKnown: isKnown) == a)
    #expect(table.certain(negated, isKnown: isKnown) == table.not(a))
    #expect(table.possible(negated, isKnown: isKnown) == .always)
    #expect(table.certain(table.or(a, unknown), isKnown: isKnown) == a)
  }
}
