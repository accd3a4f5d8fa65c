// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// The `#include` lines of a file, each with the condition that it stands under.
struct ConditionalIncludes: Sendable {
  struct Include: Sendable {
    var name: IncludeName
    /// Offset behind the directive; 0 where the text was not read.
    var end: Int
    var condition: Formula
  }

  private(set) var all: [Include] = []
  /// That of the conditions.
  let table: FormulaTable

  init(_ all: [Include], table: FormulaTable) { (self.all, self.table) = (all, table) }

  init(in buffer: TokenBuffer) {
    let conditionals = ConditionalMap(of: buffer)
    table = conditionals.table
    let tokens = buffer.tokens
    for directive in buffer.directives.map(Int.init) {
      let word = DirectiveName(buffer.bytes(of: tokens[directive + 1]))
      let name = directive + 2
      guard word == .include || word == .includeNext, tokens[name].flags.contains(.inDirective) else {
        continue
      }
      let kind = tokens[name].kind
      let spelling = buffer.spelling(of: tokens[name])
      let isLiteral = kind == .string || kind == .headerName
      guard isLiteral && spelling.count > 2 || kind == .identifier else { continue }
      all.append(
        Include(
          name: IncludeName(
            name: isLiteral ? Array(spelling.dropFirst().dropLast()) : Array(spelling),
            isSystem: kind != .string, isOfMacro: !isLiteral),
          end: Int(tokens[name].end), condition: conditionals.condition(ofTokenAt: directive)))
    }
  }
}
