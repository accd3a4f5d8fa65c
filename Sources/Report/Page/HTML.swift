// SPDX-License-Identifier: GPL-2.0-or-later

/// A piece of HTML. Text becomes one only with its special characters replaced, so nothing that a mail says is ever markup.
struct HTML {
  private(set) var source: String

  /// Text, as it shall be read.
  init(text: String) { source = MarkupText.escaped(text) }

  /// An element with its content.
  /// - Parameters:
  ///   - name: with classes behind dots, `p.note`; both are ours, never a mail's.
  ///   - attributes: values are text.
  init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: HTML...) {
    self.init(name, attributes, content)
  }

  init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: [HTML]) {
    let words = "\(name)".split(separator: ".")
    let tag = words.first.map(String.init) ?? "span"
    let classes = words.dropFirst().joined(separator: " ")
    source = "<\(tag)"
    if !classes.isEmpty { source += " class=\"\(classes)\"" }
    for (key, value) in attributes { source += " \(key)=\"\(MarkupText.escaped(value))\"" }
    if Self.void.contains(tag) {
      source += "/>"
    } else {
      source += ">"
      for piece in content { source += piece.source }
      source += "</\(tag)>"
    }
    if Self.blocks.contains(tag) { source += "\n" }
  }

  /// Pieces one behind the other.
  init(_ pieces: [HTML]) { source = pieces.map(\.source).joined() }

  /// Without content.
  private static let void: Set = ["br"]
  private static let blocks: Set = [
    "article", "aside", "details", "div", "h1", "h2", "header", "li", "nav", "ol", "p", "section", "table",
    "tr",
    "ul",
  ]
}
