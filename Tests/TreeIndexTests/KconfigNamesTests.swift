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
    ])
    let names = try #require(KconfigNames(of: tree))
    #expect(names.all == ["X86", "WIRE", "OLD"])
    #expect(names.selected == ["HAS_WIRE", "LANE"])
    #expect(names.decidedByArchitectures == ["HAS_WIRE", "SPEED", "64BIT"])
  }
}
