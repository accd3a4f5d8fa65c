// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

extension SyntaxTree {
  /// Under which configurations the compiler keeps code that a node is part of: what stands behind a test of
  /// `IS_ENABLED()` is compiled always, and left out where the test is a constant that is false.
  ///
  /// Source: `Documentation/process/coding-style.rst`, "Conditional Compilation".
  /// - Parameters:
  ///   - table: where the formula is made.
  ///   - calls: when what a call returns, or a variable holds, may be true, by the name of what is called, or of the
  ///     variable; always where it is not there.
  public func liveCondition(
    of id: NodeID, in table: inout FormulaTable, calls: [String: Formula] = [:]
  ) -> Formula {
    var condition = Formula.always
    var child = id
    while let parent = parent(of: child), self[child].kind != .function {
      switch self[parent].kind {
      case .ifStatement, .conditional:
        guard let test = self.child(0, of: parent), test != child else { break }
        let isFirst = self.child(1, of: parent) == child
        condition = table.and(condition, constant(test, isTrue: isFirst, calls, &table))
      case .binary where self.child(1, of: parent) == child:
        guard let left = self.child(0, of: parent) else { break }
        switch buffer.tokens[Int(self[parent].main)].kind {
        case .ampersandAmpersand:
          condition = table.and(condition, constant(left, isTrue: true, calls, &table))
        case .barBar: condition = table.and(condition, constant(left, isTrue: false, calls, &table))
        default: break
        }
      case .block:
        // if (!IS_ENABLED(CONFIG_X)) return 0; before it.
        for statement in children(of: parent) {
          if statement == child { break }
          guard self[statement].kind == .ifStatement, let test = self.child(0, of: statement),
            let branch = self.child(1, of: statement), self.child(2, of: statement) == nil, leaves(branch)
          else { continue }
          condition = table.and(condition, constant(test, isTrue: false, calls, &table))
        }
      default: break
      }
      child = parent
    }
    return condition
  }

  /// The functions, macros and variables whose values decide whether code is reached.
  func testedNames(around id: NodeID) -> Set<String> {
    var names: Set<String> = []
    func add(_ test: NodeID) {
      for node in descendants(of: test) where self[node].kind == .identifier { names.insert(name(of: node)) }
    }
    var inner = id
    while let parent = self.parent(of: inner), self[inner].kind != .function {
      switch self[parent].kind {
      case .ifStatement, .conditional, .binary:
        if let test = self.child(0, of: parent), test != inner { add(test) }
      case .block:
        for statement in children(of: parent) {
          if statement == inner { break }
          if self[statement].kind == .ifStatement, let test = self.child(0, of: statement) { add(test) }
        }
      default: break
      }
      inner = parent
    }
    return names
  }

  /// All that a function gives to one of its variables; nil where that is not known, or where it has no such variable.
  func values(ofVariable name: String, in function: NodeID) -> [NodeID]? {
    var values: [NodeID] = []
    for id in descendants(of: function) {
      switch self[id].kind {
      case .initDeclarator where self.name(of: id) == name:
        if let value = initialiser(of: id) { values.append(value) }
      case .parameter where self.name(of: id) == name: return nil
      case .assignment:
        guard let left = child(0, of: id), self[left].kind == .identifier, self.name(of: left) == name else {
          continue
        }
        guard buffer.tokens[Int(self[id].main)].kind == .equal, let right = child(1, of: id) else {
          return nil
        }
        values.append(right)
      case .unary, .postfix:
        let sign = buffer.tokens[Int(self[id].main)].kind
        guard sign == .ampersand || sign == .plusPlus || sign == .minusMinus, let operand = child(0, of: id),
          self[operand].kind == .identifier, self.name(of: operand) == name
        else { continue }
        return nil
      default: continue
      }
    }
    return values.isEmpty ? nil : values
  }

  /// All that a function returns; nil where that is not known.
  func values(ofFunction function: NodeID) -> [NodeID]? {
    guard let body = body(ofFunction: function), opaqueNodes(inBodyOf: function).isEmpty else { return nil }
    let values = descendants(of: body).filter { self[$0].kind == .returnStatement }.map { child(0, of: $0) }
    return values.isEmpty || values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }

  private func leaves(_ statement: NodeID) -> Bool {
    switch self[statement].kind {
    case .returnStatement, .gotoStatement, .breakStatement, .continueStatement: return true
    case .block:
      let last = children(of: statement).reduce(nil) { $1 as NodeID? }
      return last.map { leaves($0) } ?? false
    default: return false
    }
  }

  /// When a test may have an answer: what no constant decides may always.
  func constant(
    _ test: NodeID, isTrue: Bool, _ calls: [String: Formula] = [:], _ table: inout FormulaTable
  ) -> Formula {
    let id = PathTest.plain(test, self)
    switch self[id].kind {
    case .unary where buffer.tokens[Int(self[id].main)].kind == .exclaim:
      return child(0, of: id).map { constant($0, isTrue: !isTrue, calls, &table) } ?? .always
    case .binary:
      let sign = buffer.tokens[Int(self[id].main)].kind
      // flags & FLAG, and FLAG is 0.
      if sign == .ampersand, isTrue {
        return children(of: id).reduce(.always) { table.and($0, constant($1, isTrue: true, calls, &table)) }
      }
      guard sign == .ampersandAmpersand || sign == .barBar, let left = child(0, of: id),
        let right = child(1, of: id)
      else { return .always }
      let a = constant(left, isTrue: isTrue, calls, &table)
      let b = constant(right, isTrue: isTrue, calls, &table)
      return (sign == .ampersandAmpersand) == isTrue ? table.and(a, b) : table.or(a, b)
    case .call:
      guard let callee = child(0, of: id), self[callee].kind == .identifier else { return .always }
      let name = name(of: callee)
      if isTrue, let mayBeTrue = calls[name] { return mayBeTrue }
      guard let argument = child(1, of: id) else { return .always }
      if name == "likely" || name == "unlikely" { return constant(argument, isTrue: isTrue, calls, &table) }
      let option = spelling(ofToken: Int(self[argument].first))
      guard option.hasPrefix("CONFIG_"), self[argument].tokens.count == 1 else { return .always }
      let symbol = String(option.dropFirst("CONFIG_".count))
      let (builtIn, module) = (table.atom(.isBuiltIn(symbol)), table.atom(.isModule(symbol)))
      let holds: Formula
      switch name {
      case "IS_ENABLED": holds = table.or(builtIn, module)
      case "IS_BUILTIN": holds = builtIn
      case "IS_MODULE": holds = module
      case "IS_REACHABLE": holds = table.or(builtIn, table.and(module, table.atom(.isDefined("MODULE"))))
      default: return .always
      }
      return isTrue ? holds : table.not(holds)
    case .identifier: return isTrue ? calls[name(of: id)] ?? .always : .always
    default: return .always
    }
  }
}
