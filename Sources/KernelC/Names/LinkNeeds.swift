// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

/// A function or variable that code needs from the linker.
public struct LinkNeed: Sendable {
  public var name: String
  /// Where the code comes down to it, in the table of the graph.
  public var condition: Formula
  /// The macros and inline functions that lead to it, the outermost first; empty where the code names it itself.
  public var through: [String]
}

extension BuiltUnit {
  /// What a use of a name comes down to for the linker: the name itself where a prototype or an `extern` is all that is
  /// seen of it, else what the macro or inline function of that name uses whatever its arguments are.
  public func linkNeeds(of name: String) -> [LinkNeed] {
    var walk = LinkWalk(self)
    walk.follow(name, .always, [])
    return walk.needs
  }
}

/// Follows a name through macros and inline functions.
private struct LinkWalk {
  let unit: BuiltUnit
  var needs: [LinkNeed] = []
  private var seen: Set<String> = []

  /// Macros and functions within each other that are followed, and names in all.
  private static let (deepest, most) = (8, 200)

  init(_ unit: BuiltUnit) { self.unit = unit }

  mutating func follow(_ name: String, _ condition: Formula, _ through: [String]) {
    guard through.count < Self.deepest, seen.count < Self.most, !name.hasPrefix("__builtin_"),
      seen.insert(name).inserted
    else { return }
    let meanings = unit.meanings(of: name)
    let graph = unit.graph
    guard !meanings.isUnclear else { return }
    let outside = graph.and(meanings.declared, graph.table.not(meanings.defined))
    if outside != .never {
      needs.append(LinkNeed(name: name, condition: graph.and(condition, outside), through: through))
    }
    for body in meanings.bodies {
      // Where two are seen at once, one is not what it looks like.
      let others = meanings.bodies.filter { $0.token != body.token || $0.file.path != body.file.path }
      let other = others.reduce(Formula.never) { graph.or($0, $1.condition) }
      let alone = graph.and(condition, graph.and(body.condition, graph.table.not(other)))
      guard alone != .never else { continue }
      for used in body.uses {
        follow(used.name, graph.and(alone, unit.adopt(used.condition)), through + [name])
      }
    }
  }
}

/// What a name stands for in a file.
struct NameMeanings {
  /// A macro's or an inline function's.
  struct Body {
    var file: ParsedFile
    /// Of its name.
    var token: Int
    var condition: Formula
    /// What it uses in any case, each under a condition of the file.
    var uses: [(name: String, condition: (Formula, FormulaTable))]
  }

  /// When a prototype or an `extern` is seen.
  var declared = Formula.never
  /// When something is seen that makes them matter less: a body, a macro, an enumerator, a static declaration.
  var defined = Formula.never
  var bodies: [Body] = []
  /// When a macro of that name is seen.
  var ofMacros = Formula.never
  /// Whether a macro puts such names together, so that not all is known.
  var isUnclear = false
}

extension BuiltUnit {
  func adopt(_ condition: (Formula, FormulaTable)) -> Formula { graph.adopt(condition.0, of: condition.1) }

  func meanings(of name: String) -> NameMeanings {
    if let known = knownMeanings[name] { return known }
    var meanings = NameMeanings()
    read(file, .always, name, &meanings)
    let word = Array(name.utf8)
    for (header, reached) in reach.headers where !header.places(of: word).isEmpty {
      read(graph.source.parsed(header), reached, name, &meanings)
    }
    knownMeanings[name] = meanings
    return meanings
  }

  private func read(_ parsed: ParsedFile, _ reached: Formula, _ name: String, _ meanings: inout NameMeanings)
  {
    let syntax = parsed.syntax
    func condition(_ token: Int) -> Formula {
      graph.and(
        reached, graph.adopt(syntax.conditionals.condition(ofTokenAt: token), of: syntax.conditionals.table))
    }
    for declared in parsed.names.ordinary[name] ?? [] {
      let token = Int(syntax[declared.node].main)
      let here = condition(token)
      guard here != .never else { continue }
      switch declared.kind {
      case .prototype, .variable:
        let words = syntax.headWords(of: declared.node)
        if words.contains("__weak") { meanings.isUnclear = true }
        if words.contains("static") || declared.kind == .variable && !words.contains("extern") {
          meanings.defined = graph.or(meanings.defined, here)
        } else {
          meanings.declared = graph.or(meanings.declared, here)
        }
      case .function:
        meanings.defined = graph.or(meanings.defined, here)
        // What the file's own functions use stands in the file.
        let uses = parsed.path == file.path ? [] : syntax.certainUses(ofFunction: declared.node)
        meanings.bodies.append(
          NameMeanings.Body(file: parsed, token: token, condition: here, uses: uses))
      case .typedef, .enumerator: meanings.defined = graph.or(meanings.defined, here)
      }
    }
    for index in parsed.names.macros[name] ?? [] {
      let macro = syntax.macros[index]
      let here = condition(macro.name)
      guard here != .never, !syntax.isItself(macro) else { continue }
      meanings.ofMacros = graph.or(meanings.ofMacros, here)
      meanings.defined = graph.or(meanings.defined, here)
      meanings.bodies.append(
        NameMeanings.Body(
          file: parsed, token: macro.name, condition: here, uses: syntax.certainUses(of: macro)))
    }
    if parsed.names.uncertain.contains(name) { meanings.isUnclear = true }
  }
}

extension SyntaxTree {
  /// The words of a declaration or of a function's head, up to its value or body.
  func headWords(of declared: NodeID) -> Set<String> {
    let whole = self[declared].kind == .function ? declared : parent(of: declared) ?? declared
    let end = body(ofFunction: whole).map { Int(self[$0].first) } ?? self[whole].tokens.upperBound
    let words = self[whole].tokens.lowerBound..<max(self[whole].tokens.lowerBound, end)
    return Set(words.prefix { buffer.tokens[$0].kind != .equal }.map { spelling(ofToken: $0) })
  }

  /// `#define name name`, which says that there is one.
  func isItself(_ macro: MacroDefinition) -> Bool {
    macro.parameters == nil && macro.body.count == 1
      && spelling(ofToken: macro.body.lowerBound) == spelling(ofToken: macro.name)
  }

  /// Names that each call of a macro calls. Empty where its body has constants that decide.
  func certainUses(of macro: MacroDefinition) -> [(name: String, condition: (Formula, FormulaTable))] {
    let names = plainNames(inBodyOf: macro)
    let decides = macro.body.contains { index in
      let name = spelling(ofToken: index)
      return name == "if" || Self.decide.contains { name.hasPrefix($0) }
    }
    guard !decides else { return [] }
    let called = names.filter { name, index, _ in
      // A name alone: #define usb_register other. module_driver(x, usb_register, usb_deregister): what a macro makes of it,
      // it calls.
      index + 1 < macro.body.upperBound && buffer.tokens[index + 1].kind == .openParen
        || macro.body.count == 1
        || isArgument(index, macro)
    }
    let always = (Formula.always, conditionals.table)
    return Set(called.map(\.name)).sorted().map { ($0, always) }
  }

  /// The identifiers of a macro's body that stand for themselves: no parameters, members, parts of names or texts, and none
  /// of which only the type is asked.
  public func plainNames(inBodyOf macro: MacroDefinition) -> [(name: String, token: Int, isArgument: Bool)] {
    let parameters = Set(macro.parameters?.map { spelling(ofToken: $0) } ?? [])
    var names: [(name: String, token: Int, isArgument: Bool)] = []
    var calls: [String?] = []
    for index in macro.body {
      switch buffer.tokens[index].kind {
      case .openParen:
        let isCall = index > macro.body.lowerBound && buffer.tokens[index - 1].kind == .identifier
        calls.append(isCall ? spelling(ofToken: index - 1) : nil)
      case .closeParen: _ = calls.popLast()
      case .identifier:
        let name = spelling(ofToken: index)
        let before = index > macro.body.lowerBound ? buffer.tokens[index - 1].kind : .endOfText
        let behind = index + 1 < macro.body.upperBound ? buffer.tokens[index + 1].kind : .endOfText
        let isPart =
          [.hashHash, .hash, .dot, .arrow].contains(before) || behind == .hashHash
          || parameters.contains(name)
        guard !isPart, !calls.contains(where: { $0.map { Self.unevaluated.contains($0) } ?? false }) else {
          continue
        }
        names.append((name, index, calls.contains { $0 != nil }))
      default: break
      }
    }
    return names
  }

  /// Whether a name is all of an argument.
  private func isArgument(_ index: Int, _ macro: MacroDefinition) -> Bool {
    guard index > macro.body.lowerBound, index + 1 < macro.body.upperBound else { return false }
    let (before, behind) = (buffer.tokens[index - 1].kind, buffer.tokens[index + 1].kind)
    return (before == .comma || before == .openParen) && (behind == .comma || behind == .closeParen)
  }

  /// What makes a part of a macro's body depend on constants.
  private static let decide = [
    "IS_ENABLED", "IS_BUILTIN", "IS_MODULE", "IS_REACHABLE", "__builtin_c", "static_branch", "PTR_IF",
    "__is_defined",
  ]
  private static let unevaluated: Set<String> = [
    "sizeof", "typeof", "__typeof__", "__typeof", "alignof", "BUILD_BUG_ON", "static_assert",
  ]

  /// Names that a function calls whatever its arguments are, each with its condition: what stands behind no test and no
  /// `return`.
  func certainUses(ofFunction function: NodeID) -> [(name: String, condition: (Formula, FormulaTable))] {
    guard let body = body(ofFunction: function) else { return [] }
    let names = FunctionNames(of: function, in: self)
    guard names.gap == nil else { return [] }
    var end = self[body].tokens.upperBound
    for id in descendants(of: body) where Self.leaving.contains(self[id].kind) {
      end = min(end, self[id].tokens.upperBound)
    }
    return names.uses.filter { use in
      guard use.isCallee, use.binding == .outside, Int(self[use.node].main) < end else { return false }
      var id = use.node
      while let parent = parent(of: id), parent != body {
        if Self.testing.contains(self[parent].kind), child(0, of: parent) != id { return false }
        id = parent
      }
      return true
    }.map { ($0.name, (conditionals.condition(ofTokenAt: Int(self[$0.node].main)), conditionals.table)) }
  }

  private static let leaving: Set<NodeKind> = [.returnStatement, .gotoStatement]
  private static let testing: Set<NodeKind> = [
    .ifStatement, .conditional, .binary, .switchStatement, .whileStatement, .forStatement, .macroCall,
  ]
}
