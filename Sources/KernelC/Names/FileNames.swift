// SPDX-License-Identifier: GPL-2.0-or-later

/// What one text declares outside of functions, and the structs, unions and enums it defines anywhere.
public struct FileNames: Sendable {
  /// What an ordinary name stands for.
  public enum Kind: Hashable, Sendable {
    case function, prototype, variable, typedef, enumerator
  }

  public struct Declared: Hashable, Sendable {
    public var kind: Kind
    /// The `function`, `initDeclarator` or `enumerator`.
    public var node: NodeID
  }

  /// A function that an initialiser puts into a member: an entry of a table of operations.
  public struct Slot: Hashable, Sendable {
    /// Token of the variable's name.
    public var variable: Int
    /// Tag of the struct.
    public var tag: String
    public var member: String
    /// The name that is put there.
    public var function: String
  }

  /// Ordinary names, each with all that declares it, in the order of the text.
  public private(set) var ordinary: [String: [Declared]] = [:]
  /// Structs, unions and enums with a body, by tag; those in functions too.
  public private(set) var tags: [String: [NodeID]] = [:]
  /// What else names a struct with a body: the tags of groups of members, by the tag.
  public private(set) var groupTags: [String: [NodeID]] = [:]
  /// Macros, by the place in `SyntaxTree.macros`.
  public private(set) var macros: [String: [Int]] = [:]
  /// Names that stand in macros' calls or in what was not understood: what those declare is not known.
  public private(set) var uncertain: Set<String> = []
  /// What macros put before or behind something else to make a name: `_id` of `x ## _id`.
  public private(set) var pasted: Set<String> = []
  public private(set) var slots: [Slot] = []

  public init(of syntax: SyntaxTree) {
    for (index, macro) in syntax.macros.enumerated() {
      macros[syntax.spelling(ofToken: macro.name), default: []].append(index)
      addPasted(macro, syntax)
    }
    for external in syntax.children(of: syntax.root) {
      switch syntax[external].kind {
      case .function:
        ordinary[syntax.name(of: external), default: []].append(Declared(kind: .function, node: external))
        if let head = syntax.child(0, of: external), syntax[head].kind != .specifiers {
          addUncertain(syntax[head].tokens, syntax)
        }
      case .declaration: declaration(external, syntax)
      case .macroCall, .opaque: addUncertain(syntax[external].tokens, syntax)
      default: break
      }
    }
    var listed: [Int: Int] = [:]
    for id in syntax.all where syntax[id].flags.contains(.hasBody) {
      // Of one without a tag the keyword stands for it.
      if Int(syntax[id].main) != syntax[id].tokens.lowerBound {
        tags[syntax.name(of: id), default: []].append(id)
      }
      if syntax[id].kind == .enumType { addListed(in: syntax[id].tokens, syntax, 0, &listed) }
    }
    for id in syntax.all where syntax[id].kind == .macroCall && Self.groups.contains(syntax.name(of: id)) {
      guard let tag = syntax.child(0, of: id), syntax[tag].kind == .identifier else { continue }
      groupTags[syntax.name(of: tag), default: []].append(tag)
    }
  }

  /// Macros of members whose first argument is the tag of a struct that they make. Source: `include/linux/stddef.h`.
  private static let groups: Set<String> = ["struct_group_tagged", "__struct_group"]

  /// Names in the macros that make an enumeration: `enum hooks { LIST_OF_HOOKS(ENUMIFY) };`.
  /// - Parameter seen: the macros that were looked into, and at which depth.
  private mutating func addListed(
    in tokens: Range<Int>, _ syntax: SyntaxTree, _ depth: Int, _ seen: inout [Int: Int]
  ) {
    guard !macros.isEmpty, depth < 4 else { return }
    for index in tokens where syntax.buffer.tokens[index].kind == .identifier {
      for macro in macros[syntax.spelling(ofToken: index)] ?? []
      where depth < seen[macro] ?? .max {
        seen[macro] = depth
        addUncertain(syntax.macros[macro].body, syntax)
        addListed(in: syntax.macros[macro].body, syntax, depth + 1, &seen)
      }
    }
  }

  /// Whether something of that name may be declared here.
  public func mayDeclare(_ name: String) -> Bool {
    ordinary[name] != nil || macros[name] != nil || uncertain.contains(name)
      || pasted.contains { name.hasPrefix($0) || name.hasSuffix($0) }
  }

  /// Tokens of what defines a struct, union or enum of that tag.
  /// - Parameter syntax: the one that these are the names of.
  func tokens(definingTag tag: String, in syntax: SyntaxTree) -> [Int] {
    ((tags[tag] ?? []) + (groupTags[tag] ?? [])).map { Int(syntax[$0].main) }
  }

  /// Tokens of what declares an ordinary name or defines a macro of that name.
  /// - Parameter syntax: the one that these are the names of.
  public func tokens(declaring name: String, in syntax: SyntaxTree) -> [Int] {
    (ordinary[name] ?? []).map { Int(syntax[$0.node].main) }
      + (macros[name] ?? []).map { syntax.macros[$0].name }
  }

  private mutating func addPasted(_ macro: MacroDefinition, _ syntax: SyntaxTree) {
    let tokens = syntax.buffer.tokens
    let parameters = Set(macro.parameters?.map { syntax.spelling(ofToken: $0) } ?? [])
    for index in macro.body where tokens[index].kind == .hashHash {
      for part in [index - 1, index + 1]
      where macro.body.contains(part) && tokens[part].kind == .identifier {
        let text = syntax.spelling(ofToken: part)
        // Shorter ones say nothing.
        if !parameters.contains(text), text.utf8.count > 2 { pasted.insert(text) }
      }
    }
  }

  private mutating func addUncertain(_ tokens: Range<Int>, _ syntax: SyntaxTree) {
    for index in tokens where syntax.buffer.tokens[index].kind == .identifier {
      uncertain.insert(syntax.spelling(ofToken: index))
    }
  }

  private mutating func declaration(_ id: NodeID, _ syntax: SyntaxTree) {
    let isTypedef = syntax[id].flags.contains(.isTypedef)
    for child in syntax.children(of: id) {
      switch syntax[child].kind {
      case .specifiers:
        for node in syntax.descendants(of: child) where syntax[node].kind == .enumerator {
          ordinary[syntax.name(of: node), default: []].append(Declared(kind: .enumerator, node: node))
        }
      case .initDeclarator:
        let kind: Kind = isTypedef ? .typedef : syntax.declaresFunction(child) ? .prototype : .variable
        ordinary[syntax.name(of: child), default: []].append(Declared(kind: kind, node: child))
        if kind == .variable { readSlots(of: child, in: id, syntax) }
      default: addUncertain(syntax[child].tokens, syntax)
      }
    }
  }

  private mutating func readSlots(of variable: NodeID, in declaration: NodeID, _ syntax: SyntaxTree) {
    guard let specifiers = syntax.child(0, of: declaration),
      let type = syntax.children(of: specifiers).first(where: { syntax[$0].kind == .structType }),
      let value = syntax.initialiser(of: variable), syntax[value].kind == .initialiserList
    else { return }
    for id in syntax.descendants(of: value) where syntax[id].kind == .designated {
      let parts = Array(syntax.children(of: id))
      guard parts.count == 2, syntax[parts[0]].kind == .designator, syntax.child(0, of: parts[0]) == nil
      else { continue }
      let function = PathTest.plain(parts[1], syntax)
      guard syntax[function].kind == .identifier else { continue }
      slots.append(
        Slot(
          variable: Int(syntax[variable].main), tag: syntax.name(of: type),
          member: syntax.name(of: parts[0]), function: syntax.name(of: function)))
    }
  }
}

extension SyntaxTree {
  /// All nodes, in no order that means something.
  public var all: some Sequence<NodeID> { (0..<UInt32(count)).lazy.map { NodeID($0) } }

  /// The value that an `initDeclarator` begins with.
  func initialiser(of id: NodeID) -> NodeID? {
    guard self[id].flags.contains(.hasInitialiser) else { return nil }
    return children(of: id).reduce(nil) { $1 as NodeID? }
  }

  /// Whether a declarator is that of a function, not of a pointer to one.
  func declaresFunction(_ initDeclarator: NodeID) -> Bool {
    guard var id = child(0, of: initDeclarator) else { return false }
    while self[id].kind == .pointerDeclarator, let inner = child(0, of: id) { id = inner }
    guard self[id].kind == .functionDeclarator, let name = child(0, of: id) else { return false }
    return self[name].kind == .nameDeclarator
  }
}
