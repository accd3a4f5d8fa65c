// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC

/// Finds `EXPORT_SYMBOL(…)` and its relatives, and the imports of namespaces, by their tokens: so they are found in
/// what the parser did not understand, too.
///
/// Source: `include/linux/export.h`, `pm.h`, `tracepoint.h`, `static_call.h`, `percpu-defs.h` of 6.12.
struct ExportReader {
  let buffer: TokenBuffer
  let conditionals: ConditionalMap
  private(set) var table: FormulaTable
  private(set) var exports: [FileSymbols.Export] = []
  private(set) var imports: [FileSymbols.NamespaceImport] = []
  private(set) var definitions: [FileSymbols.Definition] = []
  private(set) var exportsByMacro = false

  init(_ buffer: TokenBuffer, _ conditionals: ConditionalMap, _ table: FormulaTable) {
    (self.buffer, self.conditionals, self.table) = (buffer, conditionals, table)
  }

  mutating func run() {
    let tokens = buffer.tokens
    let text = buffer.text
    for index in tokens.indices where tokens[index].kind == .identifier {
      switch text[Int(tokens[index].start)] {
      case UInt8(ascii: "E") where buffer.hasPrefix("EXPORT_", at: index),
        UInt8(ascii: "_") where buffer.hasPrefix("__EXPORT_SYMBOL", at: index):
        if tokens[index].flags.contains(.inDirective) {
          if tokens[index + 1].kind == .openParen, !isDefined(at: index) {
            exportsByMacro = true
          }
        } else {
          export(at: index)
        }
      case UInt8(ascii: "M") where buffer.isSpelled("MODULE_IMPORT_NS", at: index):
        if !tokens[index].flags.contains(.inDirective) { importNamespace(at: index) }
      default: break
      }
    }
  }

  /// Whether the token is the name that a `#define` gives.
  private func isDefined(at index: Int) -> Bool {
    index > 0 && buffer.isSpelled("define", at: index - 1)
  }

  private mutating func importNamespace(at index: Int) {
    guard let argument = buffer.arguments(at: index + 1)?.ranges.first, let name = text(argument) else {
      return
    }
    imports.append(
      FileSymbols.NamespaceImport(
        namespace: name, line: buffer.tokens[index].line,
        condition: conditionals.condition(ofTokenAt: index)))
  }

  /// A namespace, with quotes as from 6.13 on, or without.
  private func text(_ argument: Range<Int>) -> String? {
    guard argument.count == 1 else { return nil }
    let text = buffer.word(at: argument.lowerBound)
    switch buffer.tokens[argument.lowerBound].kind {
    case .identifier: return text
    case .string: return text.count >= 2 ? String(text.dropFirst().dropLast()) : nil
    default: return nil
    }
  }

  private mutating func export(at index: Int) {
    guard let (arguments, _) = buffer.arguments(at: index + 1), let name = buffer.name(arguments.first) else {
      return
    }
    let macro = buffer.word(at: index)
    let form = ExportForm(macro)
    var condition = conditionals.condition(ofTokenAt: index)
    if let symbol = form.needs {
      let atom = table.atom(.isBuiltIn(symbol))
      condition = table.and(condition, atom)
    }
    let place = form.namespacePlace.map { $0 < 0 ? arguments.count + $0 : $0 }
    let namespace = place.flatMap { arguments.indices.contains($0) ? text(arguments[$0]) : nil }
    for spelling in form.spellings(name) {
      exports.append(
        FileSymbols.Export(
          name: spelling, license: form.license, namespace: namespace, macro: macro,
          line: buffer.tokens[index].line, condition: condition))
    }
    if form.defines {
      definitions.append(
        FileSymbols.Definition(
          name: name, kind: .variable, macro: macro, line: buffer.tokens[index].line, condition: condition))
    }
  }
}

/// What a macro of the export family does with its arguments.
private struct ExportForm {
  var license: FileSymbols.Export.License
  /// The argument with the namespace; negative from the end.
  var namespacePlace: Int?
  /// The symbol without which it does nothing.
  var needs: String?
  /// Whether it begins the definition of a variable.
  var defines = false
  /// What stands before the name in what is exported.
  var prefixes = [""]

  init(_ macro: String) {
    license = macro.contains("GPL") ? .gplOnly : .any
    switch macro {
    case "EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL", "EXPORT_PER_CPU_SYMBOL", "EXPORT_PER_CPU_SYMBOL_GPL",
      "EXPORT_EARLY_PER_CPU_SYMBOL", "EXPORT_SYMBOL_NOKASAN", "EXPORT_SYMBOL_KASAN":
      break
    case "EXPORT_SYMBOL_NS", "EXPORT_SYMBOL_NS_GPL": namespacePlace = 1
    case "EXPORT_SYMBOL_GPL_FOR_MODULES", "EXPORT_SYMBOL_FOR_MODULES": license = .gplOnly
    case "EXPORT_TRACEPOINT_SYMBOL", "EXPORT_TRACEPOINT_SYMBOL_GPL":
      needs = "TRACEPOINTS"
      prefixes = ["__tracepoint_", "__traceiter_", "__SCK__tp_func_", "__SCT__tp_func_"]
    case "EXPORT_STATIC_CALL", "EXPORT_STATIC_CALL_GPL": prefixes = ["__SCK__", "__SCT__"]
    case "EXPORT_STATIC_CALL_TRAMP", "EXPORT_STATIC_CALL_TRAMP_GPL": prefixes = ["__SCT__"]
    case "EXPORT_PM_FN_GPL": needs = "PM"
    case "EXPORT_PM_FN_NS_GPL": (needs, namespacePlace) = ("PM", 1)
    case "EXPORT_SYMBOL_FOR_TESTS_ONLY", "EXPORT_SYMBOL_IF_KUNIT": license = .unknown
    case _ where macro.hasSuffix("DEV_PM_OPS") || macro.hasSuffix("DEV_SLEEP_PM_OPS"):
      let isSleep = macro.hasSuffix("DEV_SLEEP_PM_OPS") || macro.contains("SIMPLE")
      needs = isSleep ? "PM_SLEEP" : "PM"
      namespacePlace = macro.contains("_NS_") ? -1 : nil
      defines = true
    default: license = .unknown
    }
  }

  func spellings(_ name: String) -> [String] { prefixes.map { $0 + name } }
}
