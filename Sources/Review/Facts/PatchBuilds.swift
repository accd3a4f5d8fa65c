// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
public import KernelC
internal import KernelTree
internal import Mail
public import SourceText
public import TreeIndex
internal import UnifiedDiff

extension PatchFacts {
  /// The architectures of the tree, the most used ones first; none where nothing is known of what can be built.
  public var architectures: [String] { builds?.architectures ?? [] }
  /// How many of those are asked about every file.
  public var mainArchitectures: Int { TreeBuilds.mainArchitectures }

  /// The architectures that a file or folder may be of, the most used ones first.
  public func architectures(for path: TreePath) -> [String] {
    let folders = path.description.split(separator: "/").map(String.init)
    guard folders.count > 1, folders[0] == "arch" else { return architectures }
    if architectures.contains(folders[1]) { return [folders[1]] }
    // What lies in arch/ itself is all architectures'.
    return folders.count > 2 ? [] : architectures
  }

  /// What a body makes of the tree with this patch as it is built for one architecture; nil where nothing is known of
  /// that.
  /// - Parameter isBefore: whether the tree without the patch is meant.
  public func withBuild<Result: Sendable>(
    for architecture: String, isBefore: Bool = false, _ body: (ArchitectureBuild) -> Result
  ) -> Result? {
    guard let builds, let patched = patchedTree(isBefore: isBefore) else { return nil }
    return builds.with(patched, architecture: architecture, body)
  }

  /// The tree with or without this patch, for what can be built of it.
  func patchedTree(isBefore: Bool = false) -> TreeBuilds.Patched? {
    guard let tree = isBefore ? preimage : postimage, let headers else { return nil }
    let source = headerSource(of: tree, over: headers, isBefore: isBefore)
    return TreeBuilds.Patched(
      number: isBefore ? -number - 1 : number, tree: tree, headers: source, touched: tree.touched)
  }

  /// Where names of the tree are, with this patch on it; nil where nothing is known of what can be built.
  public var symbols: (any SymbolLookup)? { postimage.flatMap { symbols(of: $0, "symbols") } }

  /// Where they are without it.
  public var symbolsBefore: (any SymbolLookup)? { preimage.flatMap { symbols(of: $0, "symbols before") } }

  private func symbols(of tree: PatchedTree, _ key: String) -> (any SymbolLookup)? {
    guard let builds else { return nil }
    return shared(key) { OverlaidSymbols(builds.symbols, replacing: tree.touched, from: tree) }
  }

  /// The headers below `include/linux` that always declare a name, and those in which the series declares it.
  public func headersDeclaring(_ name: String) -> [(path: TreePath, line: UInt32)] {
    guard let headers, let postimage else { return [] }
    return shared("headers that declare \(name)") {
      let symbols = builds?.symbols
      let known = symbols?.isIndexed == true ? symbols?.declarations(of: name) : nil
      return headerSource(of: postimage, over: headers).headersDeclaring(
        name, among: known?.isComplete == true ? known.map { Set($0.places.map(\.path)).sorted() } : nil)
    }
  }

  /// The tree's headers with a patched tree's own ones over them.
  private func headerSource(of tree: PatchedTree, over headers: HeaderFiles, isBefore: Bool = false)
    -> IncludeClosure.Source
  {
    let changed =
      isBefore
      ? shared("headers before") { HeaderFiles(of: MeantTree(tree), search: .asks) }
      : parsed.headers(of: tree)
    return IncludeClosure.Source(headers, changed: changed, paths: Set(tree.touched))
  }

  /// The names that Kconfig files define, on whichever architecture, before the series; nil where that is not known.
  public var kconfigNames: KconfigNames? { builds?.kconfigNames }

  /// Whether some Kconfig file has a line that selects a symbol, with this patch; true where that is not known.
  public func isSelected(_ symbol: String) -> Bool {
    guard let kconfigNames, let postimage else { return true }
    return kconfigNames.isSelected(symbol)
      || postimage.touched.contains { path in
        guard FileSymbols.Kind(path.name) == .kconfig, let text = try? postimage.bytes(of: path) else {
          return false
        }
        return FileSymbols(of: text, as: .kconfig).settings.contains {
          $0.kind == .selected && $0.name == symbol
        }
      }
  }

  /// How many functions in headers below `include` do nothing but return one error, by the error's name.
  public var soleErrorsOfHeaders: [String: Int] {
    shared("errors of headers") {
      guard let headers else { return [:] }
      return IncludeClosure.Source(headers).soleErrors
    }
  }

  /// What several rules ask of the patch, worked out once.
  /// - Parameter key: says what it is.
  public func shared<Value: Sendable>(_ key: String, _ make: () -> Value) -> Value {
    parsed.shared(key, make)
  }

  /// The file that a unit of the new side is of, as it is compiled: the unit itself where it is whole, else the file of the tree, with
  /// those hunks that fit, and with the includes of the others. nil where the tree does not have it.
  public func compiledFile(of unit: SourceUnit) -> ParsedFile? {
    parsed.shared("file \(unit.path)") {
      // Hunks of earlier patches may be left out of a file that this one fits.
      if unit.isWhole, postimage?.fragments(of: unit.path).isEmpty != false {
        return ParsedFile(path: unit.path, syntax: unit.syntax)
      }
      for tree in [postimage, preimage] {
        if let tree, let text = try? MeantTree(tree).bytes(of: unit.path), text.count <= ChangedFile.largest {
          return ParsedFile(path: unit.path, syntax: SyntaxTree(parsing: TokenBuffer(lexing: text)))
        }
      }
      return nil
    }
  }

  /// A file as the patch leaves it, whether the patch touches it or not; nil where it is not in the tree, or not every hunk
  /// fits.
  public func wholeUnit(at path: TreePath) -> SourceUnit? {
    if let changed = changedFiles.first(where: { $0.change.newPath == path }) {
      return changed.isWhole ? changed.new.first : nil
    }
    guard let text = try? postimage?.bytes(of: path), text.count <= ChangedFile.largest else { return nil }
    return SourceUnit(path: path, text: text)
  }

  /// C files that include a header, those first that the patch touches, then those that include little before it: what it
  /// does not include itself they are the first to miss.
  public func includers(of header: TreePath) -> [TreePath] {
    shared("files that include \(header)") {
      guard let symbols else { return [] }
      let name = String(decoding: header.name, as: UTF8.self)
      func place(_ path: TreePath) -> Int {
        symbols.symbols(of: path)?.includes.firstIndex { $0.name.hasSuffix(name) } ?? Int.max
      }
      let touched = Set(postimage?.touched ?? [])
      let found = symbols.includers(of: header).paths.filter { $0.bytes.suffix(2).elementsEqual(".c".utf8) }
      let near = found.filter { touched.contains($0) }
      let far = found.filter { !touched.contains($0) }.prefix(Self.mostIncluders).map { ($0, place($0)) }
      return near + far.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }
  }

  private static let mostIncluders = 500

  /// Whether no Makefile has a C file, and another C file of its folder includes it.
  public func isOnlyIncluded(_ path: TreePath) -> Bool {
    shared("whether \(path) is only included") {
      guard let architecture = architectures.first,
        withBuild(for: architecture, { $0.build(of: path) == nil }) == true
      else { return false }
      let isIncludedByPatch = changedFiles.flatMap(\.new).contains { unit in
        unit.path.folder == path.folder && unit.path.bytes.suffix(2).elementsEqual(".c".utf8)
          && unit.syntax.includes.contains { $0.path.utf8.elementsEqual(path.name) }
      }
      return isIncludedByPatch || !filesBeside(including: path).isEmpty
    }
  }

  /// A file up to where it includes a header; nil where it does not.
  public func file(_ path: TreePath, upTo header: TreePath) -> ParsedFile? {
    shared("\(path) up to \(header)") {
      guard let file = wholeUnit(at: path), let architecture = architectures.first else { return nil }
      return withBuild(for: architecture) {
        $0.graph.prefix(of: ParsedFile(path: path, syntax: file.syntax), upTo: header)
      } ?? nil
    }
  }

  /// The headers of the tree that always define a struct or union, and where.
  public func headersDefining(_ tag: String) -> [(path: TreePath, line: UInt32)] {
    shared("headers that define \(tag)") {
      guard let found = symbols?.declarations(of: tag), found.isComplete else { return [] }
      return found.places.filter {
        [.structTag, .unionTag].contains($0.entry.kind) && $0.entry.condition == .always
          && !$0.path.bytes.starts(with: "arch/".utf8) && !$0.path.bytes.starts(with: "tools/".utf8)
      }.map { ($0.path, $0.entry.line) }
    }
  }

  /// Whether some header of the tree defines a struct or union, under whatever condition; false where that is not known.
  public func isDefined(_ tag: String) -> Bool {
    symbols?.declarations(of: tag).places.contains { [.structTag, .unionTag].contains($0.entry.kind) } == true
  }

  /// The C files below a folder whose build hangs on a CONFIG symbol.
  public func files(below folder: TreePath?, builtFor symbol: String) -> [TreePath] {
    guard let architecture = folder.map({ architectures(for: $0) })?.first ?? architectures.first else {
      return []
    }
    return withBuild(for: architecture) { $0.files(below: folder, builtFor: symbol) } ?? []
  }

  /// Whether a line of a file has a name together with a word that has to do with exports: `IWL_EXPORT_SYMBOL(name)`.
  public func mayExport(_ name: String, at path: TreePath) -> Bool {
    guard let text = (try? postimage?.bytes(of: path)) ?? nil else { return true }
    let search = WordSearch(name)
    return text.split(separator: UInt8(ascii: "\n")).contains { line in
      let line = Array(line)
      return search.isIn(line) && String(decoding: line, as: UTF8.self).contains("EXPORT")
    }
  }

  /// Whether an architecture has a header of its own in place of each of some generic ones, or of another architecture's, and
  /// no such header has a name.
  public func lacks(_ name: String, where headers: [TreePath], on architecture: String) -> Bool {
    guard let postimage, !headers.isEmpty else { return false }
    let search = WordSearch(name)
    return headers.allSatisfy { header in
      guard let own = header.ownHeaders(of: architecture) else { return false }
      let texts = own.compactMap { (try? postimage.bytes(of: $0)) ?? nil }
      return !texts.isEmpty && texts.allSatisfy { !search.isIn($0) }
    }
  }

  /// The C files in a header's folder that include it by its name.
  public func filesBeside(including header: TreePath) -> [TreePath] {
    guard let headers, let folder = header.folder else { return [] }
    return IncludeClosure.Source(headers).files(in: folder, including: Array(header.name))
  }

  /// Whether a hunk that does not fit may declare a name: then it is not in the tree, and counts as there.
  public func mayBringElsewhere(_ name: String, to path: TreePath) -> Bool {
    fragments.contains { (other, names) in (other == path || other.isHeader) && names.mayDeclare(name) }
  }

  /// What the lines declare that are in no file of the tree, as their hunks do not fit.
  private var fragments: [(path: TreePath, names: FileNames)] {
    parsed.fragments {
      guard let postimage else { return [] }
      return postimage.pathsWithFragments.flatMap { path in
        postimage.fragments(of: path).map { text in
          (path, FileNames(of: SyntaxTree(parsing: TokenBuffer(lexing: text), as: .fragment)))
        }
      }
    }
  }
}

extension TreePath {
  /// Where an architecture would have `asm/x.h` in place of this one; nil where it is no header of that kind.
  fileprivate func ownHeaders(of architecture: String) -> [TreePath]? {
    let parts = description.split(separator: "/")
    guard let folder = parts.lastIndex(where: { $0 == "asm-generic" || $0 == "asm" }) else { return nil }
    let name = parts[(folder + 1)...].joined(separator: "/")
    return ["include/asm", "include/uapi/asm"].compactMap { TreePath("arch/\(architecture)/\($0)/\(name)") }
  }

  fileprivate var isHeader: Bool { bytes.suffix(2).elementsEqual(".h".utf8) }
}
