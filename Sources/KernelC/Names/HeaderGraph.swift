// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import SourceText

/// Which headers the headers of a tree include on one architecture, and under which condition.
///
/// It holds the formulas of all that is asked of it in one table, so that one question costs what is new in it. It is not
/// for two threads at once.
public final class HeaderGraph {
  /// One `#include` line, with what it stands for.
  struct Edge {
    var target: Int
    var condition: Formula
  }

  struct Node {
    var header: Header
    var edges: [Edge] = []
    var missing: [(name: IncludeName, condition: Formula)] = []
    /// Whether the edges were looked for.
    var isRead = false
  }

  public let architecture: String
  public var table = FormulaTable()
  private(set) var source: IncludeClosure.Source
  private(set) var search: HeaderSearch
  private(set) var nodes: [Node] = []
  private var numbers: [TreePath: Int] = [:]
  private var systemTargets: [[UInt8]: [Int]] = [:]
  /// The last components of what could not be found.
  private var missingNames: Set<[UInt8]> = []
  /// nil where headers are searched for the words that are asked for.
  private(set) var declarations: DeclarationIndex?

  /// - Parameter isIndexed: whether all that headers declare is kept by name: for many questions.
  public init(_ source: IncludeClosure.Source, architecture: String, isIndexed: Bool = false) {
    (self.source, self.architecture) = (source, architecture)
    declarations = isIndexed ? DeclarationIndex() : nil
    search = HeaderSearch(source, [architecture])
  }

  /// A graph of a tree with other patches on it, with all that those do not change.
  public func with(_ source: IncludeClosure.Source) -> HeaderGraph {
    let graph = HeaderGraph(source, architecture: architecture)
    graph.table = table
    graph.nodes = nodes
    graph.numbers = numbers
    // What could not be found may be there now; what is changed is read anew.
    for index in graph.nodes.indices {
      let header = graph.nodes[index].header
      let isChanged = source.isChanged(header) || self.source.isChanged(header)
      guard isChanged || !graph.nodes[index].missing.isEmpty else { continue }
      graph.nodes[index] = Node(header: isChanged ? source.header(header.path) ?? header : header)
    }
    return graph
  }

  /// Makes it the graph of a tree with other patches on it, in place of that which it was of; false where it cannot be:
  /// one of the patches changes a header, or a file that some header or C file includes.
  public func turn(to other: IncludeClosure.Source) -> Bool {
    guard !source.isSame(as: other) else { return true }
    for path in source.changedPaths.union(other.changedPaths) {
      let isHeader = path.bytes.suffix(2).elementsEqual(".h".utf8)
      if isHeader || numbers[path] != nil || missingNames.contains(Array(path.name)) { return false }
    }
    (source, search) = (other, HeaderSearch(other, [architecture]))
    return true
  }

  /// Puts a header into the index of declarations.
  func index(_ number: Int) {
    guard declarations?.has(number) == false else { return }
    let file = source.parse(nodes[number].header)
    let conditionals = file.syntax.conditionals
    var known: [Formula: Formula] = [:]
    declarations?.add(number, file) { token in
      let condition = conditionals.condition(ofTokenAt: token)
      if let adopted = known[condition] { return adopted }
      let adopted = adopt(condition, of: conditionals.table)
      known[condition] = adopted
      return adopted
    }
  }

  func number(at path: TreePath) -> Int? { numbers[path] }
  func header(_ number: Int) -> Header { nodes[number].header }
  /// What a header includes that is not there, once its edges were asked for.
  func missing(_ number: Int) -> [(name: IncludeName, condition: Formula)] { nodes[number].missing }
  /// How many headers have numbers.
  var count: Int { nodes.count }

  /// A file up to the first `#include` that leads to a header, under whatever condition: what that header sees of names from
  /// outside. nil where none does.
  public func prefix(of file: ParsedFile, upTo header: TreePath) -> ParsedFile? {
    var leads: [Int: Bool] = [:]
    let includes = ConditionalIncludes(in: file.syntax.buffer)
    for include in includes.all {
      let (edges, _) = resolve([include], includes.table, from: file.path)
      guard edges.contains(where: { self.leads($0.target, to: header, &leads) }) else { continue }
      let text = Array(file.syntax.buffer.text[..<include.end]) + [UInt8(ascii: "\n")]
      return ParsedFile(path: file.path, syntax: SyntaxTree(parsing: TokenBuffer(lexing: text)))
    }
    return nil
  }

  private func leads(_ start: Int, to header: TreePath, _ known: inout [Int: Bool]) -> Bool {
    var open = [start]
    var seen: Set<Int> = []
    while let number = open.popLast() {
      guard known[number] != false, seen.insert(number).inserted else { continue }
      if known[number] == true || nodes[number].header.path == header {
        known[start] = true
        return true
      }
      open += edges(of: number).map(\.target)
    }
    // Nothing that was seen leads there.
    for number in seen { known[number] = false }
    return false
  }

  /// Whether a header is one that each architecture has in its own way.
  func isOfArchitecture(_ number: Int) -> Bool {
    let path = nodes[number].header.path.bytes
    return Self.foldersOfArchitectures.contains { path.starts(with: $0.utf8) }
  }

  /// Where headers are that each architecture has in its own way: what some have of their own stands for what is generic.
  public static let foldersOfArchitectures = ["arch/", "include/asm-generic/", "include/uapi/asm-generic/"]

  func number(of header: Header) -> Int {
    if let known = numbers[header.path] { return known }
    nodes.append(Node(header: header))
    numbers[header.path] = nodes.count - 1
    return nodes.count - 1
  }

  func edges(of number: Int) -> [Edge] {
    if !nodes[number].isRead {
      let header = nodes[number].header
      nodes[number].isRead = true
      guard header.hasIncludes else { return [] }
      let includes = source.conditionalIncludes(of: header)
      let (edges, missing) = resolve(includes.all, includes.table, from: header.path)
      nodes[number].edges = edges
      nodes[number].missing = missing
    }
    return nodes[number].edges
  }

  /// - Parameter table: that of the conditions.
  func resolve(
    _ includes: [ConditionalIncludes.Include], _ table: FormulaTable, from path: TreePath
  ) -> (edges: [Edge], missing: [(name: IncludeName, condition: Formula)]) {
    var (edges, missing): ([Edge], [(IncludeName, Formula)]) = ([], [])
    for include in includes {
      let condition = adopt(include.condition, of: table)
      guard condition != .never else { continue }
      let headers = targets(of: include.name, from: path)
      if headers.isEmpty {
        missing.append((include.name, condition))
        missingNames.insert(
          Array(include.name.name.split(separator: UInt8(ascii: "/")).last ?? include.name.name[...]))
      }
      for header in headers { edges.append(Edge(target: header, condition: condition)) }
    }
    return (edges, missing)
  }

  /// What an include's name stands for. Names with angle brackets mean the same wherever they stand, where they are found.
  private func targets(of name: IncludeName, from path: TreePath) -> [Int] {
    guard !name.isOfMacro else { return [] }
    guard name.isSystem else { return search.headers(name, from: path).map { number(of: $0) } }
    if let known = systemTargets[name.name] { return known }
    let found = search.system(name).map { number(of: $0) }
    guard found.isEmpty else {
      systemTargets[name.name] = found
      return found
    }
    return search.headers(name, from: path).map { number(of: $0) }
  }

  /// A condition of a text of the kernel in this table, with what the build decides for all units put in.
  public func adopt(_ condition: Formula, of other: FormulaTable) -> Formula {
    if condition == .always || condition == .never { return condition }
    let moved = table.adopt(condition, of: other)
    let wide = table.atom(.isBuiltIn("64BIT"))
    let narrow = table.not(wide)
    return table.substituting(moved) { atom in
      switch atom {
      case .isDefined(let name):
        if Self.defined.contains(name) { return .always }
        return Self.undefined.contains(name) ? .never : nil
      case .opaque(let text): return Self.isWide(text).map { $0 ? wide : narrow }
      default: return nil
      }
    }
  }

  public func and(_ a: Formula, _ b: Formula) -> Formula { table.and(a, b) }
  public func or(_ a: Formula, _ b: Formula) -> Formula { table.or(a, b) }
  /// As C writes it. A copy of the table made before the formula would not have it: ask the graph.
  public func text(of formula: Formula) -> String { table.text(of: formula) }

  /// Whether a comparison asks for 64 bits; nil where it asks for something else.
  private static func isWide(_ text: String) -> Bool? {
    switch text.filter({ $0 != " " }) {
    case "BITS_PER_LONG==64", "BITS_PER_LONG>32", "BITS_PER_LONG>=64": true
    case "BITS_PER_LONG==32", "BITS_PER_LONG<64", "BITS_PER_LONG!=64": false
    default: nil
    }
  }

  /// Source: the top Makefile (`KBUILD_CPPFLAGS`), gcc.
  private static let defined: Set<String> = ["__KERNEL__", "__GNUC__", "__linux__", "__STDC__"]
  /// What other languages, tools and builds define.
  private static let undefined = OtherLanguages.macros.union([
    "__CHECKER__", "__GENKSYMS__", "__BINDGEN__", "__VDSO__", "BUILD_VDSO", "BUILD_VDSO32", "BUILD_VDSO32_64",
    "__KVM_NVHE_HYPERVISOR__", "__KVM_VHE_HYPERVISOR__", "__PURGATORY__", "_SETUP", "__BOOT__", "STATIC",
    "__PIC__", "__DISABLE_EXPORTS",
  ])
}
