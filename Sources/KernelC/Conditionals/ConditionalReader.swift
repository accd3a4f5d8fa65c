// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// Walks the preprocessor lines of a text and keeps the stack of open conditionals.
///
/// Source: ISO C11 §6.10.1; C23 for `#elifdef` and `#elifndef`.
struct ConditionalReader {
  /// One `#if` … `#endif`.
  private struct Open {
    /// What is around it.
    var outer: Formula
    /// None of its branches so far is taken.
    var noneBefore: Formula
    var hasElse = false
    var token: Int
  }

  let buffer: TokenBuffer
  var table = FormulaTable()
  var regions = [ConditionalMap.Region(start: 0, condition: .always, depth: 0)]
  var problems: [ConditionalMap.Problem] = []
  private(set) var headerGuard: String?
  private var stack: [Open] = []
  /// Conditionals beyond the limit, which are counted only.
  private var ignored = 0

  /// Conditionals in conditionals that are followed; the kernel has a dozen.
  static let deepest = 256

  init(_ buffer: TokenBuffer) { self.buffer = buffer }

  mutating func run() {
    headerGuard = GuardSearch(buffer).name
    for directive in buffer.directives {
      let name = Int(directive) + 1
      guard let kind = DirectiveName(buffer.bytes(of: buffer.tokens[name])) else { continue }
      var end = name
      while buffer.tokens[end].flags.contains(.inDirective), buffer.tokens[end].kind != .directive {
        end += 1
      }
      if name < end { line(kind, name: name, end: end) }
    }
    for open in stack.reversed() { problems.append(.init(kind: .withoutEndif, token: open.token)) }
  }

  private mutating func line(_ kind: DirectiveName, name: Int, end: Int) {
    switch kind {
    case .if: begin(expression(name + 1..<end), at: name, end)
    case .ifdef: begin(definedness(name + 1, end), at: name, end)
    case .ifndef:
      let isGuard = stack.isEmpty && headerGuard != nil && word(name + 1) == headerGuard
      let defined = definedness(name + 1, end)
      begin(isGuard ? .always : table.not(defined), at: name, end)
    case .elif: alternative(expression(name + 1..<end), at: name, end)
    case .elifdef: alternative(definedness(name + 1, end), at: name, end)
    case .elifndef:
      let defined = definedness(name + 1, end)
      alternative(table.not(defined), at: name, end)
    case .else: alternative(nil, at: name, end)
    case .endif: close(at: name, end)
    case .define, .include, .includeNext: break
    }
  }

  private mutating func begin(_ condition: Formula, at token: Int, _ end: Int) {
    guard stack.count < Self.deepest else {
      if ignored == 0 { problems.append(.init(kind: .tooDeep, token: token)) }
      ignored += 1
      return
    }
    let outer = regions.last?.condition ?? .always
    stack.append(Open(outer: outer, noneBefore: table.not(condition), token: token))
    enter(table.and(outer, condition), end)
  }

  /// `#elif` and, without a condition, `#else`.
  private mutating func alternative(_ condition: Formula?, at token: Int, _ end: Int) {
    guard ignored == 0 else { return }
    guard var open = stack.popLast() else {
      problems.append(.init(kind: .withoutIf, token: token))
      return
    }
    if open.hasElse { problems.append(.init(kind: .secondElse, token: token)) }
    let here = condition.map { table.and(open.noneBefore, $0) } ?? open.noneBefore
    let region = table.and(open.outer, here)
    if let condition { open.noneBefore = table.and(open.noneBefore, table.not(condition)) }
    open.hasElse = open.hasElse || condition == nil
    stack.append(open)
    enter(region, end)
  }

  private mutating func close(at token: Int, _ end: Int) {
    if ignored > 0 {
      ignored -= 1
      return
    }
    guard let open = stack.popLast() else {
      problems.append(.init(kind: .withoutIf, token: token))
      return
    }
    enter(open.outer, end)
  }

  private mutating func enter(_ condition: Formula, _ start: Int) {
    regions.append(.init(start: start, condition: condition, depth: stack.count))
  }

  // MARK: Words

  private func word(_ token: Int) -> String? {
    guard token < buffer.tokens.count, buffer.tokens[token].kind == .identifier else { return nil }
    return String(decoding: buffer.spelling(of: buffer.tokens[token]), as: UTF8.self)
  }

  private mutating func definedness(_ token: Int, _ end: Int) -> Formula {
    guard token < end, let name = word(token) else {
      problems.append(.init(kind: .malformedExpression, token: min(token, buffer.tokens.count - 1)))
      return table.atom(.opaque(""))
    }
    return table.atom(.definedness(of: name))
  }

  private mutating func expression(_ range: Range<Int>) -> Formula {
    var reader = ExpressionReader(buffer, range, table)
    table = FormulaTable()  // else both would hold it, and the first change would copy all of it
    let formula = reader.formula()
    table = reader.table
    if reader.isMalformed {
      problems.append(
        .init(kind: .malformedExpression, token: min(range.lowerBound, buffer.tokens.count - 1)))
    }
    return formula
  }
}

extension ConditionAtom {
  /// `defined(name)`: of a CONFIG symbol, what it says of the configuration.
  static func definedness(of name: String) -> ConditionAtom {
    guard name.hasPrefix("CONFIG_") else { return .isDefined(name) }
    let symbol = name.dropFirst("CONFIG_".count)
    return symbol.hasSuffix("_MODULE") ? .isModule(String(symbol.dropLast(7))) : .isBuiltIn(String(symbol))
  }
}

/// Finds the guard of a header: the first line is `#ifndef X` or `#if !defined(X)`, the second `#define X`, and the
/// `#endif` of the first is the last token line.
private struct GuardSearch {
  let name: String?

  init(_ buffer: TokenBuffer) {
    let tokens = buffer.tokens
    func word(_ i: Int) -> String? {
      i < tokens.count && tokens[i].kind == .identifier
        ? String(decoding: buffer.spelling(of: tokens[i]), as: UTF8.self) : nil
    }
    func directive(_ i: Int) -> DirectiveName? { DirectiveName(buffer.bytes(of: tokens[i])) }
    guard tokens.count > 6, tokens[0].kind == .directive, directive(1) == .ifndef, let guardName = word(2),
      tokens[3].kind == .directive, directive(4) == .define, word(5) == guardName
    else {
      name = nil
      return
    }
    var depth = 0
    var closedAt: Int?
    for i in buffer.directives.map(Int.init) {
      switch directive(i + 1) {
      case .if, .ifdef, .ifndef: depth += 1
      case .endif:
        depth -= 1
        if depth == 0, closedAt == nil { closedAt = i }
      case .else, .elif, .elifdef, .elifndef:
        // A guard has one branch.
        if depth == 1 { depth = -tokens.count }
      default: break
      }
    }
    let isLast = closedAt.map { closed in
      tokens[(closed + 2)...].allSatisfy {
        $0.kind == .endOfText || $0.flags.contains(.inDirective) && $0.kind != .directive
      }
    }
    name = isLast == true ? guardName : nil
  }
}
