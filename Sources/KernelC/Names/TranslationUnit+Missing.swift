// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

// What is used and is not there. Each answer is given only where nothing speaks against it.

extension TranslationUnit {
  /// Identifiers of a function that nothing declares: not the function, not the file, none of its headers.
  ///
  /// Left out are names of functions that are called, and names that a macro may use in another way than as a value.
  /// Without a tree nothing is known of headers, and only the file is asked.
  /// - Parameters:
  ///   - names: of a function of the file.
  ///   - isWanted: whether a use matters; asked first.
  public func undeclaredUses(
    in names: FunctionNames, where isWanted: (FunctionNames.Use) -> Bool
  ) -> [FunctionNames.Use] {
    guard names.gap == nil, seesBasics else { return [] }
    let bindings = Dictionary(names.uses.map { ($0.node, $0.binding) }, uniquingKeysWith: { $1 })
    var declared: [String: Bool] = [:]
    return names.uses.filter { use in
      guard !use.isCallee, isWanted(use), names.labels[use.name] == nil, !use.name.hasPrefix("__"),
        !use.name.hasPrefix("KBUILD_"), !use.name.hasPrefix("CONFIG_")
      else { return false }
      switch use.binding {
      case .local: return false
      case .macro(let call): guard !mayDeclare(use, by: call) else { return false }
      case .outside: break
      }
      guard isValue(use.node, bindings) else { return false }
      if declared[use.name] == nil {
        declared[use.name] = mayDeclare(use.name) || isInMacro(of: names, use.name)
      }
      return declared[use.name] == false
    }
  }

  /// Whether the headers are in sight without which no unit of the kernel is compiled. A file that another one includes
  /// has its names from there.
  private var seesBasics: Bool { closure == nil || mayDeclare("NULL") && mayDeclare("true") }

  /// Whether another C file of the folder includes this one, so that it has names from there.
  public var isIncludedByNeighbour: Bool {
    guard let closure, let folder = file.path.folder else { return false }
    return closure.source.neighbours(in: folder).contains {
      $0.path != file.path && $0.includes(Array(file.path.name))
    }
  }

  /// Names of parameters and variables of the file's functions: a name like that is meant for a local one.
  public var localNames: Set<String> {
    let syntax = file.syntax
    var names: Set<String> = []
    for function in syntax.functions {
      for id in syntax.descendants(of: function) where syntax[id].kind == .nameDeclarator {
        names.insert(syntax.name(of: id))
      }
    }
    return names
  }

  /// Whether a macro that the function calls as a statement mentions a name itself.
  private func isInMacro(of names: FunctionNames, _ name: String) -> Bool {
    names.statementCalls.contains { call in
      macros(named: call).contains { file, macro in
        macro.body.contains { file.syntax.isSpelled(name, atToken: $0) }
      }
    }
  }

  /// `goto`s and `&&`s of labels that the function does not have.
  public func missingLabels(in names: FunctionNames) -> [NodeID] {
    guard names.gap == nil else { return [] }
    return names.labelUses.filter {
      let name = file.syntax.name(of: $0)
      return names.labels[name] == nil && names.declared[name] == nil && !file.names.mayDeclare(name)
        && !isInMacro(of: names, name)
    }
  }

  /// Whether the macro of a call may declare a name that is one of its arguments.
  private func mayDeclare(_ use: FunctionNames.Use, by call: NodeID) -> Bool {
    let syntax = file.syntax
    guard syntax[call].kind == .call, let callee = syntax.child(0, of: call),
      syntax[callee].kind == .identifier
    else { return true }
    // What has a body behind it is a macro, also where its definition is not in sight.
    guard !macros(named: syntax.name(of: callee)).isEmpty else { return true }
    let places = syntax.children(of: call).dropFirst().enumerated().filter {
      syntax[$0.element].kind == .identifier && syntax.name(of: $0.element) == use.name
    }
    return places.contains { argument($0.offset, ofCallTo: syntax.name(of: callee)) != .expression }
  }

  /// Whether a node stands where its value is used, also in the macros that it is given to.
  func isValue(_ id: NodeID, _ bindings: [NodeID: FunctionNames.Binding]) -> Bool {
    let syntax = file.syntax
    var child = id
    while let parent = syntax.parent(of: child) {
      switch syntax[parent].kind {
      case .macroCall, .attribute, .asmStatement, .opaque, .generic: return false
      case .call:
        guard let callee = syntax.child(0, of: parent), callee != child else { break }
        guard syntax[callee].kind == .identifier else { return false }
        if case .local = bindings[callee] { break }
        let place = syntax.children(of: parent).dropFirst().enumerated().first { $0.element == child }
        guard let place, argument(place.offset, ofCallTo: syntax.name(of: callee)) == .expression else {
          return false
        }
      case .function, .declaration: if syntax.parent(of: parent) == syntax.root { return true }
      default: break
      }
      child = parent
    }
    return true
  }

  /// A member that is used.
  public struct MemberUse: Sendable {
    /// The `member`, `arrowMember` or `designator`.
    public var node: NodeID
    public var name: String
    public var structure: CType.Tagged
    public var lookup: MemberLookup
  }

  /// A member that is used and that its struct does not have.
  public struct MissingMember: Sendable {
    /// The `member`, `arrowMember` or `designator`.
    public var node: NodeID
    public var name: String
    public var structure: CType.Tagged
    /// The definitions of the struct.
    public var definitions: [NamedPlace]
  }

  /// Members that their structs do not have, by all definitions of those that the file or its headers hold.
  /// - Parameters:
  ///   - external: a function or declaration of the file.
  ///   - isWanted: whether a node matters; asked first.
  public func missingMembers(in external: NodeID, where isWanted: (NodeID) -> Bool) -> [MissingMember] {
    memberUses(in: external, where: isWanted).compactMap { use in
      guard case .absent(let definitions) = use.lookup else { return nil }
      return MissingMember(
        node: use.node, name: use.name, structure: use.structure, definitions: definitions)
    }
  }

  /// Members of structs that are known, where their value is asked for.
  /// - Parameters:
  ///   - external: a function or declaration of the file.
  ///   - isWanted: whether a node matters; asked first.
  public func memberUses(in external: NodeID, where isWanted: (NodeID) -> Bool) -> [MemberUse] {
    let syntax = file.syntax
    let names = syntax[external].kind == .function ? FunctionNames(of: external, in: syntax) : nil
    let reader = TypeReader(self, names: names)
    let bindings = Dictionary(names?.uses.map { ($0.node, $0.binding) } ?? [], uniquingKeysWith: { $1 })
    return syntax.descendants(of: external).compactMap { id in
      let structure: CType.Tagged?
      switch syntax[id].kind {
      case .member, .arrowMember: structure = isWanted(id) ? reader.structure(of: id) : nil
      case .designator where syntax.child(0, of: id) == nil:
        structure = isWanted(id) ? reader.structure(ofDesignator: id) : nil
      default: structure = nil
      }
      guard let structure else { return nil }
      let name = syntax.name(of: id)
      let lookup = reader.member(name, of: structure)
      if case .unknown = lookup { return nil }
      guard isValue(id, bindings) else { return nil }
      return MemberUse(node: id, name: name, structure: structure, lookup: lookup)
    }
  }
}

extension Header {
  /// Whether it includes a file of that name with quotes, whatever folders stand before it.
  func includes(_ name: [UInt8]) -> Bool {
    includes.contains {
      !$0.isSystem && $0.name.split(separator: UInt8(ascii: "/")).last.map { Array($0) } == name
    }
  }
}

extension TypeReader {
  /// The struct that the initialiser around a `.name` is for; nil where it is not known.
  func structure(ofDesignator id: NodeID) -> CType.Tagged? {
    let syntax = unit.file.syntax
    guard let designated = syntax.parent(of: id), syntax[designated].kind == .designated else { return nil }
    // .a.b = …: b is one of a's.
    if let first = syntax.child(0, of: designated), first != id { return nil }
    guard let list = syntax.parent(of: designated), syntax[list].kind == .initialiserList,
      case .tagged(let structure)? = type(ofList: list, depth: 0)
    else { return nil }
    return structure
  }

  /// The type that an initialiser's braces are for.
  private func type(ofList list: NodeID, depth: Int) -> CType? {
    let syntax = unit.file.syntax
    guard depth < 16, let parent = syntax.parent(of: list) else { return nil }
    switch syntax[parent].kind {
    case .initDeclarator: return type(declaredAt: NamedPlace(file: unit.file, node: parent))
    case .compoundLiteral: return type(of: parent)
    case .initialiserList:
      // A row of an array.
      if case .array(let element)? = type(ofList: parent, depth: depth + 1) { return element }
      return nil
    case .designated:
      guard let designator = syntax.child(0, of: parent), syntax.child(1, of: parent) == list,
        let outer = syntax.parent(of: parent), syntax[outer].kind == .initialiserList,
        let type = type(ofList: outer, depth: depth + 1)
      else { return nil }
      if syntax.child(0, of: designator) != nil { return type.target }
      guard case .tagged(let structure) = type,
        case .found(let places) = member(syntax.name(of: designator), of: structure), places.count == 1
      else { return nil }
      return self.type(declaredAt: places[0])
    default: return nil
    }
  }
}
