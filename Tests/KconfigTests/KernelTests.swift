// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Foundation
import Kconfig
import SourceText
import TestSupport
import Testing

/// The kernel's own files, where they are there.
@Suite struct KernelTests {
  private static func database(_ architecture: String) -> KconfigDatabase? {
    guard let folder = KernelSource.folder else { return nil }
    guard FileManager.default.fileExists(atPath: folder.path + "/drivers/Kconfig") else {
      print("not run: no Kconfig files of drivers in \(folder.path)")
      return nil
    }
    return KconfigDatabase(reading: KernelFiles(folder: folder), architecture: architecture)
  }

  @Test(arguments: ["x86", "arm64", "arm", "riscv", "s390", "powerpc", "um"])
  func readsWithoutProblems(_ architecture: String) {
    guard let database = Self.database(architecture) else { return }
    #expect(database.problems.isEmpty)
    #expect(database.symbols.count > 15_000)
  }

  /// The kernel's own configurations can be made; one symbol in some is asked, as debug builds are slow.
  @Test func nothingHangsOnItself() {
    guard let database = Self.database("x86") else { return }
    for (index, name) in database.symbols.enumerated() where index % 211 == 0 {
      #expect(database.recursion(of: name) == nil)
    }
  }

  /// The question of the seed: cgroup_put() is declared under CGROUPS only, and bpf_struct_ops.c needs JIT.
  @Test func findsTheSeed() {
    guard let database = Self.database("x86") else { return }
    var table = FormulaTable()
    let (syscall, jit) = (table.atom(.isBuiltIn("BPF_SYSCALL")), table.atom(.isBuiltIn("BPF_JIT")))
    let cgroups = table.atom(.isBuiltIn("CGROUPS"))
    let without = table.not(cgroups)
    let question = table.and([syscall, jit, without])
    let solver = ConfigurationSolver(database)
    guard case .possible(let witness) = solver.answer(question, of: table) else {
      Issue.record("no witness")
      return
    }
    #expect(witness.lines == ["BPF_SYSCALL=y", "BPF_JIT=y", "CGROUPS=n"])
  }
}
