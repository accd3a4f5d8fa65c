// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Report
internal import Review

/// What `--format` names.
enum Format: String, ExpressibleByArgument, CaseIterable {
  case terminal, lines, json, ndjson, sarif, rdjson, rdjsonl, github, checkstyle, checkpatch, b4, patchwork,
    reply, html

  /// Whether the form has a place for what is wrong with an input. Of the others it is said on the stream for talk.
  var holdsProblems: Bool {
    switch self {
    case .terminal, .json, .ndjson, .sarif, .checkpatch, .html: true
    case .lines, .rdjson, .rdjsonl, .github, .checkstyle, .b4, .patchwork, .reply: false
    }
  }

  /// Whether the form has a place for what mends a finding.
  var showsFixes: Bool {
    switch self {
    case .json, .ndjson, .sarif, .rdjson, .rdjsonl: true
    case .terminal, .lines, .github, .checkstyle, .checkpatch, .b4, .patchwork, .reply, .html: false
    }
  }

  /// What is told where the user does not say.
  var selection: FindingSelection { self == .reply ? .forMail : .all }

  /// What writes it; the terminal, which has options of its own, apart.
  func writer(_ book: RuleBook, _ settings: Settings, terminal: () -> any ReportWriter) -> any ReportWriter {
    switch self {
    case .terminal: terminal()
    case .lines: LineWriter()
    case .json: JSONWriter()
    case .ndjson: NDJSONWriter()
    case .sarif: SARIFWriter(rules: book.entries.map(\.rule))
    case .rdjson: RDJSONWriter(.document)
    case .rdjsonl: RDJSONWriter(.lines)
    case .github: GitHubWriter()
    case .checkstyle: CheckstyleWriter()
    case .checkpatch: CheckpatchWriter()
    case .b4: B4CheckWriter()
    case .patchwork: PatchworkWriter()
    case .html: HTMLWriter()
    case .reply: ReplyWriter(reviewer: settings.user)
    }
  }
}
