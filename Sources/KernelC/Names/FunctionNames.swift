// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The names of one function: what it declares in which block, its labels, and what each identifier refers to.
///
/// Source: ISO C11 §6.2.1, "Scopes of identifiers".
public struct FunctionNames: Sendable {
  /// What an identifier refers to.
  public enum Binding: Hashable, Sendable {
    /// A parameter, variable, enumerator or prototype of the function: its `nameDeclarator` or `enumerator`.
    case local(NodeID)
    /// Perhaps something that the macro of this call declares.
    case macro(NodeID)
    /// Nothing in the function.
    case outside
  }

  /// An identifier in an expression.
  public struct Use: Hashable, Sendable {
    public var node: NodeID
    public var name: String
    public var binding: Binding
    /// It is what a call calls.
    public var isCallee: Bool
  }

  public private(set) var uses: [Use] = []
  /// Parameters and what blocks declare, each name with all its declarations.
  public private(set) var declared: [String: [NodeID]] = [:]
  public private(set) var labels: [String: [NodeID]] = [:]
  /// `goto name;` and `&&name`.
  public private(set) var labelUses: [NodeID] = []
  /// Names of what is called as a statement of its own: a macro may declare there what it does not name.
  public private(set) var statementCalls: Set<String> = []
  /// Why not all names can be known: what was not understood, a head that is a macro's; nil where they can.
  public private(set) var gap: String?

  /// Whether the text has only a part of the body: then what is not declared may be so above.
  public private(set) var isCut = false

  private let tree: SyntaxTree
  private var scopes: [[String: Binding]] = [[:]]

  private enum Event {
    case enter(NodeID)
    case leave
  }

  /// - Parameter function: a `function` of the tree.
  public init(of function: NodeID, in tree: SyntaxTree) {
    self.tree = tree
    guard let body = tree.body(ofFunction: function) else {
      gap = "a part of the function is not in sight"
      return
    }
    if tree[body].flags.contains(.isCut) {
      gap = "a part of the function is not in sight"
      isCut = true
    }
    head(of: function, body)
    walk(body)
  }

  // MARK: The head

  private mutating func head(of function: NodeID, _ body: NodeID) {
    if tree.functionName(of: function) == nil { gap = "the head of the function is not in sight" }
    for child in tree.children(of: function) where child != body {
      switch tree[child].kind {
      case .macroCall:
        // SYSCALL_DEFINE3(read, unsigned int, fd, …): the names are arguments. Other macros may bring names of their
        // own.
        if !tree.name(of: child).holds("SYSCALL_DEFINE") {
          gap = "the head of the function is a macro's"
        }
        for id in tree.descendants(of: child) where tree[id].kind == .identifier {
          declare(tree.name(of: id), id)
        }
        for id in tree.descendants(of: child) where tree[id].kind == .typeName {
          declare(tree.name(of: id), id)
        }
        names(below: child)
      case .opaque: gap = "the head of the function is not understood"
      default: names(below: child)
      }
    }
  }

  /// Parameters, and in the old style the declarations of those; what a pointer to a function takes is not among them.
  private mutating func names(below id: NodeID) {
    for id in tree.descendants(of: id) {
      switch tree[id].kind {
      case .parameter:
        let around = tree.parent(of: id).flatMap { tree.ancestor(of: $0, kind: .parameter) }
        guard around == nil, let name = tree.declaredName(at: id) else { continue }
        declare(tree.name(of: name), name)
      case .initDeclarator:
        if let name = tree.declaredName(at: id) { declare(tree.name(of: name), name) }
      // The arguments of a macro that stands for parameters.
      case .identifier: declare(tree.name(of: id), id)
      default: continue
      }
    }
  }

  private mutating func declare(_ name: String, _ id: NodeID) {
    scopes[scopes.count - 1][name] = .local(id)
    declared[name, default: []].append(id)
  }

  // MARK: The body

  private mutating func walk(_ body: NodeID) {
    var open = [Event.enter(body)]
    while let event = open.popLast() {
      switch event {
      case .leave: scopes.removeLast()
      case .enter(let id): enter(id, &open)
      }
    }
  }

  private mutating func enter(_ id: NodeID, _ open: inout [Event]) {
    func push(_ children: some Sequence<NodeID>) { open += children.map { Event.enter($0) }.reversed() }
    switch tree[id].kind {
    case .opaque: gap = "a part of the function is not understood"
    case .block, .forStatement:
      scopes.append([:])
      open.append(.leave)
      push(tree.children(of: id))
    case .macroLoop:
      scopes.append([:])
      open.append(.leave)
      if let head = tree.child(0, of: id) {
        mayDeclare(head)
        if tree[head].kind == .call, let callee = tree.child(0, of: head), tree[callee].kind == .identifier {
          statementCalls.insert(tree.name(of: callee))
        }
      }
      push(tree.children(of: id))
    case .expressionStatement, .macroStatement:
      guard let value = tree.child(0, of: id) else { return }
      if tree[value].kind == .identifier, tree[id].kind == .macroStatement {
        statementCalls.insert(tree.name(of: value))
        return
      }
      if tree[value].kind == .call, let callee = tree.child(0, of: value), tree[callee].kind == .identifier {
        statementCalls.insert(tree.name(of: callee))
      }
      // DECLARE_BITMAP(map, 8) = { 0 };
      let declaring = tree[value].kind == .assignment ? tree.child(0, of: value) ?? value : value
      if isMacroByName(declaring) { mayDeclare(declaring) }
      open.append(.enter(value))
    case .macroCall:
      statementCalls.insert(tree.name(of: id))
      mayDeclare(id)
      push(tree.children(of: id))
    case .nameDeclarator: declare(tree.name(of: id), id)
    case .enumerator:
      declare(tree.name(of: id), id)
      push(tree.children(of: id))
    // Members, and parameters of what is only declared, are names of other scopes.
    case .structType, .unionType, .parameter, .attribute, .string: return
    case .functionDeclarator: push(tree.children(of: id).prefix(1))
    case .label: labels[tree.name(of: id), default: []].append(id)
    case .gotoStatement where tree.child(0, of: id) == nil: labelUses.append(id)
    case .labelAddress: labelUses.append(id)
    case .identifier: use(id)
    default: push(tree.children(of: id))
    }
  }

  private mutating func use(_ id: NodeID) {
    let name = tree.name(of: id)
    let binding = scopes.last { $0[name] != nil }?[name] ?? .outside
    let isCallee = tree.parent(of: id).map { tree[$0].kind == .call && tree.child(0, of: $0) == id } ?? false
    uses.append(Use(node: id, name: name, binding: binding, isCallee: isCallee))
  }

  /// Whether a call is a macro's, as its name is written in capitals.
  private func isMacroByName(_ id: NodeID) -> Bool {
    var callee = id
    while tree[callee].kind == .call, let inner = tree.child(0, of: callee) { callee = inner }
    return callee != id && tree[callee].kind == .identifier
      && !tree.name(of: callee).utf8.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
  }

  /// Names that stand alone as arguments of a macro may be what it declares.
  private mutating func mayDeclare(_ call: NodeID) {
    var id = call
    while tree[id].kind == .call || tree[id].kind == .macroCall {
      for argument in tree.children(of: id).dropFirst(tree[id].kind == .call ? 1 : 0)
      where tree[argument].kind == .identifier {
        let name = tree.name(of: argument)
        if !scopes.contains(where: { $0[name] != nil }) { scopes[scopes.count - 1][name] = .macro(id) }
      }
      // CLASS(fd, f)(fd)
      guard tree[id].kind == .call, let inner = tree.child(0, of: id) else { return }
      id = inner
    }
  }
}
