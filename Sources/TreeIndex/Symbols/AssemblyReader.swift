// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC

/// Reads assembly by its lines: the macros that begin a global symbol, `.globl` with a label, exports and includes.
///
/// Source: `include/linux/linkage.h`; `_GLOBAL` of powerpc, `LEAF` and `NESTED` of mips, `WEAK` of older code.
struct AssemblyReader {
  let buffer: TokenBuffer
  let conditionals: ConditionalMap
  private(set) var definitions: [FileSymbols.Definition] = []
  private(set) var exports: [FileSymbols.Export] = []
  private(set) var includes: [FileSymbols.IncludeLine] = []

  init(_ buffer: TokenBuffer, _ conditionals: ConditionalMap) {
    (self.buffer, self.conditionals) = (buffer, conditionals)
  }

  mutating func run() {
    var calls = ExportReader(buffer, conditionals, conditionals.table)
    calls.run()
    exports = calls.exports
    let tokens = buffer.tokens
    /// Names of `.globl` and `.weak`.
    var (globals, weak): (Set<String>, Set<String>) = ([], [])
    var labels: [(name: String, index: Int)] = []
    for index in 0..<max(0, tokens.count - 1) {
      if tokens[index].flags.contains(.inDirective) {
        if tokens[index].kind == .directive { include(at: index) }
        continue
      }
      switch tokens[index].kind {
      case .dot where tokens[index + 1].kind == .identifier:
        let isWeak = buffer.isSpelled("weak", at: index + 1)
        guard isWeak || buffer.isSpelled("globl", at: index + 1) || buffer.isSpelled("global", at: index + 1)
        else { continue }
        var next = index + 2
        while next < tokens.count, tokens[next].kind == .identifier, !tokens[next].flags.contains(.beginsLine)
        {
          if isWeak { weak.insert(buffer.word(at: next)) } else { globals.insert(buffer.word(at: next)) }
          guard tokens[next + 1].kind == .comma else { break }
          next += 2
        }
      case .identifier where tokens[index + 1].kind == .colon: labels.append((buffer.word(at: index), index))
      case .identifier where tokens[index + 1].kind == .openParen: call(at: index)
      default: break
      }
    }
    for label in labels where globals.contains(label.name) || weak.contains(label.name) {
      define(label.name, .label, at: label.index, isWeak: weak.contains(label.name), macro: nil)
    }
    definitions.sort { ($0.line, $0.name) < ($1.line, $1.name) }
  }

  private mutating func include(at index: Int) {
    let name = index + 2
    guard name < buffer.tokens.count, buffer.isSpelled("include", at: index + 1) else { return }
    let text = buffer.word(at: name)
    let form: FileSymbols.IncludeLine.Form =
      switch buffer.tokens[name].kind {
      case .headerName: .system
      case .string: .quoted
      default: .macro
      }
    includes.append(
      FileSymbols.IncludeLine(
        name: form == .macro ? text : String(text.dropFirst().dropLast()), form: form,
        line: buffer.tokens[name].line, condition: conditionals.condition(ofTokenAt: name)))
  }

  private mutating func call(at index: Int) {
    let macro = buffer.word(at: index)
    guard let kind = Self.heads[macro], let (arguments, _) = buffer.arguments(at: index + 1),
      let name = buffer.name(arguments.first)
    else { return }
    if macro == "SYM_INNER_LABEL" || macro == "SYM_START",
      arguments.count < 2 || buffer.name(arguments[1]) == "SYM_L_LOCAL"
    {
      return
    }
    define(
      name, kind, at: index, isWeak: macro.hasSuffix("WEAK") || macro.contains("_WEAK_"), macro: macro)
  }

  private mutating func define(
    _ name: String, _ kind: FileSymbols.Definition.Kind, at index: Int, isWeak: Bool, macro: String?
  ) {
    definitions.append(
      FileSymbols.Definition(
        name: name, kind: kind, isWeak: isWeak, macro: macro, line: buffer.tokens[index].line,
        condition: conditionals.condition(ofTokenAt: index)))
  }

  private static let heads: [String: FileSymbols.Definition.Kind] = [
    "SYM_FUNC_START": .function, "SYM_FUNC_START_NOALIGN": .function, "SYM_FUNC_START_WEAK": .function,
    "SYM_FUNC_START_WEAK_NOALIGN": .function, "SYM_TYPED_FUNC_START": .function, "SYM_CODE_START": .function,
    "SYM_CODE_START_NOALIGN": .function, "SYM_START": .function, "SYM_INNER_LABEL": .label,
    "SYM_INNER_LABEL_ALIGN": .label, "SYM_DATA": .variable, "SYM_DATA_START": .variable,
    "SYM_DATA_START_PAGE_ALIGNED": .variable, "SYM_FUNC_ALIAS": .alias, "SYM_FUNC_ALIAS_WEAK": .alias,
    "SYM_FUNC_ALIAS_MEMFUNC": .alias, "SYM_PIC_ALIAS": .alias, "SYM_ENTRY": .label,
    "SYM_SIGFUNC_START": .function,
    "ENTRY": .function, "ENTRY_CFI": .function, "GLOBAL": .label, "WEAK": .label, "_GLOBAL": .function,
    "_GLOBAL_TOC": .function, "LEAF": .function, "NESTED": .function, "FEXPORT": .label, "EXPORT": .label,
  ]
}
