// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

/// Evaluates a Makefile for all configurations at once: what GNU make would do to the variables, where
/// `CONFIG_X` is `y`, `m` or nothing under the conditions that say so.
///
/// Nothing is run: `$(shell …)` and the like give texts that are not known. Recipes are not read.
struct MakeEvaluator {
  struct Variable {
    var value: MakeValue
    /// Set by `:=`: what is appended is expanded at once.
    var isImmediate: Bool
    /// Whether it says which architecture is built.
    var isArchitecture = false
  }

  /// An `ifeq` that is open.
  struct Frame {
    var outer: Formula
    /// Where a branch before this one is taken.
    var taken: Formula
    var current: Formula
    var branches = 1
  }

  /// A static pattern rule of the kind `%.nvhe.o: %.o`, by its two sides.
  struct PatternRule {
    var target: String
    var source: String
  }

  let tree: any SourceTree
  var table = FormulaTable()
  var variables: [String: Variable] = [:]
  /// What the Makefiles above handed on.
  let environment: MakeEnvironment
  /// Whether nothing was looked at that architectures differ in.
  private(set) var isCommon = true
  /// What was asked of those above and is exported by none.
  private(set) var unexported: Set<String> = []
  var exported: Set<String> = []
  /// Variables that belong to the caller: what the file sets them to is not looked at.
  var fixed: Set<String> = []

  /// Variables that were set by `=` or `:=`.
  var replaced: Set<String> = []

  /// The files that were read, by the number that a `MakeOrigin` has.
  var files: [String] = []
  /// The files being read, outermost first.
  var open: [String] = []
  var frames: [Frame] = []
  var origin = MakeOrigin(file: 0, line: 0)
  /// The arguments of the `$(call …)`s being expanded.
  var arguments: [[MakeValue]] = []
  var rules: [PatternRule] = []
  /// Objects that rules need.
  var linked: [MakeWord] = []
  var gaps: [String] = []
  /// Whether a formula has got a named unknown.
  var hasUnknowns = false
  /// The CONFIG symbols as texts.
  var symbols: [String: MakeValue] = [:]
  var depth = 0
  var cost = 0
  var isExhausted = false

  init(tree: any SourceTree, environment: MakeEnvironment = MakeEnvironment()) {
    self.tree = tree
    self.environment = environment
  }

  /// What bounds the work on one folder. The largest folders of 6.12 need a tenth.
  enum Limits {
    static let fileBytes = 1 << 20
    static let includes = 1000
    static let includeDepth = 16
    static let conditionDepth = 48
    static let expansionDepth = 64
    static let valueDepth = 64
    /// Bytes and words that were moved.
    static let cost = 20_000_000
    /// How many texts a value may have where its words are joined.
    static let texts = 64
    static let gaps = 100
    static let linked = 10_000
    static let rules = 100
    /// `else if` after `else if`.
    static let branches = 200
  }

  /// Where the line being read has an effect.
  var condition: Formula { frames.last?.current ?? .always }

  var place: String { place(of: origin) }

  func place(of origin: MakeOrigin) -> String {
    "\(files.indices.contains(Int(origin.file)) ? files[Int(origin.file)] : "?"):\(origin.line)"
  }

  mutating func note(_ gap: String) {
    guard gaps.count < Limits.gaps else { return }
    let text = "\(place): \(gap)"
    if gaps.last != text { gaps.append(text) }
  }

  /// Takes from what the evaluation may cost; false where nothing is left.
  mutating func spend(_ amount: Int) -> Bool {
    cost += amount
    if cost <= Limits.cost { return true }
    if !isExhausted { note("too large to evaluate") }
    isExhausted = true
    return false
  }

  // MARK: Variables

  /// A variable that a file has set, or whoever calls make.
  mutating func variable(named name: String) -> Variable? {
    guard let variable = variables[name] else { return nil }
    // Which of an architecture's names was given to make is not known.
    if variable.isArchitecture { (isCommon, hasUnknowns) = (false, true) }
    return variable
  }

  /// What the Makefiles above export under a name; nil where none does.
  mutating func exportedAbove(_ name: String) -> MakeValue? {
    guard let (value, isCommon) = environment.value(of: name, for: &self) else {
      unexported.insert(name)
      return nil
    }
    // What is not known above may be in it.
    hasUnknowns = true
    if !isCommon { self.isCommon = false }
    return value
  }

  // MARK: Reading

  /// Reads one file; false where there is none.
  mutating func read(_ name: String) -> Bool {
    guard let path = TreePath(name) else { return false }
    let bytes: [UInt8]
    do {
      guard let found = try tree.bytes(of: path) else { return false }
      bytes = found
    } catch {
      note("\(name) cannot be read: \(error)")
      return true
    }
    guard bytes.count <= Limits.fileBytes, files.count < Limits.includes else {
      note("\(name) is not read: too large, or too many files")
      return true
    }
    let outer = origin
    files.append(name)
    open.append(name)
    evaluate(MakeLines(bytes), file: UInt16(files.count - 1))
    open.removeLast()
    origin = outer
    return true
  }

  /// Evaluates lines; conditions that they leave open end with them.
  mutating func evaluate(_ lines: MakeLines, file: UInt16) {
    let frameCount = frames.count
    var isRule = false
    var definition: (name: MakeValue, sign: MakeStatement.Operator, text: [UInt8], depth: Int)?
    var skippedDepth = 0
    for line in lines.lines {
      guard !isExhausted else { break }
      origin = MakeOrigin(file: file, line: line.number)
      if definition != nil {
        switch MakeStatement(line.text[...].trimmed) {
        case .endOfDefine where definition?.depth == 0:
          if let (name, sign, text, _) = definition {
            assign(name, sign, deferred: text, isExported: false)
          }
          definition = nil
          continue
        case .endOfDefine: definition?.depth -= 1
        case .define: definition?.depth += 1
        default: break
        }
        if definition?.text.isEmpty == false { definition?.text.append(UInt8(ascii: "\n")) }
        definition?.text += line.text
        continue
      }
      if isRule, line.hasTab { continue }
      let statement = MakeStatement(MakeLines.withoutComment(line.text))
      if isConditional(statement) {
        switch (statement, skippedDepth) {
        case (.condition(_, _, isElse: false), 1...): skippedDepth += 1
        case (.condition(_, _, isElse: false), _) where frames.count - frameCount >= Limits.conditionDepth:
          note("conditions nested too deep")
          skippedDepth = 1
        case (.endOfCondition, 1...): skippedDepth -= 1
        case (_, 1...): break
        default: branch(statement, above: frameCount)
        }
        continue
      }
      if case .define(let name, let sign) = statement {
        definition = (expand(name), sign, [], 0)
        continue
      }
      guard skippedDepth == 0, condition != .never else { continue }
      switch statement {
      case .nothing: break
      case .rule:
        isRule = true
        run(statement)
      default:
        isRule = false
        run(statement)
      }
    }
    if frames.count > frameCount {
      note("a condition without endif")
      frames.removeLast(frames.count - frameCount)
    }
  }

  private func isConditional(_ statement: MakeStatement) -> Bool {
    switch statement {
    case .condition, .otherwise, .endOfCondition: true
    default: false
    }
  }

  private mutating func run(_ statement: MakeStatement) {
    switch statement {
    case .assignment(let name, let sign, let text, let isExported):
      assign(expand(name), sign, deferred: Array(text), isExported: isExported)
    case .include(let text, let isOptional): include(expand(text), isOptional: isOptional)
    case .export(let text):
      for word in words(of: expand(text)) { exported.insert(word.text) }
    case .undefine(let text):
      for word in words(of: expand(text)) where !fixed.contains(word.text) {
        assign(MakeValue(word.text, origin), .immediate, deferred: [], isExported: false)
      }
    case .rule(let targets, let rest): learn(targets, rest)
    case .expression(let text): _ = resolved(expand(text))
    default: break
    }
  }

  /// Keeps what a rule says of objects: `vdso.so: $(vobjs)` links them, `%.nvhe.o: %.o` renames them.
  private mutating func learn(_ targets: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>) {
    guard rest.contains(UInt8(ascii: "$")) || rest.contains(UInt8(ascii: ".")) else { return }
    let parts = rest.split(separator: UInt8(ascii: ";"), maxSplits: 1).first ?? []
    let rule = parts.split(separator: UInt8(ascii: ":"), maxSplits: 1)
    // A variable for one target: `$(vobjs): KBUILD_CFLAGS := …`.
    if let first = rule.first, first.contains(UInt8(ascii: "=")) || parts.contains(UInt8(ascii: "=")) {
      return
    }
    let targetWords = words(of: expand(rule.count > 1 ? rule[0] : targets)).map(\.text)
    let sources = words(of: expand(rule.last ?? []))
    if let source = sources.first(where: { $0.text.contains("%") }) {
      guard rules.count < Limits.rules else { return note("too many pattern rules") }
      rules += targetWords.filter { $0.contains("%") }.prefix(Limits.rules).map {
        PatternRule(target: $0, source: source.text)
      }
    }
    let isCompiled = targetWords.contains { $0.hasSuffix(".o") || $0.hasSuffix(".s") }
    for var source in sources
    where source.text.hasSuffix(".o") || source.text.hasSuffix(".s")
      || isCompiled && source.text.hasSuffix(".c")
    {
      guard !source.isUnknown, !source.text.contains("%"), linked.count < Limits.linked else { continue }
      source.condition = both(condition, source.condition)
      linked.append(source)
    }
  }

  private mutating func include(_ value: MakeValue, isOptional: Bool) {
    for word in words(of: value) {
      guard !word.isUnknown else {
        if !isOptional { note("include \(word.text)") }
        continue
      }
      guard let path = KbuildPath.normal(word.text, in: "") else { continue }
      // The compiler's and the language's helpers: their functions are known by name.
      if path.hasPrefix("scripts/") { continue }
      guard !open.contains(path) else {
        note("\(path) includes itself")
        continue
      }
      guard open.count < Limits.includeDepth else {
        note("include \(path): nested too deep")
        continue
      }
      let isConditional = word.condition != .always
      if isConditional {
        let here = both(condition, word.condition)
        guard here != .never else { continue }
        frames.append(Frame(outer: condition, taken: here, current: here))
      }
      if !read(path), !isOptional { note("include \(path): no such file") }
      if isConditional { frames.removeLast() }
    }
  }
}
