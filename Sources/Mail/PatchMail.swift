// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText
public import UnifiedDiff

/// One patch of a series, with its log and what people said to it.
public struct PatchMail: Sendable {
  /// Where the patch was found.
  public enum Form: Hashable, Sendable {
    /// In the body of its own mail.
    case mail
    /// Attached to a mail.
    case attached
    /// Quoted by a reply; the original is not in the input.
    case quoted
    /// A diff without a message (`git diff`): there is no log to judge.
    case diff
    /// `git show` or `git log -p`: a commit's own log.
    case commit
  }

  /// Which input it came from.
  public var input: Int
  /// Line of the input where its message begins, 1-based.
  public var firstLine: UInt32
  public var form: Form
  /// Position in the series, from 1.
  public var index: Int
  public var envelope: Envelope
  /// The author: the in-body `From:` where there is one, else the sender.
  public var author: Person?
  /// The subject as it goes into the commit (`git mailinfo`'s rules).
  public var title: String
  /// The log up to the `---`, as `git am` would take it.
  public var log: LogText
  /// What ends the log; nil where there is no log.
  public var logEnd: LogEnd?
  /// What stands between the `---` and the diff: notes, change logs, diffstat.
  public var notes: LogText
  /// The trailers at the end of the log.
  public var trailers: [Trailer]
  public var patch: Patch
  /// Maps a line of `patch.text` to the input.
  public var lines: LineMap
  /// What reviewers wrote below lines of this patch.
  public var comments: [ReviewComment]
  /// What was mended to read it. White space that is lost is lost for every check that needs it.
  public var repairs: [Repair]
  public var problems: [MailProblem]
}

/// The headers of one message that a review needs, decoded.
public struct Envelope: Hashable, Sendable {
  /// Without angle brackets; empty where there is none.
  public var messageID: String
  /// As sent, decoded and unfolded, with all prefixes.
  public var subject: String
  /// The words inside the subject's brackets, in order: `PATCH`, `bpf-next`, `v3`, `02/17`.
  public var prefixes: [String]
  public var from: Person?
  public var to: [Person]
  public var cc: [Person]
  /// As sent; empty where there is none.
  public var date: String
  public var inReplyTo: String?
  public var references: [String]
  /// Lines of the input, 1-based; 0 where the header is not there.
  public var subjectLine: UInt32
  public var fromLine: UInt32
}

/// A name with a mail address.
public struct Person: Hashable, Sendable {
  public var name: String
  public var address: String

  public init(name: String, address: String) {
    self.name = name
    self.address = address
  }
}

/// Lines of text with their places in the input.
public struct LogText: Hashable, Sendable {
  /// Without line endings, decoded for people.
  public var lines: [String]
  /// Line of the input for each of them, 1-based.
  public var places: [UInt32]
  public init(lines: [String] = [], places: [UInt32] = []) {
    self.lines = lines
    self.places = places
  }
}

/// The line that ends a log, by `git mailinfo`'s rules.
public struct LogEnd: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case separator, diff, index, end }

  public var kind: Kind
  /// Line of the input, 1-based.
  public var line: UInt32
  /// The line as it stands there.
  public var text: String
}

/// One `Key: value` line at the end of a log.
///
/// Source: `git-interpret-trailers(1)`; `Documentation/process/submitting-patches.rst`.
public struct Trailer: Hashable, Sendable {
  public var key: String
  /// Continuation lines are joined by a blank.
  public var value: String
  /// Line of the input, 1-based.
  public var line: UInt32

  public init(key: String, value: String, line: UInt32) {
    (self.key, self.value, self.line) = (key, value, line)
  }
}

/// What a reviewer wrote below a line of a quoted patch.
public struct ReviewComment: Hashable, Sendable {
  public enum Side: String, Hashable, Sendable { case new, old }

  public var author: Person?
  public var messageID: String
  /// The file of the quoted line above; nil where the comment stands in the log.
  public var path: TreePath?
  public var side: Side
  /// Line of that file (1-based, the patch's own numbers); 0 where there is none.
  public var line: UInt32
  /// The reviewer's lines, joined by newlines.
  public var text: String
  /// The quoted lines above it, up to nine of them, in their order.
  public var quoted: [String] = []
}

/// From lines of a text that was decoded, unquoted or repaired to lines of the input.
public struct LineMap: Hashable, Sendable {
  /// Input line (1-based) of each line of the text, in order.
  public var lines: [UInt32]

  public init(lines: [UInt32]) { self.lines = lines }

  /// - Parameter line: 1-based line of the text.
  public func inputLine(of line: UInt32) -> UInt32 {
    guard let last = lines.last else { return 0 }
    let index = Int(line) - 1
    return lines.indices.contains(index) ? lines[index] : last
  }
}

/// Something that was mended so that a patch could be read.
public enum Repair: Hashable, Sendable {
  /// `>` and the like were taken off: a patch quoted in a reply.
  case unquoted
  /// Blanks at the beginning of lines are lost (a web archive): unmarked lines were taken as context.
  case leadingBlanksLost(hunks: Int)
  /// Empty context lines that had vanished, put back so that the counts fit.
  case blankContextRestored(Int)
  /// An archive's banner and footer were cut.
  case archiveFrameCut
  /// format=flowed: soft breaks joined, stuffing taken off (RFC 3676).
  case unflowed
  /// Lines that a mailer had broken, joined again.
  case rejoined(lines: Int)
  /// Tabs had become blanks: white space cannot be judged.
  case tabsLost
  /// CRLF line ends inside base64 or quoted-printable, as git's `--quoted-cr=strip`.
  case quotedCRCut
  /// The charset's name is unknown; UTF-8, then Latin-1 were tried.
  case charsetGuessed(String)
  /// An HTML part was turned into text.
  case htmlUnescaped
  /// The patch came as an attachment.
  case attached
}

extension Repair {
  /// Whether white space of the patch may differ from what the author has.
  public var losesWhitespace: Bool {
    switch self {
    case .leadingBlanksLost, .tabsLost, .rejoined, .htmlUnescaped: true
    default: false
    }
  }
}

/// Something wrong with an input, and where.
public struct MailProblem: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Nothing in it.
    case empty
    /// No mail, no diff.
    case notMail
    /// A mail without a patch: a discussion, a pull request.
    case noPatch(NoPatch)
    /// Cannot be opened or read; the system's words.
    case unreadable(String)
    /// Larger than a named limit.
    case tooLarge(what: String, limit: Int)
    /// MIME that ends or nests beyond the limit.
    case malformedMIME(String)
    case truncatedGzip
    /// Of the diff: line numbers are those of the input.
    case diff(DiffProblem.Kind)
  }

  /// Why a message is no patch.
  public enum NoPatch: Hashable, Sendable { case pullRequest, reply, discussion }

  public var input: Int
  /// Line of the input, 1-based; 0 where the whole input is meant.
  public var line: UInt32
  public var kind: Kind

  public init(input: Int, line: UInt32, kind: Kind) {
    self.input = input
    self.line = line
    self.kind = kind
  }
}
