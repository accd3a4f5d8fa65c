// SPDX-License-Identifier: GPL-2.0-or-later

/// What a logical line of a Makefile is.
///
/// Source: GNU make manual, "Conditional Parts of Makefiles", "Setting Variables", "Including Other Makefiles".
enum MakeStatement {
  enum Operator {
    /// `=`
    case recursive
    /// `:=`, `::=`
    case immediate
    /// `+=`
    case append
    /// `?=`
    case ifUnset
    /// `!=`
    case shell
  }

  enum Test {
    case isSet(ArraySlice<UInt8>)
    case isEqual(ArraySlice<UInt8>, ArraySlice<UInt8>)
    case malformed
  }

  case nothing
  /// `ifdef` and `ifeq`; the opposites of both have `isNegated`. `isElse` is `else ifdef`.
  case condition(Test, isNegated: Bool, isElse: Bool)
  case otherwise
  case endOfCondition
  case define(name: ArraySlice<UInt8>, Operator)
  case endOfDefine
  case include(ArraySlice<UInt8>, isOptional: Bool)
  case export(ArraySlice<UInt8>)
  case undefine(ArraySlice<UInt8>)
  case assignment(name: ArraySlice<UInt8>, Operator, value: ArraySlice<UInt8>, isExported: Bool)
  case rule(targets: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)
  /// A text that is expanded for what it does, as `$(eval …)`.
  case expression(ArraySlice<UInt8>)

  init(_ line: ArraySlice<UInt8>) {
    guard !line.isEmpty else {
      self = .nothing
      return
    }
    var (rest, isExported) = (line, false)
    while let word = Self.modifier(of: rest) {
      isExported = isExported || word == "export"
      rest = rest.dropFirst(word.utf8.count).trimmed
    }
    if isExported, Self.assignment(in: rest) == nil, !rest.hasPrefix("define") {
      self = .export(rest)
      return
    }
    self = Self.directive(rest, isElse: false) ?? Self.definition(rest, isExported: isExported)
  }

  /// A word before a definition that changes how it is handed on, not what it says.
  private static func modifier(of line: ArraySlice<UInt8>) -> String? {
    let word = line.prefix { !$0.isMakeBlank }
    guard word.count <= 8, ["export", "override", "private"].contains(word.string),
      !assigns(line.dropFirst(word.count).trimmed)
    else { return nil }
    return word.string
  }

  private static func directive(_ line: ArraySlice<UInt8>, isElse: Bool) -> MakeStatement? {
    let word = line.prefix { !$0.isMakeBlank && $0 != UInt8(ascii: "(") }
    let rest = line.dropFirst(word.count).trimmed
    switch word.string {
    case "ifdef", "ifndef":
      return .condition(.isSet(rest), isNegated: word.count == 6, isElse: isElse)
    case "ifeq", "ifneq":
      return .condition(comparison(rest), isNegated: word.count == 5, isElse: isElse)
    case _ where isElse: return nil
    case "else":
      if rest.isEmpty { return .otherwise }
      return directive(rest, isElse: true) ?? (assigns(rest) ? nil : .otherwise)
    case "endif": return assigns(rest) ? nil : .endOfCondition
    case "endef": return .endOfDefine
    case "define":
      guard !assigns(rest) else { return nil }
      let name = rest.prefix { !$0.isMakeBlank && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ":") }
      return .define(name: name, assignment(in: rest)?.sign ?? .recursive)
    case "include": return assigns(rest) ? nil : .include(rest, isOptional: false)
    case "-include", "sinclude": return assigns(rest) ? nil : .include(rest, isOptional: true)
    case "unexport", "vpath": return assigns(rest) ? nil : .nothing
    case "undefine": return assigns(rest) ? nil : .undefine(rest)
    default: return nil
    }
  }

  /// Whether what follows a first word makes that word the name of a variable.
  private static func assigns(_ rest: ArraySlice<UInt8>) -> Bool {
    rest.first == UInt8(ascii: "=") || rest.hasPrefix(":=") || rest.hasPrefix("+=") || rest.hasPrefix("?=")
  }

  private static func definition(_ line: ArraySlice<UInt8>, isExported: Bool) -> MakeStatement {
    if let found = assignment(in: line) {
      return .assignment(
        name: line[..<found.start].trimmed, found.sign, value: line[found.end...].drop { $0.isMakeBlank },
        isExported: isExported)
    }
    if let colon = line.firstOutsideReferences({ $0 == UInt8(ascii: ":") }) {
      return .rule(targets: line[..<colon].trimmed, rest: line[(colon + 1)...])
    }
    return line.contains(UInt8(ascii: "$")) ? .expression(line) : .nothing
  }

  private static func assignment(
    in line: ArraySlice<UInt8>
  ) -> (start: Int, end: Int, sign: Operator)? {
    let found = line.firstOutsideReferences { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
    guard var index = found else { return nil }
    if line[index] == UInt8(ascii: ":") {
      let start = index
      while index < line.endIndex, line[index] == UInt8(ascii: ":") { index += 1 }
      guard index < line.endIndex, line[index] == UInt8(ascii: "=") else { return nil }
      return (start, index + 1, .immediate)
    }
    guard index > line.startIndex else { return (index, index + 1, .recursive) }
    return switch line[index - 1] {
    case UInt8(ascii: "+"): (index - 1, index + 1, .append)
    case UInt8(ascii: "?"): (index - 1, index + 1, .ifUnset)
    case UInt8(ascii: "!"): (index - 1, index + 1, .shell)
    default: (index, index + 1, .recursive)
    }
  }

  /// `(a,b)`, `"a" "b"` or `'a' 'b'`.
  private static func comparison(_ rest: ArraySlice<UInt8>) -> Test {
    guard let first = rest.first else { return .malformed }
    if first == UInt8(ascii: "(") {
      let inner = rest.dropFirst()
      guard let close = inner.lastIndex(of: UInt8(ascii: ")")) else { return .malformed }
      let pair = inner[..<close]
      guard let comma = pair.firstOutsideReferences({ $0 == UInt8(ascii: ",") }) else { return .malformed }
      return .isEqual(pair[..<comma].trimmed, pair[(comma + 1)...].trimmed)
    }
    guard first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") else { return .malformed }
    let quoted = rest.dropFirst()
    guard let end = quoted.firstIndex(of: first) else { return .malformed }
    let other = quoted[(end + 1)...].trimmed
    guard let mark = other.first, mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'"),
      let close = other.dropFirst().firstIndex(of: mark)
    else { return .malformed }
    return .isEqual(quoted[..<end], other[(other.startIndex + 1)..<close])
  }
}

extension ArraySlice<UInt8> {
  /// The first byte of a kind that stands in no `$(…)` or `${…}`.
  func firstOutsideReferences(_ isWanted: (UInt8) -> Bool) -> Int? {
    var index = startIndex
    while index < endIndex {
      if self[index] == UInt8(ascii: "$"), index + 1 < endIndex {
        index = endOfReference(at: index) ?? endIndex
      } else if isWanted(self[index]) {
        return index
      } else {
        index += 1
      }
    }
    return nil
  }

  /// Where the text behind a `$…` begins; nil where its bracket is never closed.
  func endOfReference(at dollar: Int) -> Int? {
    guard dollar + 1 < endIndex else { return endIndex }
    let open = self[dollar + 1]
    let close: UInt8
    switch open {
    case UInt8(ascii: "("): close = UInt8(ascii: ")")
    case UInt8(ascii: "{"): close = UInt8(ascii: "}")
    default: return dollar + 2
    }
    var depth = 0
    for index in (dollar + 1)..<endIndex {
      if self[index] == open { depth += 1 }
      if self[index] == close {
        depth -= 1
        if depth == 0 { return index + 1 }
      }
    }
    return nil
  }
}
