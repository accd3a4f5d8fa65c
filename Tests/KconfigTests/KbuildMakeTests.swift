// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Kconfig
import SourceText
import TestSupport
import Testing

/// The language of make, for all configurations at once.
@Suite struct KbuildMakeTests {
  @Test(
    arguments: [
      // Conditions.
      .init("ifdef CONFIG_A\nobj-y += a.o\nendif", "CONFIG_A || CONFIG_A_MODULE"),
      .init("ifndef CONFIG_A\nobj-y += a.o\nendif", "!(CONFIG_A || CONFIG_A_MODULE)"),
      .init("ifeq ($(CONFIG_A),y)\nobj-y += a.o\nendif", "CONFIG_A"),
      .init("ifeq ($(CONFIG_A), y)\n  obj-y += a.o\nelse\nobj-y += b.o\nendif", "CONFIG_A"),
      .init("ifeq (y,$(CONFIG_A))\nobj-y += a.o\nendif", "CONFIG_A"),
      .init("ifeq \"$(CONFIG_A)\" \"m\"\nobj-y += a.o\nendif", "CONFIG_A_MODULE"),
      .init("ifneq ($(CONFIG_A),)\nobj-y += a.o\nendif", "CONFIG_A || CONFIG_A_MODULE"),
      .init("ifeq ($(CONFIG_A)$(CONFIG_B),yy)\nobj-y += a.o\nendif", "CONFIG_A && CONFIG_B"),
      .init(
        "ifneq ($(filter y,$(CONFIG_A) $(CONFIG_B)),)\nobj-y += a.o\nendif", "CONFIG_A || CONFIG_B"),
      .init(
        "ifneq ($(or $(CONFIG_A),$(CONFIG_B)),)\nobj-y += a.o\nendif",
        "(!(CONFIG_A || CONFIG_A_MODULE) && CONFIG_B) || (!(CONFIG_A || CONFIG_A_MODULE) && CONFIG_B_MODULE)"
          + " || CONFIG_A || CONFIG_A_MODULE"),
      .init(
        "ifeq ($(CONFIG_A),y)\nobj-y += b.o\nelse ifeq ($(CONFIG_B),y)\nobj-y += a.o\nendif",
        "!CONFIG_A && CONFIG_B"),
      .init(
        "ifeq ($(CONFIG_A),y)\nelse ifeq ($(CONFIG_B),y)\nelse\nobj-y += a.o\nendif",
        "!(CONFIG_A || CONFIG_B)"),
      .init("ifdef CONFIG_A\nifdef CONFIG_A\nobj-y += a.o\nendif\nendif", "CONFIG_A || CONFIG_A_MODULE"),
      .init("ifdef UNSET\nobj-y += a.o\nendif", "none"),
      .init("x := 1\nifdef x\nobj-y += a.o\nendif", "1"),
      .init("ifeq ($(SRCARCH),x86)\nobj-y += a.o\nendif", "1"),
      .init("ifeq ($(ARCH),arm)\nobj-y += a.o\nendif", "none"),
      .init("ifeq ($(ARCH),i386)\nobj-y += a.o\nendif", "![$(ARCH) is x86_64] && [$(ARCH) is i386]"),
      .init("ifeq ($(KBUILD_EXTMOD),)\nobj-y += a.o\nendif", "1"),
      // Variables.
      .init("l = a.o\nobj-y += $(l)", "1"),
      .init("obj-y += $(l)\nl = a.o", "none"),
      .init("x-y += $(l)\nobj-y += x.o\nl = a.o", "1"),
      .init("l ?= b.o\nl ?= a.o\nobj-y += $(l)", "none"),
      .init("l := a.o\nobj-y += ${l}", "1"),
      .init("l := a.c\nobj-y += $(l:.c=.o)", "1"),
      .init("l := a.c\nobj-y += $(l:%.c=%.o)", "1"),
      .init("l := a.o\nl := b.o\nobj-y += $(l)", "none"),
      .init("l := a.o\nifdef CONFIG_A\nl := b.o\nendif\nobj-y += $(l)", "!(CONFIG_A || CONFIG_A_MODULE)"),
      .init(
        "ifeq ($(CONFIG_A),y)\nn := a\nelse\nn := b\nendif\nobj-y += $(n).o", "CONFIG_A"),
      .init("define l\na.o\nb.o\nendef\nobj-y += $(l)", "1"),
      .init("obj-$(CONFIG_A)$(CONFIG_B) += a.o", "none", file: "b.c"),
      .init("obj-$(CONFIG_A:m=y) += a.o", "CONFIG_A || CONFIG_A_MODULE"),
      .init("$(eval obj-y += a.o)", "1"),
      .init("f = $(1).o $(2).o\nobj-y += $(call f,b,a)", "1"),
      .init("p-$(CONFIG_A) := a.o\nobj-y += $(p-y)", "CONFIG_A"),
      // Functions.
      .init("obj-$(subst m,y,$(CONFIG_A)) += a.o", "CONFIG_A || CONFIG_A_MODULE"),
      .init("obj-$(if $(CONFIG_A),y) += a.o", "CONFIG_A || CONFIG_A_MODULE"),
      .init("obj-y += $(if $(CONFIG_A),,a.o)", "!(CONFIG_A || CONFIG_A_MODULE)"),
      .init(
        "obj-$(and $(CONFIG_A),$(CONFIG_B)) += a.o", "(CONFIG_A || CONFIG_A_MODULE) && CONFIG_B",
        "(CONFIG_A || CONFIG_A_MODULE) && CONFIG_B_MODULE"),
      .init("obj-y += $(addprefix ./,a.o b.o)", "1"),
      .init("obj-y += $(addsuffix .o,a b)", "1"),
      .init("obj-y += $(patsubst %.x,%.o,a.x)", "1"),
      .init("obj-y += $(filter-out a.o,a.o b.o)", "none"),
      .init("l-$(CONFIG_A) := a.o\nobj-y += $(filter-out $(l-y),a.o b.o)", "!CONFIG_A"),
      .init("obj-y += $(sort b.o a.o a.o)", "1"),
      .init("obj-y += $(foreach x,a b,$(x).o)", "1"),
      .init("obj-y += $(patsubst $(src)/%.c,%.o,$(wildcard $(src)/*.c))", "1"),
      .init("obj-y += $(notdir e/a.o)", "1"),
      .init("obj-y += $(basename a.c).o", "1"),
      .init("obj-y += $(word 2,b.o a.o)", "1"),
      .init("obj-y += $(strip  a.o )", "1"),
      .init("obj-$(findstring y,$(CONFIG_A)) += a.o", "CONFIG_A"),
      // Rules and their recipes are no lists.
      .init("all: b\n\tobj-y += a.o", "none"),
      .init("$(obj)/b.o: obj-y += a.o", "none"),
      .init("obj-y += b.o # a.o", "none"),
      .init("obj-y += \\\r\n  a.o\r\n", "1"),
      .init("override obj-y += a.o", "1"),
      .init("export-y := b.o\nobj-y += a.o", "1"),
    ] as [BuildCase])
  func evaluates(_ item: BuildCase) { #expect(item.answer == [item.builtIn, item.module]) }

  /// What only running make would tell has a name, and is no constant.
  @Test(
    arguments: [
      .init(
        "ifeq ($(shell uname -m),x86_64)\nobj-y += a.o\nendif",
        "[d/Makefile:1: ifeq ($(shell uname -m),x86_64)]"),
      .init(
        "ifneq ($(call cc-option,-mfoo),)\nobj-y += a.o\nendif", "[d/Makefile:1: $(call cc-option,-mfoo)]"),
      .init("obj-$(call gcc-min-version,80000) += a.o", "[d/Makefile:1: obj-$(call gcc-min-version,80000)y]"),
      .init(
        "ifeq ($(CONFIG_NAME),\"foo\")\nobj-y += a.o\nendif", "[d/Makefile:1: ifeq ($(CONFIG_NAME),\"foo\")]"),
    ] as [BuildCase])
  func namesWhatItCannotKnow(_ item: BuildCase) { #expect(item.answer == [item.builtIn, item.module]) }

  /// Bounds, each passed by one.
  @Test(
    arguments: [
      (
        String(repeating: "ifdef A\n", count: 49) + String(repeating: "endif\n", count: 49),
        "conditions nested too deep"
      ),
      (String(repeating: "%.x: %.y\n", count: 101), "too many pattern rules"),
      ("ifdef A\n" + String(repeating: "else ifdef B\n", count: 201) + "endif\n", "too many branches"),
      (
        "A := " + String(repeating: "$(", count: 65) + "B" + String(repeating: ")", count: 65) + "\n",
        "nested too deep"
      ),
      (String(repeating: "# words\n", count: 132_000), "too large, or too many files"),
    ])
  func saysWhatIsTooMuch(_ text: String, _ words: String) throws {
    let build = try built(
      MemoryTree(["Kbuild": "obj-y += d/", "d/Makefile": "include d/more\nobj-y += a.o", "d/more": text]))
    #expect(build.gaps.contains { $0.contains(words) }, "\(build.gaps)")
  }

  @Test func saysWhatAListLacks() throws {
    let tree = MemoryTree(["Kbuild": "obj-y += d/", "d/Makefile": "obj-y += a.o\nobj-y += $(shell ls)"])
    let build = try built(tree)
    #expect(build.gaps == ["d/Makefile:2: obj-y has $(shell ls)"])
  }
}

/// Makefiles that nobody should write end in a value all the same.
@Suite struct KbuildHostileTests {
  private static func many(_ count: Int, _ text: (Int) -> String) -> String {
    (0..<count).map(text).joined(separator: "\n")
  }

  @Test(
    arguments: [
      "include $(src)/Makefile", "a = $(a)\nobj-y += $(a)", "a = $(b)\nb = $(a)\nobj-$(a) += x.o",
      "obj-y += $(", "obj-y += $(a", "ifeq ($(CONFIG_A)", "ifeq\nobj-y += a.o", "else\nendif\nendif", "endef",
      "define x", "define", "= a.o", ":", "$", "$$", "obj-y", "\\", "\u{0}\u{1}", "export export export",
      "f = $(call f,$(1)x)\nobj-y += $(call f,a)", "$(eval $(eval $(eval obj-y += a.o)))",
      "define e\n$(eval $(e))\nendef\n$(eval $(e))", "$(foreach)", "$(if)", "$(word)", "$(call)", "$(subst)",
      "obj-y += $(word 99999999999999999999,a)", "obj-y += ../../../../a.o /a.o //a.o ./ ../ / .o",
      String(repeating: "$(a", count: 5000), String(repeating: "(", count: 100_000),
      String(repeating: "export ", count: 50_000), String(repeating: "else ", count: 50_000),
      "obj-y += " + String(repeating: "$(if $(CONFIG_A),", count: 3000),
      many(3000) { "ifdef CONFIG_\($0)" } + "\nobj-y += a.o",
      many(3000) { "ifdef CONFIG_\($0)\nl := \($0).o\nendif" } + "\nobj-y += $(l)",
      many(40) { "a\($0) = $(a\($0 + 1))$(a\($0 + 1))" } + "\na40 = x\nobj-y += $(a0).o",
      "x := a\n" + many(60) { _ in "x := $(x)$(x)" } + "\nobj-y += $(x).o",
      many(3000) { "$(obj)/%.\($0).o: $(obj)/%x.o\n\tx" } + "\nobj-y += a.o",
      many(3000) { "ccflags-y += -I$(src)/\($0)" } + "\nobj-y += a.o",
      many(3000) { "x-$(CONFIG_\($0)) += a.o" } + "\nobj-y += x.o",
      many(3000) { "obj-$(CONFIG_\($0)) += a.o e/" },
      "ifdef CONFIG_A\n" + many(3000) { "else ifdef CONFIG_\($0)" } + "\nobj-y += a.o\nendif",
      "obj-" + (0..<40).map { "$(CONFIG_\($0))" }.joined() + " += a.o",
      "obj-y += " + (0..<40).map { "$(CONFIG_\($0))" }.joined() + ".o",
      "l := " + String(repeating: "a.o ", count: 20_000) + "\nobj-y += $(filter-out $(l),$(l))",
    ])
  func ends(_ makefile: String) throws {
    let tree = MemoryTree(["Kbuild": "obj-y += d/", "d/Makefile": makefile + "\n", "d/a.c": ""])
    let kbuild = Kbuild(of: tree, architecture: "x86")
    _ = kbuild.build(of: try #require(TreePath("d/a.c")))
    #expect(kbuild.files().count <= 1)
  }

  @Test func readsFoldersOfAnyDepthAndNone() throws {
    let deep = String(repeating: "d/", count: 1500)
    let kbuild = Kbuild(of: MemoryTree(["\(deep)Makefile": "obj-y += a.o"]), architecture: "x86")
    #expect(kbuild.build(of: try #require(TreePath("\(deep)a.c"))) == nil)
    #expect(Kbuild(of: MemoryTree([:]), architecture: "").files().isEmpty)
    #expect(kbuild.build(of: try #require(TreePath("README"))) == nil)
  }
}
