// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import KernelTree
internal import Mail
internal import SourceText

/// The arguments made into what `Mail` reads, and the tree that they are for.
struct Inputs {
  var sources: [MailSource] = []
  /// Sentences about commits that were left out.
  var notes: [String] = []
  /// Where to look for bases; nil without a tree.
  var place: BaseSearch.Place?
  /// Where commits can be looked up.
  var repository: Repository?
  /// What goes on the tree before each series.
  var prerequisites: [PatchMail] = []
  /// Who gets the mails besides those whom they name.
  var recipients: [Person] = []
  /// The commit that the first patch was made on, where more is known than the mails say.
  var baseCommit: ObjectID?

  init(_ options: InputOptions, _ settings: Settings) throws(UsageProblem) {
    guard !options.inputs.isEmpty || isatty(STDIN_FILENO) == 0 else {
      throw UsageProblem(
        "nothing to review: name a mailbox, a patch, a range, or - for standard input (--help)")
    }
    guard !(options.noTree && options.tree != nil) else {
      throw UsageProblem("--tree and --no-tree exclude each other")
    }
    try openTree(options, settings)
    for input in options.inputs.isEmpty ? ["-"] : options.inputs { try add(input, options) }
    if options.noTree { (place, repository) = (nil, nil) }
    try addPrerequisites(options.prerequisite)
  }

  private mutating func openTree(_ options: InputOptions, _ settings: Settings) throws(UsageProblem) {
    let named = options.tree ?? (options.noTree ? nil : settings.configuration["reviewpatch.repository"])
    do throws(RepositoryError) {
      if let named {
        place = try BaseSearch.Place(opening: try TreeLocation(parsing: named))
      } else if !options.noTree, Self.isKernel(".") {
        place = try BaseSearch.Place(opening: try TreeLocation(parsing: "."))
      }
    } catch {
      throw UsageProblem("--tree \(named ?? "."): \(error)")
    }
    if case .repository(let opened, _)? = place { repository = opened }
  }

  /// Whether a folder looks like the top of a kernel tree: what stands in any other is no base for a patch.
  static func isKernel(_ folder: String) -> Bool {
    ["MAINTAINERS", "Kbuild", "Kconfig", ".git"].allSatisfy { access("\(folder)/\($0)", F_OK) == 0 }
  }

  private mutating func addPrerequisites(_ paths: [String]) throws(UsageProblem) {
    guard !paths.isEmpty else { return }
    guard place != nil else { throw UsageProblem("--prerequisite needs a tree: name it with --tree") }
    for path in paths { prerequisites += try Self.patches(in: path, of: "--prerequisite ") }
  }

  /// The patches of a file that the user names: one at least.
  /// - Parameter option: what names it, with a blank behind it.
  static func patches(in path: String, of option: String = "") throws(UsageProblem) -> [PatchMail] {
    let mailbox = Mailbox(opening: [.path(path)])
    let patches = (0..<mailbox.seriesCount).flatMap { mailbox.series(at: $0).patches }
    guard !patches.isEmpty else { throw UsageProblem("\(option)\(path): there is no patch in it") }
    return patches
  }

  private mutating func add(_ input: String, _ options: InputOptions) throws(UsageProblem) {
    if input == "-" {
      sources.append(.descriptor(STDIN_FILENO, name: "-"))
    } else if Self.isThere(input) || !Self.mayBeRevision(input) {
      sources.append(.path(input))
    } else {
      try addRange(input)
    }
  }

  /// A link that leads nowhere is there as well: better said of it than of a revision.
  private static func isThere(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// What has no dot-suffix of a mail file and names no folder may be a revision.
  private static func mayBeRevision(_ text: String) -> Bool {
    ![".mbox", ".patch", ".eml", ".diff", ".gz", ".txt"].contains { text.hasSuffix($0) }
      && !text.hasPrefix("/")
      && !text.hasPrefix("./") && !text.hasPrefix("-")
  }

  private mutating func addRange(_ range: String) throws(UsageProblem) {
    do throws(RepositoryError) {
      let source: Repository
      if let repository { source = repository } else { source = try Repository(opening: ".") }
      let mail = try source.mail(range: range)
      sources.append(.bytes(mail.bytes, name: range, kind: .range))
      notes += mail.notes
      repository = source
      place = place ?? .repository(source, revision: nil)
    } catch {
      let isUnknown =
        if case .noSuchRevision = error { true } else if case .notARepository = error { true } else { false }
      throw UsageProblem(isUnknown ? "\(range): no such file, and no commit or range here" : "\(error)")
    }
  }
}

extension BaseClues {
  /// What the mail of a series says about its base.
  init(_ series: Series) {
    self.init()
    baseCommit = series.hints.baseCommit
    prerequisitePatchIDs = series.hints.prerequisitePatchIDs
    treePrefixes = series.hints.treePrefixes
    files = Self.touched(by: series.patches.map(\.patch))
  }
}
