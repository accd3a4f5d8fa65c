// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

/// The structs that a program speaks of, and what declarations say of types.
final class TypeTable {
  private let base: CodeBase
  private(set) var structures: [Structure] = []
  private var numbers: [String: StructureID] = [:]
  private var places: [(file: CodeFile, node: NodeID?)] = []
  private var looked: [Bool] = []
  private(set) var names: [String] = []
  private var nameNumbers: [String: NameID] = [:]

  /// Typedefs, and macros in types, that are followed from one to the next.
  private static let deepest = 32

  init(_ base: CodeBase) { self.base = base }

  func name(_ text: String) -> NameID {
    if let known = nameNumbers[text] { return known }
    let id = NameID(number: Int32(names.count))
    names.append(text)
    nameNumbers[text] = id
    return id
  }

  // MARK: Structs

  /// - Parameter node: its body where that stands at the declaration itself.
  private func structure(_ name: String, in file: CodeFile, body node: NodeID?) -> StructureID {
    if let known = numbers[name] {
      // A pointer to it may have been declared in another file before.
      if node != nil, places[Int(known.number)].node == nil { places[Int(known.number)] = (file, node) }
      return known
    }
    let id = StructureID(number: Int32(structures.count))
    numbers[name] = id
    structures.append(Structure(name: name))
    places.append((file, node))
    looked.append(false)
    return id
  }

  /// With its members, where its body is found.
  func complete(_ id: StructureID) -> Structure {
    let number = Int(id.number)
    guard !looked[number] else { return structures[number] }
    looked[number] = true
    var (file, node) = places[number]
    if node == nil {
      let parts = structures[number].name.split(separator: " ")
      if parts.count == 2 {
        let kind: NodeKind = parts[0] == "union" ? .unionType : .structType
        if let found = base.tag(String(parts[1]), kind, from: file) { (file, node) = found }
      }
    }
    guard let node else { return structures[number] }
    var members: [(name: NameID, type: CodeType)] = []
    add(membersOf: node, in: CodeContext(file), to: &members)
    structures[number].members = members
    structures[number].isComplete = true
    return structures[number]
  }

  private func add(
    membersOf node: NodeID, in context: CodeContext, to members: inout [(name: NameID, type: CodeType)]
  ) {
    for member in context.children(node) {
      guard
        context.callPlace != nil || base.isBuilt(context.syntax[member].tokens.lowerBound, in: context.file)
      else { continue }
      switch context.kind(member) {
      case .declaration:
        guard let specifiers = context.syntax.child(0, of: member) else { continue }
        let declarators = context.children(member).dropFirst()
        if declarators.isEmpty {
          // A struct without a name: its members are those of the outer one.
          for inner in context.children(specifiers)
          where [.structType, .unionType].contains(context.kind(inner)) {
            add(membersOf: inner, in: context, to: &members)
          }
          continue
        }
        let type = type(ofSpecifiers: specifiers, in: context)
        for declarator in declarators {
          guard let declared = self.declared(declarator, type, in: context) else { continue }
          members.append((name(declared.name), declared.type))
        }
      case .macroCall: add(membersOfCall: member, in: context, to: &members)
      default: continue
      }
    }
  }

  /// Members that a macro makes: `struct_group(…)`, `DECLARE_BITMAP(…)`.
  private func add(
    membersOfCall call: NodeID, in context: CodeContext, to members: inout [(name: NameID, type: CodeType)]
  ) {
    let name = context.name(call)
    guard !context.macros.contains(name), context.macros.count < MacroExpansion.deepest,
      let (file, macro) = base.macro(named: name, from: context.file), macro.parameters != nil
    else { return }
    let text = MacroExpansion.text(
      macro, in: file.syntax, arguments: context.children(call).map { context.text($0) })
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array("struct expansion {\n\(text)\n;};\n".utf8)))
    guard let body = syntax.descendants(of: syntax.root).first(where: { syntax[$0].kind == .structType })
    else {
      return
    }
    let inner = CodeContext(
      file, expansion: syntax, at: context.place(of: call), macros: context.macros + [name])
    add(membersOf: body, in: inner, to: &members)
  }

  // MARK: Declarations

  /// The type that `specifiers` name.
  func type(ofSpecifiers node: NodeID, in context: CodeContext, depth: Int = 0) -> CodeType {
    guard depth < Self.deepest else { return .unknown }
    for part in context.children(node) {
      switch context.kind(part) {
      case .structType, .unionType:
        let keyword = context.kind(part) == .unionType ? "union" : "struct"
        let hasBody = context.syntax[part].flags.contains(.hasBody)
        let tag = context.name(part)
        if tag == keyword {
          // Without a tag: its place stands for one.
          let place = context.place(of: part)
          let name = "\(keyword) { \(place.file):\(place.line):\(context.syntax[part].first) }"
          return .structure(structure(name, in: context.file, body: context.callPlace == nil ? part : nil))
        }
        return .structure(
          structure(
            "\(keyword) \(tag)", in: context.file, body: hasBody && context.callPlace == nil ? part : nil))
      case .enumType: return .int
      case .typeof:
        guard let operand = context.syntax.child(0, of: part) else { return .unknown }
        return context.kind(operand) == .typeArgument
          ? type(ofTypeArgument: operand, in: context, depth: depth + 1) : .unknown
      case .typeName:
        return named(
          context.syntax[part].tokens.map { context.syntax.spelling(ofToken: $0) }, in: context, depth: depth)
      default: continue
      }
    }
    // `unsigned x`, `static x`: words that are tokens only.
    return .int
  }

  private func named(_ words: [String], in context: CodeContext, depth: Int) -> CodeType {
    if words == ["void"] { return .void }
    if let number = IntegerType(words: words) { return .integer(number) }
    guard words.count == 1, let (file, node) = base.typedef(named: words[0], from: context.file),
      let declaration = file.syntax.parent(of: node), let specifiers = file.syntax.child(0, of: declaration)
    else { return .unknown }
    let inner = CodeContext(file)
    let type = type(ofSpecifiers: specifiers, in: inner, depth: depth + 1)
    return declared(node, type, in: inner)?.type ?? .unknown
  }

  /// A type where a value could stand: of a cast, of `sizeof`.
  func type(ofTypeArgument node: NodeID, in context: CodeContext, depth: Int = 0) -> CodeType {
    guard let specifiers = context.syntax.child(0, of: node) else { return .unknown }
    let type = type(ofSpecifiers: specifiers, in: context, depth: depth)
    guard let declarator = context.syntax.child(1, of: node) else { return type }
    return declared(declarator, type, in: context)?.type ?? type
  }

  /// What a declarator declares; the name is empty where it has none.
  func declared(_ node: NodeID, _ type: CodeType, in context: CodeContext) -> (name: String, type: CodeType)?
  {
    guard let inner = context.syntax.child(0, of: node) else {
      switch context.kind(node) {
      case .nameDeclarator: return (context.name(node), type)
      case .abstractDeclarator: return ("", type)
      default: return nil
      }
    }
    switch context.kind(node) {
    case .initDeclarator, .bitField: return declared(inner, type, in: context)
    case .parenthesised: return declared(inner, type, in: context)
    case .pointerDeclarator: return declared(inner, .pointer(type), in: context)
    case .arrayDeclarator:
      let size = context.syntax.child(1, of: node).flatMap { constant($0, in: context) }
      return declared(inner, .array(type, count: size.map { Int(truncatingIfNeeded: $0) }), in: context)
    case .functionDeclarator: return declared(inner, .function(returns: type), in: context)
    default: return nil
    }
  }

  // MARK: Constants

  /// The value of an expression that the compiler knows; nil where it does not follow from what is here.
  func constant(_ node: NodeID, in context: CodeContext, depth: Int = 0) -> Int64? {
    guard depth < Self.deepest else { return nil }
    func value(_ place: Int) -> Int64? {
      context.syntax.child(place, of: node).flatMap { constant($0, in: context, depth: depth + 1) }
    }
    switch context.kind(node) {
    case .number: return Number(context.name(node))?.value
    case .parenthesised, .cast: return value(context.kind(node) == .cast ? 1 : 0)
    case .identifier: return constant(named: context.name(node), in: context, depth)
    case .unary:
      guard let operand = value(0) else { return nil }
      switch context.sign(node) {
      case .minus: return 0 &- operand
      case .tilde: return ~operand
      case .exclaim: return operand == 0 ? 1 : 0
      case .plus: return operand
      default: return nil
      }
    case .binary:
      guard let a = value(0), let b = value(1), let sign = BinaryOperator(context.sign(node)) else {
        return nil
      }
      return sign.result(a, b, isSigned: true)
    case .conditional:
      guard let test = value(0) else { return nil }
      return value(test != 0 ? 1 : 2)
    case .call:
      guard let callee = context.syntax.child(0, of: node), context.kind(callee) == .identifier else {
        return nil
      }
      let name = context.name(callee)
      guard !context.macros.contains(name), context.macros.count < MacroExpansion.deepest,
        let (file, macro) = base.macro(named: name, from: context.file), macro.parameters != nil
      else { return nil }
      let arguments = context.children(node).dropFirst().map { context.text($0) }
      return constant(
        macro, in: file, arguments: arguments, context, at: context.place(of: node), named: name, depth)
    default: return nil
    }
  }

  private func constant(named name: String, in context: CodeContext, _ depth: Int) -> Int64? {
    if !context.macros.contains(name), context.macros.count < MacroExpansion.deepest,
      let (file, macro) = base.macro(named: name, from: context.file), macro.parameters == nil
    {
      let place = context.callPlace ?? CodePlace(file: context.file.number, line: 0)
      return constant(macro, in: file, arguments: nil, context, at: place, named: name, depth)
    }
    return enumerator(name, from: context.file, depth)
  }

  private func constant(
    _ macro: MacroDefinition, in file: CodeFile, arguments: [String]?, _ context: CodeContext,
    at place: CodePlace,
    named name: String, _ depth: Int
  ) -> Int64? {
    let syntax = MacroExpansion.parsed(MacroExpansion.text(macro, in: file.syntax, arguments: arguments))
    guard let expression = syntax.expandedExpression else { return nil }
    let inner = CodeContext(file, expansion: syntax, at: place, macros: context.macros + [name])
    return constant(expression, in: inner, depth: depth + 1)
  }

  private var enumerators: [String: Int64?] = [:]

  /// The value of an enumerator.
  func enumerator(_ name: String, from asking: CodeFile, _ depth: Int = 0) -> Int64? {
    if let known = enumerators[name] { return known }
    guard let (file, node) = base.enumerator(named: name, from: asking),
      let list = file.syntax.parent(of: node)
    else { return nil }
    enumerators[name] = .some(nil)  // an enumerator that is made of itself has none
    let context = CodeContext(file)
    var next: Int64? = 0
    for entry in context.children(list)
    where context.kind(entry) == .enumerator && base.isBuilt(Int(file.syntax[entry].main), in: file) {
      let value = file.syntax.child(0, of: entry).map { constant($0, in: context, depth: depth + 1) } ?? next
      if entry == node {
        enumerators[name] = value
        return value
      }
      next = value.map { $0 &+ 1 }
    }
    return nil
  }
}
