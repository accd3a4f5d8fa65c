// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Kconfig
internal import KernelC
internal import SourceText

extension FileSymbols {
  /// Which macros that stand for numbers are declarations.
  enum Numbers: Hashable, Sendable {
    /// Those of files that have no more than `recordedNumbers`.
    case few
    case all
  }

  /// Reads a file's text. Never fails: what is not understood declares `possible` names at most.
  public init(of text: [UInt8], as kind: Kind) { self.init(of: text, as: kind, numbers: .few) }

  /// A header's macros of one name that stand for numbers.
  init(numbersNamed name: String, in text: [UInt8]) {
    self.init(of: text, as: .header, numbers: .all)
    declarations = declarations.filter { $0.kind == .objectMacro && $0.name == name }
  }

  init(of text: [UInt8], as kind: Kind, numbers: Numbers) {
    self.init(kind: kind)
    switch kind {
    case .kconfig: settings = KconfigReader.settings(of: text)
    case .makefile: namesOthers = OutwardFolders.mayNameOthers(text)
    case .source, .header, .assembly: readCode(text, numbers)
    }
  }

  private mutating func readCode(_ text: [UInt8], _ numbers: Numbers) {
    let buffer = TokenBuffer(lexing: text)
    let hashes = Self.wordHashes(buffer)
    if kind == .assembly {
      let conditionals = ConditionalMap(of: buffer)
      var reader = AssemblyReader(buffer, conditionals)
      reader.run()
      (table, definitions, exports, includes) =
        (conditionals.table, reader.definitions, reader.exports, reader.includes)
      words = WordSet(of: hashes, .plain)
      return
    }
    let syntax = SyntaxTree(parsing: buffer)
    table = syntax.conditionals.table
    readIncludes(syntax)
    readMacros(syntax, numbers)
    words = WordSet(of: hashes, omitsNumbers ? .high : .plain)
    if kind == .header, !omitsNumbers { (headerWords, pastes) = HeaderSummary.words(of: syntax) }
    var reader = DeclarationReader(syntax, isHeader: kind == .header, table)
    reader.run()
    definitions += reader.definitions
    declarations += reader.declarations
    table = reader.table
    var calls = ExportReader(syntax.buffer, syntax.conditionals, table)
    calls.run()
    (exports, imports, exportsByMacro) = (calls.exports, calls.imports, calls.exportsByMacro)
    helpers = Self.helpers(in: syntax, of: kind, exports: exports)
    definitions += calls.definitions
    table = calls.table
    if let defaultNamespace {
      for index in exports.indices where exports[index].namespace == nil {
        exports[index].namespace = defaultNamespace
      }
    }
    definitions.sort { ($0.line, $0.name, $0.kind.rawValue) < ($1.line, $1.name, $1.kind.rawValue) }
    declarations.sort { ($0.line, $0.name, $0.kind.rawValue) < ($1.line, $1.name, $1.kind.rawValue) }
  }

  private static func wordHashes(_ buffer: TokenBuffer) -> [UInt64] {
    var hashes = WordHashes(expecting: buffer.tokens.count / 4)
    let text = buffer.text.span
    let tokens = buffer.tokens.span
    for index in 0..<tokens.count where tokens[index].kind == .identifier {
      var hash = StableHash()
      if tokens[index].flags.contains(.hasSplice) {
        hash.add(buffer.spelling(of: tokens[index]))
      } else {
        for place in Int(tokens[index].start)..<Int(tokens[index].end) { hash.add(text[place]) }
      }
      hashes.insert(hash.nonzero)
    }
    return hashes.all
  }

  private mutating func readIncludes(_ syntax: SyntaxTree) {
    includes = syntax.includes.map { include in
      let token = syntax.buffer.tokens[include.name]
      let form: IncludeLine.Form =
        include.isSystem ? .system : token.kind == .string ? .quoted : .macro
      return IncludeLine(
        name: include.path, form: form, line: token.line,
        condition: syntax.conditionals.condition(ofTokenAt: include.name))
    }
  }

  private mutating func readMacros(_ syntax: SyntaxTree, _ numbers: Numbers) {
    let tokens = syntax.buffer.tokens
    func isNumber(_ macro: MacroDefinition) -> Bool {
      macro.parameters == nil && macro.body.count == 1 && tokens[macro.body.lowerBound].kind == .number
    }
    omitsNumbers =
      numbers == .few && kind == .header
      && syntax.macros.count { isNumber($0) } > Self.recordedNumbers
    for macro in syntax.macros {
      if kind == .header, !(omitsNumbers && isNumber(macro)) {
        let name = syntax.spelling(ofToken: macro.name)
        guard name != syntax.conditionals.headerGuard else { continue }
        declarations.append(
          Declaration(
            name: name, kind: macro.parameters == nil ? .objectMacro : .functionMacro,
            line: tokens[macro.name].line, condition: syntax.conditionals.condition(ofTokenAt: macro.name)))
      }
      if syntax.buffer.bytes(of: tokens[macro.name]).elementsEqual(Self.defaultNamespaceMacro),
        let first = macro.body.first
      {
        defaultNamespace = syntax.spelling(ofToken: first).filter { $0 != "\"" }
      }
    }
  }

  private static let defaultNamespaceMacro = Array("DEFAULT_SYMBOL_NAMESPACE".utf8)

  /// Macros of one file that stand for numbers and are recorded name by name. More of them are in 530 headers of
  /// registers, AMD's graphics above all: 4.4 million names, four times as many as all others of the kernel.
  static let recordedNumbers = 512
}
