// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import TestSupport
import Testing
import TreeIndex

@Suite struct KconfigNamesTests {
  @Test func saysWhoDefinesSelectsAndDecides() throws {
    let tree = MemoryTree([
      "Kconfig": "source \"arch/$(SRCARCH)/Kconfig\"",
      "arch/x86/Kconfig": "config X86\n\tdef_bool y\n\tselect HAS_WIRE if PCI\n  imply SPEED\n",
      "drivers/Kconfig":
        "menuconfig WIRE # all of them\n\tdepends on HAS_WIRE\n\tselect LANE\nif SPEED\nselected FOO\n",
      "drivers/old/Kconfig.debug": "config OLD\n",
      "Documentation/Kconfig": "config PAPER\n", "Documentation/kbuild/Kconfig.example": "config FOO\n",
    ])
    let indexed = try SymbolIndexer().symbols(of: tree).symbols
    for symbols in [LazySymbols(of: tree), indexed] as [any SymbolLookup] {
      let names = try #require(KconfigNames(of: symbols))
      let all = ["X86", "WIRE", "OLD", "HAS_WIRE", "LANE", "SPEED", "PCI", "FOO", "PAPER", "64BIT"]
      #expect(names.all == ["X86", "WIRE", "OLD", "PAPER"])
      #expect(all.filter(names.contains) == ["X86", "WIRE", "OLD", "PAPER"])
      #expect(all.filter(names.isSelected) == ["HAS_WIRE", "LANE"])
      #expect(all.filter(names.isDecidedByArchitectures) == ["HAS_WIRE", "SPEED", "64BIT"])
    }
  }

  @Test func isNotThereWhereSomeKconfigFileCannotBeRead() throws {
    let tree = BrokenTree(
      MemoryTree(["Kconfig": "config A\n", "Kconfig.debug": "", "use.c": ""]), "Kconfig.debug")
    #expect(KconfigNames(of: LazySymbols(of: tree)) == nil)
    #expect(KconfigNames(of: try SymbolIndexer().symbols(of: tree).symbols) == nil)
    let other = try SymbolIndexer().symbols(of: BrokenTree(tree.whole)).symbols
    #expect(KconfigNames(of: other)?.all == ["A"])
  }
}
