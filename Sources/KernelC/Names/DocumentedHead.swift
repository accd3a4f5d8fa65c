// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// What a kernel-doc comment stands above, as far as such comments speak of it.
public struct DocumentedHead: Sendable {
  public enum Kind: Hashable, Sendable {
    /// `isVoid`: it returns nothing.
    case function(isVoid: Bool)
    case macro
    /// A struct, union or enum, by its keyword.
    case type(String)
  }

  public var kind: Kind
  /// Token of the name.
  public var name: Int
  /// Tokens of the names of parameters, members or enumerators that are to be described.
  public var parameters: [Int]
  /// Names that may be described, and need not be.
  public var others: Set<String> = []
  /// What inline comments describe.
  public var described: Set<String> = []
  /// From the first token to the last of what is documented; of a function, of its head.
  public var tokens: Range<Int>
}

extension SyntaxTree {
  /// What begins at a token; nil where it is nothing that kernel-doc describes, or where not all of it is understood.
  public func documentedHead(atToken token: Int) -> DocumentedHead? {
    if buffer.tokens[token].kind == .directive { return documentedMacro(atToken: token) }
    guard let external = children(of: root).first(where: { self[$0].tokens.lowerBound == token }) else {
      return nil
    }
    switch self[external].kind {
    case .function:
      guard !self[external].flags.contains(.hasMacroHead), let declarator = child(1, of: external) else {
        return nil
      }
      return functionHead(external, declarator, name: Int(self[external].main))
    case .declaration:
      guard let specifiers = child(0, of: external), self[specifiers].kind == .specifiers else { return nil }
      if let type = children(of: specifiers).first(where: { self[$0].flags.contains(.hasBody) }) {
        return typeHead(type)
      }
      guard let declared = child(1, of: external), self[declared].kind == .initDeclarator,
        !self[external].flags.contains(.isTypedef), declaresFunction(declared),
        let declarator = child(0, of: declared)
      else { return nil }
      return functionHead(external, declarator, name: Int(self[declared].main))
    default: return nil
    }
  }

  private func documentedMacro(atToken directive: Int) -> DocumentedHead? {
    guard let macro = macros.first(where: { $0.name == directive + 2 }),
      isSpelled("define", atToken: directive + 1)
    else { return nil }
    let named = (macro.parameters ?? []).filter { buffer.tokens[$0].kind == .identifier }
    return DocumentedHead(
      kind: .macro, name: macro.name, parameters: named,
      others: macro.parameters?.count == named.count ? [] : ["..."],
      tokens: directive..<max(macro.body.lowerBound, macro.name + 1))
  }

  private func functionHead(_ external: NodeID, _ declarator: NodeID, name: Int) -> DocumentedHead? {
    guard let specifiers = child(0, of: external), self[specifiers].kind == .specifiers else { return nil }
    var (node, isPointer) = (declarator, false)
    while self[node].kind == .pointerDeclarator, let inner = child(0, of: node) {
      (node, isPointer) = (inner, true)
    }
    guard self[node].kind == .functionDeclarator, !self[node].flags.contains(.isCut),
      !descendants(of: node).contains(where: { self[$0].kind == .opaque })
    else { return nil }
    var head = DocumentedHead(
      kind: .function(isVoid: false), name: name, parameters: [],
      tokens: self[external].tokens.lowerBound..<self[node].tokens.upperBound)
    for parameter in children(of: node).dropFirst() {
      switch self[parameter].kind {
      case .variadic: head.others.insert("...")
      case .parameter:
        if let named = declaredName(at: parameter) {
          head.parameters.append(Int(self[named].main))
        } else if !text(of: parameter).elementsEqual("void".utf8) {
          return nil
        }
      default: return nil
      }
    }
    let types = children(of: specifiers).filter { self[$0].kind != .attribute }
    let isVoid = !isPointer && types.count == 1 && types.allSatisfy { self.name(of: $0) == "void" }
    head.kind = .function(isVoid: isVoid)
    return head
  }

  // MARK: Structs, unions, enums

  private func typeHead(_ type: NodeID) -> DocumentedHead? {
    guard !descendants(of: type).contains(where: { self[$0].kind == .opaque }),
      !self[type].flags.contains(.isCut)
    else { return nil }
    let keyword = spelling(ofToken: self[type].tokens.lowerBound)
    var head = DocumentedHead(
      kind: .type(keyword), name: Int(self[type].main), parameters: [], tokens: self[type].tokens)
    for index in self[type].tokens where buffer.tokens[index].kind == .identifier {
      head.others.insert(spelling(ofToken: index))
    }
    if self[type].kind == .enumType {
      head.parameters = children(of: type).filter { self[$0].kind == .enumerator }.map { Int(self[$0].main) }
    } else {
      addMembers(of: type, to: &head)
    }
    let comments = buffer.comments(before: self[type].tokens)
    let hidden = hiddenRanges(comments, in: self[type].tokens)
    head.parameters.removeAll { name in hidden.contains { $0.contains(name) } }
    head.described = Set(comments.flatMap { KernelDoc.inlineNames(in: $0, of: buffer) })
    return head
  }

  private func addMembers(of type: NodeID, to head: inout DocumentedHead) {
    for member in children(of: type) where self[member].kind == .declaration {
      let named = children(of: member).filter { self[$0].kind == .initDeclarator && hasName($0) }
      head.parameters += named.map { Int(self[$0].main) }
      // The members of one without a name are the struct's own.
      guard named.isEmpty, let specifiers = child(0, of: member) else { continue }
      for inner in children(of: specifiers) where self[inner].flags.contains(.hasBody) {
        if self[inner].kind != .enumType { addMembers(of: inner, to: &head) }
      }
    }
  }

  private func hasName(_ declared: NodeID) -> Bool {
    descendants(of: declared).contains {
      self[$0].kind == .nameDeclarator && self[$0].main == self[declared].main
    }
  }

  /// What stands between `/* private: */` and `/* public: */`.
  private func hiddenRanges(_ comments: [Comment], in tokens: Range<Int>) -> [Range<Int>] {
    var (ranges, start): ([Range<Int>], Int?) = ([], nil)
    for comment in comments {
      let words = String(decoding: buffer.text[comment.range], as: UTF8.self).dropFirst(2)
        .drop { $0 == "*" || $0.isWhitespace }
      if words.hasPrefix("private:") {
        start = start ?? comment.token
      } else if words.hasPrefix("public:"), let begun = start {
        ranges.append(begun..<max(begun, comment.token))
        start = nil
      }
    }
    return ranges + (start.map { [$0..<max($0, tokens.upperBound)] } ?? [])
  }
}
