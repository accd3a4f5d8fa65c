// SPDX-License-Identifier: GPL-2.0-or-later

/// Works out types, each when it is asked for: through declarations, typedefs, members and what functions return.
/// What is not known stays `unknown`.
///
/// Source: ISO C11 §6.5 and §6.7.6; GCC's `typeof`.
public struct TypeReader: Sendable {
  public let unit: TranslationUnit
  /// What the identifiers of the function at hand refer to.
  private let bindings: [NodeID: FunctionNames.Binding]

  /// Typedefs, `typeof`s and members that are followed from one to the next.
  private static let deepest = 32

  /// - Parameter names: of the function whose expressions are asked for; nil for those outside of functions.
  public init(_ unit: TranslationUnit, names: FunctionNames? = nil) {
    self.unit = unit
    bindings = Dictionary(names?.uses.map { ($0.node, $0.binding) } ?? [], uniquingKeysWith: { $1 })
  }

  private var syntax: SyntaxTree { unit.file.syntax }

  /// The type of an expression of the unit's file.
  public func type(of expression: NodeID) -> CType { type(of: expression, depth: 0) }

  /// The type that a `nameDeclarator`, `initDeclarator`, `function` or `parameter` declares.
  public func type(declaredAt place: NamedPlace) -> CType { declared(place, depth: 0) }

  // MARK: Expressions

  private func type(of id: NodeID, depth: Int) -> CType {
    guard depth < Self.deepest else { return .unknown }
    func child(_ index: Int) -> CType {
      syntax.child(index, of: id).map { type(of: $0, depth: depth + 1) } ?? .unknown
    }
    switch syntax[id].kind {
    case .identifier: return identifier(id, depth)
    case .number: return .arithmetic(CType.Width(literal: syntax.name(of: id)))
    case .character, .sizeof: return .arithmetic(.narrow)
    case .string: return .pointer(.arithmetic(.narrow))
    case .parenthesised, .postfix, .assignment: return child(0)
    case .comma: return child(1)
    case .conditional:
      switch (child(1), child(2)) {
      case (.unknown, let other): return other
      case (.arithmetic(let a), .arithmetic(let b)): return .arithmetic(a.joined(with: b))
      case (let first, _): return first
      }
    case .cast, .compoundLiteral: return child(0)
    case .typeArgument: return typeArgument(id, in: unit.file, depth)
    case .subscriptExpression: return child(0).target ?? .unknown
    case .unary: return unary(id, child(0))
    case .binary: return binary(id, child(0), child(1))
    case .call: return call(id, depth)
    case .member, .arrowMember:
      guard let base = structure(of: id, depth),
        case .found(let places) = member(syntax.name(of: id), of: base, depth: depth + 1)
      else { return .unknown }
      return declared(places, depth)
    default: return .unknown
    }
  }

  /// The struct that a `member` or `arrowMember` looks into; nil where it is not known.
  public func structure(of id: NodeID) -> CType.Tagged? { structure(of: id, 0) }

  private func structure(of id: NodeID, _ depth: Int) -> CType.Tagged? {
    guard let base = syntax.child(0, of: id) else { return nil }
    let type = type(of: base, depth: depth + 1)
    let whole: CType? = syntax[id].kind == .arrowMember ? type.target : type
    guard case .tagged(let structure)? = whole else { return nil }
    return structure
  }

  /// What declares a name or a member, each place that there is; empty where that is not known.
  func declarations(of id: NodeID) -> [NamedPlace] {
    guard syntax[id].kind == .identifier else {
      guard let base = structure(of: id), case .found(let places) = member(syntax.name(of: id), of: base)
      else {
        return []
      }
      return places
    }
    switch bindings[id] {
    case .local(let declaration): return [NamedPlace(file: unit.file, node: declaration)]
    case .macro: return []
    case .outside, nil: break
    }
    let name = syntax.name(of: id)
    if let local = localAbove(name, at: id) { return [local] }
    return unit.macros(named: name).isEmpty ? unit.ordinary(named: name).map(\.place) : []
  }

  private func identifier(_ id: NodeID, _ depth: Int) -> CType {
    switch bindings[id] {
    case .local(let declaration):
      if syntax[declaration].kind == .enumerator { return .arithmetic(.narrow) }
      return declared(NamedPlace(file: unit.file, node: declaration), depth: depth + 1)
    case .macro: return .unknown
    case .outside, nil: break
    }
    let name = syntax.name(of: id)
    if let local = localAbove(name, at: id) { return declared(local, depth: depth + 1) }
    guard unit.macros(named: name).isEmpty,
      let (place, kind) = unit.ordinary(named: name).first(where: { $0.kind != .typedef })
    else { return .unknown }
    return kind == .enumerator ? .arithmetic(.narrow) : declared(place, depth: depth + 1)
  }

  /// What declares a name in the part of its function that the text does not show: the only such declaration there.
  private func localAbove(_ name: String, at id: NodeID) -> NamedPlace? {
    guard let around = unit.around, let owner = syntax.functionName(aroundToken: Int(syntax[id].main)),
      let function = around.syntax.functions.first(where: { around.syntax.functionName(of: $0) == owner }),
      let declared = FunctionNames(of: function, in: around.syntax).declared[name], declared.count == 1
    else { return nil }
    return NamedPlace(file: around, node: declared[0])
  }

  private func unary(_ id: NodeID, _ operand: CType) -> CType {
    switch syntax.buffer.tokens[Int(syntax[id].main)].kind {
    case .star: return operand.target ?? .unknown
    case .ampersand: return .pointer(operand)
    case .plusPlus, .minusMinus: return operand
    case .exclaim: return .arithmetic(.narrow)
    case .tilde, .minus, .plus:
      if case .arithmetic = operand { return operand }
      return .arithmetic(.unknown)
    default: return operand
    }
  }

  private func binary(_ id: NodeID, _ left: CType, _ right: CType) -> CType {
    let sign = syntax.buffer.tokens[Int(syntax[id].main)].kind
    let widths = [left, right].map { type in
      if case .arithmetic(let width) = type { width } else { CType.Width.unknown }
    }
    switch sign {
    case .plus, .minus:
      switch (left, right) {
      case (.pointer, .pointer), (.array, .array): return .arithmetic(.narrow)
      case (.arithmetic, .arithmetic): return .arithmetic(widths[0].joined(with: widths[1]))
      case (.pointer, .arithmetic): return left
      case (.array(let element), .arithmetic): return .pointer(element)
      case (.arithmetic, .pointer) where sign == .plus: return right
      default: return .unknown
      }
    case .star, .slash, .percent, .ampersand, .bar, .caret:
      return .arithmetic(widths[0].joined(with: widths[1]))
    case .lessLess, .greaterGreater: return .arithmetic(widths[0])
    // Comparisons, && and ||.
    default: return .arithmetic(.narrow)
    }
  }

  private func call(_ id: NodeID, _ depth: Int) -> CType {
    guard let callee = syntax.child(0, of: id) else { return .unknown }
    if syntax[callee].kind == .identifier, bindings[callee] == .outside || bindings[callee] == nil {
      let name = syntax.name(of: callee)
      if let macro = Self.typedMacros[name], let argument = syntax.child(macro.argument + 1, of: id) {
        let type = type(of: argument, depth: depth + 1)
        if macro.isPointer { return .pointer(type) }
        return type
      }
      guard unit.macros(named: name).isEmpty else { return .unknown }
    }
    switch type(of: callee, depth: depth + 1) {
    case .function(let result), .pointer(.function(let result)): return result
    default: return .unknown
    }
  }

  /// Macros whose value has the type of an argument, or points to it.
  /// Source: `include/linux/{container_of,list,rbtree,rcupdate,compiler,llist,plist}.h`.
  private static let typedMacros: [String: (argument: Int, isPointer: Bool)] = {
    var macros: [String: (argument: Int, isPointer: Bool)] = [:]
    for name in [
      "container_of", "list_entry", "list_first_entry", "list_last_entry", "list_first_entry_or_null",
      "list_entry_rcu", "hlist_entry", "hlist_entry_safe", "rb_entry", "rb_entry_safe", "llist_entry",
    ] {
      macros[name] = (1, true)
    }
    for name in ["READ_ONCE", "rcu_dereference", "rcu_dereference_protected", "rcu_dereference_check"] {
      macros[name] = (0, false)
    }
    return macros
  }()

  // MARK: Declarations

  /// - Parameter place: a name, or the declaration that holds it.
  private func declared(_ place: NamedPlace, depth: Int) -> CType {
    guard depth < Self.deepest else { return .unknown }
    let tree = place.file.syntax
    guard let name = tree.declaredName(at: place.node) else { return .unknown }
    var declarators: [NodeKind] = []
    var id = name
    while let parent = tree.parent(of: id) {
      switch tree[parent].kind {
      case .pointerDeclarator, .arrayDeclarator, .functionDeclarator: declarators.append(tree[parent].kind)
      // Its width is its own.
      case .bitField: return .arithmetic(.unknown)
      case .initDeclarator: break
      case .declaration, .parameter, .function:
        guard let specifiers = tree.child(0, of: parent), tree[specifiers].kind == .specifiers else {
          return .unknown
        }
        return wrapped(base(specifiers, in: place.file, depth + 1), in: declarators)
      default: return .unknown
      }
      id = parent
    }
    return .unknown
  }

  /// - Parameter declarators: from the name outwards.
  private func wrapped(_ base: CType, in declarators: [NodeKind]) -> CType {
    declarators.reversed().reduce(base) { type, kind in
      switch kind {
      case .pointerDeclarator: .pointer(type)
      case .arrayDeclarator: .array(type)
      default: .function(returns: type)
      }
    }
  }

  /// The type of a member; not known where it has several declarations.
  private func declared(_ places: [NamedPlace], _ depth: Int) -> CType {
    places.count == 1 ? declared(places[0], depth: depth + 1) : .unknown
  }

  private func typeArgument(_ id: NodeID, in file: ParsedFile, _ depth: Int) -> CType {
    guard let specifiers = file.syntax.child(0, of: id), file.syntax[specifiers].kind == .specifiers else {
      return .unknown
    }
    var declarators: [NodeKind] = []
    var next = file.syntax.child(1, of: id)
    while let declarator = next, file.syntax[declarator].kind != .abstractDeclarator {
      declarators.append(file.syntax[declarator].kind)
      next = file.syntax.child(0, of: declarator)
    }
    return wrapped(base(specifiers, in: file, depth + 1), in: declarators.reversed())
  }

  private func base(_ specifiers: NodeID, in file: ParsedFile, _ depth: Int) -> CType {
    guard depth < Self.deepest else { return .unknown }
    let tree = file.syntax
    for id in tree.children(of: specifiers) {
      switch tree[id].kind {
      case .structType, .unionType:
        let keyword = tree[id].kind == .structType ? "struct" : "union"
        let hasTag = tree.name(of: id) != keyword
        return .tagged(
          CType.Tagged(
            tag: hasTag ? tree.name(of: id) : nil,
            body: tree[id].flags.contains(.hasBody) ? NamedPlace(file: file, node: id) : nil,
            keyword: keyword))
      case .enumType: return .arithmetic(.narrow)
      case .typeName: return named(id, in: file, depth)
      case .typeof:
        guard let inner = tree.child(0, of: id) else { return .unknown }
        if tree[inner].kind == .typeArgument { return typeArgument(inner, in: file, depth) }
        // Bindings are those of the unit's own function.
        return file.path == unit.file.path ? type(of: inner, depth: depth + 1) : .unknown
      default: continue
      }
    }
    return .unknown
  }

  private func named(_ id: NodeID, in file: ParsedFile, _ depth: Int) -> CType {
    let tree = file.syntax
    let name = tree.name(of: id)
    let words = tree[id].tokens.map { tree.spelling(ofToken: $0) }
    if words.count > 1 || WordTable.shared.symbol(of: Array(name.utf8).span) == .typeWord {
      return .arithmetic(CType.Width(typeWords: words))
    }
    if let width = Self.kernelIntegers[name] { return .arithmetic(width) }
    let typedefs = unit.ordinary(named: name).filter { $0.kind == .typedef }
    guard let place = typedefs.first?.place else { return .unknown }
    let type = declared(place, depth: depth + 1)
    if typedefs.count == 1 { return type }
    // Several stand for what the configuration chooses, and may be as wide all the same.
    guard case .arithmetic(let width) = type, typedefs.count < 5 else { return .unknown }
    let isOne = typedefs.dropFirst().allSatisfy {
      if case .arithmetic(width) = declared($0.place, depth: depth + 1) { true } else { false }
    }
    return isOne ? type : .unknown
  }

  /// The kernel's own integers; some headers that come from elsewhere define them once more, in words of their own.
  ///
  /// Source: `include/asm-generic/int-ll64.h`, `include/linux/types.h`.
  private static let kernelIntegers: [String: CType.Width] = {
    var widths: [String: CType.Width] = [:]
    for name in ["u8", "u16", "u32", "s8", "s16", "s32"] {
      (widths[name], widths["__\(name)"]) = (.narrow, .narrow)
    }
    for name in ["u64", "s64"] { (widths[name], widths["__\(name)"]) = (.wide, .wide) }
    return widths
  }()

  // MARK: Members

  /// Looks for a member in all definitions of a struct; those of members without a name are looked into too.
  public func member(_ name: String, of structure: CType.Tagged) -> MemberLookup {
    member(name, of: structure, depth: 0)
  }

  private func member(_ name: String, of structure: CType.Tagged, depth: Int) -> MemberLookup {
    guard depth < Self.deepest else { return .unknown }
    // One with a tag may have other definitions in other branches.
    let bodies = structure.tag.map { unit.tags(named: $0) } ?? structure.body.map { [$0] } ?? []
    var found: [NamedPlace] = []
    var isUnknown = bodies.isEmpty
    for body in bodies {
      switch member(name, in: body, depth) {
      case .found(let places): found += places
      case .unknown: isUnknown = true
      case .absent: continue
      }
    }
    if !found.isEmpty { return .found(found) }
    // A macro of that name may stand for a member of a member, as si_pid does; one in the struct may bring it.
    let isMade =
      isUnknown || !unit.macros(named: name).isEmpty || bodies.contains { mayMake(name, in: $0) }
    return isMade ? .unknown : .absent(bodies)
  }

  private func member(_ name: String, in body: NamedPlace, _ depth: Int) -> MemberLookup {
    let tree = body.file.syntax
    var open = Array(tree.children(of: body.node))
    var found: [NamedPlace] = []
    var isUnknown = tree[body.node].tokens.contains { tree.isSpelled(name, atToken: $0) }
    while let id = open.popLast() {
      switch tree[id].kind {
      case .declaration:
        guard tree.child(1, of: id) == nil else {
          open += tree.children(of: id).dropFirst()
          // A macro alone reads like a name without a type.
          if let specifiers = tree.child(0, of: id), tree[specifiers].tokens.isEmpty { isUnknown = true }
          continue
        }
        // Without a name: its members are the struct's.
        guard let specifiers = tree.child(0, of: id) else { continue }
        switch base(specifiers, in: body.file, depth + 1) {
        case .tagged(let inner):
          switch member(name, of: inner, depth: depth + 1) {
          case .found(let places): found += places
          case .unknown: isUnknown = true
          case .absent: continue
          }
        // A macro's name, which stands for members.
        case .unknown: isUnknown = true
        default: continue
        }
      case .initDeclarator:
        if tree.name(of: id) == name { found.append(NamedPlace(file: body.file, node: id)) }
      case .macroCall:
        switch Self.memberMacros[tree.name(of: id)] {
        case .inside: open += tree.children(of: id)
        case .nothing: continue
        case nil: isUnknown = true
        }
      case .opaque: isUnknown = true
      default: continue
      }
    }
    if !found.isEmpty { return .found(found) }
    // A header inside of a struct.
    isUnknown = isUnknown || tree.includes.contains { tree[body.node].tokens.contains($0.name) }
    return isUnknown ? .unknown : .absent([body])
  }

  /// Whether a macro whose name stands in a struct mentions a member: `COMMON_MEMBERS` before the first of its own.
  private func mayMake(_ name: String, in body: NamedPlace) -> Bool {
    let tree = body.file.syntax
    let words = Set(
      tree[body.node].tokens.filter { tree.buffer.tokens[$0].kind == .identifier }.map {
        tree.spelling(ofToken: $0)
      })
    return words.sorted().contains { word in
      unit.macros(named: word).contains { file, macro in
        macro.body.contains { file.syntax.isSpelled(name, atToken: $0) }
      }
    }
  }

  private enum MemberMacro { case inside, nothing }

  /// Macros among members: those that hold members, and those whose only name is one of their arguments.
  /// Source: `include/linux/{stddef,types,hashtable,compiler_types}.h`.
  private static let memberMacros: [String: MemberMacro] = [
    "struct_group": .inside, "struct_group_attr": .inside, "struct_group_tagged": .inside,
    "__struct_group": .inside, "DECLARE_BITMAP": .nothing, "DECLARE_FLEX_ARRAY": .nothing,
    "__DECLARE_FLEX_ARRAY": .nothing, "DECLARE_HASHTABLE": .nothing,
    "randomized_struct_fields_start": .nothing,
    "randomized_struct_fields_end": .nothing,
  ]
}

extension CType.Width {
  /// Of an integer constant.
  init(literal: String) {
    let suffix = literal.lowercased().reversed().prefix { $0 == "u" || $0 == "l" }
    if suffix.filter({ $0 == "l" }).count == 2 {
      self = .wide
    } else {
      // What a register cannot hold is wide without a suffix: more than 0x and 8 digits, or more than 10.
      self = literal.utf8.count > 10 + suffix.count ? .wide : .narrow
    }
  }

  init(typeWords words: [String]) {
    self =
      words.filter { $0 == "long" }.count > 1
      ? .wide
      : words.contains("__int128") || words.contains("double") || words.contains("float") ? .unknown : .narrow
  }

  /// The width of what an operator makes of two numbers.
  func joined(with other: Self) -> Self {
    self == .wide || other == .wide ? .wide : self == .narrow && other == .narrow ? .narrow : .unknown
  }
}

extension SyntaxTree {
  /// The `nameDeclarator` of a declaration; the node itself where it is one.
  public func declaredName(at id: NodeID) -> NodeID? {
    switch self[id].kind {
    case .nameDeclarator: return id
    case .function:
      return descendants(of: id).first {
        self[$0].kind == .nameDeclarator && self[$0].main == self[id].main
      }
    default:
      var next = child(self[id].kind == .parameter ? 1 : 0, of: id)
      while let inner = next {
        if self[inner].kind == .nameDeclarator { return inner }
        next = child(0, of: inner)
      }
      return nil
    }
  }
}
