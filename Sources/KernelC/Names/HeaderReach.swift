// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
public import SourceText

/// The headers that a file includes on one architecture, each with the condition under which it does.
public struct HeaderReach {
  let graph: HeaderGraph
  private let isCommon: Bool
  private let besides: MakefileFolders
  /// The numbers of the headers in the order in which they were found, without the file itself.
  private var order: [Int] = []
  /// By the number in the graph; never where a header is not reached.
  private var conditions: [Formula] = []
  /// Headers that the file or those beside it include, and that the tree does not have.
  public private(set) var missing: [String] = []
  /// Whether the file includes a header of the compiler: `<arm_neon.h>`.
  let seesCompilersHeaders: Bool

  /// How many of them are included whatever the configuration is: those come first.
  private var alwaysCount = 0
  /// Whether some condition was given up, so that it and those that hang on it may be more than there is.
  private var isOverstated = false

  /// How often a header's condition may grow before it counts as there.
  private static let mostGrowth = 6
  /// Headers of one file. More are a sign of something else.
  private static let most = 20_000

  /// - Parameters:
  ///   - folders: where includes are looked for besides, as the file's Makefile says.
  ///   - isCommon: whether only those are followed that are the same for all architectures.
  public init(
    of file: ParsedFile, in graph: HeaderGraph, folders: [TreePath] = [], isCommon: Bool = false
  ) {
    let besides = MakefileFolders(graph: graph, folders: folders)
    (self.graph, self.isCommon, self.besides) = (graph, isCommon, besides)
    let own = ConditionalIncludes(in: file.syntax.buffer)
    var (edges, missing) = graph.resolve(own.all, own.table, from: file.path)
    edges += besides.edges(missing)
    missing.removeAll { besides.header($0.name) != nil }
    // What every unit of the kernel is compiled with.
    for name in ["linux/kconfig.h", "linux/compiler_types.h"] {
      for header in graph.search.headers(IncludeName(name: Array(name.utf8), isSystem: true), from: file.path)
      {
        edges.append(HeaderGraph.Edge(target: graph.number(of: header), condition: .always))
      }
    }
    seesCompilersHeaders = missing.contains { $0.name.isOfCompiler && $0.condition != .never }
    note(missing)
    follow(edges, from: file.path)
  }

  /// When a header is reached; never where it is not.
  func condition(of path: TreePath) -> Formula {
    graph.number(at: path).map { condition(of: $0) } ?? .never
  }

  /// The same by the header's number in the graph.
  func condition(of number: Int) -> Formula { number < conditions.count ? conditions[number] : .never }

  /// When a header is reached for certain: less than there may be, where the conditions were too many.
  func certainCondition(of path: TreePath) -> Formula {
    guard let number = graph.number(at: path) else { return .never }
    return isOverstated && !order.prefix(alwaysCount).contains(number) ? .never : condition(of: number)
  }

  /// The headers that something holds of, in the order in which they were found.
  func headers(where isWanted: (Header) -> Bool) -> [(header: Header, condition: Formula)] {
    order.compactMap { number in
      let header = graph.header(number)
      return isWanted(header) ? (header, conditions[number]) : nil
    }
  }

  /// The numbers of all of them, in that order.
  var numbers: [Int] { order }

  private mutating func note(_ missing: [(name: IncludeName, condition: Formula)]) {
    for (name, condition) in missing where condition != .never && !name.isElsewhere {
      self.missing.append(String(decoding: name.name, as: UTF8.self))
    }
  }

  private mutating func follow(_ edges: [HeaderGraph.Edge], from path: TreePath) {
    var growth: [Int: Int] = [:]
    // What is there always first: it needs no formulas.
    var (certain, perhaps) = (
      edges.filter { $0.condition == .always }, edges.filter { $0.condition != .always }
    )
    perhaps.reverse()
    var isAlways = true
    while let edge = certain.popLast() ?? perhaps.popLast(), order.count < Self.most {
      if isAlways, edge.condition != .always {
        (alwaysCount, isAlways) = (order.count, false)
      }
      if edge.target >= conditions.count {
        conditions += repeatElement(.never, count: graph.count - conditions.count)
      }
      let before = conditions[edge.target]
      if before == .always || isCommon && graph.isOfArchitecture(edge.target) { continue }
      var now = before == .never ? edge.condition : graph.or(before, edge.condition)
      if now == before { continue }
      if before == .never {
        order.append(edge.target)
      } else {
        growth[edge.target, default: 0] += 1
        if growth[edge.target, default: 0] > Self.mostGrowth {
          now = .always
          isOverstated = true
        }
      }
      conditions[edge.target] = now
      for next in besides.edges(of: edge.target) {
        let condition = now == .always ? next.condition : graph.and(now, next.condition)
        guard condition != .never, self.condition(of: next.target) != .always else { continue }
        let step = HeaderGraph.Edge(target: next.target, condition: condition)
        if condition == .always { certain.append(step) } else { perhaps.append(step) }
      }
    }
    for number in order {
      guard !graph.missing(number).isEmpty else { continue }
      let missing = graph.missing(number).filter { besides.header($0.name) == nil }
      let header = graph.header(number).path
      note(
        missing.filter {
          $0.name.isOfMacro
            ? !header.isOfTracing : !header.isOfTheWholeTree || $0.name.isOfAMachine(in: header)
        })
    }
    if let own = graph.number(at: path), let place = order.firstIndex(of: own) {
      order.remove(at: place)
      alwaysCount -= place < alwaysCount ? 1 : 0
    }
  }
}

/// The folders that a file's Makefile has the compiler look into besides: for what the file includes, and its headers.
private struct MakefileFolders {
  let graph: HeaderGraph
  let folders: [TreePath]

  func header(_ name: IncludeName) -> Header? {
    folders.lazy.compactMap { folder in
      (try? folder.appending(name.name)).flatMap { graph.source.header($0) }
    }.first
  }

  /// What a header includes.
  func edges(of number: Int) -> [HeaderGraph.Edge] {
    let edges = graph.edges(of: number)
    // Mostly nothing is missing, and thousands of headers are asked.
    return graph.missing(number).isEmpty ? edges : edges + self.edges(graph.missing(number))
  }

  /// What is there of the includes that nothing else has.
  func edges(_ missing: [(name: IncludeName, condition: Formula)]) -> [HeaderGraph.Edge] {
    guard !folders.isEmpty else { return [] }
    return missing.compactMap { miss in
      header(miss.name).map { HeaderGraph.Edge(target: graph.number(of: $0), condition: miss.condition) }
    }
  }
}

extension IncludeName {
  /// Headers that are in no folder of the tree's.
  fileprivate var isOfCompiler: Bool { isSystem && !isOfMacro && !name.contains(UInt8(ascii: "/")) }

  /// Headers that an architecture's Makefile finds in the folder of the machine that is built for: those with such a folder in
  /// their name, and in the headers of an architecture (mips) those with none.
  fileprivate func isOfAMachine(in header: TreePath) -> Bool {
    isSystem && !name.contains(UInt8(ascii: "/")) && header.bytes.starts(with: "arch/".utf8)
      || ["platform/", "variant/", "mach/", "plat/"].contains { name.starts(with: $0.utf8) }
  }
}

extension TreePath {
  /// Whether it is one of the headers that include once more what is traced: they declare nothing else.
  fileprivate var isOfTracing: Bool { bytes.starts(with: "include/trace/".utf8) }

  /// Whether a header is there for all: what such one wants and the tree does not have, it wants elsewhere.
  fileprivate var isOfTheWholeTree: Bool {
    bytes.starts(with: "include/".utf8) || bytes.starts(with: "arch/".utf8)
  }
}
