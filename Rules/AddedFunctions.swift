// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// A function that a patch adds to a C file, and of which all is seen.
struct AddedFunction: Sendable {
  var name: String
  var unit: SourceUnit
  var node: NodeID
}

extension PatchFacts {
  /// The functions that the patch adds to C files, with their bodies; one that was there under this name is changed, not
  /// added.
  var addedFunctions: [AddedFunction] {
    shared("added functions") {
      let before = Set(
        changedFiles.flatMap(\.old).flatMap { unit in
          unit.syntax.functions.compactMap { unit.syntax.functionName(of: $0) }
        })
      return newUnits.filter { $0.path.isTranslationUnit }.flatMap { unit in
        unit.syntax.functions.compactMap { node in
          let syntax = unit.syntax
          guard let name = syntax.functionName(of: node), !before.contains(name),
            !syntax[node].flags.contains(.isCut), !syntax[node].flags.contains(.hasMacroHead),
            syntax.body(ofFunction: node) != nil,
            syntax[node].tokens.allSatisfy({ unit.place(ofToken: $0) == .added })
          else { return nil }
          return AddedFunction(name: name, unit: unit, node: node)
        }
      }
    }
  }

  /// The calls of a function in what the patch touches.
  func calls(of name: String) -> [(unit: SourceUnit, call: NamedCall)] {
    newUnits.flatMap { unit in
      unit.syntax.buffer.tokens.indices.contains { unit.syntax.isWord(name, $0) }
        ? unit.syntax.namedCalls(in: unit.syntax.root).filter { $0.name == name }.map { (unit, $0) } : []
    }
  }

  /// Whether a function's name stands somewhere in the patch where it is neither called nor declared: its parameters are then
  /// what a pointer, or a macro, wants.
  func isUsedAsValue(_ name: String) -> Bool {
    newUnits.contains { unit in
      let syntax = unit.syntax
      let tokens = syntax.buffer.tokens
      return tokens.indices.contains { index in
        syntax.isWord(name, index)
          && (index + 1 >= tokens.count || tokens[index + 1].kind != .openParen
            || tokens[index].flags.contains(.inDirective))
      }
    }
  }
}

extension SyntaxTree {
  /// Whether a token is a word.
  func isWord(_ word: String, _ index: Int) -> Bool {
    let token = buffer.tokens[index]
    return token.kind == .identifier && Int(token.end - token.start) == word.utf8.count
      && spelling(ofToken: index) == word
  }
}
