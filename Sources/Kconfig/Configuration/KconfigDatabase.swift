// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The Kconfig files of one architecture in one state of the tree.
public struct KconfigDatabase: Sendable {
  /// The architecture, as it was asked for.
  public let architecture: String
  let model: KconfigModel
  /// What all symbols are with nothing set; nil where nobody has computed that yet.
  let start: ConfigurationState?

  /// Reads the top Kconfig and all that it sources. What cannot be read is in `problems`.
  /// - Parameters:
  ///   - architecture: a folder below arch/; `x86` means 64 bits, `i386` and what else `ARCH=` takes are known.
  ///   - toolchain: what macros hear that ask for a compiler or linker.
  public init(
    reading tree: any SourceTree, architecture: String, toolchain: Toolchain = .current
  ) {
    (self.architecture, start) = (architecture, nil)
    model = KconfigParser.model(
      of: "Kconfig", in: tree, environment: Architecture.environment(for: architecture, toolchain),
      toolchain: toolchain)
  }

  /// The database of a tree of which only some files are others, made of that of the tree as it was; nil where that cannot
  /// be: then all files have to be read.
  ///
  /// It says what reading all files says.
  /// - Parameters:
  ///   - base: of the same architecture and toolchain.
  ///   - changed: what is not the same in the two trees.
  public init?(
    _ base: KconfigDatabase, of tree: any SourceTree, changed: [TreePath], from baseTree: any SourceTree,
    toolchain: Toolchain = .current
  ) {
    let environment = Architecture.environment(for: base.architecture, toolchain)
    guard
      let model = base.model.replacing(
        changed, from: baseTree, to: tree, environment: environment, toolchain: toolchain)
    else { return nil }
    (architecture, self.model, start) = (base.architecture, model, nil)
  }

  public var problems: [KconfigProblem] { model.problems }

  /// Paths of the files that were read, in the order of reading.
  public var files: [String] { model.paths }

  /// The names that are defined, sorted.
  public var symbols: [String] {
    model.symbols.lazy.filter { !$0.definitions.isEmpty }.map { model.words.text($0.name) }.sorted()
  }

  /// What is said about a name, without CONFIG_; nil where no file mentions it.
  public func symbol(_ name: String) -> KconfigSymbol? {
    model.find(name).map { symbol(at: $0) }
  }

  /// Whether a `config` line defines the name.
  public func isDefined(_ name: String) -> Bool {
    model.find(name).map { !model.symbols[Int($0)].definitions.isEmpty } ?? false
  }

  /// The symbols that a symbol's `depends on` lines and prompts mention, sorted.
  public func dependencies(of symbol: KconfigSymbol) -> [String] {
    var names: Set<String> = []
    for expression in symbol.definitions.map(\.depends) + symbol.prompts.map(\.condition) {
      model.expressions.forEachSymbol(of: expression) { names.insert(model.name(of: $0)) }
    }
    return names.sorted()
  }

  private func symbol(at index: SymbolIndex) -> KconfigSymbol {
    let symbol = model.symbols[Int(index)]
    return KconfigSymbol(
      name: model.words.text(symbol.name), kind: symbol.type,
      definitions: model.definitions[symbol.definitions].map {
        KconfigSymbol.Definition(
          path: model.paths[Int($0.path)], line: Int($0.line), depends: $0.depends,
          prompt: $0.prompt.map(model.words.text), hasHelp: $0.hasHelp)
      },
      prompts: model.prompts[symbol.prompts].map { property($0, model.words.text) },
      defaults: model.defaults[symbol.defaults].map {
        property($0) { $0.operand.map(model.text(of:)) ?? model.text(of: $0.expression) }
      },
      selects: model.edges[symbol.selects].map { property($0, model.name) },
      implies: model.edges[symbol.implies].map { property($0, model.name) },
      ranges: model.ranges[symbol.ranges].map {
        property($0) { "\(model.text(of: $0.low)) \(model.text(of: $0.high))" }
      },
      selectors: model.edges[symbol.selectors].map { property($0, model.name) },
      impliers: model.edges[symbol.impliers].map { property($0, model.name) },
      choice: symbol.choice.map {
        let choice = model.choices[Int($0)]
        return (model.paths[Int(choice.path)], Int(choice.line))
      })
  }

  private func property<Value>(
    _ property: KconfigModel.Conditional<Value>, _ text: (Value) -> String
  ) -> KconfigSymbol.Property<String> {
    KconfigSymbol.Property(
      value: text(property.value), condition: property.condition, path: model.paths[Int(property.path)],
      line: Int(property.line))
  }

  /// An expression as Kconfig writes it.
  public func text(of expression: KconfigExpression) -> String { model.text(of: expression) }
}
