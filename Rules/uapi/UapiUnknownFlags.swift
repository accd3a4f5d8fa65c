// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `uapi/unknown-flags`: an added struct is copied from user space, and nobody looks at its flags, or at what it holds in reserve.
struct UapiUnknownFlags: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.newUnits where source.path.isOfUserAPI {
      for (tag, nodes) in FileNames(of: source.syntax).tags.sorted(by: { $0.key < $1.key }) {
        guard nodes.count == 1, source.syntax[nodes[0]].kind == .structType,
          source.syntax[nodes[0]].tokens.allSatisfy({ source.place(ofToken: $0) == .added })
        else { continue }
        let unread = Self.kept(in: nodes[0], of: source.syntax).filter {
          !patch.seriesReads(member: source.syntax.spelling(ofToken: $0))
        }
        guard !unread.isEmpty, let copy = patch.copyFromUser(of: tag) else { continue }
        result.findings += unread.map { draft($0, of: tag, source, copy, patch) }
      }
    }
    return result
  }

  /// Members that are for later: their names.
  private static func kept(in node: NodeID, of syntax: SyntaxTree) -> [Int] {
    syntax.children(of: node).flatMap { member in
      syntax[member].kind == .declaration
        ? syntax.children(of: member).filter { syntax[$0].kind == .initDeclarator }.map {
          Int(syntax[$0].main)
        } : []
    }.filter { token in
      let name = syntax.spelling(ofToken: token).drop { $0 == "_" }
      return name == "flags" || ["reserved", "resv", "rsvd", "pad"].contains { name.hasPrefix($0) }
    }
  }

  private func draft(
    _ member: Int, of tag: String, _ source: SourceUnit, _ copy: Span, _ patch: PatchFacts
  ) -> FindingDraft {
    let name = source.syntax.spelling(ofToken: member)
    var draft = FindingDraft(
      "`\(name)` of struct \(tag) comes from user space, and nobody looks at it",
      at: patch.span(ofToken: member, in: source),
      evidence: [
        Evidence(
          .source,
          "the struct is copied in at \(copy.place), and no line of the series reads a member `\(name)`")
      ])
    draft.related = [RelatedSpan(copy, label: "copied here")]
    draft.symbols = [tag, name]
    draft.help = "return -EINVAL where it is not zero, or has a bit that is not known"
    draft.relies = [.earlierParts, .laterParts]
    return draft
  }
}

extension PatchFacts {
  /// Whether a line of C code that the series adds or shows has `.member` or `->member`.
  fileprivate func seriesReads(member: String) -> Bool {
    let word = Array(member.utf8)
    return (series.series.patches + series.prerequisites).contains { other in
      other.patch.files.filter { $0.newPath?.isTranslationUnit == true }.flatMap { $0.hunks.flatMap(\.lines) }
        .contains { $0.kind != .removed && other.patch.content($0).reads(word) }
    }
  }

  /// Where the patch copies a struct from user space.
  fileprivate func copyFromUser(of tag: String) -> Span? {
    for unit in newUnits where unit.path.isTranslationUnit {
      for function in unit.syntax.functions where unit.isTouched(function) {
        for call in unit.syntax.namedCalls(in: function) where Self.copies.contains(call.name) {
          guard let target = call.arguments.first.map({ unit.syntax.bare($0) }),
            case let variable = unit.syntax.operand(of: target, .ampersand) ?? target,
            unit.syntax[variable].kind == .identifier,
            unit.syntax.locals(named: unit.syntax.name(of: variable), in: function).contains(where: {
              $0.type.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }).contains {
                $0 == tag
              }
            })
          else { continue }
          return span(of: call.node, in: unit, side: .new)
        }
      }
    }
    return nil
  }

  private static let copies: Set<String> = [
    "copy_from_user", "copy_struct_from_user", "copy_from_iter", "copy_from_sockptr",
  ]
}

extension ArraySlice<UInt8> {
  /// Whether a line has a word behind `.` or `->`.
  fileprivate func reads(_ word: [UInt8]) -> Bool {
    var rest = self
    while let range = rest.firstRange(of: word) {
      let (before, after) = (self[..<range.lowerBound].last, self[range.upperBound...].first)
      if before == UInt8(ascii: ".") || before == UInt8(ascii: ">"), after?.isOfName != true { return true }
      rest = self[range.upperBound...]
    }
    return false
  }
}
