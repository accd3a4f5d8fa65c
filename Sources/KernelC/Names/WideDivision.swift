// SPDX-License-Identifier: GPL-2.0-or-later

/// A division of 64-bit numbers: where a register has 32 bits the compiler calls a function of its own library for it, which
/// the kernel does not have.
///
/// Source: `include/linux/math64.h`.
public struct WideDivision: Sendable {
  /// The `binary` or `assignment`, or the call of a macro that divides.
  public var node: NodeID
  /// The operand that is wide.
  public var operand: NodeID
  public var isRemainder: Bool
}

extension TranslationUnit {
  /// Divisions in a function whose operands are 64 bits wide, but for those by a power of two, which are shifts.
  /// - Parameter isWanted: whether a token matters; asked first.
  public func wideDivisions(in function: NodeID, where isWanted: (Int) -> Bool) -> [WideDivision] {
    let syntax = file.syntax
    var found: [WideDivision] = []
    var reader: TypeReader?
    for id in syntax.descendants(of: function) {
      let kind = syntax[id].kind
      guard [.binary, .assignment, .call].contains(kind), isWanted(Int(syntax[id].main)),
        let (left, right, isRemainder) = division(id), !isUnused(id)
      else { continue }
      let types = reader ?? TypeReader(self, names: FunctionNames(of: function, in: syntax))
      reader = types
      guard let wide = [left, right].first(where: { types.type(of: $0).isWide }),
        mayNeedHelp(right, function),
        !isConstant(left), !isNeverChanged(left), ![left, right].allSatisfy({ isNarrow($0, types) })
      else { continue }
      found.append(
        WideDivision(node: id, operand: wide, isRemainder: isRemainder))
    }
    return found
  }

  /// Whether a value fits a register, or is made of one that does by a cast: where both operands are, the compiler divides
  /// what was cast. Source: gcc, `build_binary_op()`.
  private func isNarrow(_ operand: NodeID, _ types: TypeReader) -> Bool {
    let syntax = file.syntax
    let id = PathTest.plain(operand, syntax)
    if syntax[id].kind == .cast, let value = syntax.children(of: id).reduce(nil, { $1 as NodeID? }) {
      return isNarrow(value, types)
    }
    if case .arithmetic(.narrow) = types.type(of: id) { return true }
    // A constant that fits, whatever type it is written with, or one that nothing is known of.
    guard isConstant(id) else { return false }
    guard syntax[id].kind == .identifier else { return true }
    return macros(named: syntax.name(of: id)).allSatisfy { file, macro in
      macro.body.count != 1
        || value(of: file.syntax.spelling(ofToken: macro.body.lowerBound)) ?? 0 <= UInt32.max
    }
  }

  /// Whether it is a static variable of the file that keeps its first value: the compiler takes that one.
  private func isNeverChanged(_ operand: NodeID) -> Bool {
    let syntax = file.syntax
    let id = PathTest.plain(operand, syntax)
    guard syntax[id].kind == .identifier, let declared = file.names.ordinary[syntax.name(of: id)]?.first,
      declared.kind == .variable, syntax.headWords(of: declared.node).contains("static"),
      syntax.initialiser(of: declared.node) != nil
    else { return false }
    return !syntax.all.contains { node in
      guard [.assignment, .unary, .postfix, .macroCall].contains(syntax[node].kind) else { return false }
      let isGiven = syntax[node].kind == .macroCall
      let sign = syntax.buffer.tokens[Int(syntax[node].main)].kind
      if syntax[node].kind == .unary, ![.ampersand, .plusPlus, .minusMinus].contains(sign) { return false }
      // module_param(name, …) may change it, too.
      let changed =
        isGiven ? Array(syntax.descendants(of: node)) : syntax.child(0, of: node).map { [$0] } ?? []
      return changed.contains {
        let inner = PathTest.plain($0, syntax)
        return syntax[inner].kind == .identifier && syntax.name(of: inner) == syntax.name(of: id)
      }
    }
  }

  /// Whether nothing takes the value of a macro's call: then the compiler does not divide.
  private func isUnused(_ id: NodeID) -> Bool {
    file.syntax[id].kind == .call
      && file.syntax.parent(of: id).map { file.syntax[$0].kind == .expressionStatement } ?? false
  }

  /// What a node divides by what; nil where it does not.
  private func division(_ id: NodeID) -> (NodeID, NodeID, isRemainder: Bool)? {
    let syntax = file.syntax
    if syntax[id].kind == .call {
      guard let callee = syntax.child(0, of: id), syntax[callee].kind == .identifier,
        Self.dividingMacros.contains(syntax.name(of: callee)), let left = syntax.child(1, of: id),
        let right = syntax.child(2, of: id)
      else { return nil }
      return (left, right, false)
    }
    let sign = syntax.buffer.tokens[Int(syntax[id].main)].kind
    guard [.slash, .percent, .slashEqual, .percentEqual].contains(sign), let left = syntax.child(0, of: id),
      let right = syntax.child(1, of: id)
    else { return nil }
    return (left, right, sign == .percent || sign == .percentEqual)
  }

  /// Macros that divide the first argument by the second with `/`. Source: `include/linux/math.h`.
  private static let dividingMacros: Set<String> = [
    "DIV_ROUND_UP", "DIV_ROUND_CLOSEST", "roundup", "rounddown",
  ]

  /// Whether a division by this is surely none by a power of two.
  private func mayNeedHelp(_ divisor: NodeID, _ function: NodeID) -> Bool {
    let syntax = file.syntax
    let id = PathTest.plain(divisor, syntax)
    switch syntax[id].kind {
    case .number: return !isPowerOfTwo(syntax.name(of: id))
    case .identifier where syntax.name(of: id) == syntax.name(of: id).uppercased():
      let definitions = macros(named: syntax.name(of: id))
      // 1000000000L, written as one number.
      return !definitions.isEmpty
        && definitions.allSatisfy { file, macro in
          macro.parameters == nil && macro.body.count == 1
            && file.syntax.buffer.tokens[macro.body.lowerBound].kind == .number
            && !isPowerOfTwo(file.syntax.spelling(ofToken: macro.body.lowerBound))
        }
    case .call:
      // KB(1): a constant of which nothing more is known.
      guard let callee = syntax.child(0, of: id), isConstant(callee) else { return true }
      return !syntax.children(of: id).allSatisfy { isConstant($0) }
    case .identifier:
      // unsigned int precision = 1 << 28;
      let values = syntax.values(ofVariable: syntax.name(of: id), in: function) ?? []
      return values.count == 1 && isConstant(values[0]) ? mayNeedHelp(values[0], function) : true
    case .member, .arrowMember, .subscriptExpression: return true
    case .cast:
      let value = syntax.children(of: id).reduce(nil) { $1 as NodeID? }
      return value.map { mayNeedHelp($0, function) } ?? false
    case .binary:
      let sign = syntax.buffer.tokens[Int(syntax[id].main)].kind
      // How far is not known to the compiler.
      if sign == .lessLess { return syntax.child(1, of: id).map { !isConstant($0) } ?? false }
      guard sign == .star || sign == .plus || sign == .minus else { return false }
      return syntax.children(of: id).contains { mayNeedHelp($0, function) && !isConstant($0) }
    default: return false
    }
  }

  private func isPowerOfTwo(_ literal: String) -> Bool {
    value(of: literal).map { $0 & ($0 &- 1) == 0 } ?? true
  }

  /// Of a number as it is written; nil for other spellings.
  private func value(of literal: String) -> UInt64? {
    let digits = String(literal.lowercased().prefix { $0.isHexDigit || $0 == "x" })
    return digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
  }

  /// Whether the compiler works it out itself.
  private func isConstant(_ id: NodeID) -> Bool {
    let syntax = file.syntax
    return syntax.descendants(of: id).allSatisfy { node in
      switch syntax[node].kind {
      case .number, .character, .parenthesised, .unary, .binary, .cast, .typeArgument, .specifiers, .typeName,
        .sizeof,
        .abstractDeclarator:
        true
      case .identifier: syntax.name(of: node) == syntax.name(of: node).uppercased()
      default: false
      }
    }
  }
}

extension CType {
  fileprivate var isWide: Bool {
    if case .arithmetic(.wide) = self { true } else { false }
  }
}
