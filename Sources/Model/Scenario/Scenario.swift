// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText
internal import Yams

/// The text of a scenario's page, or of a page of the library, as it came from the program or from a file.
public struct ScenarioPage: Hashable, Sendable {
  public var path: String
  public var text: String

  public init(path: String, text: String) { (self.path, self.text) = (path, text) }

  /// Whether it is one of its own: a page without an `id` is a part that others name with `with`.
  public var isScenario: Bool {
    PageText(text)?.front.split(separator: "\n").contains { $0.hasPrefix("id:") } ?? true
  }
}

/// A page that says which code runs, with which threads, on what.
///
/// Front matter: `id`, `title`, `code` (files of the tree), and optionally `config` (symbols that are set), `fails` (what
/// may fail, by the names given to `fails()`), `may-wait` (threads that may wait for ever), `with` (pages beside it whose
/// blocks of C and whose variants it shares), `base` (what the code is called without a variant), `refines` (a scenario beside it that specifies what may be observed). Blocks of C hold `init()`,
/// the threads `thread_NAME()`, `final()`, and stubs; a block `diff` with `variant=NAME` is a patch to the code under test; a
/// block `c path=FILE` is a file of it.
public struct Scenario: Sendable {
  struct Variant: Hashable, Sendable {
    var name: String
    var diff: String
  }

  /// The page's path.
  public let path: String
  /// `group/name`.
  public let id: String
  public let title: String
  /// Files whose code is under test, in the order in which names are looked up.
  public let code: [TreePath]
  /// CONFIG symbols that are set, without the prefix.
  public let configuration: Set<String>
  public let failures: [String]
  public let mayWait: [String]
  /// Other pages whose code it has as well, by the name of their files beside it.
  public let companions: [String]
  /// The scenario that this one refines, by the name of its file beside it; nil for most.
  public let refines: String?
  /// What the code under test is called as it is.
  public let base: String
  /// Of this page; `variantNames(in:)` has those it shares as well.
  let variants: [Variant]
  /// Files of the code under test that the page brings.
  public let files: [TreePath: [UInt8]]
  let blocks: [PageBlock]

  /// What comes before the slash.
  public var group: String { id.split(separator: "/").first.map(String.init) ?? id }

  /// - Throws: `ScenarioError.malformedPage`
  public init(_ scenario: ScenarioPage) throws(ScenarioError) {
    path = scenario.path
    guard let page = PageText(scenario.text) else {
      throw .malformedPage(
        page: path, line: 1, why: "it does not begin with front matter between two lines ---")
    }
    let path = path
    let fields = try Self.fields(page.front, path)
    func words(_ key: String) throws(ScenarioError) -> [String] {
      switch fields[key] {
      case nil: return []
      case let list as [Any]: return list.map { "\($0)" }
      case let word as String: return word.split(separator: " ").map(String.init)
      default: throw .malformedPage(page: path, line: 1, why: "\(key) is no list")
      }
    }
    func word(_ key: String) throws(ScenarioError) -> String {
      guard let value = fields[key] as? String else {
        throw .malformedPage(page: path, line: 1, why: "\(key) is missing")
      }
      return value
    }
    id = try word("id")
    guard id.split(separator: "/").count == 2 else {
      throw .malformedPage(page: path, line: 1, why: "id is not of the form group/name: \(id)")
    }
    title = try word("title")
    var code: [TreePath] = []
    for word in try words("code") {
      guard let file = TreePath(word) else {
        throw .malformedPage(page: path, line: 1, why: "code names what is no path: \(word)")
      }
      code.append(file)
    }
    self.code = code
    configuration = Set(try words("config").map(Self.symbol))
    failures = try words("fails")
    mayWait = try words("may-wait")
    companions = try words("with")
    do throws(PageBlock.Unclosed) {
      blocks = try PageBlock.all(in: page)
    } catch {
      throw .malformedPage(page: path, line: error.line, why: "the block is not closed")
    }
    variants = try Self.variants(in: blocks, of: path)
    var files: [TreePath: [UInt8]] = [:]
    for block in blocks where block.language == "c" {
      guard let name = block.attributes["path"] else { continue }
      guard let file = TreePath(name) else {
        throw .malformedPage(page: path, line: block.firstLine - 1, why: "\(name) is no path")
      }
      files[file] = Array((block.lines.joined(separator: "\n") + "\n").utf8)
    }
    self.files = files
    base = fields["base"] as? String ?? "base"
    refines = fields["refines"] as? String
    guard blocks.contains(where: { $0.language == "c" && $0.attributes["path"] == nil }) else {
      throw .malformedPage(page: path, line: page.bodyLine, why: "there is no block of C")
    }
  }

  /// A CONFIG symbol, with or without the prefix, without it.
  public static func symbol(_ word: String) -> String {
    word.hasPrefix("CONFIG_") ? String(word.dropFirst("CONFIG_".count)) : word
  }

  private static func variants(in blocks: [PageBlock], of path: String) throws(ScenarioError) -> [Variant] {
    var variants: [Variant] = []
    for block in blocks where block.language == "diff" {
      guard let name = block.attributes["variant"] else {
        throw .malformedPage(page: path, line: block.firstLine - 1, why: "a diff has no variant=NAME")
      }
      variants.append(Variant(name: name, diff: block.lines.joined(separator: "\n") + "\n"))
    }
    return variants
  }

  /// Its variants, and those of the pages it names with `with`.
  private func allVariants(_ book: ScenarioBook) throws(ScenarioError) -> [Variant] {
    var all = variants
    for page in try companions(in: book.pages) { all += try Self.variants(in: page.blocks, of: page.path) }
    return all
  }

  /// What `diffs(of:in:)` knows, each once, in the order of the pages.
  public func variantNames(in book: ScenarioBook) -> [String] {
    var names: [String] = []
    for variant in (try? allVariants(book)) ?? [] where !names.contains(variant.name) {
      names.append(variant.name)
    }
    return names
  }

  /// The patches that make a variant, in the order of the page.
  /// - Parameter name: nil and `base` mean the code as it is.
  public func diffs(of name: String?, in book: ScenarioBook) throws(ScenarioError) -> [String] {
    // What runs no code of others is the same in every variant of it.
    guard let name, name != base, !code.isEmpty else { return [] }
    let found = try allVariants(book).filter { $0.name == name }
    guard !found.isEmpty else {
      throw .noSuchVariant(page: path, variant: name, known: [base] + variantNames(in: book))
    }
    return found.map(\.diff)
  }

  /// The pages that it names with `with`.
  func companions(in pages: [ScenarioPage]) throws(ScenarioError) -> [(path: String, blocks: [PageBlock])] {
    var found: [(path: String, blocks: [PageBlock])] = []
    for name in companions {
      let page = try page("with", name, in: pages)
      guard let text = PageText(page.text), let blocks = try? PageBlock.all(in: text) else {
        throw .malformedPage(
          page: page.path, line: 1, why: "it has no front matter, or a block that is not closed")
      }
      found.append((page.path, blocks))
    }
    return found
  }

  /// A page that this one names, from its folder.
  func page(_ key: String, _ name: String, in pages: [ScenarioPage]) throws(ScenarioError) -> ScenarioPage {
    let wanted = Self.path("\(name).md", beside: path)
    guard let page = pages.first(where: { $0.path == wanted }) else {
      throw .malformedPage(page: path, line: 1, why: "\(key): there is no page \(wanted)")
    }
    return page
  }

  /// `..` at the beginning of the name leads out of the page's folder.
  private static func path(_ name: String, beside page: String) -> String {
    var folders = page.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    var parts = name.split(separator: "/")[...]
    while parts.first == "..", !folders.isEmpty {
      parts.removeFirst()
      folders.removeLast()
    }
    return (folders + parts).joined(separator: "/")
  }

  private static let keys: Set<String> = [
    "id", "title", "code", "config", "fails", "may-wait", "with", "base", "refines",
  ]

  private static func fields(_ front: String, _ path: String) throws(ScenarioError) -> [String: Any] {
    let loaded: Any?
    do {
      loaded = try Yams.load(yaml: front)
    } catch {
      throw .malformedPage(page: path, line: 1, why: "the front matter is no YAML: \(error)")
    }
    guard let fields = loaded as? [String: Any] else {
      throw .malformedPage(page: path, line: 1, why: "the front matter has no keys")
    }
    if let unknown = fields.keys.filter({ !keys.contains($0) }).sorted().first {
      throw .malformedPage(page: path, line: 1, why: "unknown key \(unknown)")
    }
    return fields
  }

  /// The C of the page as one text that keeps its lines.
  var source: [UInt8] { Self.source(of: blocks) }

  static func source(of blocks: [PageBlock]) -> [UInt8] {
    var text = ""
    var line = 1
    for block in blocks where block.language == "c" && block.attributes["path"] == nil {
      while line < block.firstLine {
        text += "\n"
        line += 1
      }
      for row in block.lines {
        text += row + "\n"
        line += 1
      }
    }
    return Array(text.utf8)
  }
}
