// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import SourceText

/// A file whose code a program is made of.
final class CodeFile {
  /// In the order in which names are looked up.
  enum Origin: Int, Hashable { case scenario, code, primitives, header }

  let number: Int32
  let path: String
  let origin: Origin
  let syntax: SyntaxTree
  let names: FileNames
  private var holds: [Formula: Bool] = [:]

  init(number: Int32, path: String, origin: Origin, _ parsed: CodeCache.Parsed) {
    (self.number, self.path, self.origin) = (number, path, origin)
    (syntax, names) = (parsed.syntax, parsed.names)
  }

  /// Whether a token is there in the configuration.
  func isBuilt(_ token: Int, where isTrue: (ConditionAtom) -> Bool) -> Bool {
    let formula = syntax.conditionals.condition(ofTokenAt: token)
    if let known = holds[formula] { return known }
    let value = syntax.conditionals.table.value(of: formula, where: isTrue)
    holds[formula] = value
    return value
  }
}

/// Where the names of a program are looked up: the scenario first, whose stubs replace what they name; then the code
/// under test, the library of primitives, and the headers that the code includes, which are read when a name is found
/// nowhere else.
final class CodeBase {
  private let tree: any SourceTree
  private let cache: CodeCache
  /// CONFIG symbols that are set, without the prefix.
  let configuration: Set<String>
  private(set) var files: [CodeFile] = []
  private var headers: [Header] = []
  private var reached: Set<TreePath> = []
  /// What is included, in order; `next` is the first that was not looked for yet.
  private var queue: [TreePath] = []
  private var next = 0
  /// Macros and expressions that decide what code there is, and of which nothing here says what they are.
  private(set) var undefined: Set<String> = []

  private struct Header {
    var path: TreePath
    var text: [UInt8]
    var words: WordHashes
    var file: CodeFile?
  }

  /// Headers that are looked into for one program.
  private static let mostHeaders = 4000

  init(tree: any SourceTree, configuration: Set<String>, cache: CodeCache) {
    (self.tree, self.configuration, self.cache) = (tree, configuration, cache)
  }

  func add(path: String, origin: CodeFile.Origin, text: [UInt8]) -> CodeFile {
    let file = CodeFile(number: Int32(files.count), path: path, origin: origin, cache.parsed(path, text))
    files.append(file)
    if origin == .code, let path = TreePath(path) {
      reached.insert(path)
      follow(text, from: path)
    }
    return file
  }

  // MARK: Configuration

  func isBuilt(_ token: Int, in file: CodeFile) -> Bool {
    file.isBuilt(token) { holds($0) }
  }

  /// What a scenario does not set is not set.
  private func holds(_ atom: ConditionAtom) -> Bool {
    switch atom {
    case .isBuiltIn(let symbol): return configuration.contains(symbol)
    case .isModule: return false
    case .opaque:
      undefined.insert(atom.description)
      return false
    case .isDefined(let name):
      if name == "__KERNEL__" { return true }
      if files.contains(where: { $0.origin != .header && $0.names.macros[name] != nil }) { return true }
      undefined.insert(name)
      return false
    }
  }

  // MARK: Names

  /// The first file that has what is wanted under a name; the file that asks comes before the others of its kind.
  func first<Found>(_ name: String, from asking: CodeFile, _ find: (CodeFile) -> Found?) -> (CodeFile, Found)?
  {
    func look(_ origin: CodeFile.Origin) -> (CodeFile, Found)? {
      if asking.origin == origin, let found = find(asking) { return (asking, found) }
      for file in files where file.origin == origin && file !== asking {
        if let found = find(file) { return (file, found) }
      }
      return nil
    }
    if let found = look(.scenario) ?? look(.code) ?? look(.primitives) { return found }
    // A header of the file that asks, then all: those that say the name at all are parsed.
    if asking.origin == .header, let found = find(asking) { return (asking, found) }
    let search = WordSearch(name)
    var index = 0
    while index < headers.count || readHeader() {
      defer { index += 1 }
      guard headers[index].words.holds(search) else { continue }
      let file = parsed(index)
      if let found = find(file) { return (file, found) }
    }
    return nil
  }

  private func parsed(_ index: Int) -> CodeFile {
    if let file = headers[index].file { return file }
    let file = add(path: headers[index].path.description, origin: .header, text: headers[index].text)
    headers[index].file = file
    return file
  }

  func function(named name: String, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(name, from: file) { file in
      let readings = declared(name, .function, in: file)
      return readings.min {
        file.syntax.opaqueNodes(inBodyOf: $0).count < file.syntax.opaqueNodes(inBodyOf: $1).count
      }
    }
  }

  /// The declarator of a function that is declared.
  func prototype(named name: String, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(name, from: file) { declared(name, .prototype, in: $0).first }
  }

  func variable(named name: String, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(name, from: file) { file in
      // One that is initialised is the definition.
      let found = declared(name, .variable, in: file)
      let definitions = found.filter { !isExtern($0, in: file) }
      return definitions.first { file.syntax[$0].flags.contains(.hasInitialiser) } ?? definitions.first
    }
  }

  /// `extern` at its beginning.
  private func isExtern(_ declarator: NodeID, in file: CodeFile) -> Bool {
    guard let declaration = file.syntax.parent(of: declarator) else { return false }
    return file.syntax[declaration].tokens.prefix(3).contains { file.syntax.isSpelled("extern", atToken: $0) }
  }

  /// What declares a variable that is defined in no file that was read.
  func externVariable(named name: String, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(name, from: file) { file in declared(name, .variable, in: file).first { isExtern($0, in: file) } }
  }

  func typedef(named name: String, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(name, from: file) { declared(name, .typedef, in: $0).first }
  }

  func enumerator(named name: String, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(name, from: file) { declared(name, .enumerator, in: $0).first }
  }

  /// The body of a struct, union or enum.
  func tag(_ tag: String, _ kind: NodeKind, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(tag, from: file) { file in
      (file.names.tags[tag] ?? []).first {
        file.syntax[$0].kind == kind && isBuilt(file.syntax[$0].tokens.lowerBound, in: file)
      }
    }
  }

  /// nil also where a function or a variable of that name comes first.
  func macro(named name: String, from file: CodeFile) -> (CodeFile, MacroDefinition)? {
    guard let found = first(name, from: file, { macro(named: name, in: $0) }) else { return nil }
    let isHidden = files.contains { other in
      other.origin.rawValue < found.0.origin.rawValue
        && (other.names.ordinary[name] ?? []).contains { $0.kind == .function || $0.kind == .variable }
    }
    return isHidden ? nil : found
  }

  func macro(named name: String, in file: CodeFile) -> MacroDefinition? {
    // The last definition that holds is the one that stands at the end.
    (file.names.macros[name] ?? []).map { file.syntax.macros[$0] }.last { isBuilt($0.name, in: file) }
  }

  /// A macro's call outside of functions whose first argument is a name: `DEFINE_MUTEX(lock)`.
  func declaringCall(of name: String, from file: CodeFile) -> (CodeFile, NodeID)? {
    first(name, from: file) { file in
      guard file.names.uncertain.contains(name) else { return nil }
      return file.syntax.children(of: file.syntax.root).lazy
        .flatMap { node in [node] + file.syntax.children(of: node) }
        .first { node in
          guard file.syntax[node].kind == .macroCall, let argument = file.syntax.child(0, of: node) else {
            return false
          }
          return file.syntax[argument].kind == .identifier && file.syntax.name(of: argument) == name
            && isBuilt(Int(file.syntax[node].main), in: file)
        }
    }
  }

  private func declared(_ name: String, _ kind: FileNames.Kind, in file: CodeFile) -> [NodeID] {
    (file.names.ordinary[name] ?? []).filter {
      $0.kind == kind && isBuilt(Int(file.syntax[$0.node].main), in: file)
    }.map(\.node)
  }

  // MARK: Headers

  /// Reads the next header that is included; false where there is none left.
  private func readHeader() -> Bool {
    while next < queue.count {
      guard headers.count < Self.mostHeaders else { return false }
      let path = queue[next]
      next += 1
      guard reached.insert(path).inserted, let text = try? tree.bytes(of: path) else { continue }
      headers.append(Header(path: path, text: text, words: cache.words(path.description, text), file: nil))
      follow(text, from: path)
      return true
    }
    return false
  }

  /// Notes what a text includes.
  ///
  /// Source: the top Makefile, `LINUXINCLUDE`. Of the architectures x86 stands for all: what differs between them, a
  /// scenario replaces by stubs.
  private func follow(_ text: [UInt8], from path: TreePath) {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard let mark = line.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }), line[mark] == UInt8(ascii: "#"),
        let word = line[(mark + 1)...].firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
        line[word...].starts(with: "include".utf8),
        let open = line[word...].firstIndex(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "\"") }),
        let close = line[(open + 1)...].firstIndex(where: {
          $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "\"")
        })
      else { continue }
      let name = String(decoding: line[(open + 1)..<close], as: UTF8.self)
      var candidates = [
        "include/\(name)", "include/uapi/\(name)", "arch/x86/include/\(name)",
        "arch/x86/include/uapi/\(name)",
      ]
      if name.hasPrefix("asm/") { candidates.append("include/asm-generic/\(name.dropFirst(4))") }
      if line[open] == UInt8(ascii: "\""), let folder = path.folder {
        candidates.insert("\(folder)/\(name)", at: 0)
      }
      for candidate in candidates {
        if let path = TreePath(candidate), !reached.contains(path) { queue.append(path) }
      }
    }
  }
}
