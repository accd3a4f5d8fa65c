// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
public import KernelTree
public import Mail
public import Maintainers
public import Model
internal import SourceText
internal import TreeIndex
public import UnifiedDiff

/// What is known of one patch.
///
/// A class, as each rule is handed it, and asks it for other things that hold it.
public final class PatchFacts: Sendable {
  public let mail: PatchMail
  public let series: SeriesFacts
  /// The tree before and after this patch; nil where there is no tree. What a hunk would add that does not
  /// fit is among the fragments of the tree after it, and counts as present.
  public let preimage: PatchedTree?
  public let postimage: PatchedTree?
  /// Whether the tree is the author's also where the patch touches nothing.
  public let isOnExactBase: Bool
  /// How the patch fits the tree; nil where there is none.
  public let application: PatchApplication?
  /// What the rules know of functions by name.
  public let contracts: Contracts
  /// What the reference model can run, and what each scenario may cost.
  public let scenarios: ScenarioBook
  public let modelLimits: SearchLimits
  /// The headers of the base, read once for the whole series; nil where there is no tree.
  let headers: HeaderFiles?
  /// What can be built of the tree; nil where there is none, or where it has no Kconfig.
  let builds: TreeBuilds?
  /// nil where there is no tree.
  let knownMaintainers: KnownMaintainers?
  /// Of the patch among all that are asked of `builds`.
  let number: Int
  let parsed = ChangedFiles()
  let indexed = IndexedFiles()

  /// - Parameters:
  ///   - tree: without the patch; nil where there is none.
  ///   - applied: the patch on that tree.
  ///   - known: what is read of the base.
  init(
    _ mail: PatchMail, of series: SeriesFacts, on tree: PatchedTree?,
    applied: (tree: PatchedTree, application: PatchApplication)?, isOnExactBase: Bool, contracts: Contracts,
    _ options: ReviewOptions, known: KnownTree?
  ) {
    (self.mail, self.series, self.isOnExactBase, self.contracts) = (mail, series, isOnExactBase, contracts)
    (preimage, postimage, application) = (tree, applied?.tree, applied?.application)
    (scenarios, modelLimits) = (options.scenarios, options.modelLimits)
    (headers, builds, knownMaintainers) = (known?.headers, known?.builds, known?.maintainers)
    number = known?.builds?.nextNumber() ?? mail.index
  }

  /// Whom MAINTAINERS of the base names; nil where there is no such file.
  public var maintainers: MaintainersFile? { knownMaintainers?.value }

  /// A line of a file of the patch as a span, on the side where it stands.
  public func span(of line: DiffLine, in hunk: Hunk, of file: FileChange) -> Span {
    let text = mail.patch.content(line)
    return Span(
      path: file.path, side: line.kind == .removed ? .old : .new,
      line: line.kind == .removed ? line.oldNumber : line.newNumber,
      function: FunctionHeading.name(around: line, in: hunk, of: mail.patch),
      text: String(decoding: text, as: UTF8.self))
  }

  /// A line of the log or the notes as a span of the input.
  public func span(ofLine index: Int, in text: LogText) -> Span {
    Span(path: nil, side: .message, line: text.places[index], text: text.lines[index])
  }

  /// The subject line.
  public var subjectSpan: Span {
    Span(path: nil, side: .header, line: mail.envelope.subjectLine, text: "Subject: \(mail.envelope.subject)")
  }

  /// Whether the white space of the patch is that of its author.
  public var whitespaceIsKept: Bool { !mail.repairs.contains(where: \.losesWhitespace) }
}

/// What is known of a series.
public struct SeriesFacts: Sendable {
  public let series: Series
  /// What each input is, by number.
  public let inputs: [MailInput]
  /// Where commits can be looked up; nil where there is no repository.
  public let repository: Repository?
  /// Patches that go on the tree before the series, and are not reviewed.
  public let prerequisites: [PatchMail]

  public init(
    series: Series, inputs: [MailInput], repository: Repository? = nil, prerequisites: [PatchMail] = []
  ) {
    (self.series, self.inputs, self.repository) = (series, inputs, repository)
    self.prerequisites = prerequisites
  }

  /// Announced parts before `index` that are not there.
  public func missing(before index: Int) -> [Int] { series.missing.filter { $0 < index } }

  /// Announced parts behind `index` that are not there.
  public func missing(behind index: Int) -> [Int] { series.missing.filter { $0 > index } }
}

/// The function that a line of a hunk stands in, as far as the hunk shows it.
enum FunctionHeading {
  /// The last head above the line in the hunk, else what git names behind the `@@`; nil where a `}` in the first
  /// column has closed it.
  static func name(around line: DiffLine, in hunk: Hunk, of patch: Patch) -> String? {
    let above = hunk.lines.prefix { $0.line < line.line }.filter {
      $0.kind == .context || $0.kind == line.kind
    }
    for other in above.reversed() {
      let text = patch.content(other)
      if text.first == UInt8(ascii: "}") { return nil }
      if let name = name(in: String(decoding: text, as: UTF8.self)), beginsHead(text) { return name }
    }
    return name(in: patch.text.string(hunk.section))
  }

  /// A head begins in the first column and is no prototype; a label and a macro are none either.
  private static func beginsHead(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, first == UInt8(ascii: "_") || (97...122).contains(first | 0x20) else {
      return false
    }
    return text.last != UInt8(ascii: ";") && text.last != UInt8(ascii: ":")
  }

  /// nil where the heading is no function's head: a label, a struct, nothing.
  private static func name(in heading: String) -> String? {
    guard let paren = heading.utf8.firstIndex(of: UInt8(ascii: "(")) else { return nil }
    let name = heading[..<paren].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    guard let first = name.last, !first.isNumber else { return nil }
    return String(name.reversed())
  }
}
