// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `syntax/broken`: what parses before the patch does not parse after it, at a line that the patch adds.
struct SyntaxBroken: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: patch.otherLanguages)
    for file in patch.changedFiles {
      for (index, unit) in file.new.enumerated() {
        let before = Flaws(file.isWhole ? file.old : Array(file.old.dropFirst(index).prefix(1)))
        let isNew = file.old.isEmpty
        result.findings += breaks(in: unit, before, isNew: isNew).map {
          draft($0, in: unit, patch, isNew: isNew)
        }
      }
    }
    return result
  }

  /// What was not understood before the patch: there the front end lacks something, and says nothing of the patch.
  private struct Flaws {
    var functions: Set<String> = []
    /// Functions that were understood.
    var sound: Set<String> = []
    var isOutsideFlawed = false

    init(_ units: [SourceUnit]) {
      for unit in units {
        for external in unit.syntax.children(of: unit.syntax.root) {
          let isFlawed = unit.syntax.descendants(of: external).contains { unit.syntax[$0].kind == .opaque }
          if unit.syntax[external].kind != .function {
            isOutsideFlawed = isOutsideFlawed || isFlawed
          } else if isFlawed {
            functions.insert(unit.syntax.name(of: external))
          } else {
            sound.insert(unit.syntax.name(of: external))
          }
        }
      }
    }
  }

  /// The first opaque node of each function or other external declaration that the patch breaks: what follows is
  /// mostly its consequence.
  private func breaks(in unit: SourceUnit, _ before: Flaws, isNew: Bool) -> [NodeID] {
    let syntax = unit.syntax
    return syntax.children(of: syntax.root).compactMap { external in
      let node = syntax[external]
      guard !node.flags.contains(.isAlternative), unit.isTouched(external) else { return nil }
      guard isJudged(external, in: unit, before, isNew: isNew) else { return nil }
      return syntax.descendants(of: external).first { syntax[$0].kind == .opaque }
        .flatMap { isBroken($0, in: unit) ? $0 : nil }
    }
  }

  /// Whether the front end can be trusted with an external declaration.
  private func isJudged(_ external: NodeID, in unit: SourceUnit, _ before: Flaws, isNew: Bool) -> Bool {
    let syntax = unit.syntax
    let name = syntax.name(of: external)
    // Outside of functions macros may look like anything, and a hunk may begin in the midst of a table.
    guard syntax[external].kind == .function else { return unit.isWhole && !isNew && !before.isOutsideFlawed }
    guard !before.functions.contains(name), syntax.functionName(of: external) != nil else { return false }
    if !unit.isWhole, let head = syntax.child(0, of: external), syntax[head].kind == .opaque { return false }
    // What stands in the braces behind a macro's call need not be statements.
    return !syntax[external].flags.contains(.hasMacroHead) || before.sound.contains(name)
  }

  /// Whether an opaque node is the patch's doing.
  private func isBroken(_ id: NodeID, in unit: SourceUnit) -> Bool {
    let syntax = unit.syntax
    let node = syntax[id]
    guard !node.flags.contains(.isCut), node.reason != .tooDeep, !isMacroArgument(id, syntax),
      !syntax.holdsDirective(node.tokens)
    else { return false }
    // The brackets of a hunk close, and are closed by, what it does not show; its lines may be a macro's.
    if !unit.isWhole, node.reason.isAboutBrackets || syntax.lineGoesOn(atToken: Int(node.main)) {
      return false
    }
    return unit.place(ofToken: Int(node.main)) == .added || unit.place(ofToken: cause(id, syntax)) == .added
  }

  /// A macro's argument need not be an expression.
  private func isMacroArgument(_ id: NodeID, _ syntax: SyntaxTree) -> Bool {
    var child = id
    while let parent = syntax.parent(of: child) {
      if syntax[parent].kind == .macroCall { return true }
      if syntax[parent].kind == .call, let function = syntax.child(0, of: parent), function != child {
        let name = syntax.name(of: function)
        return !name.contains(where: \.isLowercase) || name.hasPrefix("__")
          || syntax.macros.contains { syntax.spelling(ofToken: $0.name) == name }
      }
      child = parent
    }
    return false
  }

  /// The token that is wrong: where something is missing, the one behind which it is.
  private func cause(_ id: NodeID, _ syntax: SyntaxTree) -> Int {
    let node = syntax[id]
    switch node.reason {
    case .expectedStatementEnd, .expectedCloseParen, .expectedCloseBracket, .expectedCloseBrace:
      return syntax.token(before: Int(node.main)) ?? Int(node.main)
    default: return Int(node.main)
    }
  }

  private func draft(_ id: NodeID, in unit: SourceUnit, _ patch: PatchFacts, isNew: Bool) -> FindingDraft {
    let syntax = unit.syntax
    let main = Int(syntax[id].main)
    let cause = cause(id, syntax)
    let at = unit.place(ofToken: cause) == .added ? cause : main
    let what = "`\(syntax.spelling(ofToken: main).prefix(40))`"
    let message =
      switch syntax[id].reason {
      case .expectedOpenParen where syntax.spelling(ofToken: main) == "(": "\(what) is not closed"
      case .expectedStatementEnd: "`;` or an operator is missing before \(what)"
      case .expectedExpression: "an expression is missing before \(what)"
      case .expectedDeclarator: "a name is missing before \(what)"
      case .expectedOpenParen: "`(` is missing before \(what)"
      case .expectedCloseParen: "`)`, `,` or an operator is missing before \(what)"
      case .expectedCloseBracket: "`]` is missing before \(what)"
      case .expectedCloseBrace: "`}` is missing before \(what)"
      case .expectedType: "a type is missing before \(what)"
      case .expectedName: "a name is missing before \(what)"
      case .expectedColon: "`:` is missing before \(what)"
      case .strayClosing: "\(what) has nothing that it belongs to"
      case .none, .tooDeep: "\(what) cannot stand here"
      }
    var draft = FindingDraft(
      message, at: patch.span(ofTokens: at..<at + 1, in: unit, side: .new),
      evidence: [
        Evidence(
          .source,
          isNew
            ? "what is around it parses up to here"
            : "what is around it parses before the patch, and not after it")
      ])
    draft.related = [
      RelatedSpan(patch.span(ofTokens: main..<main + 1, in: unit, side: .new), label: "the parse ends here")
    ].filter { $0.span != draft.primary }
    return draft
  }
}

extension PatchFacts {
  /// What the patch changes and no rule reads: said, so that silence is not taken for praise.
  fileprivate var otherLanguages: [String] {
    func named(_ what: String, _ isMeant: (TreePath) -> Bool) -> String? {
      let paths = mail.patch.files.compactMap(\.path).filter(isMeant)
      guard let first = paths.first else { return nil }
      let more = paths.count > 1 ? " and \(paths.count - 1) more" : ""
      return "\(what) not analysed: \(first)\(more)"
    }
    return [
      named("Rust is") { $0.bytes.suffix(3).elementsEqual(".rs".utf8) },
      named("device trees and their bindings are") { path in
        path.bytes.starts(with: "Documentation/devicetree/".utf8)
          || [".dts", ".dtsi", ".dtso"].contains { path.bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
      },
      named("assembly is") { $0.bytes.suffix(2).elementsEqual(".S".utf8) },
    ].compactMap { $0 }
  }
}

extension SyntaxTree {
  /// Whether a line of the preprocessor stands among the tokens: then other branches may be what makes it parse.
  fileprivate func holdsDirective(_ range: Range<Int>) -> Bool {
    range.contains { buffer.tokens[$0].kind == .directive }
  }

  /// Whether a backslash ends the line of a token.
  fileprivate func lineGoesOn(atToken index: Int) -> Bool {
    buffer.line(around: buffer.tokens[index]).bytes.last == UInt8(ascii: "\\")
  }

  /// The token before another one, the preprocessor's lines left out.
  fileprivate func token(before index: Int) -> Int? {
    (0..<index).last { !buffer.tokens[$0].flags.contains(.inDirective) }
  }
}

extension OpaqueReason {
  fileprivate var isAboutBrackets: Bool {
    switch self {
    case .strayClosing, .expectedCloseBrace: true
    default: false
    }
  }
}
