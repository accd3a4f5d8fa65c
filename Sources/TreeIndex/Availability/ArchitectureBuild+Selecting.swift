// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import Kconfig
internal import KernelC

extension ArchitectureBuild {
  public func selects(of name: String) -> [KconfigSelect] { kconfig.selects(of: name) }
  public func selects(by name: String) -> [KconfigSelect] { kconfig.selects(by: name) }
  public func dependencyText(of name: String) -> String? { kconfig.dependencyText(of: name) }

  /// When a `select` gives a symbol more than its dependencies allow.
  public func unmetDependency(of select: KconfigSelect) -> Formula {
    kconfig.unmetDependency(of: select, in: &graph.table)
  }
}
