// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import SourceText

/// A first scenario for a patch: the objects that the functions it touches work on, threads that call these functions as the
/// kernel would, stubs for what the files call elsewhere. What a page cannot know is left to fill, and said.
public struct ScenarioDraft {
  /// Lines of the new file (1-based) that the patch adds, or beside which it takes lines away.
  public struct Touched {
    var path: TreePath
    var lines: [Int]

    public init(path: TreePath, lines: [Int]) { (self.path, self.lines) = (path, lines) }
  }

  /// The page.
  public let page: ScenarioPage
  /// What is left to fill, a sentence each.
  public let left: [String]

  /// Threads of a draft: with more of them there are too many interleavings to begin with.
  private static let mostThreads = 4
  /// Stubs make more code reachable, which calls for more stubs.
  private static let mostRounds = 8
  private static let mostStubs = 200

  /// - Parameters:
  ///   - tree: with the patch applied.
  ///   - symbols: CONFIG symbols that are set in the page.
  /// - Throws: `ScenarioError`, where nothing touched can be run.
  public init(
    id: String, title: String, touched: [Touched], symbols: [String], in tree: any SourceTree,
    of book: ScenarioBook
  ) throws(ScenarioError) {
    let files = touched.filter { $0.path.bytes.suffix(2).elementsEqual(".c".utf8) }
    let cache = CodeCache()
    let base = CodeBase(tree: tree, configuration: Set(symbols), cache: cache)
    var units: [(touched: Touched, file: CodeFile)] = []
    for file in files {
      guard let text = (try? tree.bytes(of: file.path)) ?? nil else { continue }
      units.append((file, base.add(path: file.path.description, origin: .code, text: text)))
    }
    Scenario.add(book.library, to: base)
    guard !units.isEmpty else {
      throw .malformedPage(page: id, line: 0, why: "the patch touches no C file of the tree")
    }
    let searches = units.map { EntrySearch($0.file, lines: Set($0.touched.lines)) }
    var entries = Self.entries(of: searches)
    if entries.isEmpty { entries = searches.flatMap(\.touchedFunctions) }
    guard !entries.isEmpty else {
      throw .malformedPage(page: id, line: 0, why: "the patch touches no function")
    }
    let types = TypeTable(base)
    let words = units.reduce(into: Set<String>()) { words, unit in
      let syntax = unit.file.syntax
      for token in syntax.buffer.tokens.indices where syntax.buffer.tokens[token].kind == .identifier {
        words.insert(syntax.spelling(ofToken: token))
      }
    }
    var parts = DraftParts(types: types, words: words)
    for entry in entries.prefix(Self.mostThreads) { parts.add(entry) }
    var (stubs, asked): ([String], Set<String>) = ([], [])
    var program: Program?
    for _ in 0..<Self.mostRounds {
      let text = parts.page(id, title, code: units.map(\.touched.path), symbols, stubs)
      let scenario = try Scenario(ScenarioPage(path: "draft.md", text: text))
      let built = try scenario.program(in: tree, of: ScenarioBook(library: book.library), cache)
      program = built
      let missing = built.obstacles.compactMap(\.missing).filter { asked.insert($0).inserted }
      guard !missing.isEmpty, stubs.count < Self.mostStubs else { break }
      for name in missing {
        if let text = Self.stub(name, base, types, from: units[0].file) { stubs.append(text) }
      }
    }
    let text = parts.page(id, title, code: units.map(\.touched.path), symbols, stubs)
    page = ScenarioPage(path: "draft.md", text: text)
    var left = parts.left
    if !stubs.isEmpty {
      left.append("\(stubs.count) stubs return 0 or NULL: give them what the code relies on")
    }
    if entries.count > Self.mostThreads {
      let names = entries.dropFirst(Self.mostThreads).map { "\($0.name)()" }.joined(separator: ", ")
      left.append("more functions reach what is touched, and are no threads here: \(names)")
    }
    for obstacle in program?.obstacles ?? [] {
      let path = program.map {
        $0.files.indices.contains(Int(obstacle.place.file)) ? $0.files[Int(obstacle.place.file)].path : "?"
      }
      left.append("\(path ?? "?"):\(obstacle.place.line): \(obstacle.reason)")
    }
    self.left = left
  }

  /// Functions that the kernel calls, and that reach what the patch touches: what makes objects first, then what runs by
  /// itself, then what user space calls; of each those first that are touched themselves.
  private static func entries(of searches: [EntrySearch]) -> [DraftEntry] {
    let called = searches.reduce(into: Set<String>()) { $0.formUnion($1.calledNames) }
    var found: [DraftEntry] = []
    for search in searches { found += search.entries }
    found.removeAll { $0.role == EntrySearch.external && called.contains($0.name) }
    func rank(_ entry: DraftEntry) -> Int {
      (entry.role == EntrySearch.external ? 0 : entry.role.contains(" of ") ? 4 : 2)
        + (entry.isTouched ? 0 : 1)
    }
    return found.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(
      \.element)
  }

  /// A function that does nothing, or a variable, with the head that a header declares; nil for what none declares.
  private static func stub(_ name: String, _ base: CodeBase, _ types: TypeTable, from asking: CodeFile)
    -> String?
  {
    guard
      let (file, declarator) = base.prototype(named: name, from: asking)
        ?? base.externVariable(named: name, from: asking),
      let declaration = file.syntax.parent(of: declarator),
      let specifiers = file.syntax.child(0, of: declaration),
      let inner = file.syntax.child(0, of: declarator)
    else { return nil }
    let context = CodeContext(file)
    let type = types.declared(inner, types.type(ofSpecifiers: specifiers, in: context), in: context)?.type
    // `extern`, and attributes with what they are given, are no part of a definition.
    let attributes = context.children(specifiers).filter { context.kind($0) == .attribute }
      .map { file.syntax[$0].tokens }
    let words = file.syntax[specifiers].tokens.filter { token in !attributes.contains { $0.contains(token) } }
      .map { file.syntax.spelling(ofToken: $0) }.filter { $0 != "extern" && !$0.hasPrefix("__") }
    let head =
      "\(words.joined(separator: " ")) \(context.text(inner).split(separator: "\n").map { $0.trimmed }.joined(separator: " "))"
    var body = ""
    guard case .function(let returns)? = type else { return "\(head);\n" }
    do {
      switch returns {
      case .void: break
      case .pointer: body = "\treturn NULL;\n"
      default: body = "\treturn 0;\n"
      }
    }
    return "\(head)\n{\n\(body)}\n"
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    drop { $0 == " " || $0 == "\t" }
  }
}

/// A function that the kernel calls.
struct DraftEntry {
  var name: String
  /// Where it is called from: `release of file_operations`, `work`.
  var role: String
  var file: CodeFile
  var function: NodeID
  var isTouched: Bool
}

/// Looks for entries in one file.
struct EntrySearch {
  private let file: CodeFile
  private let touched: Set<String>
  private var functions: [String: NodeID] = [:]

  /// What is given a function to be called later.
  private static let registrations: [String: String] = [
    "INIT_WORK": "work", "INIT_DELAYED_WORK": "work", "DECLARE_WORK": "work", "DECLARE_DELAYED_WORK": "work",
    "timer_setup": "a timer", "setup_timer": "a timer", "hrtimer_init": "a timer", "hrtimer_setup": "a timer",
    "request_irq": "an interrupt", "devm_request_irq": "an interrupt", "request_threaded_irq": "an interrupt",
    "devm_request_threaded_irq": "an interrupt", "kthread_run": "a thread", "kthread_create": "a thread",
    "tasklet_setup": "a tasklet", "call_rcu": "RCU", "SYSCALL_DEFINE": "a system call",
  ]

  /// What other files call.
  static let external = "called from elsewhere"

  /// Names that functions of the file use.
  var calledNames: Set<String> {
    let syntax = file.syntax
    var names: Set<String> = []
    for node in syntax.descendants(of: syntax.root) where syntax[node].kind == .call {
      names.insert(syntax.kindName(ofCall: node))
    }
    return names
  }

  init(_ file: CodeFile, lines: Set<Int>) {
    self.file = file
    let syntax = file.syntax
    var touched: Set<String> = []
    for function in syntax.functions {
      let name = syntax.name(of: function)
      functions[name] = function
      let tokens = syntax.buffer.tokens
      let range =
        Int(tokens[Int(syntax[function].first)].line)...Int(tokens[Int(syntax[function].end) - 1].line)
      if lines.contains(where: { range.contains($0) }) { touched.insert(name) }
    }
    self.touched = touched
  }

  /// In the order of the file.
  var entries: [DraftEntry] {
    var roles: [String: String] = [:]
    for slot in file.names.slots where functions[slot.function] != nil {
      roles[slot.function] = "\(slot.member) of \(slot.tag)"
    }
    let syntax = file.syntax
    for call in syntax.descendants(of: syntax.root) where [.call, .macroCall].contains(syntax[call].kind) {
      guard let role = Self.registrations[syntax.kindName(ofCall: call)] else { continue }
      for argument in syntax.children(of: call) where syntax[argument].kind == .identifier {
        let name = syntax.name(of: argument)
        if functions[name] != nil { roles[name] = role }
      }
    }
    let calls = calls()
    let reaching = reaching(calls)
    return syntax.functions.compactMap { function in
      let name = syntax.name(of: function)
      // What others call, and nothing in the file does.
      let isExternal =
        touched.contains(name) && calls[name] == nil
        && !syntax[function].tokens.prefix(4).contains { syntax.isSpelled("static", atToken: $0) }
      guard let role = roles[name] ?? (isExternal ? Self.external : nil), reaching.contains(name),
        functions[name] == function
      else { return nil }
      return DraftEntry(
        name: name, role: role, file: file, function: function, isTouched: touched.contains(name))
    }
  }

  /// Those that are touched, and that no other one that is touched calls: where nothing is known to call them.
  var touchedFunctions: [DraftEntry] {
    let calls = calls()
    return file.syntax.functions.compactMap { function in
      let name = file.syntax.name(of: function)
      guard touched.contains(name), functions[name] == function, touched.isDisjoint(with: calls[name] ?? [])
      else {
        return nil
      }
      return DraftEntry(name: name, role: "touched", file: file, function: function, isTouched: true)
    }
  }

  /// Of each function the functions of the file that name it.
  private func calls() -> [String: Set<String>] {
    var calls: [String: Set<String>] = [:]
    let syntax = file.syntax
    for (name, function) in functions {
      for node in syntax.descendants(of: function) where syntax[node].kind == .identifier {
        let other = syntax.name(of: node)
        if functions[other] != nil { calls[other, default: []].insert(name) }
      }
    }
    return calls
  }

  /// Functions that are touched, or that call one in this file.
  private func reaching(_ calls: [String: Set<String>]) -> Set<String> {
    var (reached, open) = (touched, Array(touched))
    while let next = open.popLast() {
      for caller in calls[next] ?? [] where reached.insert(caller).inserted { open.append(caller) }
    }
    return reached
  }
}

extension SyntaxTree {
  /// The name that a call begins with.
  fileprivate func kindName(ofCall call: NodeID) -> String {
    guard self[call].kind == .call else { return name(of: call) }
    return child(0, of: call).map { self[$0].kind == .identifier ? name(of: $0) : "" } ?? ""
  }
}

/// What a draft's page is put together of.
struct DraftParts {
  let types: TypeTable
  /// The names that the code says.
  let words: Set<String>
  /// Objects that the entries are given, by their structs.
  private var objects: [(type: String, name: String)] = []
  private var preparations: [String] = []
  private var threads: [String] = []
  private(set) var left: [String] = []

  init(types: TypeTable, words: Set<String>) { (self.types, self.words) = (types, words) }

  mutating func add(_ entry: DraftEntry) {
    let context = CodeContext(entry.file)
    var arguments: [String] = []
    for parameter in entry.file.syntax.parameters(ofFunction: entry.function) {
      let parts = context.children(parameter)
      guard parts.count > 1 else {
        arguments.append("0")
        continue
      }
      let declared = types.declared(parts[1], types.type(ofSpecifiers: parts[0], in: context), in: context)
      switch declared?.type {
      case .pointer(.structure(let id)):
        if let (outer, member) = container(of: declared?.name ?? "", in: entry) {
          arguments.append("&\(object(outer))->\(member)")
        } else {
          arguments.append(object(id))
        }
      case .pointer: arguments.append("NULL")
      default: arguments.append("0")
      }
    }
    threads.append(
      """
      /* \(entry.role) */
      void thread_\(entry.name)(void)
      {
      \t\(entry.name)(\(arguments.joined(separator: ", ")));
      }

      """)
  }

  /// The struct that a function takes one of its parameters for a member of: `container_of(link, struct foo_link, link)`.
  private func container(of parameter: String, in entry: DraftEntry) -> (StructureID, member: String)? {
    let context = CodeContext(entry.file)
    for call in entry.file.syntax.descendants(of: entry.function) where context.kind(call) == .call {
      let parts = context.children(call)
      guard parts.count == 4, context.kind(parts[0]) == .identifier, context.name(parts[0]) == "container_of",
        context.text(parts[1]) == parameter, context.kind(parts[2]) == .typeArgument,
        case .structure(let id) = types.type(ofTypeArgument: parts[2], in: context)
      else { continue }
      return (id, context.text(parts[3]))
    }
    return nil
  }

  /// The object of a struct that all threads share.
  private mutating func object(_ id: StructureID) -> String {
    let structure = types.complete(id)
    if let known = objects.first(where: { $0.type == structure.name }) { return known.name }
    let tag = structure.name.split(separator: " ").last.map(String.init) ?? "object"
    let name = "the_\(tag)"
    objects.append((structure.name, name))
    for member in structure.members { prepare(member, "\(name)->", depth: 0) }
    let pointers = structure.members.filter { if case .pointer = $0.type { true } else { false } }
      .map { types.names[Int($0.name.number)] }
    if pointers.contains("private_data") || pointers.contains("driver_data") {
      left.append("\(name) leads to the driver's object through a pointer: set it in init()")
    }
    return name
  }

  /// How the kernel makes what a member is, and what is inside of it, as far as the code names it.
  private mutating func prepare(_ member: (name: NameID, type: CodeType), _ holder: String, depth: Int) {
    let name = types.names[Int(member.name.number)]
    guard words.contains(name), case .structure(let id) = member.type else { return }
    let place = holder + name
    let structure = types.complete(id)
    switch structure.name {
    case "struct list_head": preparations.append("INIT_LIST_HEAD(&\(place));")
    case "struct wait_queue_head": preparations.append("init_waitqueue_head(&\(place));")
    case "struct completion": preparations.append("init_completion(&\(place));")
    case "struct kref": preparations.append("kref_init(&\(place));")
    case "struct refcount_struct": preparations.append("refcount_set(&\(place), 1);")
    default:
      guard depth < Self.deepest else { return }
      for member in structure.members { prepare(member, "\(place).", depth: depth + 1) }
    }
  }

  /// Structs in structs that are looked into.
  private static let deepest = 3

  func page(_ id: String, _ title: String, code: [TreePath], _ symbols: [String], _ stubs: [String]) -> String
  {
    var text = """
      ---
      id: \(id)
      title: "\(title.filter { $0 != "\"" && $0 != "\\" })"
      code: [\(code.map(\.description).joined(separator: ", "))]
      config: [\(symbols.joined(separator: ", "))]
      ---
      # A draft: what it says of the kernel is to be filled in

      ```c

      """
    for object in objects { text += "\(object.type) *\(object.name);\n" }
    text += "\nvoid init(void)\n{\n"
    for object in objects { text += "\t\(object.name) = kzalloc(sizeof(*\(object.name)), GFP_KERNEL);\n" }
    for line in preparations { text += "\t\(line)\n" }
    text += "\t/* what the threads find: references, pointers between the objects */\n}\n\n"
    text += threads.joined(separator: "\n")
    text += "\nvoid final(void)\n{\n\t/* what must hold when nothing moves any more */\n}\n```\n"
    guard !stubs.isEmpty else { return text }
    text += "\n## Stubs\n\nFor code that is not run; a stub stands for all that the function does.\n\n```c\n"
    return text + stubs.joined(separator: "\n") + "```\n"
  }
}
