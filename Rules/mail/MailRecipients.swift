// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Maintainers
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `mail/recipients`: a section of MAINTAINERS covers the patch, and none of its people or lists gets the mail.
struct MailRecipients: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    guard let maintainers = patch.maintainers else {
      return CheckResult(notChecked: ["the tree has no MAINTAINERS"])
    }
    let recipients = Recipients(of: patch.series.series)
    guard recipients.areKnown else { return CheckResult(notChecked: ["nobody is addressed yet"]) }
    let earlier = patch.series.series.patches.prefix { $0.index < patch.mail.index }
    let missing = maintainers.matches(paths: patch.mail.paths).compactMap { match -> Missing? in
      // Once for a series is enough.
      if earlier.contains(where: { $0.paths.contains(where: match.section.covers) }) { return nil }
      return Missing(match, recipients)
    }
    guard let first = missing.first, missing.count <= Self.treeWide else { return CheckResult() }
    let names = missing.flatMap(\.names).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let shown = names.prefix(Self.shown).joined(separator: ", ")
    let more = names.count > Self.shown ? " and \(names.count - Self.shown) more" : ""
    var draft = FindingDraft(
      "MAINTAINERS names \(shown)\(more), whom the mail does not go to", at: patch.subjectSpan,
      evidence: missing.map { Evidence(.source, "MAINTAINERS, \($0.section): \($0.reason)") })
    draft.relies = [.tree]
    draft.help =
      "scripts/get_maintainer.pl tells all; here stand those of \(first.section)"
      + (missing.count > 1 ? " and \(missing.count - 1) more sections" : "")
    return CheckResult([draft])
  }

  private static let shown = 6
  /// More sections than these are not asked one by one.
  private static let treeWide = 5

  /// A section that nobody of gets the mail, or none of whose lists does.
  private struct Missing {
    var section, reason: String
    var names: [String] = []

    /// nil where somebody gets it, or nobody need.
    init?(_ match: MaintainersFile.Match, _ recipients: Recipients) {
      let section = match.section
      // Everything is covered by the last section.
      guard section.name != "THE REST" else { return nil }
      self.section = section.name
      // No keywords are looked for: words are everywhere, and tell nobody that a patch is theirs.
      guard case .file(let path) = match.reason else { return nil }
      reason = "\(path)"
      let status = section.status.lowercased()
      let isActive = status.contains("maintain") || status.contains("support")
      let lists = section.lists.filter { !$0.isForSubscribers && !$0.isGeneral }
      let people = isActive ? section.maintainers : []
      let hasList = lists.contains { recipients.contains($0.address) }
      let hasPerson = people.contains { recipients.contains($0) }
      if !hasPerson && !hasList {
        names += people.map { $0.name.isEmpty ? $0.address : "\($0.name) <\($0.address)>" }
      }
      if !hasList { names += lists.map(\.address) }
      if names.isEmpty { return nil }
    }
  }
}

/// Everybody who gets a mail of a series: its addressees, its authors, and the people in its trailers, whom git send-email
/// adds.
private struct Recipients {
  private var people: [Person] = []
  private var addresses: Set<String> = []
  let areKnown: Bool

  init(of series: Series) {
    let envelopes = series.patches.map(\.envelope) + [series.cover?.envelope].compactMap(\.self)
    areKnown = envelopes.contains { !$0.to.isEmpty || !$0.cc.isEmpty }
    people = envelopes.flatMap { $0.to + $0.cc + [$0.from].compactMap(\.self) }
    people += series.patches.flatMap { [$0.author].compactMap(\.self) + $0.trailers.map(\.person) }
    addresses = Set(people.map { $0.address.lowercased() })
  }

  func contains(_ address: String) -> Bool { addresses.contains(address.lowercased()) }

  func contains(_ contact: Section.Contact) -> Bool {
    contains(contact.address)
      || people.contains { $0.isSame(as: Person(name: contact.name, address: contact.address)) }
  }
}

extension PatchMail {
  /// The files that it touches, under their old and new names.
  fileprivate var paths: [TreePath] {
    patch.files.flatMap { [$0.oldPath, $0.newPath].compactMap(\.self) }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension Section.List {
  /// Whether everything goes there anyway.
  fileprivate var isGeneral: Bool { address.lowercased() == "linux-kernel@vger.kernel.org" }
}
