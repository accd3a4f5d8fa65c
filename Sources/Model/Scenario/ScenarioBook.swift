// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import SourceText

/// The pages that scenarios are made of, and the library of primitives that all of them know.
public struct ScenarioBook: Sendable {
  /// Scenarios, and what they name with `with`.
  public let pages: [ScenarioPage]
  public let library: [ScenarioPage]

  public init(pages: [ScenarioPage] = [], library: [ScenarioPage] = []) {
    (self.pages, self.library) = (pages, library)
  }

  /// Every scenario, in the order of the pages, and the pages that should be one and are not.
  public var all: (scenarios: [Scenario], problems: [ScenarioError]) { parsed { _ in true } }

  /// The scenarios whose code is in one of some files.
  ///
  /// Most patches meet none, so a page is read only where it says such a path at all.
  public func scenarios(on paths: Set<TreePath>) -> (scenarios: [Scenario], problems: [ScenarioError]) {
    let (scenarios, problems) = parsed { $0.names(oneOf: paths) }
    return (scenarios.filter { !paths.isDisjoint(with: $0.code) }, problems)
  }

  private func parsed(where isWanted: (ScenarioPage) -> Bool) -> ([Scenario], [ScenarioError]) {
    var (scenarios, problems): ([Scenario], [ScenarioError]) = ([], [])
    for page in pages where page.isScenario && isWanted(page) {
      do throws(ScenarioError) {
        scenarios.append(try Scenario(page))
      } catch {
        problems.append(error)
      }
    }
    return (scenarios, problems)
  }
}

extension ScenarioPage {
  /// Whether one of its words is one of some paths. Read once, however many they are.
  fileprivate func names(oneOf paths: Set<TreePath>) -> Bool {
    var text = text.utf8[...]
    while let start = text.firstIndex(where: \.isOfPath) {
      let word = text[start...].prefix(while: \.isOfPath)
      text = text[word.endIndex...]
      guard word.contains(UInt8(ascii: ".")), let path = TreePath(String(Substring(word))) else { continue }
      if paths.contains(path) { return true }
    }
    return false
  }
}

extension UInt8 {
  /// Pages set paths apart by blanks, commas and quotes.
  fileprivate var isOfPath: Bool { self > UInt8(ascii: " ") && !Self.marks.contains(self) }

  private static let marks = Array(",;:\"'`()[]{}<>".utf8)
}

extension Scenario {
  /// The names that the scenario may come to in the files of its code: what its pages say, and what those functions,
  /// variables and macros say in turn. What only a header leads to is not among them.
  public func reachedNames(in tree: any SourceTree, of book: ScenarioBook) -> Set<String> {
    var bodies: [String: [Set<String>]] = [:]
    for path in code {
      guard let text = files[path] ?? (try? tree.bytes(of: path)) else { continue }
      let syntax = SyntaxTree(parsing: TokenBuffer(lexing: text))
      let names = FileNames(of: syntax)
      for (name, declared) in names.ordinary where declared.contains(where: { $0.kind != .prototype }) {
        bodies[name, default: []] += declared.map { syntax.identifiers(in: syntax[$0.node].tokens) }
      }
      for (name, macros) in names.macros {
        bodies[name, default: []] += macros.map { syntax.identifiers(in: syntax.macros[$0].body) }
      }
    }
    var reached: Set<String> = []
    var open = blocks + ((try? companions(in: book.pages)) ?? []).flatMap(\.blocks)
    open.removeAll { $0.language != "c" }
    let buffer = TokenBuffer(lexing: Array(open.flatMap(\.lines).joined(separator: "\n").utf8))
    var queue = buffer.tokens.filter { $0.kind == .identifier }
      .map { String(decoding: buffer.text[Int($0.start)..<Int($0.end)], as: UTF8.self) }
    while let name = queue.popLast() {
      guard let said = bodies[name], reached.insert(name).inserted else { continue }
      for names in said { queue += names.filter { !reached.contains($0) } }
    }
    return reached
  }
}

extension SyntaxTree {
  fileprivate func identifiers(in tokens: Range<Int>) -> Set<String> {
    var names: Set<String> = []
    for token in tokens where buffer.tokens[token].kind == .identifier {
      names.insert(spelling(ofToken: token))
    }
    return names
  }
}
