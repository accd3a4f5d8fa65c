// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The headers that a file includes, all the way down, as far as a tree has them.
///
/// Conditionals are not evaluated: what is included under any condition is in. Where a name stands for one header an
/// architecture (`asm/…`), those of all the architectures that are asked for are in.
public struct IncludeClosure: Sendable {
  /// A tree's headers, and those of them that patches have changed.
  public struct Source: Sendable {
    let base: HeaderFiles
    let changed: HeaderFiles?
    let changedPaths: Set<TreePath>

    /// - Parameters:
    ///   - changed: the tree with patches on top, where there are some.
    ///   - paths: what those patches touch.
    public init(_ base: HeaderFiles, changed: HeaderFiles? = nil, paths: Set<TreePath> = []) {
      (self.base, self.changed, changedPaths) = (base, changed, paths)
    }

    /// Whether both are of one tree with the same patches on it.
    func isSame(as other: Source) -> Bool { base === other.base && changed === other.changed }

    private func files(_ path: TreePath) -> HeaderFiles {
      if let changed, changedPaths.contains(path) { return changed }
      return base
    }

    func header(_ path: TreePath) -> Header? { files(path).header(path) }
    func parsed(_ header: Header) -> ParsedFile { files(header.path).parsed(header) }
    func parse(_ header: Header) -> ParsedFile { files(header.path).parse(header) }
    func text(of header: Header) -> [UInt8] { files(header.path).text(of: header) }
    func conditionalIncludes(of header: Header) -> ConditionalIncludes {
      files(header.path).conditionalIncludes(of: header)
    }
    func certainCalls(inFunction function: NodeID, of file: ParsedFile) -> [CertainCall] {
      files(file.path).certainCalls(inFunction: function, of: file)
    }
    func isChanged(_ header: Header) -> Bool { changed != nil && changedPaths.contains(header.path) }
    /// The header as the patches leave it.
    func current(_ header: Header) -> Header? { isChanged(header) ? changed?.header(header.path) : header }

    /// How many functions below `include` do nothing but return one error, by the error's name.
    public var soleErrors: [String: Int] {
      var counts: [String: Int] = [:]
      for header in headersBelow("include") {
        counts.merge(TokenBuffer(lexing: text(of: header)).soleErrors) { $0 + $1 }
      }
      return counts
    }

    private func headersBelow(_ folder: String) -> [Header] {
      var found: [Header] = []
      var folders = [TreePath(folder)].compactMap { $0 }
      while let folder = folders.popLast() {
        for entry in (try? base.tree.entries(of: folder)) ?? [] {
          guard let path = try? folder.appending(entry.name) else { continue }
          if entry.kind == .folder { folders.append(path) }
          if entry.name.suffix(2).elementsEqual(".h".utf8), let header = header(path) { found.append(header) }
        }
      }
      return found
    }

    /// The headers below `include/linux` that always declare a name, and those in which patches declare it, and where: who
    /// includes one of them has it.
    /// - Parameter known: the headers of the tree that may do so; nil where they are to be searched.
    public func headersDeclaring(
      _ name: String, among known: [TreePath]? = nil
    ) -> [(path: TreePath, line: UInt32)] {
      let search = WordSearch(name)
      let brought = changedPaths.sorted().filter { $0.bytes.suffix(2).elementsEqual(".h".utf8) }.compactMap {
        base.header($0)?.mayDeclare(search) == true ? nil : changed?.header($0)
      }
      let isBrought = Set(brought.map(\.path))
      let folder = "include/linux"
      let below = known.map {
        $0.filter { $0.bytes.starts(with: "\(folder)/".utf8) }.compactMap { header($0) }
      }
      let common = (below ?? headersBelow(folder)).compactMap { current($0) }.filter {
        !isBrought.contains($0.path)
      }
      return (common + brought).compactMap { header in
        guard header.mayDeclare(search), let line = parsed(header).line(alwaysDeclaring: name) else {
          return nil
        }
        return (header.path, line)
      }
    }

    /// The C files of a folder that include a header by a name with quotes, whatever folders stand before it.
    public func files(in folder: TreePath, including name: [UInt8]) -> [TreePath] {
      neighbours(in: folder).filter { $0.includes(name) }.map(\.path)
    }

    /// The C files of a folder.
    func neighbours(in folder: TreePath) -> [Header] {
      let names = (try? base.tree.entries(of: folder))?.map(\.name) ?? []
      return names.filter { $0.suffix(2).elementsEqual(".c".utf8) }.prefix(Self.mostNeighbours).compactMap {
        (try? folder.appending($0)).flatMap { header($0) }
      }
    }

    private static let mostNeighbours = 400

    /// The architectures of the tree, sorted.
    var architectures: [String] {
      (try? base.tree.entries(of: TreePath("arch")))?.filter { $0.kind == .folder }.map {
        String(decoding: $0.name, as: UTF8.self)
      } ?? []
    }
  }

  /// Which architectures' headers are looked at, for a file that belongs to none.
  public enum Architectures: Hashable, Sendable {
    /// One by its folder: x86 is enough for most questions.
    case only(String)
    case all

    public static let one = Architectures.only("x86")
  }

  let source: Source
  /// In the order in which they were found.
  private(set) var headers: [Header] = []
  /// Headers that the file, or those beside it, include and that the tree does not have. What the tree's own headers
  /// for all want and do not have, they want elsewhere: on other systems, in other builds.
  public private(set) var missing: [String] = []

  /// Of all headers.
  public var paths: [TreePath] { headers.map(\.path) }
  /// Of those that the file names itself.
  public private(set) var named: [TreePath] = []

  /// Headers of one file. More are a sign of something else.
  private static let most = 20_000

  public init(
    of syntax: SyntaxTree, at path: TreePath, in source: Source, architectures: Architectures = .one
  ) {
    self.source = source
    let search = HeaderSearch(source, path, architectures)
    let own = syntax.includes.filter { $0.isLiteral(in: syntax) }.map {
      IncludeName(name: Array($0.path.utf8), isSystem: $0.isSystem)
    }
    // What every unit of the kernel is compiled with.
    let always = ["linux/kconfig.h", "linux/compiler_types.h"].map {
      IncludeName(name: Array($0.utf8), isSystem: true)
    }
    var implied = search.included(always, from: path)
    implied.missing = []
    var open = [search.included(own, from: path), implied]
    named = open[0].headers.map(\.path)
    var seen = Set<Int>()
    var seenChanged: Set<TreePath> = [path]
    while let found = open.popLast(), headers.count < Self.most {
      if !found.isShared {
        missing += found.missing.filter { !$0.isElsewhere }.map {
          String(decoding: $0.name, as: UTF8.self)
        }
      }
      for header in found.headers {
        if source.isChanged(header) {
          // Patches may change what it includes.
          guard seenChanged.insert(header.path).inserted, let current = source.current(header) else {
            continue
          }
          headers.append(current)
          open.append(search.included(current.includes, from: current.path))
        } else if seen.insert(header.number).inserted, header.path != path {
          headers.append(header)
          open.append(search.included(by: header))
        }
      }
    }
  }
}

extension Include {
  /// Whether the name is there, not a macro that stands for it.
  fileprivate func isLiteral(in syntax: SyntaxTree) -> Bool {
    let kind = syntax.buffer.tokens[name].kind
    return kind == .string || kind == .headerName
  }
}

extension IncludeName {
  /// Headers that only a build makes, or that user space has for its own programs.
  var isElsewhere: Bool {
    ["generated/", "asm/", "uapi/asm/", "config/", "sys/", "netinet/", "arpa/"].contains {
      name.starts(with: $0.utf8)
    } || ["stdint.h", "stddef.h", "string.h", "stdio.h", "time.h"].contains { name.elementsEqual($0.utf8) }
  }
}
