// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import Confirm

/// Witnesses as configurations, and what is left of them.
@Suite struct WitnessConfigurationTests {
  @Test(
    arguments: [
      (["A=y", "B=m", "C=n"], "CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\n", "x86"),
      (["ARCH=arm64", "N=32"], "CONFIG_N=32\n", "arm64"),
      (["H=0x1f", "S=a b", "E="], "CONFIG_H=0x1f\nCONFIG_S=\"a b\"\nCONFIG_E=\"\"\n", "x86"),
      ([], "", "x86"),
    ] as [([String], String, String)])
  func isWritten(_ witness: [String], _ text: String, _ machine: String) {
    let configuration = WitnessConfiguration(witness)
    #expect(configuration.text == text)
    #expect(configuration.machine.name == machine)
  }

  @Test(
    arguments: [
      (["A=y", "C=n", "S=a b"], "CONFIG_A=y\n# CONFIG_C is not set\nCONFIG_S=\"a b\"\n", nil),
      (["C=n"], "# nothing\n", nil), (["A=m"], "CONFIG_A=y\n", "A became y"),
      (["C=n"], "CONFIG_C=m\n", "C became m"),
      (["A=y"], "# CONFIG_A is not set\n", "A became n"), (["N=3"], "CONFIG_N=4\n", "N became 4"),
    ] as [([String], String, String?)])
  func isChecked(_ witness: [String], _ text: String, _ problem: String?) {
    var found: String?
    do throws(Obstacle) {
      try WitnessConfiguration(witness).check(BuiltConfiguration(parsing: text))
    } catch {
      found = error.sentence
    }
    #expect(found == problem.map { "the configuration does not hold: \($0)" })
  }
}
