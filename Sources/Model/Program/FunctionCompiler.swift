// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// Compiles one function. What it does not understand becomes a trap with its place and reason: only an execution that
/// gets there is without an answer.
final class FunctionCompiler {
  let builder: ProgramBuilder
  var function: Function
  var context: CodeContext
  var returnType = CodeType.void
  /// Where the instructions come from that are made now.
  var place: CodePlace
  var scopes: [Scope] = []
  var loops: [Loop] = []
  private var labels: [String: Int] = [:]
  private var gotos: [(index: Int, label: String)] = []
  /// Where each label stands: the blocks around it, innermost last.
  var labelBlocks: [String: [NodeID]] = [:]
  /// What `bodyName` stands for: the statements behind loops that macros make.
  var bodies: [(context: CodeContext, node: NodeID, depth: Int)] = []
  /// Variables whose address is taken, so that they must be objects.
  var inMemory: Set<String>
  /// Set where a variable turned out to be one of those: the function is compiled once more.
  var discovered: Set<String> = []
  /// Atomic sections around what is compiled.
  var atomicDepth = 0
  /// Called at the end of the function that makes the first state.
  var initCall: FunctionID?
  /// Expressions in expressions, statements in statements.
  var depth = 0
  static let deepest = 400

  enum Variable {
    /// A value of the machine.
    case register(Int32, CodeType)
    /// An object of the stack: the register holds the pointer to it.
    case memory(Int32, CodeType)
    /// An object of the program.
    case global(Int32, CodeType)
  }

  struct Scope {
    var block: NodeID?
    var variables: [String: Variable] = [:]
    var cleanups: [Cleanup] = []
  }

  /// What runs when a scope is left.
  enum Cleanup {
    /// A function, with the value of a register; `isGuarded`: unless that is NULL or an error.
    case call(FunctionID, Int32, isGuarded: Bool)
    case none(FunctionID)
  }

  struct Loop {
    var breaks: [Int] = []
    var continues: [Int] = []
    /// nil for a `switch`.
    var isSwitch = false
    var scope: Int
    /// Atomic sections around it.
    var atomicDepth: Int
  }

  init(_ builder: ProgramBuilder, name: String) {
    self.builder = builder
    function = Function(name: name)
    let file = builder.base.files[0]
    context = CodeContext(file)
    place = CodePlace(file: file.number, line: 0)
    inMemory = []
    scopes = [Scope(block: nil)]
  }

  private init(
    _ builder: ProgramBuilder, _ function: Function, _ file: CodeFile, _ node: NodeID, _ inMemory: Set<String>
  ) {
    self.builder = builder
    self.function = function
    context = CodeContext(file)
    place = context.place(of: node)
    self.inMemory = inMemory
    scopes = [Scope(block: nil)]
  }

  /// Times that a function is compiled anew, each time with one variable more in memory.
  private static let mostAttempts = 40

  static func compile(
    _ node: NodeID, in file: CodeFile, builder: ProgramBuilder, into function: inout Function
  ) {
    var inMemory: Set<String> = []
    for _ in 0..<mostAttempts {
      let compiler = FunctionCompiler(builder, function, file, node, inMemory)
      compiler.compile(node)
      if compiler.discovered.isEmpty {
        function = compiler.function
        return
      }
      inMemory.formUnion(compiler.discovered)
    }
  }

  private func compile(_ node: NodeID) {
    let syntax = context.syntax
    guard let body = syntax.body(ofFunction: node) else { return trap("the function has no body") }
    if let returns = builder.returnTypes[builder.function(node, in: context.file)] {
      returnType = returns
    } else {
      trap("a macro stands for the function's head")
    }
    let parameters = syntax.parameters(ofFunction: node)
    function.parameters = parameters.count
    function.locals = parameters.count
    for (index, parameter) in parameters.enumerated() { declare(parameter: parameter, Int32(index)) }
    collectLabels(body, [])
    statement(body)
    leave(hasValue: false)
    resolveGotos()
    function.live = Liveness(of: function).words
  }

  private func declare(parameter: NodeID, _ register: Int32) {
    let parts = context.children(parameter)
    guard parts.count > 1 else { return }
    let type = builder.types.type(ofSpecifiers: parts[0], in: context)
    guard let (name, given) = builder.types.declared(parts[1], type, in: context), !name.isEmpty else {
      return
    }
    var declared = given
    // An array as a parameter is a pointer.
    if case .array(let element, _) = declared { declared = .pointer(element) }
    if case .function = declared { declared = .pointer(declared) }
    if convertsOnStore(declared) {
      emit(.local(register))
      convert(to: declared, from: .unknown)
      emit(.setLocal(register))
    }
    guard inMemory.contains(name) else {
      scopes[scopes.count - 1].variables[name] = .register(register, declared)
      return
    }
    let holder = newRegister()
    newObject(name, declared, holder)
    emit(.local(holder))
    emit(.local(register))
    emit(.store(keeping: false))
    scopes[scopes.count - 1].variables[name] = .memory(holder, declared)
  }

  // MARK: Instructions

  func emit(_ instruction: Instruction) {
    function.code.append(instruction)
    function.places.append(place)
  }

  func push(_ number: Int64) { emit(.push(Value(number: number))) }

  /// Emits a jump whose target is not known yet.
  func jump(_ make: (Int32) -> Instruction) -> Int {
    emit(make(-1))
    return function.code.count - 1
  }

  /// The jump at `index` goes to what comes next.
  func land(_ index: Int) {
    let here = Int32(function.code.count)
    switch function.code[index] {
    case .jump: function.code[index] = .jump(here)
    case .jumpIfFalse: function.code[index] = .jumpIfFalse(here)
    case .jumpIfTrue: function.code[index] = .jumpIfTrue(here)
    default: break
    }
  }

  func newRegister() -> Int32 {
    function.locals += 1
    return Int32(function.locals - 1)
  }

  /// - Parameter missing: the function or variable that no file has.
  func trap(_ reason: String, missing: String? = nil) {
    emit(.trap(builder.obstacle(reason, at: place, missing: missing)))
  }

  func newObject(_ name: String, _ type: CodeType, _ register: Int32) {
    let site = builder.site(Site(kind: .local, name: name, origin: "\(function.name)()", place: place))
    emit(.newObject(site))
    if let structure = builder.structure(of: type) { emit(.retarget(structure)) }
    emit(.setLocal(register))
  }

  /// Compiles something for the type it has, and takes what was made back.
  func typeOnly(_ compile: () -> CodeType) -> CodeType {
    let (kept, known, obstacles) = (function, discovered, builder.program.obstacles.count)
    let (scopes, loops, bodies, gotos) = (self.scopes, self.loops, self.bodies, self.gotos)
    let type = compile()
    (function, discovered) = (kept, known)
    (self.scopes, self.loops, self.bodies, self.gotos) = (scopes, loops, bodies, gotos)
    builder.program.obstacles.removeLast(builder.program.obstacles.count - obstacles)
    return type
  }

  // MARK: Types

  /// Whether a value changes when it is stored in a variable of a type.
  func convertsOnStore(_ type: CodeType) -> Bool {
    switch type {
    case .integer: true
    case .pointer(.structure): true
    default: false
    }
  }

  /// Makes the value on top one of another type.
  func convert(to target: CodeType, from source: CodeType) {
    switch target {
    case .integer(let number) where source != target: emit(.convert(number))
    case .pointer(.structure(let structure)) where source != target:
      _ = builder.types.complete(structure)
      emit(.retarget(structure))
    default: break
    }
  }

  // MARK: Scopes

  func variable(_ name: String) -> Variable? {
    for scope in scopes.reversed() {
      if let found = scope.variables[name] { return found }
    }
    return nil
  }

  /// Runs what is to run when all scopes from one on are left; they stay open for what follows.
  func cleanUp(from scope: Int) {
    for open in scopes[scope...].reversed() {
      for cleanup in open.cleanups.reversed() { run(cleanup) }
    }
  }

  private func run(_ cleanup: Cleanup) {
    switch cleanup {
    case .none(let id):
      emit(.call(id, count: 0))
      emit(.drop)
    case .call(let id, let register, let isGuarded):
      var skips: [Int] = []
      if isGuarded {
        emit(.local(register))
        emit(.not)
        skips.append(jump { .jumpIfTrue($0) })
        // IS_ERR(); source: `include/linux/err.h`
        emit(.local(register))
        push(-4095)
        emit(.binary(.greaterOrEqual, IntegerType.unsignedLong))
        skips.append(jump { .jumpIfTrue($0) })
      }
      emit(.local(register))
      emit(.call(id, count: 1))
      emit(.drop)
      skips.forEach { land($0) }
    }
  }

  func leave(hasValue: Bool) { emit(.return(hasValue: hasValue)) }

  // MARK: Labels

  private func collectLabels(_ node: NodeID, _ blocks: [NodeID]) {
    let inner = context.kind(node) == .block ? blocks + [node] : blocks
    if context.kind(node) == .label { labelBlocks[context.name(node)] = inner }
    for child in context.children(node) where !context.kind(child).isExpression {
      collectLabels(child, inner)
    }
  }

  func label(_ name: String) { labels[name] = function.code.count }

  func goto(_ name: String) {
    let around = labelBlocks[name] ?? []
    // What is left: the scopes whose block is not around the label.
    if let first = scopes.indices.dropFirst().first(where: { index in
      scopes[index].block.map { !around.contains($0) } ?? false
    }) {
      cleanUp(from: first)
    }
    gotos.append((jump { .jump($0) }, name))
  }

  private func resolveGotos() {
    for (index, name) in gotos {
      if let target = labels[name] {
        function.code[index] = .jump(Int32(target))
      } else {
        function.code[index] = .trap(
          builder.obstacle("there is no label \(name)", at: function.places[index]))
      }
    }
  }
}
