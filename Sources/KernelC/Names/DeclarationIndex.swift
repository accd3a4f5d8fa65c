// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// What the headers of a graph declare, by name: for many questions about many files. A few questions are answered
/// faster by looking for their words in the headers.
struct DeclarationIndex {
  /// A name in a header.
  struct Entry {
    /// Of the graph.
    var header: Int
    /// 1-based.
    var line: UInt32
    /// In the graph's table; the header's own way there is not in it.
    var condition: Formula
  }

  private(set) var ordinary: [String: [Entry]] = [:]
  private(set) var tags: [String: [Entry]] = [:]
  /// Names of which it is not known what they are.
  private(set) var uncertain: [String: [Entry]] = [:]
  /// What a header's macros put together names of.
  private(set) var pasted: [Int: Set<String>] = [:]
  private var isIndexed: Set<Int> = []

  func has(_ header: Int) -> Bool { isIndexed.contains(header) }

  /// - Parameter condition: that of a token of the file.
  mutating func add(_ header: Int, _ file: ParsedFile, condition: (Int) -> Formula) {
    guard isIndexed.insert(header).inserted else { return }
    let tokens = file.syntax.buffer.tokens
    func entry(_ token: Int) -> Entry {
      Entry(header: header, line: tokens[token].line, condition: condition(token))
    }
    for (name, places) in file.names.ordinary {
      ordinary[name, default: []] += places.map { entry(Int(file.syntax[$0.node].main)) }
    }
    for (name, places) in file.names.macros {
      ordinary[name, default: []] += places.map { entry(file.syntax.macros[$0].name) }
    }
    for (tag, nodes) in file.names.tags.merging(file.names.groupTags, uniquingKeysWith: +) {
      tags[tag, default: []] += nodes.map { entry(Int(file.syntax[$0].main)) }
    }
    if !file.names.uncertain.isEmpty {
      for index in tokens.indices where tokens[index].kind == .identifier {
        let name = file.syntax.spelling(ofToken: index)
        if file.names.uncertain.contains(name) { uncertain[name, default: []].append(entry(index)) }
      }
    }
    if !file.names.pasted.isEmpty { pasted[header] = file.names.pasted }
  }
}
