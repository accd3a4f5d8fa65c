// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

/// A finding for programs that show remarks beside the lines of files.
struct Annotation {
  let finding: Finding
  let place: FilePlace
  let related: [(place: FilePlace, label: String)]
  /// `patch 2/3`, where there are several.
  let part: String?

  init(_ finding: Finding, in review: SeriesReview, inputs: [MailInput]) {
    self.finding = finding
    place = FilePlace(finding.primary, of: finding, in: review, inputs: inputs)
    related = finding.related.map {
      (FilePlace($0.span, of: finding, in: review, inputs: inputs), $0.label)
    }
    part = review.part(of: finding)
  }

  /// What a reader sees: the case, why it is true, what may help. Several lines.
  var text: String {
    let evidence = finding.evidence.map(\.sentence)
    let help = finding.help.map { ["help: \($0)"] } ?? []
    return Sentences.printableLines(([finding.message] + evidence + help).joined(separator: "\n"))
  }
}

extension SeriesReview {
  /// The findings that count, as annotations.
  func annotations(inputs: [MailInput]) -> [Annotation] {
    findings.filter(\.isShown).map { Annotation($0, in: self, inputs: inputs) }
  }
}

extension Evidence {
  /// The statement with its witness.
  var sentence: String {
    witness.isEmpty ? statement : "\(statement); witness: \(witness.joined(separator: ", "))"
  }
}
