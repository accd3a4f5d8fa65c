// SPDX-License-Identifier: GPL-2.0-or-later

/// Variables and functions of Kconfig files, and what they expand to.
///
/// What is not known stands in the text between the bytes `unknownStart` and `unknownEnd`, which no file can
/// bring in; it stays there wherever the text goes, and a word that has them has no known value.
/// Source: `Documentation/kbuild/kconfig-macro-language.rst`, `scripts/kconfig/preprocess.c`.
struct MacroExpander {
  enum Flavor { case recursive, simple }

  /// Why an expansion ended early; the text is then empty.
  enum Failure: Error {
    case unterminated
    case recursive(String)
    case tooLarge
    /// `$(error-if,…)`.
    case demanded(String)
  }

  static let unknownStart: UInt8 = 1
  static let unknownEnd: UInt8 = 2

  private struct Variable {
    var value: [UInt8]
    var flavor: Flavor
    var isOpen = false
  }

  private var variables: [[UInt8]: Variable] = [:]
  /// Whether something was set.
  var hasVariables: Bool { !variables.isEmpty }
  private let environment: [String: String]
  private let toolchain: Toolchain
  private var calls = 0
  /// The file that is read, for `$(filename)`.
  var path = ""

  init(environment: [String: String], toolchain: Toolchain) {
    (self.environment, self.toolchain) = (environment, toolchain)
  }

  /// `name = value`, `name := value`; nil as flavor is `name += value`.
  mutating func assign(_ name: [UInt8], _ value: [UInt8], _ flavor: Flavor?, at line: Int) throws(Failure) {
    let known = variables[name]
    let used = flavor ?? known?.flavor ?? .recursive
    let new = used == .simple ? try expand(value, at: line) : value
    guard let known, flavor == nil else {
      variables[name] = Variable(value: new, flavor: used)
      return
    }
    guard known.value.count + new.count < KconfigLimits.expansion else { throw .tooLarge }
    variables[name] = Variable(value: known.value + [UInt8(ascii: " ")] + new, flavor: used)
  }

  /// A text with its macros expanded.
  mutating func expand(_ text: some Collection<UInt8>, at line: Int) throws(Failure) -> [UInt8] {
    calls = 0
    return try expand(Array(text), [], 0, line)
  }

  /// Expands the reference that begins behind the dollar at `start`, and moves `start` behind it.
  mutating func expandReference(
    _ text: ArraySlice<UInt8>, _ start: inout Int, at line: Int
  ) throws(Failure) -> [UInt8] {
    calls = 0
    return try reference(Array(text), &start, [], 0, line)
  }

  private mutating func expand(
    _ text: [UInt8], _ arguments: [[UInt8]], _ depth: Int, _ line: Int
  ) throws(Failure) -> [UInt8] {
    guard let dollar = text.firstIndex(of: UInt8(ascii: "$")) else { return text }
    var result = Array(text[..<dollar])
    var index = dollar
    while index < text.count {
      let byte = text[index]
      index += 1
      if byte == UInt8(ascii: "$") {
        result += try reference(text, &index, arguments, depth, line)
      } else {
        result.append(byte)
      }
      guard result.count < KconfigLimits.expansion else { throw .tooLarge }
    }
    return result
  }

  /// What follows a dollar: `(name)`, `(name,argument,…)`; a dollar alone is a dollar.
  private mutating func reference(
    _ text: [UInt8], _ index: inout Int, _ arguments: [[UInt8]], _ depth: Int, _ line: Int
  ) throws(Failure) -> [UInt8] {
    guard index < text.count, text[index] == UInt8(ascii: "(") else { return [UInt8(ascii: "$")] }
    let start = index + 1
    var nesting = 0
    var end = start
    while end < text.count {
      if text[end] == UInt8(ascii: "(") { nesting += 1 }
      if text[end] == UInt8(ascii: ")") {
        if nesting == 0 { break }
        nesting -= 1
      }
      end += 1
    }
    guard end < text.count else {
      index = text.count
      throw .unterminated
    }
    index = end + 1
    calls += 1
    guard depth < KconfigLimits.macroDepth, calls < KconfigLimits.macroCalls else { throw .tooLarge }
    return try clause(Array(text[start..<end]), arguments, depth + 1, line)
  }

  private mutating func clause(
    _ text: [UInt8], _ arguments: [[UInt8]], _ depth: Int, _ line: Int
  ) throws(Failure) -> [UInt8] {
    if let number = Int(String(decoding: text, as: UTF8.self)), number > 0, number <= arguments.count {
      return arguments[number - 1]
    }
    let parts = Self.split(text)
    let name = try expand(parts[0], arguments, depth, line)
    var values: [[UInt8]] = []
    for part in parts.dropFirst() { values.append(try expand(part, arguments, depth, line)) }
    let text = String(decoding: name, as: UTF8.self)
    let isDefined = variables[name] != nil
    if Toolchain.macros.contains(text), isDefined || text == "shell" {
      let words = values.map { String(decoding: $0, as: UTF8.self) }
      let isKnown = !values.contains { $0.contains(Self.unknownStart) }
      if isKnown, let known = toolchain.expansion(of: text, words, on: environment["SRCARCH"] ?? "") {
        return Array(known.utf8)
      }
      return Self.unknown(text, values)
    }
    if let variable = variables[name] {
      guard variable.flavor == .recursive else { return variable.value }
      if values.isEmpty && variable.isOpen { throw .recursive(text) }
      variables[name]?.isOpen = true
      defer { variables[name]?.isOpen = variable.isOpen }
      return try expand(variable.value, values, depth, line)
    }
    return try builtIn(text, values, line)
  }

  private func builtIn(_ name: String, _ values: [[UInt8]], _ line: Int) throws(Failure) -> [UInt8] {
    switch name {
    case "filename": return Array(path.utf8)
    case "lineno": return Array(String(line).utf8)
    case "error-if":
      guard values.first == [UInt8(ascii: "y")] else { return [] }
      throw .demanded(values.count > 1 ? String(decoding: values[1], as: UTF8.self) : "")
    case "info", "warning-if": return []
    default: return values.isEmpty ? Array((environment[name] ?? "").utf8) : []
    }
  }

  /// The place of what a command would say, by what the command is.
  private static func unknown(_ name: String, _ values: [[UInt8]]) -> [UInt8] {
    let command = Array(name.utf8) + values.flatMap { [UInt8(ascii: ",")] + $0 }
    return [unknownStart] + command.filter { $0 >= 32 }.prefix(shownCommand) + [unknownEnd]
  }

  private static let shownCommand = 4096

  /// Splits at the commas outside of parentheses.
  private static func split(_ text: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var start = 0
    var nesting = 0
    for (index, byte) in text.enumerated() {
      switch byte {
      case UInt8(ascii: "("): nesting += 1
      case UInt8(ascii: ")"): nesting -= 1
      case UInt8(ascii: ",") where nesting == 0:
        parts.append(Array(text[start..<index]))
        start = index + 1
      default: break
      }
    }
    return parts + [Array(text[start...])]
  }
}
