// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
internal import SourceText

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
  public func linkNeeds(of name: String) -> [LinkNeed] { linkWalk(from: name).needs }

  /// Whether it may come down to something else on another architecture: what leads to it is that one's own, or is there
  /// where no architecture has another one.
  public func linkNeedsMayDiffer(of name: String) -> Bool { linkWalk(from: name).isOfArchitecture }

  private func linkWalk(from name: String) -> LinkWalk {
    if let known = knownLinkWalks[name] { return known }
    var walk = LinkWalk(self)
    walk.follow(name, .always, [])
    knownLinkWalks[name] = walk
    return walk
  }
}

/// Follows a name through macros and inline functions.
struct LinkWalk {
  private unowned let unit: BuiltUnit
  private(set) var needs: [LinkNeed] = []
  private(set) var isOfArchitecture = false
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
    let outside = unit.settled(graph.and(meanings.declared, graph.table.not(meanings.defined)))
    if outside != .never {
      needs.append(LinkNeed(name: name, condition: graph.and(condition, outside), through: through))
    }
    isOfArchitecture = isOfArchitecture || meanings.bodies.contains { $0.mayDiffer }
    for body in meanings.bodies {
      // Where two are seen at once, one is not what it looks like.
      let others = meanings.bodies.filter { $0.token != body.token || $0.file.path != body.file.path }
      let other = others.reduce(Formula.never) { graph.or($0, $1.condition) }
      let alone = graph.and(condition, unit.settled(graph.and(body.condition, graph.table.not(other))))
      guard alone != .never else { continue }
      for used in unit.certainUses(of: body) {
        follow(used.name, graph.and(alone, used.condition), through + [name])
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
    var kind: Kind

    /// Whether architectures may have it in their own ways: it is in one's header, or below `#ifndef` of its own name.
    var mayDiffer: Bool {
      guard !file.path.bytes.starts(with: "arch/".utf8) else { return true }
      guard case .macro(let macro) = kind else { return false }
      let table = file.syntax.conditionals.table
      let name = file.syntax.spelling(ofToken: macro.name)
      return table.atoms(of: file.syntax.conditionals.condition(ofTokenAt: macro.name)).contains {
        $0 == .isDefined(name)
      }
    }
  }

  enum Kind {
    /// A function of the file itself: what it uses stands in the file.
    case ownFunction
    /// In a header.
    case function(NodeID)
    case macro(MacroDefinition)
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
  /// A condition with what is known of macros by which an architecture says that it has something of its own:
  /// `#ifndef name` in a header for all, and `#define name name` in one of the architecture.
  func settled(_ condition: Formula) -> Formula {
    var values: [ConditionAtom: Formula] = [:]
    for atom in graph.table.atoms(of: condition) {
      if case .isDefined(let name) = atom, let value = ownDefinition(of: name) { values[atom] = value }
    }
    return values.isEmpty ? condition : graph.table.substituting(condition) { values[$0] }
  }

  /// When the headers of the architecture define a macro; nil where none does, or where it is asked for there, too.
  private func ownDefinition(of name: String) -> Formula? {
    if let known = knownOwnDefinitions[name] { return known }
    var defined = Formula.never
    let search = WordSearch(name)
    let own = reach.headers { $0.mayDeclare(search) && $0.path.bytes.starts(with: "arch/".utf8) }
    for (header, reached) in own {
      let parsed = graph.source.parsed(header)
      for index in parsed.names.macros[name] ?? [] {
        let condition = parsed.syntax.conditionals.condition(ofTokenAt: parsed.syntax.macros[index].name)
        let here = graph.and(reached, graph.adopt(condition, of: parsed.syntax.conditionals.table))
        defined = graph.or(defined, here)
      }
    }
    let isAsked = graph.table.atoms(of: defined).contains(.isDefined(name))
    let definition = defined == .never || isAsked ? nil : defined
    knownOwnDefinitions[name] = .some(definition)
    return definition
  }

  func meanings(of name: String) -> NameMeanings {
    if let known = knownMeanings[name] { return known }
    var meanings = NameMeanings()
    read(file, .always, name, &meanings)
    for (header, reached) in headers(perhapsDeclaring: name) {
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
        let kind = parsed.path == file.path ? NameMeanings.Kind.ownFunction : .function(declared.node)
        meanings.bodies.append(NameMeanings.Body(file: parsed, token: token, condition: here, kind: kind))
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
        NameMeanings.Body(file: parsed, token: macro.name, condition: here, kind: .macro(macro)))
    }
    if parsed.names.uncertain.contains(name) { meanings.isUnclear = true }
  }
}

extension SyntaxTree {
  /// The words of a declaration or of a function's head, up to its value or body.
  public func headWords(of declared: NodeID) -> Set<String> {
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

  private static let unevaluated: Set<String> = [
    "sizeof", "typeof", "__typeof__", "__typeof", "alignof", "BUILD_BUG_ON", "static_assert",
  ]
}
