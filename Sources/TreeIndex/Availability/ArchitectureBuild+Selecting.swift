// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import Kconfig
internal import KernelC
public import SourceText

extension ArchitectureBuild {
  public func selects(of name: String) -> [KconfigSelect] { kconfig.selects(of: name) }
  public func selects(by name: String) -> [KconfigSelect] { kconfig.selects(by: name) }
  public func dependencyText(of name: String) -> String? { kconfig.dependencyText(of: name) }

  /// Where a symbol is defined that nobody is asked about, so that only others set it; nil for all others.
  public func folder(ofHidden name: String) -> TreePath? {
    guard let symbol = kconfig.symbol(name), symbol.prompts.isEmpty, symbol.defaults.isEmpty else {
      return nil
    }
    return symbol.definitions.first.flatMap { TreePath($0.path)?.folder }
  }

  /// When a `select` gives a symbol more than its dependencies allow.
  public func unmetDependency(of select: KconfigSelect) -> Formula {
    kconfig.unmetDependency(of: select, in: &graph.table)
  }
}
