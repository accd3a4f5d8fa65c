// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// The lines that say what is reviewed: the series, its base, what was mended to read it.
struct SeriesHead {
  let review: SeriesReview
  let inputs: [MailInput]
  let options: TerminalOptions
  let palette: Palette

  init(_ review: SeriesReview, inputs: [MailInput], options: TerminalOptions, palette: Palette) {
    (self.review, self.inputs) = (review, inputs)
    (self.options, self.palette) = (options, palette)
  }

  var text: String {
    rows.map { label, value in
      let padded = label + String(repeating: " ", count: Self.labelWidth - label.count)
      let lines = Wrapping.lines(Sentences.printable(value), width: options.width - Self.labelWidth)
      let indent = "\n" + String(repeating: " ", count: Self.labelWidth)
      return palette.paint(padded, .emphasis) + lines.joined(separator: indent) + "\n"
    }.joined()
  }

  private static let labelWidth = 9

  private var rows: [(label: String, value: String)] {
    var rows = [("series", title)]
    let quoted = review.series.patches.filter { $0.form == .quoted }
    if !quoted.isEmpty { rows.append(("input", quotation(quoted))) }
    for repairs in repairs { rows.append(("repaired", repairs)) }
    if let line = commentLine { rows.append(("comments", line)) }
    if options.verbosity > 0 { rows += comments.map { ("", Self.summary(of: $0)) } }
    rows.append(("base", base))
    for reason in misfits { rows.append(("", reason)) }
    return rows
  }

  private var title: String {
    let series = review.series
    let first = series.patches.first?.envelope ?? series.cover?.envelope
    let isAlone = series.patches.count == 1 && series.total > 1
    let words = first?.prefixes ?? []
    var text = Self.bracket(isAlone ? words : words.filter { !$0.contains("/") }) + series.title
    if series.patches.count > 1 || series.cover != nil {
      text += "  (\(series.patches.count) \(series.patches.count == 1 ? "patch" : "patches"))"
    }
    if !series.missing.isEmpty, series.total > 1 {
      text += "  (\(series.missing.count) of \(series.total) parts missing)"
    }
    if !series.repeated.isEmpty { text += "  (\(series.repeated.count) repeated)" }
    return text
  }

  /// `[PATCH bpf-next v3] `
  private static func bracket(_ words: [String]) -> String {
    words.isEmpty ? "" : "[\(words.joined(separator: " "))] "
  }

  private func quotation(_ quoted: [PatchMail]) -> String {
    let files = quoted.reduce(0) { $0 + $1.patch.files.count }
    let hunks = quoted.reduce(0) { $0 + $1.patch.hunkCount }
    return "a reply that quotes a patch (\(files) \(Sentences.plural(files, "file")), "
      + "\(hunks) \(Sentences.plural(hunks, "hunk")))"
  }

  private var repairs: [String] {
    let texts = review.series.patches.flatMap { $0.repairs.filter { $0 != .unquoted } }.map(Sentences.text)
    let unique = texts.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return unique.isEmpty ? [] : [unique.joined(separator: "; ")]
  }

  private var comments: [ReviewComment] { review.series.patches.flatMap(\.comments) }

  private var commentLine: String? {
    guard !comments.isEmpty else { return nil }
    let authors = comments.compactMap { $0.author.map { $0.name.isEmpty ? $0.address : $0.name } }
    let names = authors.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return "\(comments.count) by \(names.joined(separator: ", "))"
  }

  /// `kernel/foo.c:12: what it begins with`
  private static func summary(of comment: ReviewComment) -> String {
    let place = comment.path.map { comment.line > 0 ? "\($0):\(comment.line)" : "\($0)" } ?? "the log"
    let text = comment.text.split(separator: "\n").first.map(String.init) ?? ""
    return "\(place): \(text)"
  }

  private var base: String {
    guard let base = review.base else { return "none: only the patch itself is looked at" }
    let exactness = base.exact ? "exact" : "near, not exact: facts of the tree are strong at most"
    let name = base.commit.map { "commit \($0.hex.prefix(12))" } ?? "a directory"
    let fits = review.applications.compactMap { $0?.applies }
    let worst = [PatchApplication.Verdict.no, .partly, .fuzz, .offset].first { fits.contains($0) }
    let how =
      switch worst {
      case .no?: "; the patch does not apply"
      case .partly?: "; some hunks do not fit"
      case .fuzz?: "; applied with fuzz"
      case .offset?: "; applied with offsets"
      default: ""
      }
    return "\(name) (\(base.source.rawValue), \(exactness))\(how)"
      + (options.verbosity > 0 ? tried(base) : "")
  }

  private func tried(_ base: Base) -> String {
    base.tried.isEmpty ? "" : "; tried: " + base.tried.joined(separator: "; ")
  }

  /// What does not fit, as far as a reader wants to know at first.
  private var misfits: [String] {
    let reasons = review.applications.compactMap { $0?.reasons }.flatMap { $0 }
    let most = options.verbosity > 0 ? reasons.count : 3
    let more = reasons.count - most
    return reasons.prefix(most) + (more > 0 ? ["and \(more) more (-v shows them)"] : [])
  }
}
