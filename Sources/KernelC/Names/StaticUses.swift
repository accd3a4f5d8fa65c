// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

// A static function that nothing uses is worth a warning to the compiler. It counts what the preprocessor leaves: a call
// behind `if (0)` is a use, an argument that a macro drops is none.

extension BuiltUnit {
  /// When the tokens that have the name of a static function or variable use it; nil where macros may use it in a way that is
  /// not seen.
  public func useCondition(of name: String, at places: [Int]) -> Formula? {
    var used = Formula.never
    for token in places where used != .always {
      used = graph.or(used, keeping(condition(ofTokenAt: token), at: token, in: file.syntax, for: .text))
    }
    return used != .always && mayBePasted(name) ? nil : used
  }

  /// Whether a head has nothing but words, none of which tells the compiler that the function or variable may be unused.
  public func warnsOfUnused(_ declared: NodeID) -> Bool {
    let words = file.syntax.headWords(of: declared)
    return words.contains("static") && !words.contains { mayHideUnused($0, 0) }
  }

  private func mayHideUnused(_ word: String, _ depth: Int) -> Bool {
    guard depth < 4, !Self.hiding.contains(where: { word.contains($0) }) else { return true }
    // What is defined under another name is a macro of the compiler's, or of the kernel.
    guard word.hasPrefix("_") || word == word.uppercased() else { return false }
    let meanings = meanings(of: word)
    if meanings.isUnclear { return true }
    return meanings.bodies.contains { body in
      guard let macro = body.file.syntax.macros.first(where: { $0.name == body.token }) else { return true }
      return macro.body.contains { token in
        body.file.syntax.buffer.tokens[token].kind == .identifier
          && mayHideUnused(body.file.syntax.spelling(ofToken: token), depth + 1)
      }
    }
  }

  private static let hiding = [
    "unused", "used", "inline", "attribute", "constructor", "alias", "weak", "asm",
  ]

  /// Whether a part of the name stands in the file, and macros put such parts together.
  private func mayBePasted(_ name: String) -> Bool {
    stems(of: name).contains { WordSearch($0).isIn(file.syntax.buffer.text) }
  }
}

extension SyntaxTree {
  /// The tokens by which a file uses names of its own; none for names that the body of a macro has.
  public func usePlaces(of names: Set<String>, _ declared: FileNames) -> [String: [Int]] {
    var heads: Set<Int> = []
    for name in names { heads.formUnion(declared.ordinary[name]?.map { Int(self[$0.node].main) } ?? []) }
    var (places, inMacros): ([String: [Int]], Set<String>) = ([:], [])
    for index in buffer.tokens.indices where buffer.tokens[index].kind == .identifier {
      let name = spelling(ofToken: index)
      guard names.contains(name), !heads.contains(index) else { continue }
      // Members are others'.
      if index > 0, [.dot, .arrow].contains(buffer.tokens[index - 1].kind) { continue }
      if buffer.tokens[index].flags.contains(.inDirective) {
        inMacros.insert(name)
      } else {
        places[name, default: []].append(index)
      }
    }
    return places.filter { !inMacros.contains($0.key) }
  }
}
