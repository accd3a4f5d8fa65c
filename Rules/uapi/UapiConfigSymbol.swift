// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText

/// `uapi/config-symbol`: a CONFIG symbol in a header that user space includes.
struct UapiConfigSymbol: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let moved = Set(
      patch.changedFiles.flatMap(\.old).filter { $0.path.isOfUserAPI }.flatMap { unit in
        unit.syntax.configTokens { _ in true }.map { unit.syntax.spelling(ofToken: $0) }
      })
    for source in patch.changedFiles.flatMap(\.new) where source.path.isOfUserAPI {
      for token in source.syntax.configTokens(where: { source.place(ofToken: $0) == .added }) {
        let name = source.syntax.spelling(ofToken: token)
        let conditionals = source.syntax.conditionals
        let condition = conditionals.table.text(of: conditionals.condition(ofTokenAt: token))
        guard !moved.contains(name), !condition.contains("__KERNEL__") else { continue }
        var draft = FindingDraft(
          "user space does not have `\(name)`", at: patch.span(ofToken: token, in: source),
          evidence: [
            Evidence(
              .source,
              "make headers_install gives the header to user space as it is, where no CONFIG symbol is defined"
            )
          ])
        draft.symbols = [name]
        result.findings.append(draft)
      }
    }
    return result
  }
}

extension SyntaxTree {
  /// Tokens that are CONFIG symbols.
  fileprivate func configTokens(where isWanted: (Int) -> Bool) -> [Int] {
    buffer.tokens.indices.filter {
      buffer.tokens[$0].kind == .identifier && isWanted($0)
        && buffer.bytes(of: buffer.tokens[$0]).starts(with: "CONFIG_".utf8)
    }
  }
}

extension TreePath {
  /// Whether it is a header that is installed for user space.
  var isOfUserAPI: Bool {
    let path = description
    return (path.hasPrefix("include/uapi/") || path.hasPrefix("arch/") && path.contains("/include/uapi/"))
      && path.hasSuffix(".h")
  }
}
