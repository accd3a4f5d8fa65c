// SPDX-License-Identifier: GPL-2.0-or-later

internal import Yams

/// YAML of which the texts are wanted, and no types.
enum PlainYAML {
  /// The first document; nil where there is none.
  ///
  /// The library's defaults compile regular expressions that tell numbers and dates from texts, and ask the environment
  /// for each document: a start reads a hundred.
  /// - Throws: `YamlError`
  static func node(_ text: String) throws -> Node? { try Yams.compose(yaml: text, .basic, .default, .utf8) }
}
