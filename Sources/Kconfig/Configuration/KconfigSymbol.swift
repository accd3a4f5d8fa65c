// SPDX-License-Identifier: GPL-2.0-or-later

/// What the Kconfig files of an architecture say about one name.
public struct KconfigSymbol: Sendable {
  public enum Kind: String, Hashable, Sendable { case bool, tristate, string, int, hex }

  /// A `config NAME` line.
  public struct Definition: Sendable {
    public var path: String
    public var line: Int
    /// With the `if`, `menu` and `choice` around it.
    public var depends: KconfigExpression
    /// What a person is asked; nil where there is nothing to set here.
    public var prompt: String?
    public var hasHelp: Bool
  }

  /// A line that gives a value under a condition, which holds the dependencies of its entry.
  public struct Property<Value: Sendable>: Sendable {
    public var value: Value
    public var condition: KconfigExpression
    public var path: String
    public var line: Int
  }

  public var name: String
  /// Nil where no line gives one; always so for a name that is only mentioned.
  public var kind: Kind?
  /// Empty for a name that is only mentioned: as an expression it is n.
  public var definitions: [Definition]
  /// What is asked, and where a person sees it.
  public var prompts: [Property<String>]
  /// The value of each `default`, as text.
  public var defaults: [Property<String>]
  public var selects: [Property<String>]
  public var implies: [Property<String>]
  public var ranges: [Property<String>]
  /// Who selects it, and who implies it.
  public var selectors: [Property<String>]
  public var impliers: [Property<String>]
  /// Where the choice begins that it is a member of.
  public var choice: (path: String, line: Int)?

  public var isDefined: Bool { !definitions.isEmpty }
}
