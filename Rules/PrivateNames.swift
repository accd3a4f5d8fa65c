// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// A name that only its own C file can use.
struct PrivateName: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case function, variable, macro
    /// The tag of the struct.
    case member(of: String)
    /// The function.
    case label(in: String)
  }

  var name: String
  var kind: Kind
  /// Token of the name where it is declared.
  var token: Int
  /// Tokens in which the name is no use: its own body.
  var own: Range<Int>
  /// Tokens in which it can be used, besides macros; nil for all of the file.
  var scope: Range<Int>?

  /// How people call it.
  var title: String {
    switch kind {
    case .function: "the static function \(name)()"
    case .variable: "the static variable `\(name)`"
    case .macro: "the macro `\(name)`"
    case .member(let tag): "the member `\(name)` of struct \(tag)"
    case .label(let function): "the label `\(name)` in \(function)()"
    }
  }
}

extension SyntaxTree {
  /// The names that only this file can use.
  /// - Parameter isWanted: of the token of a name; asked first.
  func privateNames(where isWanted: (Int) -> Bool) -> [PrivateName] {
    let names = FileNames(of: self)
    var found: [PrivateName] = []
    for (name, all) in names.ordinary {
      guard let declared = all.last(where: { $0.kind == .function || $0.kind == .variable }),
        isWanted(Int(self[declared.node].main)), isPlainStatic(declared)
      else { continue }
      let isFunction = declared.kind == .function
      found.append(
        PrivateName(
          name: name, kind: isFunction ? .function : .variable, token: Int(self[declared.node].main),
          own: isFunction ? self[declared.node].tokens : 0..<0))
    }
    for macro in macros where isWanted(macro.name) {
      found.append(
        PrivateName(name: spelling(ofToken: macro.name), kind: .macro, token: macro.name, own: macro.body))
    }
    for (tag, nodes) in names.tags where nodes.count == 1 {
      found += nodes.flatMap { members(of: $0, tag) }.filter { isWanted($0.token) }
    }
    for function in functions {
      guard let name = functionName(of: function) else { continue }
      for node in descendants(of: function) where self[node].kind == .label && isWanted(Int(self[node].main))
      {
        found.append(
          PrivateName(
            name: self.name(of: node), kind: .label(in: name), token: Int(self[node].main), own: 0..<0,
            scope: self[function].tokens))
      }
    }
    // A function that is read with several branches of its conditionals has its labels as often.
    let unique = Dictionary(found.map { ($0.token, $0) }) { first, _ in first }
    return unique.values.sorted { $0.token < $1.token }
  }

  private func isPlainStatic(_ declared: FileNames.Declared) -> Bool {
    guard !self[declared.node].flags.contains(.hasMacroHead) else { return false }
    let words = headWords(of: declared.node)
    return words.contains("static")
      && !words.contains { word in Self.hiding.contains { word.holds($0) } || word.isCapitalMacro }
  }

  /// Parts of words that say that something else may use it.
  private static let hiding = ["used", "attribute", "constructor", "alias", "weak", "section", "asm"]

  /// The members of a struct that holds the state of a driver: what is laid out for others, or for the hardware, is left out.
  private func members(of type: NodeID, _ tag: String) -> [PrivateName] {
    guard self[type].kind == .structType, function(around: type) == nil,
      ancestor(of: type, kind: .structType) == nil
    else { return [] }
    let declarations = children(of: type).filter { self[$0].kind == .declaration }
    let words = Set(self[type].tokens.map { spelling(ofToken: $0) })
    guard !words.contains(where: \.isOfLayout), declarations.contains(where: { isOfKernel($0) }) else {
      return []
    }
    // The first may be reached by a cast.
    return declarations.dropFirst().flatMap { children(of: $0) }.filter { member in
      guard self[member].kind == .initDeclarator, let declarator = child(0, of: member) else { return false }
      return self[declarator].kind != .bitField
        && !(self[declarator].kind == .arrayDeclarator && child(1, of: declarator) == nil)
    }.map {
      PrivateName(name: name(of: $0), kind: .member(of: tag), token: Int(self[$0].main), own: 0..<0)
    }.filter { !$0.name.isOfPadding }
  }

  /// Whether a member is a pointer or a struct: what has those goes over no wire.
  private func isOfKernel(_ member: NodeID) -> Bool {
    guard let specifiers = child(0, of: member), let declared = child(1, of: member),
      let declarator = child(0, of: declared)
    else { return false }
    return self[declarator].kind == .pointerDeclarator
      || children(of: specifiers).contains {
        self[$0].kind == .structType && !self[$0].flags.contains(.hasBody)
      }
  }

  /// Tokens that read as one of some names, by the name.
  func places(ofAny names: Set<String>) -> [String: [Int]] {
    let wanted = Dictionary(uniqueKeysWithValues: names.map { (Array($0.utf8)[...], $0) })
    let lengths = Set(wanted.keys.map(\.count))
    var places: [String: [Int]] = [:]
    for (index, token) in buffer.tokens.enumerated() where token.kind == .identifier {
      guard lengths.contains(Int(token.end - token.start)), let name = wanted[buffer.bytes(of: token)] else {
        continue
      }
      places[name, default: []].append(index)
    }
    return places
  }

  /// How often each of some names is used, and not declared.
  func uses(of names: [PrivateName]) -> [PrivateName: [Int]] {
    let declared = FileNames(of: self)
    let places = places(ofAny: Set(names.map(\.name)))
    var uses: [PrivateName: [Int]] = [:]
    for name in names {
      let heads = Set([name.token] + (declared.ordinary[name.name] ?? []).map { Int(self[$0.node].main) })
      let defined = Set(name.kind == .macro ? (declared.macros[name.name] ?? []).map { macros[$0].name } : [])
      uses[name] = (places[name.name] ?? []).filter { place in
        guard !heads.contains(place), !defined.contains(place), !name.own.contains(place) else {
          return false
        }
        // `#undef` takes it away.
        return place == 0 || !isSpelledUndef(place - 1)
      }
    }
    return uses
  }

  private func isSpelledUndef(_ token: Int) -> Bool { spelling(ofToken: token) == "undef" }

  /// Whether the arguments of a macro's call outside of functions have a part of a name: then the macro may make it.
  func mayBeMade(_ name: String) -> Bool {
    children(of: root).contains { external in
      self[external].kind == .macroCall
        && self[external].tokens.dropFirst().contains { token in
          let word = spelling(ofToken: token)
          return buffer.tokens[token].kind == .identifier && word.utf8.count > 2 && word != name
            && name.contains(word)
        }
    }
  }
}

extension String {
  /// A word in capitals: what such a macro says of a function is not known.
  var isCapitalMacro: Bool {
    utf8.count > 3 && self == uppercased() && contains("_") && contains(where: \.isLetter)
  }

  /// Words that say that the layout of a struct matters.
  fileprivate var isOfLayout: Bool {
    hasPrefix("__le") || hasPrefix("__be") || hasPrefix("le16") || hasPrefix("le32") || self == "__packed"
      || self == "__aligned" || self == "__attribute__" || self == "____cacheline_aligned"
      || self == "__randomize_layout" || self == "union"
  }

  /// Members that are there to be unused.
  fileprivate var isOfPadding: Bool {
    ["res", "rsv", "pad", "unused", "dummy", "spare", "hole", "magic", "__", "_"].contains { hasPrefix($0) }
  }
}
