// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `config/stub-mismatch`: a function in a header that every file which includes it would define, or a stub that does not
/// take what the function takes, or has no body.
struct ConfigStubMismatch: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.changedFiles.flatMap(\.new) where source.path.isHeader {
      let syntax = source.syntax
      for function in syntax.functions where source.isTouched(function) {
        let head = Head(function, in: syntax)
        guard let name = syntax.functionName(of: function), head.isUnderstood else { continue }
        if !head.isLocal {
          if let draft = shared(function, name, source, patch) { result.findings.append(draft) }
        } else if let draft = mismatch(function, name, head, source, patch) {
          result.findings.append(draft)
        }
      }
      result.findings += withoutBody(source, patch)
    }
    return result
  }

  /// `static inline int f(void);` in the place of a stub: it is declared, and is nowhere.
  private func withoutBody(_ source: SourceUnit, _ patch: PatchFacts) -> [FindingDraft] {
    let syntax = source.syntax
    let names = FileNames(of: syntax)
    return names.ordinary.sorted { $0.key < $1.key }.compactMap { name, declared in
      guard names.macros[name] == nil, declared.allSatisfy({ $0.kind == .prototype }) else { return nil }
      let heads = declared.map { (node: $0.node, head: Head($0.node, in: syntax)) }
      guard let stub = heads.first(where: { $0.head.isLocal && $0.head.isUnderstood }),
        let function = heads.first(where: { !$0.head.isLocal && $0.head.isUnderstood }),
        source.place(ofToken: Int(syntax[stub.node].main)) == .added
      else { return nil }
      let (token, place) = (Int(syntax[stub.node].main), Int(syntax[function.node].main))
      var table = syntax.conditionals.table
      let both = [token, place].map { syntax.conditionals.condition(ofTokenAt: $0) }
      guard table.and(both) == .never else { return nil }
      var draft = FindingDraft(
        "the stub of \(name)() has no body",
        at: patch.span(ofTokens: token..<token + 1, in: source, side: .new),
        evidence: [
          Evidence(
            .source,
            "it is static, so that no other file can bring it; line \(source.lineNumber(ofToken: place)) declares the function for the other case"
          )
        ])
      draft.symbols = [name]
      draft.related = [
        RelatedSpan(
          patch.span(ofTokens: place..<place + 1, in: source, side: .new), label: "the function")
      ]
      return draft
    }
  }

  /// A function that is neither static nor inline, in a header that several files include.
  private func shared(
    _ function: NodeID, _ name: String, _ source: SourceUnit, _ patch: PatchFacts
  ) -> FindingDraft? {
    let token = Int(source.syntax[function].main)
    guard source.place(ofToken: token) == .added else { return nil }
    let isShared = source.path.bytes.starts(with: "include/".utf8)
    let users = isShared ? [] : Array(patch.includers(of: source.path).prefix(2))
    guard isShared || users.count > 1 else { return nil }
    var draft = FindingDraft(
      "\(name)() is defined in a header, and is not static",
      at: patch.span(ofTokens: token..<token + 1, in: source, side: .new),
      evidence: [
        Evidence(
          .source,
          isShared
            ? "a header below include/ is there for many files, and each that includes it defines the function"
            : "\(users.map(\.description).joined(separator: " and ")) include it, and each defines the function"
        )
      ])
    draft.symbols = [name]
    draft.help = "make it `static inline`"
    return draft
  }

  /// A `static inline` whose parameters are not those of the prototype beside it.
  private func mismatch(
    _ function: NodeID, _ name: String, _ head: Head, _ source: SourceUnit, _ patch: PatchFacts
  ) -> FindingDraft? {
    let syntax = source.syntax
    let names = FileNames(of: syntax)
    let prototypes = (names.ordinary[name] ?? []).filter { $0.kind == .prototype }.map(\.node)
    guard let parameters = head.parameters else { return nil }
    for prototype in prototypes {
      let other = Head(prototype, in: syntax)
      guard let wanted = other.parameters, wanted != parameters, other.isUnderstood else { continue }
      let token = Int(syntax[function].main)
      let place = Int(syntax[prototype].main)
      var draft = FindingDraft(
        "the stub of \(name)() takes \(Self.count(parameters)), the function \(Self.count(wanted))",
        at: patch.span(ofTokens: token..<token + 1, in: source, side: .new),
        evidence: [
          Evidence(
            .source, "both are in \(source.path), line \(source.lineNumber(ofToken: place)) is the prototype")
        ])
      draft.symbols = [name]
      draft.related = [
        RelatedSpan(
          patch.span(ofTokens: place..<place + 1, in: source, side: .new), label: "the prototype")
      ]
      return draft
    }
    return nil
  }

  private static func count(_ parameters: Int) -> String {
    parameters == 1 ? "one parameter" : "\(parameters) parameters"
  }
}

/// What the head of a function or a prototype says.
private struct Head {
  /// Static, or `extern inline`: no other file sees it.
  var isLocal = false
  /// How many there are; nil where that is not known.
  var parameters: Int?
  /// Whether no macro takes part that may say more.
  var isUnderstood = true

  init(_ id: NodeID, in syntax: SyntaxTree) {
    let body = syntax.body(ofFunction: id).map { Int(syntax[$0].first) }
    let declaration = syntax[id].kind == .function ? id : syntax.parent(of: id) ?? id
    let head = Int(syntax[declaration].first)..<(body ?? Int(syntax[declaration].end))
    for token in head where syntax.buffer.tokens[token].kind == .identifier {
      switch syntax.spelling(ofToken: token) {
      case "static", "inline", "__always_inline", "__inline", "__inline__": isLocal = true
      // INLINE, STATIC, DEFINE_…: whatever those stand for.
      case let word where word.utf8.count > 3 && word == word.uppercased() && word.utf8.contains { $0 > 64 }:
        isUnderstood = false
      default: continue
      }
    }
    if syntax.functionName(of: id) == nil { isUnderstood = false }
    let declarator = syntax.descendants(of: id).first { syntax[$0].kind == .functionDeclarator }
    guard let declarator else { return }
    let children = syntax.children(of: declarator).filter {
      syntax[$0].kind == .parameter || syntax[$0].kind == .variadic
    }
    let isVoid =
      children.count == 1
      && syntax[children[0]].tokens.map { syntax.spelling(ofToken: $0) } == ["void"]
    parameters = isVoid ? 0 : children.count
  }
}
