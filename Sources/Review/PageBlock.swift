// SPDX-License-Identifier: GPL-2.0-or-later

/// A fenced block of a page, with the heading it stands under.
struct PageBlock {
  /// The word behind the fence: `diff`, `mail`, `c`, `config`, `pattern`.
  var language: String
  /// `key=value` words behind it.
  var attributes: [String: String]
  /// The `## ` heading above it.
  var heading: String
  var lines: [Substring]
  /// Number of its first line in the page, 1-based.
  var firstLine: Int

  static func all(in body: [Substring], firstLine: Int, path: String) throws(RulePageError) -> [PageBlock] {
    var blocks: [PageBlock] = []
    var heading = ""
    var open: (fence: Substring, block: PageBlock)?
    for (offset, line) in body.enumerated() {
      if let (fence, block) = open {
        if line == fence {
          blocks.append(block)
          open = nil
        } else {
          open?.block.lines.append(line)
        }
      } else if line.hasPrefix("```") {
        let fence = line.prefix { $0 == "`" }
        let words = line.dropFirst(fence.count).split(separator: " ")
        var attributes: [String: String] = [:]
        for word in words.dropFirst() {
          let pair = word.split(separator: "=", maxSplits: 1)
          if pair.count == 2 { attributes[String(pair[0])] = String(pair[1]) }
        }
        let block = PageBlock(
          language: words.first.map(String.init) ?? "",
          attributes: attributes, heading: heading, lines: [],
          firstLine: firstLine + offset + 1)
        open = (fence, block)
      } else if line.hasPrefix("## ") {
        heading = String(line.dropFirst(3))
      }
    }
    if let (_, block) = open {
      throw RulePageError(path: path, line: block.firstLine - 1, kind: .unclosedBlock)
    }
    return blocks
  }
}
