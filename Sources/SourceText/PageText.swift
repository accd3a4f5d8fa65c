// SPDX-License-Identifier: GPL-2.0-or-later

/// A page of Markdown with front matter: of a rule, of a scenario.
public struct PageText: Sendable {
  /// What stands between the two lines `---`.
  public var front: String
  public var body: [Substring]
  /// Number of the body's first line in the page, 1-based.
  public var bodyLine: Int

  /// nil where the page does not begin with `---` and have another below it.
  public init?(_ text: String) {
    // Bytes: to find where characters end would take most of the time in which a program starts.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      Substring($0)
    }
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else { return nil }
    front = lines[1..<end].joined(separator: "\n")
    body = Array(lines[(end + 1)...])
    bodyLine = end + 2
  }
}

/// A fenced block of a page, with the heading it stands under.
public struct PageBlock: Sendable {
  /// The word behind the fence: `diff`, `mail`, `c`, `config`, `pattern`.
  public var language: String
  /// `key=value` words behind it.
  public var attributes: [String: String]
  /// The `## ` heading above it.
  public var heading: String
  public var lines: [Substring]
  /// Number of its first line in the page, 1-based.
  public var firstLine: Int

  /// Its lines, each with its end.
  public var text: String { lines.map { $0 + "\n" }.joined() }

  /// A fence that nothing closes, by its line (1-based).
  public struct Unclosed: Error, Hashable, Sendable {
    public var line: Int
  }

  public static func all(in page: PageText) throws(Unclosed) -> [PageBlock] {
    let (body, firstLine) = (page.body, page.bodyLine)
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
      throw Unclosed(line: block.firstLine - 1)
    }
    return blocks
  }
}
