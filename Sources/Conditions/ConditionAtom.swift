// SPDX-License-Identifier: GPL-2.0-or-later

/// What a condition is about: a fact of the configuration, or something that only has a name.
///
/// A tristate symbol has two facts, `isBuiltIn` and `isModule`, of which one at most holds.
/// Source: `include/linux/kconfig.h`; `Documentation/kbuild/kconfig-language.rst`.
public enum ConditionAtom: Hashable, Sendable {
  /// `CONFIG_X=y`: `defined(CONFIG_X)`, `IS_BUILTIN(CONFIG_X)`. The name has no `CONFIG_`.
  case isBuiltIn(String)
  /// `CONFIG_X=m`: `defined(CONFIG_X_MODULE)`, `IS_MODULE(CONFIG_X)`.
  case isModule(String)
  /// A macro that is no CONFIG symbol is defined.
  case isDefined(String)
  /// An expression that is not looked into, by its text.
  case opaque(String)
}

extension ConditionAtom {
  /// The CONFIG symbol that it is about, without `CONFIG_`; nil where it is about none.
  public var symbol: String? {
    switch self {
    case .isBuiltIn(let name), .isModule(let name): name
    case .isDefined, .opaque: nil
    }
  }
}

extension ConditionAtom: Comparable {
  public static func < (a: ConditionAtom, b: ConditionAtom) -> Bool { a.description < b.description }
}

extension ConditionAtom: CustomStringConvertible {
  public var description: String {
    switch self {
    case .isBuiltIn(let name): "CONFIG_\(name)"
    case .isModule(let name): "CONFIG_\(name)_MODULE"
    case .isDefined(let name): "defined(\(name))"
    case .opaque(let text): "[\(text)]"
    }
  }
}
