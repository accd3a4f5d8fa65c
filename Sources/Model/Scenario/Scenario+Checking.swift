// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import SourceText

extension Scenario {
  /// Runs the scenario on the code of a tree.
  /// - Parameters:
  ///   - tree: with the patches under test applied.
  ///   - book: where the library is, and the pages that it names with `with`.
  ///   - cache: what other scenarios have read.
  ///   - reduces: false for a search that takes no short cut.
  ///   - clock: seconds since some moment.
  public func check(
    in tree: any SourceTree, of book: ScenarioBook, limits: SearchLimits = SearchLimits(),
    reduces: Bool = true, cache: CodeCache = CodeCache(),
    clock: () -> Double
  ) throws(ScenarioError) -> Exploration {
    var explorer = try explorer(in: tree, of: book, limits, reduces: reduces, cache, clock)
    return try explorer.run(page: path, clock: clock)
  }

  /// Makes one execution again.
  /// - Parameter token: `Violation.replay`
  public func replay(
    _ token: String, in tree: any SourceTree, of book: ScenarioBook, limits: SearchLimits = SearchLimits(),
    clock: () -> Double
  ) throws(ScenarioError) -> Violation {
    var explorer = try explorer(in: tree, of: book, limits, reduces: true, CodeCache(), clock)
    return try explorer.replay(token, page: path, clock: clock)
  }

  private func explorer(
    in tree: any SourceTree, of book: ScenarioBook, _ limits: SearchLimits, reduces: Bool,
    _ cache: CodeCache, _ clock: () -> Double
  ) throws(ScenarioError) -> Explorer {
    var specification: Specification?
    if let refines {
      let other = try Scenario(page("refines", refines, in: book.pages))
      specification = try Specification(
        other.id, other.program(in: tree, of: book, cache), limits, page: other.path, clock: clock)
    }
    return Explorer(
      try program(in: tree, of: book, cache), limits, reduces: reduces, specification: specification)
  }

  /// The scenario's program, compiled.
  func program(in tree: any SourceTree, of book: ScenarioBook, _ cache: CodeCache) throws(ScenarioError)
    -> Program
  {
    let base = CodeBase(tree: tree, configuration: configuration, cache: cache)
    let file = try add(path, source, to: base)
    for page in try companions(in: book.pages) {
      _ = try add(page.path, Self.source(of: page.blocks), to: base)
    }
    for path in code {
      let text: [UInt8]?
      do throws(SourceTreeError) {
        text = try tree.bytes(of: path)
      } catch {
        throw .codeUnreadable(page: self.path, path: path.description, why: "\(error)")
      }
      guard let text else { throw .codeMissing(page: self.path, path: path.description) }
      _ = base.add(path: path.description, origin: .code, text: text)
    }
    Self.add(book.library, to: base)
    let builder = ProgramBuilder(base: base)
    var program = try builder.build(file, failures: failures)
    for (number, thread) in program.threads.enumerated() where mayWait.contains(thread.name) {
      program.mayWait.insert(number)
    }
    return program
  }

  /// The library's C.
  static func add(_ library: [ScenarioPage], to base: CodeBase) {
    for page in library {
      guard let text = PageText(page.text), let blocks = try? PageBlock.all(in: text) else { continue }
      _ = base.add(path: page.path, origin: .primitives, text: source(of: blocks))
    }
  }

  /// A page's C among the code of the scenario.
  /// - Throws: `.malformedCode`
  private func add(_ page: String, _ text: [UInt8], to base: CodeBase) throws(ScenarioError) -> CodeFile {
    let file = base.add(path: page, origin: .scenario, text: text)
    if let opaque = file.syntax.descendants(of: file.syntax.root).first(where: {
      file.syntax[$0].kind == .opaque
    }) {
      throw .malformedCode(
        page: page, line: Int(file.syntax.buffer.tokens[Int(file.syntax[opaque].main)].line),
        why: file.syntax.construct(ofOpaque: opaque))
    }
    return file
  }
}
