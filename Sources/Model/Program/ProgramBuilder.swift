// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// Makes a program: compiles what the scenario calls, and what that calls in turn.
final class ProgramBuilder {
  let base: CodeBase
  let types: TypeTable
  var program = Program()
  private var functionNumbers: [FunctionKey: FunctionID] = [:]
  private var queue: [(id: FunctionID, file: CodeFile, node: NodeID)] = []
  private var variables: [VariableKey: (object: Int32, type: CodeType)] = [:]
  /// Variables whose initialisers are still to be compiled.
  private var initialisers: [(object: Int32, type: CodeType, context: CodeContext, node: NodeID)] = []
  private var textNumbers: [String: Int32] = [:]
  /// What functions return, by their heads.
  private(set) var returnTypes: [FunctionID: CodeType] = [:]

  private struct FunctionKey: Hashable {
    var file: Int32
    var node: NodeID
  }

  private struct VariableKey: Hashable {
    var file: Int32
    var node: NodeID
    /// Where one call of a macro declares several.
    var name: String
  }

  /// Functions of one program.
  private static let mostFunctions = 4000

  init(base: CodeBase) {
    self.base = base
    types = TypeTable(base)
  }

  // MARK: What code refers to

  func function(named name: String, from file: CodeFile) -> FunctionID? {
    guard let (file, node) = base.function(named: name, from: file) else { return nil }
    return function(node, in: file)
  }

  func function(_ node: NodeID, in file: CodeFile) -> FunctionID {
    let key = FunctionKey(file: file.number, node: node)
    if let known = functionNumbers[key] { return known }
    let id = FunctionID(number: Int32(program.functions.count))
    functionNumbers[key] = id
    var function = Function(name: file.syntax.name(of: node))
    function.isPrimitive = file.origin == .primitives
    function.isUnderTest = file.origin == .code
    function.isStub = file.origin == .scenario
    program.functions.append(function)
    queue.append((id, file, node))
    let context = CodeContext(file)
    if let specifiers = file.syntax.child(0, of: node), let declarator = file.syntax.child(1, of: node),
      file.syntax[specifiers].kind == .specifiers,
      case .function(let returns)? = types.declared(
        declarator, types.type(ofSpecifiers: specifiers, in: context), in: context)?.type
    {
      returnTypes[id] = returns
    }
    return id
  }

  /// The object of a variable that stands outside of functions.
  func variable(named name: String, from asking: CodeFile) -> (object: Int32, type: CodeType)? {
    if let (file, node) = base.variable(named: name, from: asking) {
      return variable(
        declaredBy: node, in: CodeContext(file), key: VariableKey(file: file.number, node: node, name: name))
    }
    // DEFINE_MUTEX(name)
    guard let (file, call) = base.declaringCall(of: name, from: asking) else { return nil }
    let key = VariableKey(file: file.number, node: call, name: name)
    if let known = variables[key] { return known }
    let context = CodeContext(file)
    guard let (origin, macro) = base.macro(named: context.name(call), from: file), macro.parameters != nil
    else {
      return nil
    }
    let text = MacroExpansion.text(
      macro, in: origin.syntax, arguments: context.children(call).map { context.text($0) })
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array((text + "\n;\n").utf8)))
    let inner = CodeContext(
      origin, expansion: syntax, at: context.place(of: call), macros: [context.name(call)])
    guard
      let declarator = syntax.descendants(of: syntax.root).first(where: {
        syntax[$0].kind == .initDeclarator && syntax.name(of: $0) == name
      })
    else { return nil }
    return variable(declaredBy: declarator, in: inner, key: key)
  }

  /// A `static` variable of a function.
  func variable(declaredBy node: NodeID, in context: CodeContext) -> (object: Int32, type: CodeType)? {
    variable(
      declaredBy: node, in: context,
      key: VariableKey(file: context.file.number, node: node, name: context.name(node)))
  }

  private func variable(
    declaredBy node: NodeID, in context: CodeContext, key: VariableKey
  ) -> (object: Int32, type: CodeType)? {
    if let known = variables[key] { return known }
    guard let declaration = context.syntax.parent(of: node),
      let specifiers = context.syntax.child(0, of: declaration)
    else { return nil }
    let type = types.type(ofSpecifiers: specifiers, in: context)
    guard let declared = types.declared(node, type, in: context) else { return nil }
    let object = Int32(program.variables.count)
    variables[key] = (object, declared.type)
    let site = site(Site(kind: .variable, name: declared.name, place: context.place(of: node)))
    program.variables.append((site, structure(of: declared.type)))
    if context.syntax[node].flags.contains(.hasInitialiser), let last = context.children(node).last {
      initialisers.append((object, declared.type, context, last))
    }
    return (object, declared.type)
  }

  /// The struct of a variable's type.
  func structure(of type: CodeType) -> StructureID? {
    guard case .structure(let id) = type else { return nil }
    _ = types.complete(id)
    return id
  }

  func site(_ site: Site) -> SiteID {
    if let known = program.sites.firstIndex(of: site) { return SiteID(number: Int32(known)) }
    program.sites.append(site)
    return SiteID(number: Int32(program.sites.count - 1))
  }

  func text(_ text: String) -> Int32 {
    if let known = textNumbers[text] { return known }
    let number = Int32(program.texts.count)
    program.texts.append(text)
    textNumbers[text] = number
    return number
  }

  func obstacle(_ reason: String, at place: CodePlace, missing: String? = nil) -> Int32 {
    let obstacle = Obstacle(place: place, reason: reason, missing: missing)
    if let known = program.obstacles.firstIndex(of: obstacle) { return Int32(known) }
    program.obstacles.append(obstacle)
    return Int32(program.obstacles.count - 1)
  }

  // MARK: Building

  /// Compiles the scenario's `init()`, its threads, `final()`, and what they reach.
  /// - Throws: `ScenarioError` for a scenario that has none of them.
  func build(_ scenario: CodeFile, failures: [String]) throws(ScenarioError) -> Program {
    let entries = scenario.syntax.functions.filter {
      base.isBuilt(scenario.syntax[$0].tokens.lowerBound, in: scenario)
    }
    for node in entries {
      let name = scenario.syntax.name(of: node)
      guard name.hasPrefix(Self.threadPrefix) else { continue }
      program.threads.append(
        EntryPoint(
          name: String(name.dropFirst(Self.threadPrefix.count)), function: function(node, in: scenario)))
    }
    guard !program.threads.isEmpty else {
      throw .noThreads(page: scenario.path)
    }
    guard program.threads.count <= State.mostThreads else {
      throw .tooManyThreads(page: scenario.path, most: State.mostThreads)
    }
    for name in failures { program.failures.insert(text(name)) }
    program.final = entries.first { scenario.syntax.name(of: $0) == "final" }.map {
      function($0, in: scenario)
    }
    let start = FunctionCompiler(self, name: "start")
    var number = 0
    if let node = entries.first(where: { scenario.syntax.name(of: $0) == "init" }) {
      start.initCall = function(node, in: scenario)
    }
    var next = 0
    while number < initialisers.count || next < queue.count {
      if next < queue.count {
        let item = queue[next]
        next += 1
        guard next < Self.mostFunctions else { throw .tooManyFunctions(Self.mostFunctions) }
        var function = program.functions[Int(item.id.number)]
        FunctionCompiler.compile(item.node, in: item.file, builder: self, into: &function)
        program.functions[Int(item.id.number)] = function
      } else {
        let item = initialisers[number]
        number += 1
        start.initialise(object: item.object, type: item.type, from: item.node, in: item.context)
      }
    }
    program.start = FunctionID(number: Int32(program.functions.count))
    program.functions.append(start.finished(in: scenario))
    numberCalls()
    program.waitsForReaders = program.functions.contains {
      $0.code.contains { instruction in
        switch instruction {
        case .intrinsic(.markReaders), .intrinsic(.defer(_, afterReaders: true)): true
        default: false
        }
      }
    }
    program.undefined = base.undefined.sorted()
    program.structures = types.structures
    program.names = types.names
    program.files = base.files.map {
      CodeFileText(
        path: $0.path, text: $0.syntax.buffer.text)
    }
    return program
  }

  /// What is allocated in a call outside of the library has its place there.
  private func numberCalls() {
    for index in program.functions.indices where !program.functions[index].isPrimitive {
      let function = program.functions[index]
      program.functions[index].sites = function.code.indices.map { pc in
        let callee: String
        switch function.code[pc] {
        case .call(let id, _): callee = program.functions[Int(id.number)].name
        case .callPointer, .intrinsic(.allocate): callee = "allocation"
        default: return -1
        }
        program.sites.append(
          Site(kind: .heap, name: callee, origin: "\(function.name)()", place: function.places[pc]))
        return Int32(program.sites.count - 1)
      }
    }
  }

  /// A function of a scenario whose name begins so is a thread.
  static let threadPrefix = "thread_"
}
