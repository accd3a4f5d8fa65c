// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

extension BaseHints {
  /// Takes what a text says about its base; lines count only where they begin at the left.
  mutating func read(_ text: MailText, _ lines: Range<Int>) {
    for line in lines.clamped(to: text.indices) {
      let start = text.starts[line]
      guard start < text.bytes.count else { continue }
      switch text.bytes[start] {
      case UInt8(ascii: "b"), UInt8(ascii: "p"), UInt8(ascii: "c"): readLine(text[line])
      default: continue
      }
    }
  }

  private mutating func readLine(_ line: ArraySlice<UInt8>) {
    if let value = line.value(of: "base-commit:") {
      if baseCommit == nil { baseCommit = ObjectID(Self.word(value)) }
    } else if let value = line.value(of: "prerequisite-patch-id:") {
      if let id = ObjectID(Self.word(value)), !prerequisitePatchIDs.contains(id) {
        prerequisitePatchIDs.append(id)
      }
    } else if let value = line.value(of: "prerequisite-message-id:") {
      let id = String(Self.word(value).filter { $0 != "<" && $0 != ">" })
      if !id.isEmpty, !prerequisiteMessageIDs.contains(id) { prerequisiteMessageIDs.append(id) }
    } else if let value = line.value(of: "change-id:") {
      if changeID == nil, !Self.word(value).isEmpty { changeID = Self.word(value) }
    }
  }

  private static func word(_ text: ArraySlice<UInt8>) -> String {
    String(decoding: text.drop(while: \.isBlank).prefix { $0 > 32 }, as: UTF8.self)
  }

  /// Takes what another mail of the series says and this does not.
  mutating func merge(_ other: BaseHints) {
    baseCommit = baseCommit ?? other.baseCommit
    changeID = changeID ?? other.changeID
    prerequisitePatchIDs += other.prerequisitePatchIDs.filter { !prerequisitePatchIDs.contains($0) }
    prerequisiteMessageIDs += other.prerequisiteMessageIDs.filter { !prerequisiteMessageIDs.contains($0) }
    treePrefixes += other.treePrefixes.filter { !treePrefixes.contains($0) }
  }
}
