// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import Kconfig
internal import KernelC
public import SourceText

extension ArchitectureBuild {
  /// Whether a symbol is y or n, and never m.
  public func isBool(_ name: String) -> Bool { kconfig.symbol(name)?.kind == .bool }

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

  /// What Kconfig files say of a name; nil where none mentions it.
  public func kconfigSymbol(_ name: String) -> KconfigSymbol? { kconfig.symbol(name) }
  /// The symbols by way of which a symbol hangs on its own value; nil where it does not.
  public func recursion(of name: String) -> [String]? { kconfig.recursion(of: name) }
  /// The symbols that depend on a name.
  public func dependents(of name: String) -> [String] { kconfig.dependents(of: name) }
  /// The symbols that a symbol's dependencies and prompts mention.
  public func dependencies(of symbol: KconfigSymbol) -> [String] { kconfig.dependencies(of: symbol) }

  /// Whether no configuration sets a symbol.
  public func isNeverSet(_ name: String) -> Bool {
    isImpossible(graph.or(graph.table.atom(.isBuiltIn(name)), graph.table.atom(.isModule(name))))
  }

  /// Whether some configuration has what two definitions of a symbol depend on.
  public func mayMeet(_ a: KconfigSymbol.Definition, _ b: KconfigSymbol.Definition) -> Bool {
    let (first, second) = (
      kconfig.formula(of: a.depends, in: &graph.table), kconfig.formula(of: b.depends, in: &graph.table)
    )
    return !isImpossible(graph.and(first, second))
  }

  /// When a `select` gives a symbol more than its dependencies allow.
  public func unmetDependency(of select: KconfigSelect) -> Formula {
    kconfig.unmetDependency(of: select, in: &graph.table)
  }
}
