// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Reads the files of one architecture into a `KconfigDraft`, line by line and without recursion.
///
/// Source: `Documentation/kbuild/kconfig-language.rst`, `scripts/kconfig/parser.y` and `menu.c`.
struct KconfigParser {
  var model = KconfigDraft()
  var expander: MacroExpander
  let tree: any SourceTree

  /// A file that is open, with how many blocks were open before it.
  struct Frame {
    var lexer: KconfigLexer
    var path: String
    var pathIndex: Int32
    var blocks: Int
    /// Files that its last line named and that are still to be read, the last first.
    var waiting: [String] = []
    var sourceLine = 0
  }

  /// `if`, `menu` or `choice`: what holds for everything inside.
  struct Block {
    var keyword: Keyword
    var line: Int
    /// With that of the blocks around it.
    var depends: KconfigExpression
    /// `visible if`, with that of the blocks around it.
    var visibility: KconfigExpression
    var choice: Int32?
  }

  var frames: [Frame] = []
  var blocks: [Block] = []
  var entry: Entry?
  var tokens: [KconfigToken] = []

  /// Where one file is read alone: the names on its `source` lines, each with what holds there.
  private(set) var passed: [(name: String, source: KconfigModel.Source)]?

  private var pathIndices: [String: Int32] = [:]
  private var filesRead = 0
  private var bytesRead = 0

  init(_ tree: any SourceTree, environment: [String: String], toolchain: Toolchain) {
    self.tree = tree
    expander = MacroExpander(environment: environment, toolchain: toolchain)
  }

  /// Reads a file and all that it sources.
  static func model(
    of root: String, in tree: any SourceTree, environment: [String: String], toolchain: Toolchain
  ) -> KconfigModel {
    var parser = KconfigParser(tree, environment: environment, toolchain: toolchain)
    parser.open(root, from: 0)
    parser.run()
    parser.model.finish()
    return KconfigModel(parser.model)
  }

  /// Reads one file and none that it sources.
  /// - Parameters:
  ///   - depends: what the blocks around its `source` line depend on.
  ///   - visibility: `visible if` of those.
  mutating func readAlone(
    _ path: String, depends: KconfigExpression, visibility: KconfigExpression
  ) {
    passed = []
    blocks = [Block(keyword: .if, line: 0, depends: depends, visibility: visibility, choice: nil)]
    open(path, from: 0)
    run()
    model.finish()
  }

  private mutating func run() {
    while let top = frames.indices.last {
      if let next = frames[top].waiting.popLast() {
        open(next, from: frames[top].sourceLine)
        continue
      }
      var lexer = frames[top].lexer
      do {
        guard let line = try lexer.nextLine(&model.words, &tokens, &expander) else {
          closeFile()
          continue
        }
        frames[top].lexer = lexer
        statement(at: line)
      } catch {
        let line = lexer.line
        lexer.skipLine()
        frames[top].lexer = lexer
        report(error, at: line)
      }
    }
    finishEntry()
  }

  private mutating func report(_ failure: MacroExpander.Failure, at line: Int) {
    switch failure {
    case .unterminated: report(.macro("a reference without its )"), at: line)
    case .recursive(let name): report(.macro("\(name) refers to itself"), at: line)
    case .tooLarge: report(.macro("too large"), at: line)
    case .demanded(let text): report(.error(text), at: line)
    }
  }

  mutating func report(_ cause: KconfigProblem.Cause, at line: Int) {
    guard model.problems.count < KconfigLimits.problems else { return }
    model.problems.append(KconfigProblem(path: frames.last?.path ?? "Kconfig", line: line, cause: cause))
  }

  // MARK: Files

  /// Notes the files that a line names; they are read before the next line, one after the other.
  mutating func source(_ pattern: String, isOptional: Bool, isRelative: Bool, at line: Int) {
    let folder = frames.last?.path.split(separator: "/").dropLast().joined(separator: "/") ?? ""
    let name = isRelative && !folder.isEmpty ? folder + "/" + pattern : pattern
    let found = SourceGlob.paths(matching: name, in: tree)
    if found.isEmpty && !isOptional { report(.missingFile(name), at: line) }
    frames[frames.count - 1].waiting = found.reversed()
    frames[frames.count - 1].sourceLine = line
  }

  /// What holds at the line that is read.
  private var source: KconfigModel.Source {
    KconfigModel.Source(
      parent: frames.last?.pathIndex ?? -1, depends: blocks.last?.depends ?? .yes,
      visibility: blocks.last?.visibility ?? .yes, isInChoice: blocks.contains { $0.choice != nil })
  }

  private mutating func open(_ name: String, from line: Int) {
    if passed != nil, !frames.isEmpty {
      let source = source
      passed?.append((name, source))
      return
    }
    guard !frames.contains(where: { $0.path == name }) else {
      return report(.recursiveSource(name), at: line)
    }
    guard frames.count < KconfigLimits.fileDepth, filesRead < KconfigLimits.files else {
      return report(.limit("files"), at: line)
    }
    guard let path = TreePath(name), let bytes = (try? tree.bytes(of: path)) ?? nil else {
      return report(.missingFile(name), at: line)
    }
    filesRead += 1
    bytesRead += bytes.count
    guard bytesRead <= KconfigLimits.bytes else { return report(.limit("bytes"), at: line) }
    let index = pathIndices[name] ?? Int32(model.paths.count)
    if pathIndices.updateValue(index, forKey: name) == nil {
      model.paths.append(name)
      model.sources.append(source)
    } else {
      model.sources[Int(index)].count += 1
    }
    expander.path = name
    frames.append(Frame(lexer: KconfigLexer(bytes), path: name, pathIndex: index, blocks: blocks.count))
  }

  private mutating func closeFile() {
    finishEntry()
    guard let frame = frames.last else { return }
    while blocks.count > frame.blocks, let block = blocks.popLast() {
      report(.unclosedBlock(block.keyword.text), at: block.line)
    }
    frames.removeLast()
    expander.path = frames.last?.path ?? ""
  }
}
