// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import SourceText

/// A file as it is compiled on one architecture: which names are declared in it under which condition.
///
/// What is not known counts as declared. It is not for two threads at once.
public final class BuiltUnit {
  /// Where a name is declared, and when.
  public struct Declaration {
    public var path: TreePath
    /// 1-based.
    public var line: UInt32
    /// When the file sees it.
    public var condition: Formula
    /// When it is there in the file that declares it, however one comes to that.
    public var conditionInFile: Formula

    public init(path: TreePath, line: UInt32, condition: Formula, conditionInFile: Formula) {
      (self.path, self.line, self.condition, self.conditionInFile) = (path, line, condition, conditionInFile)
    }
  }

  public struct Availability {
    /// In the table of the graph.
    public var condition: Formula
    /// What declares it, for certain.
    public var declarations: [Declaration] = []

    public init(condition: Formula, declarations: [Declaration] = []) {
      (self.condition, self.declarations) = (condition, declarations)
    }
  }

  public let file: ParsedFile
  public let graph: HeaderGraph
  public let reach: HeaderReach
  private var known: [String: Availability] = [:]
  private var knownTags: [String: Availability] = [:]
  var knownMeanings: [String: NameMeanings] = [:]
  var knownEmissions: [String: Formula] = [:]
  var knownLinkWalks: [String: LinkWalk] = [:]
  var knownOwnDefinitions: [String: Formula?] = [:]
  var knownTruths: [String: Formula] = [:]
  var knownArgumentUses: [ArgumentKey: Formula] = [:]
  lazy var references = Self.references(in: file.syntax)
  /// What macros of the file and its headers put together names of.
  private lazy var pasted: Set<String> = {
    var parts = file.names.pasted
    if let index = graph.declarations {
      for number in reach.numbers { parts.formUnion(index.pasted[number] ?? []) }
    } else {
      for (header, _) in reach.headers(where: \.pastes) {
        parts.formUnion(graph.source.parsed(header).names.pasted)
      }
    }
    return parts
  }()

  /// Those of them that may stand between two arguments.
  private lazy var middles = pasted.filter { $0.hasPrefix("_") && $0.hasSuffix("_") }.map { Array($0.utf8) }

  /// The headers that every architecture includes.
  private lazy var common = HeaderReach(of: file, in: graph, folders: folders, isCommon: true)
  private let folders: [TreePath]
  private let defined: Set<String>

  /// - Parameters:
  ///   - folders: where includes are looked for besides, as the file's Makefile says.
  ///   - defined: macros that the Makefile defines; what they stand for is not known.
  public init(
    _ file: ParsedFile, in graph: HeaderGraph, folders: [TreePath] = [], defined: Set<String> = []
  ) {
    (self.file, self.graph, self.folders, self.defined) = (file, graph, folders, defined)
    reach = HeaderReach(of: file, in: graph, folders: folders)
    if graph.declarations != nil { for number in reach.numbers { graph.index(number) } }
  }

  /// Whether every header is there that the file itself includes.
  public var isComplete: Bool { reach.missing.isEmpty }

  /// Whether names may come from headers of the compiler, which are in no tree.
  public var seesCompilersHeaders: Bool { reach.seesCompilersHeaders }

  /// Under which condition the file includes a header.
  public func condition(reaching header: TreePath) -> Formula { reach.condition(of: header) }

  /// Under which condition a token of the file is compiled.
  public func condition(ofTokenAt index: Int) -> Formula {
    graph.adopt(file.syntax.conditionals.condition(ofTokenAt: index), of: file.syntax.conditionals.table)
  }

  /// Whether something that is always declared is so on every architecture.
  public func isCommon(_ availability: Availability) -> Bool {
    availability.condition == .always
      && availability.declarations.contains {
        $0.conditionInFile == .always
          && ($0.path == file.path || common.condition(of: $0.path) == .always)
      }
  }

  // MARK: Names

  /// Where a function, variable, macro, typedef or enumerator of that name can be used.
  public func availability(of name: String) -> Availability {
    if defined.contains(name) { return Availability(condition: .always) }
    if let known = known[name] { return known }
    var availability = collect(name, in: \.ordinary) { parsed in
      parsed.names.tokens(declaring: name, in: parsed.syntax)
    }
    if availability.condition != .always {
      availability.condition = graph.or(availability.condition, pasting(of: name))
    }
    known[name] = availability
    return availability
  }

  /// Where a struct, union or enum is defined.
  public func availability(ofTag tag: String) -> Availability {
    if defined.contains(tag) { return Availability(condition: .always) }
    if let known = knownTags[tag] { return known }
    var availability = collect(tag, in: \.tags) { $0.names.tokens(definingTag: tag, in: $0.syntax) }
    if availability.condition != .always {
      // #define ucontext_ia32 ucontext
      availability.condition = graph.or(availability.condition, meanings(of: tag).ofMacros)
    }
    knownTags[tag] = availability
    return availability
  }

  /// Where one of these declarations of the file or of its headers is seen: a member's, in the definitions of its struct.
  public func availability(of places: [NamedPlace]) -> Availability {
    var availability = Availability(condition: .never)
    for place in places {
      let inFile = here(place.file, Int(place.file.syntax[place.node].main))
      let reached = place.file.path == file.path ? .always : reach.condition(of: place.file.path)
      let condition = graph.and(reached, inFile)
      guard condition != .never else { continue }
      availability.condition = graph.or(availability.condition, condition)
      availability.declarations.append(
        Declaration(
          path: place.file.path, line: place.line, condition: condition, conditionInFile: inFile))
    }
    return availability
  }

  /// Where a member of a struct is seen; nil where the file does not see that struct as it is built, but perhaps another
  /// one: what a type stands for may depend on the architecture.
  /// - Parameter places: the declarations of the member that are known.
  public func availability(of member: String, at places: [NamedPlace], ofTag tag: String?) -> Availability? {
    var found = availability(of: places)
    guard found.condition != .always, let tag else { return found }
    let structs = availability(ofTag: tag)
    guard structs.condition != .never else { return nil }
    let known = Set(places.map(\.file.path))
    for other in structs.declarations where !known.contains(other.path) {
      found.condition = graph.or(found.condition, other.condition)
    }
    // #define rcv_saddr v6_rcv_saddr.s6_addr32[3]
    found.condition = graph.or(found.condition, meanings(of: member).ofMacros)
    return found
  }

  private func collect(
    _ name: String, in table: KeyPath<DeclarationIndex, [String: [DeclarationIndex.Entry]]>,
    _ tokens: (ParsedFile) -> [Int]
  ) -> Availability {
    var availability = Availability(condition: .never)
    func add(_ reached: Formula, _ inFile: Formula, _ path: TreePath, _ line: UInt32) {
      let condition = graph.and(reached, inFile)
      guard condition != .never else { return }
      availability.declarations.append(
        Declaration(path: path, line: line, condition: condition, conditionInFile: inFile))
      availability.condition = graph.or(availability.condition, condition)
    }
    func read(_ parsed: ParsedFile, _ reached: Formula) {
      for token in tokens(parsed) {
        add(reached, here(parsed, token), parsed.path, parsed.syntax.buffer.tokens[token].line)
      }
      if availability.condition != .always, parsed.names.uncertain.contains(name) {
        availability.condition = graph.or(
          availability.condition, graph.and(reached, mention(of: name, in: parsed)))
      }
    }
    read(file, .always)
    if let index = graph.declarations {
      for entry in index[keyPath: table][name] ?? [] {
        let reached = reach.condition(of: entry.header)
        guard reached != .never else { continue }
        add(reached, entry.condition, graph.nodes[entry.header].header.path, entry.line)
      }
      if availability.condition != .always {
        availability.condition = graph.or(availability.condition, mention(of: name, in: index))
      }
      return availability
    }
    let search = WordSearch(name)
    for (header, reached) in reach.headers(where: { $0.mayDeclare(search) }) {
      read(graph.source.parsed(header), reached)
      // More places do not change it any more.
      if availability.condition == .always, availability.declarations.count > 8 { break }
    }
    return availability
  }

  /// Where headers mention a name that may declare it.
  private func mention(of name: String, in index: DeclarationIndex) -> Formula {
    var condition = Formula.never
    for entry in index.uncertain[name] ?? [] {
      let reached = reach.condition(of: entry.header)
      condition = graph.or(condition, graph.and(reached, entry.condition))
    }
    return condition
  }

  /// The headers that declare a name, or may do so, each with the condition under which it is included.
  func headers(perhapsDeclaring name: String) -> [(header: Header, condition: Formula)] {
    guard let index = graph.declarations else {
      let search = WordSearch(name)
      return reach.headers { $0.mayDeclare(search) }
    }
    let entries = (index.ordinary[name] ?? []) + (index.uncertain[name] ?? [])
    return Set(entries.map(\.header)).sorted().compactMap { number in
      let (header, condition) = (graph.header(number), reach.condition(of: number))
      return header.path == file.path || condition == .never ? nil : (header, condition)
    }
  }

  private func here(_ parsed: ParsedFile, _ token: Int) -> Formula {
    graph.adopt(
      parsed.syntax.conditionals.condition(ofTokenAt: token), of: parsed.syntax.conditionals.table)
  }

  /// Where a text mentions a word, outside of what is known to declare it.
  private func mention(of name: String, in parsed: ParsedFile) -> Formula {
    let tokens = parsed.syntax.buffer.tokens
    let places = parsed.syntax.buffer.text.places(ofWord: Array(name.utf8))
    var condition = Formula.never
    var token = 0
    for place in places {
      var (low, high) = (token, tokens.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if Int(tokens[middle].end) <= place { low = middle + 1 } else { high = middle }
      }
      token = low
      condition = graph.or(condition, here(parsed, token))
    }
    return condition
  }

  // MARK: Names that macros put together

  /// Under which condition a macro's call may make a name: `TRACE_EVENT(foo, …)` makes `trace_foo`.
  private func pasting(of name: String) -> Formula {
    var condition = Formula.never
    for stem in stems(of: name) {
      let search = WordSearch(stem)
      if file.names.uncertain.contains(stem) {
        condition = graph.or(condition, mention(of: stem, in: file))
      }
      if let index = graph.declarations {
        condition = graph.or(condition, mention(of: stem, in: index))
        continue
      }
      for (header, reached) in reach.headers(where: { $0.mayDeclare(search) }) where condition != .always {
        let parsed = graph.source.parsed(header)
        guard parsed.names.uncertain.contains(stem) else { continue }
        condition = graph.or(condition, graph.and(reached, mention(of: stem, in: parsed)))
      }
    }
    return condition
  }

  /// What is left of a name without a part that macros put before, behind or into it.
  func stems(of name: String) -> Set<String> {
    var stems: Set<String> = []
    for part in pasted {
      if name.hasPrefix(part) { stems.insert(String(name.dropFirst(part.count))) }
      if name.hasSuffix(part) { stems.insert(String(name.dropLast(part.count))) }
    }
    for outer in stems {
      for part in pasted where outer.hasSuffix(part) { stems.insert(String(outer.dropLast(part.count))) }
    }
    // pci_##o##_config_##s: what is between is an argument, too.
    for outer in stems {
      let bytes = Array(outer.utf8)
      for part in middles {
        guard let start = bytes.firstPlace(of: part) else { continue }
        stems.insert(String(decoding: bytes[..<start], as: UTF8.self))
        stems.insert(String(decoding: bytes[(start + part.count)...], as: UTF8.self))
      }
    }
    // Parts of one letter are everywhere.
    return stems.filter { $0.utf8.count > 1 && $0 != name }
  }
}

extension [UInt8] {
  /// The offset at which some bytes stand first.
  fileprivate func firstPlace(of wanted: [UInt8]) -> Int? {
    guard count >= wanted.count, let first = wanted.first else { return nil }
    return (0...(count - wanted.count)).first { start in
      self[start] == first && self[start..<start + wanted.count].elementsEqual(wanted)
    }
  }
}
