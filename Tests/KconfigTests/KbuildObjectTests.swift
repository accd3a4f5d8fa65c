// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Kconfig
import SourceText
import Synchronization
import TestSupport
import Testing

/// What a Makefile of one folder says of one file, as text.
struct BuildCase: Sendable, CustomTestStringConvertible {
  var makefile: String
  var builtIn: String
  var module: String
  /// The file asked for, below `d/`.
  var file: String

  init(_ makefile: String, _ builtIn: String, _ module: String = "0", file: String = "a.c") {
    (self.makefile, self.builtIn, self.module, self.file) = (makefile, builtIn, module, file)
  }

  var testDescription: String { makefile }

  /// Both formulas of the file; "none" where nothing builds it.
  var answer: [String] {
    let tree = MemoryTree(["Kbuild": "obj-y += d/\n", "d/Makefile": makefile, "d/a.c": ""])
    guard let path = TreePath("d/\(file)"),
      let build = Kbuild(of: tree, architecture: "x86").build(of: path)
    else { return ["none", "0"] }
    return [build.table.text(of: build.builtIn), build.table.text(of: build.module)]
  }
}

/// What is built of a file, which something must.
func built(_ tree: MemoryTree, _ name: String = "d/a.c") throws -> FileBuild {
  let path = try #require(TreePath(name))
  let build = Kbuild(of: tree, architecture: "x86").build(of: path)
  return try #require(build)
}

@Suite struct KbuildObjectTests {
  @Test(
    arguments: [
      .init("obj-y += a.o", "1"),
      .init("obj-y := b.o", "none"),
      .init("obj-m += a.o", "0", "1"),
      .init("obj-$(CONFIG_A) += a.o", "CONFIG_A", "CONFIG_A_MODULE"),
      .init("obj-$(CONFIG_A) += a.o\nobj-y += a.o", "1"),
      .init("obj-$(CONFIG_A) += a.o\nobj-m += a.o", "CONFIG_A", "!CONFIG_A || CONFIG_A_MODULE"),
      .init("obj-$(CONFIG_A) += b.o c.o \\\n\ta.o # d.o", "CONFIG_A", "CONFIG_A_MODULE"),
      // Composite objects.
      .init("obj-$(CONFIG_A) += x.o\nx-y := a.o", "CONFIG_A", "CONFIG_A_MODULE"),
      .init("obj-$(CONFIG_A) += x.o\nx-objs := b.o a.o", "CONFIG_A", "CONFIG_A_MODULE"),
      .init("obj-$(CONFIG_A) += x.o\nx-m := a.o", "0", "CONFIG_A_MODULE"),
      .init(
        "obj-$(CONFIG_A) += x.o\nx-$(CONFIG_B) += a.o", "CONFIG_A && CONFIG_B",
        "(CONFIG_B || CONFIG_B_MODULE) && CONFIG_A_MODULE"),
      .init(
        "obj-m += x.o\nx-$(CONFIG_B) += a.o\nx-y += b.o", "0", "CONFIG_B || CONFIG_B_MODULE"),
      .init("x-y := a.o", "none"),
      // a.o is made of other objects: there is no a.c in it …
      .init("obj-y += a.o\na-y := b.o", "none"),
      // … except where none of them is there.
      .init("obj-y += a.o\nifdef CONFIG_B\na-y := b.o\nendif", "!(CONFIG_B || CONFIG_B_MODULE)"),
      .init("obj-y += a.o\na-$(CONFIG_B) := b.o", "!((!CONFIG_B && !CONFIG_B_MODULE) || CONFIG_B)"),
      // `real-search` looks one level down.
      .init("obj-y += x.o\nx-y := z.o\nz-y := a.o", "none"),
      // Libraries and what is built for its own sake.
      .init("lib-y += a.o", "1"),
      .init("lib-$(CONFIG_A) += a.o", "CONFIG_A || CONFIG_A_MODULE"),
      .init("extra-y += a.o", "1"),
      // Programs run on the machine that builds.
      .init("hostprogs := gen\ngen-objs := a.o", "none"),
      .init("userprogs := a", "none"),
    ] as [BuildCase])
  func reads(_ item: BuildCase) { #expect(item.answer == [item.builtIn, item.module]) }

  /// The file is `d/e/a.c`, with `obj-$(CONFIG_E) += a.o` and `obj-y += b.o` in `d/e`.
  @Test(
    arguments: [
      ("obj-y += e/", "CONFIG_E", "CONFIG_E_MODULE", "1"),
      ("obj-m += e/", "0", "CONFIG_E_MODULE", "none"),
      (
        "obj-$(CONFIG_D) += e/", "CONFIG_D && CONFIG_E",
        "(CONFIG_D || CONFIG_D_MODULE) && CONFIG_E_MODULE", "CONFIG_D"
      ),
      ("obj-$(subst m,y,$(CONFIG_D)) += e/", nil, nil, "CONFIG_D || CONFIG_D_MODULE"),
      ("subdir-y += e", "none", "none", "none"),
      ("", "none", "none", "none"),
    ] as [(String, String?, String?, String)])
  func descends(_ line: String, _ builtIn: String?, _ module: String?, _ other: String) throws {
    let kbuild = Kbuild(
      of: MemoryTree([
        "Kbuild": "obj-y += d/", "d/Makefile": line, "d/e/Makefile": "obj-$(CONFIG_E) += a.o\nobj-y += b.o",
      ]), architecture: "x86")
    let a = kbuild.build(of: try #require(TreePath("d/e/a.c")))
    if let builtIn { #expect((a.map { $0.table.text(of: $0.builtIn) } ?? "none") == builtIn) }
    if let module { #expect((a.map { $0.table.text(of: $0.module) } ?? "none") == module) }
    let b = kbuild.build(of: try #require(TreePath("d/e/b.c")))
    #expect((b.map { $0.table.text(of: $0.builtIn) } ?? "none") == other)
  }

  @Test func saysWhereAndWhatItIsPartOf() throws {
    let tree = MemoryTree([
      "Kbuild": "obj-y += d/\n",
      "d/Kbuild": """
      # The driver
      obj-$(CONFIG_X) += x.o y.o
      x-y := b.o \\
             a.o
      y-y := a.o
      subdir-ccflags-y := -I$(src)/include
      ccflags-y += -I $(srctree)/$(src)/../e -DFOO=1 -Wall
      ccflags-$(CONFIG_DEBUG) += -DDEBUG
      CFLAGS_a.o := -iquote $(srctree)/d/q -include $(src)/first.h
      """,
      "d/Makefile": "obj-y += a.o",
    ])
    let build = try built(tree)
    #expect("\(build.makefile):\(build.line)" == "d/Kbuild:3")
    #expect(build.modules == ["x", "y"])
    #expect(build.objects == ["d/x", "d/y"])
    #expect(build.includeFolders.map(\.description) == ["d/include", "e", "d/q"])
    #expect(build.defines == ["-DFOO=1", "-DDEBUG", "-include d/first.h"])
    #expect(build.definedNames == ["FOO", "DEBUG"])
    #expect(build.table.text(of: build.flags[1].condition) == "CONFIG_DEBUG")
    #expect(build.gaps == [])
  }

  @Test func findsFilesOfOtherFolders() throws {
    let tree = MemoryTree([
      "Makefile": "include $(srctree)/arch/$(SRCARCH)/Makefile\nexport ARCH_CORE := $(core-y)",
      "Kbuild": "obj-y += arch/$(SRCARCH)/ $(ARCH_CORE)",
      "arch/x86/Makefile": "core-$(CONFIG_K) += arch/x86/k/ ",
      "arch/x86/k/Makefile":
        "K := ../../../virt\ninclude $(srctree)/virt/Makefile.kvm\nobj-$(CONFIG_KVM) += kvm.o",
      "virt/Makefile.kvm": "kvm-y += $(K)/main.o", "virt/main.c": "",
    ])
    let build = try built(tree, "virt/main.c")
    #expect(build.table.text(of: build.builtIn) == "CONFIG_K && CONFIG_KVM")
    #expect("\(build.makefile):\(build.line)" == "virt/Makefile.kvm:1")
    let all = Kbuild(of: tree, architecture: "x86").files()
    #expect(all.map { "\($0.path) \($0.build != nil)" } == ["virt/main.c true"])
  }

  /// The vDSO, the boot wrapper, a second copy with other flags.
  @Test(arguments: [
    (
      "v-y := a.o\nv := $(foreach F,$(v-y),$(obj)/$F)\n$(v): KBUILD_CFLAGS := x\n$(obj)/v.so: $(v) FORCE",
      true
    ),
    ("targets += a.o", true),
    ("targets += a-32.o\n$(obj)/a-32.o: %-32.o: %.c FORCE\n\t$(CC)", true),
    ("always-y := x.h\n$(obj)/x.s: $(src)/a.c FORCE\n$(obj)/x.h: $(obj)/x.s", true),
    ("KBUILD_CFLAGS := -O2\nobj-y += a.o", true),
    ("KBUILD_CFLAGS += -O2\nobj-y += a.o", false),
    ("$(obj)/%.pi.o: $(obj)/%.o FORCE\n\t$(call if_changed,objcopy)\nobj-y += a.pi.o", true),
  ])
  func knowsSeparateCode(_ makefile: String, _ isSeparate: Bool) throws {
    let tree = MemoryTree(["Kbuild": "obj-y += d/", "d/Makefile": makefile, "d/a.c": ""])
    let build = try built(tree)
    #expect(build.isSeparate == isSeparate)
    #expect(build.compiled == .always)
  }

  /// The boot wrapper is built by a recipe of the architecture: when, only make knows.
  @Test func namesWhatARecipeBuilds() throws {
    let makefile =
      "setup-y := a.o\nsetup-$(CONFIG_V) += b.o\n$(obj)/setup.elf: $(addprefix $(obj)/,$(setup-y))"
    let tree = MemoryTree(["Kbuild": "obj-y += arch/x86/", "arch/x86/boot/Makefile": makefile])
    let build = try built(tree, "arch/x86/boot/b.c")
    #expect(build.isSeparate)
    #expect(build.gaps == ["arch/x86/boot is built by a recipe"])
    #expect(build.table.text(of: build.builtIn) == "CONFIG_V && [arch/x86/boot is built by a recipe]")
  }

  /// The top Makefile of 5.x descends by itself.
  @Test func descendsAsOldKernelsDo() throws {
    let tree = MemoryTree([
      "Makefile": "core-y := init/ usr/\ndrivers-$(CONFIG_D) := d/\nlibs-y := lib/",
      "d/Makefile": "obj-y += a.o",
    ])
    let build = try built(tree)
    #expect(build.table.text(of: build.builtIn) == "CONFIG_D")
  }

  @Test func listsFilesThatArchitecturesShare() throws {
    let tree = MemoryTree([
      "Kbuild": "obj-y += arch/$(SRCARCH)/", "arch/arm/a.c": "", "arch/arm/b.c": "",
      "arch/arm64/Kbuild": "obj-$(CONFIG_X) += ../arm/a.o",
    ])
    let files = Kbuild(of: tree, architecture: "arm64").files()
    #expect(files.map(\.path.description) == ["arch/arm/a.c"])
  }

  @Test func leavesOtherArchitecturesAlone() throws {
    let tree = MemoryTree([
      "Kbuild": "obj-y += arch/$(SRCARCH)/", "arch/arm/Kbuild": "obj-y += a.o",
      "arch/x86/Kbuild": "obj-y += a.o",
    ])
    let kbuild = Kbuild(of: tree, architecture: "arm")
    #expect(kbuild.build(of: try #require(TreePath("arch/arm/a.c"))) != nil)
    #expect(kbuild.build(of: try #require(TreePath("arch/x86/a.c"))) == nil)
  }

  @Test func findsObjectsThatOtherFoldersName() throws {
    let files = [
      "Kbuild": "obj-y += bus/ misc/", "bus/Makefile": "obj-$(CONFIG_B) += ../misc/lane.o",
      "misc/Makefile": "ccflags-y += -I $(src)/../bus",
    ]
    let base = MemoryTree(files)
    let lane = try #require(TreePath("misc/lane.c"))
    func condition(_ kbuild: Kbuild) -> String? {
      kbuild.build(of: lane).map { $0.table.text(of: $0.builtIn) }
    }
    let outward = OutwardFolders(of: base)
    #expect(condition(Kbuild(of: base, architecture: "x86", outward: outward)) == "CONFIG_B")
    // A patch moves the line to another Makefile.
    let changes = ["bus/Makefile": "", "dev/Makefile": "obj-$(CONFIG_D) += ../misc/lane.o"]
    let moved = MemoryTree(
      files.merging(changes) { $1 }.merging(["Kbuild": "obj-y += bus/ misc/ dev/"]) { $1 })
    let touched = try ["Kbuild", "bus/Makefile", "dev/Makefile"].map { try #require(TreePath($0)) }
    let after = OutwardFolders(outward, with: touched, of: moved)
    #expect(condition(Kbuild(of: moved, architecture: "x86", outward: after)) == "CONFIG_D")
  }

  /// Folders that a patch does not reach are those that were read without it.
  @Test func readsWhatAPatchLeavesAloneOnce() throws {
    let files = [
      "Kbuild": "obj-y += bus/ dev/ net/", "bus/Makefile": "obj-$(CONFIG_B) += a.o in/",
      "bus/in/Makefile": "obj-$(FLAG) += b.o", "dev/Makefile": "include $(src)/../bus/Makefile\nobj-y += c.o",
      "net/Makefile": "obj-$(CONFIG_N) += d.o",
    ]
    let base = CountingFiles(files)
    let plain = Kbuild(of: base, architecture: "x86")
    let paths = try ["bus/a.c", "bus/in/b.c", "dev/c.c", "net/d.c"].map { try #require(TreePath($0)) }
    func conditions(_ kbuild: Kbuild) -> [String?] {
      paths.map { path in kbuild.build(of: path).map { $0.table.text(of: $0.builtIn) } }
    }
    #expect(conditions(plain) == ["CONFIG_B", nil, "1", "CONFIG_N"])
    let bus = try #require(TreePath("bus/Makefile"))
    let patched = CountingFiles(
      files.merging(["bus/Makefile": "export FLAG := y\nobj-$(CONFIG_A) += a.o in/"]) { $1 })
    let after = Kbuild(plain, of: patched, touched: [bus], outward: OutwardFolders(of: patched))
    // What lies below hears of it, and who includes it.
    #expect(conditions(after) == conditions(Kbuild(of: patched, architecture: "x86")))
    #expect(conditions(after) == ["CONFIG_A", "CONFIG_A", "1", "CONFIG_N"])
    #expect(patched.count(of: "bus/in/Makefile") > 0 && patched.count(of: "dev/Makefile") > 0)
    let once = CountingFiles(files.merging(["bus/Makefile": ""]) { $1 })
    _ = Kbuild(plain, of: once, touched: [bus], outward: OutwardFolders(of: MemoryTree([:]))).build(
      of: paths[3])
    #expect(once.count(of: "net/Makefile") == 0 && once.count(of: "Kbuild") == 0)
    // What others may include under any name changes all.
    let shared = try #require(TreePath("scripts/Makefile.lib"))
    let all = CountingFiles(files)
    _ = Kbuild(plain, of: all, touched: [shared], outward: OutwardFolders(of: MemoryTree([:]))).build(
      of: paths[3])
    #expect(all.count(of: "net/Makefile") > 0)
  }

  /// What architectures do not differ in is read for the first of them; the answers are those of each alone.
  @Test func readsWhatIsAlikeForArchitecturesOnce() throws {
    let tree = CountingFiles([
      "Makefile": "include $(srctree)/arch/$(SRCARCH)/Makefile",
      "Kbuild": "obj-y += bus/ dev/ up/ arch/$(SRCARCH)/\nobj-$(CONFIG_NET) += net/\nobj-$(WAY) += way/",
      "arch/arm/Makefile": "export FLAG := y\nexport WAY := m", "arch/riscv/Makefile": "export WAY := y",
      "arch/x86/Makefile": "export OTHER := y\nexport WAY := y",
      "arch/x86/Kbuild": "obj-$(CONFIG_X) += k.o", "arch/arm/Kbuild": "obj-$(CONFIG_Y) += k.o",
      "bus/Makefile": "export INNER := y\nobj-$(CONFIG_B) += a.o in/",
      "bus/in/Makefile": "obj-$(INNER) += b.o",
      "dev/Makefile": "obj-$(FLAG) += c.o below/\nobj-y += d.o", "dev/below/Makefile": "obj-y += e.o",
      "net/Makefile": "ifeq ($(ARCH),arm)\nobj-y += f.o\nelse\nobj-$(CONFIG_N) += f.o\nendif",
      "up/Makefile": "ifdef OTHER\nobj-y += g.o\nelse\nobj-$(CONFIG_G) += g.o\nendif",
      "way/Makefile": "obj-$(CONFIG_W) += h.o",
    ])
    let paths = try [
      "bus/a.c", "bus/in/b.c", "dev/c.c", "dev/d.c", "dev/below/e.c", "net/f.c", "up/g.c", "way/h.c",
      "arch/x86/k.c", "arch/arm/k.c",
    ].map { try #require(TreePath($0)) }
    func answers(_ kbuild: Kbuild) -> [[String]?] {
      paths.map { path in
        kbuild.build(of: path).map { build in
          [build.builtIn, build.module].map { build.table.text(of: $0) }
        }
      }
    }
    let architectures = ["arm", "x86", "riscv"]
    let alone = architectures.map { answers(Kbuild(of: tree, architecture: $0)) }
    #expect(Set(alone).count == 3)
    let outward = OutwardFolders(of: tree)
    _ = answers(Kbuild(of: tree, architecture: "x86", outward: outward))
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
      let common = CommonFolders()
      let before = ["bus/in/Makefile", "dev/Makefile", "net/Makefile"].map(tree.count)
      for index in order {
        let kbuild = Kbuild(of: tree, architecture: architectures[index], outward: outward, common: common)
        #expect(answers(kbuild) == alone[index], "\(architectures[index]) in \(order)")
      }
      let read = zip(["bus/in/Makefile", "dev/Makefile", "net/Makefile"].map(tree.count), before).map(-)
      // What has FLAG is another for arm; what asks for ARCH may be for each.
      #expect(read == [1, 2, 3])
    }
  }
}

/// A tree that counts what is read.
private final class CountingFiles: SourceTree {
  private let whole: MemoryTree
  private let counts = Mutex<[String: Int]>([:])

  init(_ files: [String: String]) { whole = MemoryTree(files) }

  func count(of path: String) -> Int { counts.withLock { $0[path, default: 0] } }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    counts.withLock { $0[path.description, default: 0] += 1 }
    return try whole.bytes(of: path)
  }

  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] { try whole.entries(of: folder) }
  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { nil }
}
