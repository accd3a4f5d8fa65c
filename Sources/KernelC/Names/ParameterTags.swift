// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// A struct or union that a parameter's type names.
public struct ParameterTag: Sendable {
  /// The `structType` or `unionType`.
  public var node: NodeID
  /// `struct` or `union`.
  public var keyword: String
  public var tag: String
}

extension SyntaxTree {
  /// The structs and unions that parameters of functions are declared with, outside of functions' bodies. Where nothing
  /// outside has named one before, it is another type there than everywhere else.
  ///
  /// Source: ISO C11 §6.2.1, "function prototype scope".
  /// - Parameter isWanted: whether a node matters.
  public func parameterTags(in external: NodeID, where isWanted: (NodeID) -> Bool) -> [ParameterTag] {
    guard self[external].kind == .declaration || self[external].kind == .function else { return [] }
    let body = body(ofFunction: external).map { self[$0].tokens }
    return descendants(of: external).compactMap { id in
      let kind = self[id].kind
      guard kind == .structType || kind == .unionType, !self[id].flags.contains(.hasBody),
        Int(self[id].main) != self[id].tokens.lowerBound, ancestor(of: id, kind: .parameter) != nil,
        body?.contains(Int(self[id].main)) != true, isWanted(id)
      else { return nil }
      return ParameterTag(node: id, keyword: kind == .structType ? "struct" : "union", tag: name(of: id))
    }
  }

  /// Where a struct or union is named, and no parameter's type names it.
  fileprivate func tokens(naming tag: String) -> [Int] {
    all.filter {
      (self[$0].kind == .structType || self[$0].kind == .unionType) && name(of: $0) == tag
        && ancestor(of: $0, kind: .parameter) == nil
    }.map { Int(self[$0].main) }
  }
}

extension BuiltUnit {
  /// When a struct or union is known: it is defined, or something that is no parameter names it.
  public func availability(ofNamedTag tag: String) -> Availability {
    var availability = availability(ofTag: tag)
    guard availability.condition != .always else { return availability }
    let search = WordSearch(tag)
    let headers = reach.headers { $0.has(search) }.lazy
      .map { (self.graph.source.parsed($0.header), $0.condition) }
    add(file, .always)
    for (header, reached) in headers where availability.condition != .always { add(header, reached) }
    return availability

    func add(_ parsed: ParsedFile, _ reached: Formula) {
      let conditionals = parsed.syntax.conditionals
      for token in parsed.syntax.tokens(naming: tag) {
        let inFile = graph.adopt(conditionals.condition(ofTokenAt: token), of: conditionals.table)
        availability.condition = graph.or(availability.condition, graph.and(reached, inFile))
      }
    }
  }
}
