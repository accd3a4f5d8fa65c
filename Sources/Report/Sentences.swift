// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import Mail
public import Model
public import Review
internal import SourceText
internal import UnifiedDiff

/// The words for what can be wrong with an input. Only this file knows them.
public enum Sentences {
  public static func text(_ problem: MailProblem.Kind) -> String {
    switch problem {
    case .empty: "there is nothing in it"
    case .notMail: "this is neither a mail nor a diff"
    case .noPatch(.pullRequest): "a pull request, not a patch: nothing to review"
    case .noPatch(.reply): "a reply that quotes no patch: nothing to review"
    case .noPatch(.discussion): "a mail without a patch: nothing to review"
    case .unreadable(let why): "cannot be read: \(why)"
    case .tooLarge(let what, let limit): "\(what): more than the limit of \(limit); left out"
    case .malformedMIME(let what): "malformed MIME: \(what)"
    case .truncatedGzip: "the compressed data breaks off"
    case .diff(let kind): text(kind)
    }
  }

  static func text(_ problem: DiffProblem.Kind) -> String {
    switch problem {
    case .countsLie(let stated, let found):
      "the hunk header says \(stated), the lines give \(found): counted again"
    case .truncatedHunk(let old, let new):
      "the diff ends inside this hunk: \(old) old and \(new) new lines are missing"
    case .malformedHunkHeader: "this is no hunk header; left out"
    case .badPath(let path, let why):
      "\"\(printable(path))\" cannot name a file of a tree (\(text(why))); left out"
    case .wrappedHeader: "the names of this diff stand on two lines; joined"
    case .noPath: "this diff names no file; left out"
    case .hunkWithoutFile: "a hunk without a file header; left out"
    case .combined: "the diff of a merge is shown, but not analysed"
    case .truncatedBinary: "the binary content breaks off"
    case .tooMany(let what, let limit): "more than \(limit) \(what); the rest is left out"
    }
  }

  private static func text(_ error: TreePathError) -> String {
    switch error {
    case .empty: "it is empty"
    case .absolute: "it is absolute"
    case .emptyComponent: "it has an empty component"
    case .dotComponent: "it has a component of dots"
    case .gitFolder: "it leads into .git"
    case .containsNUL: "it contains a NUL"
    case .tooLong: "it is longer than \(TreePath.longest) bytes"
    }
  }

  public static func text(_ repair: Repair) -> String {
    switch repair {
    case .unquoted: "a patch quoted in a reply was unquoted"
    case .leadingBlanksLost(let hunks):
      "\(hunks) \(plural(hunks, "hunk")) re-counted, as blanks at the beginning of lines are lost"
    case .blankContextRestored(let lines): "\(lines) blank context \(plural(lines, "line")) restored"
    case .archiveFrameCut: "the archive's banner and footer were cut"
    case .unflowed: "format=flowed text was unfolded"
    case .rejoined(let lines): "\(lines) wrapped \(plural(lines, "line")) joined again"
    case .tabsLost: "tabs are lost, so columns are approximate"
    case .quotedCRCut: "CR at the end of every line was cut"
    case .charsetGuessed(let name):
      "there is no charset \"\(printable(name))\": UTF-8 was tried, then Latin-1"
    case .htmlUnescaped: "text was taken out of HTML"
    case .attached: "the patch was attached; inline is preferred"
    }
  }

  public static func text(_ problem: SuppressionProblem) -> String {
    switch problem {
    case .malformed(let line): "\"\(printable(line))\" names no rule: review-patch: ignore RULE -- reason"
    case .withoutReason(let rule): "ignoring \(rule) needs a reason: review-patch: ignore \(rule) -- reason"
    case .unused(let rule): "\(rule) is to be ignored, but found nothing here"
    }
  }

  public static func text(_ error: ContractError.Kind) -> String {
    switch error {
    case .malformed(let why): "this is not YAML: \(why)"
    case .unknownKey(let key): "there is no key '\(key)' for contracts"
    case .missingKey(let key): "the key '\(key)' is missing"
    case .expected(let what): "\(what) is wanted here"
    }
  }

  public static func text(_ error: RulePageError.Kind) -> String {
    switch error {
    case .noFrontMatter: "a rule begins with `---`, its keys, and `---` again"
    case .malformedFrontMatter(let why): "the keys at the head are no YAML: \(why)"
    case .missingKey(let key): "the key `\(key)` is missing"
    case .badValue(let key, let value, let allowed):
      "`\(key): \(value)` is not one of \(allowed.joined(separator: ", "))"
    case .unknownKey(let key): "there is no key `\(key)`"
    case .noTitle: "the title is missing: a line `# …`"
    case .nothingToCheck: "neither `check` nor a block of `pattern` says what to look for"
    case .unknownCheck(let name): "there is no check `\(name)`"
    case .duplicate(let id, let first): "\(id) is in \(first) already"
    case .unclosedBlock: "this block is not closed"
    case .badPattern(let kind): "this is no pattern: \(text(kind))"
    case .unknownDirective(let word):
      "`\(word)` is none of `where:`, `mark:`, `message:`, `help:`, `precedent:`, which follow the C of a pattern"
    case .unknownFact(let name, let known):
      "there is no fact `\(name)` to ask for; there are \(known.joined(separator: ", "))"
    case .badFact(let text): "`\(text)` does not have the arguments that this fact takes"
    case .unboundVariable(let name): "the pattern has no variable `\(name)`"
    case .strayMark: "this mark has no form `^ severity \"covered\": message`, or no line above it"
    }
  }

  public static func text(_ error: ScenarioError) -> String {
    switch error {
    case .malformedPage(let page, let line, let why), .malformedCode(let page, let line, let why):
      "\(page):\(line): \(why)"
    case .noThreads(let page): "\(page): no function is named thread_…, so that nothing runs"
    case .noSuchVariant(let page, let variant, let known):
      "\(page): there is no variant \(variant); there are \(known.joined(separator: ", "))"
    case .codeMissing(let page, let path):
      "\(page): the code under test, \(path), is not there: name a tree with --tree"
    case .codeUnreadable(let page, let path, let why): "\(page): \(path) cannot be read: \(why)"
    case .tooManyThreads(let page, let most): "\(page): more than \(most) threads"
    case .tooManyFunctions(let most): "more than \(most) functions are reached"
    case .badSpecification(let page, let why): "\(page): the specification is not clean itself: \(why)"
    case .cannotStart(let page, let why): "\(page): there is no first state: \(why)"
    case .badReplay(let page, let action): "\(page): action \(action) of the token cannot happen there"
    }
  }

  private static func text(_ error: PatternError.Kind) -> String {
    switch error {
    case .empty: "there is no C in it"
    case .notUnderstood(let construct): "it does not parse (\(construct))"
    case .gapAtEnd: "`...` before the first or behind the last statement says nothing"
    case .matchesEverything: "it would stand everywhere"
    case .directive: "patterns have no lines of the preprocessor"
    }
  }

  /// What an input is, for the head of a report.
  static func text(_ kind: InputKind) -> String {
    switch kind {
    case .mbox: "a mailbox"
    case .maildir: "a maildir"
    case .mail: "a mail"
    case .quoted: "a reply that quotes a patch"
    case .diff: "a diff without mail"
    case .range: "commits"
    }
  }

  /// `word` or its plural.
  static func plural(_ count: Int, _ word: String) -> String { count == 1 ? word : word + "s" }

  /// Text from a mail without what would steer a terminal.
  public static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.value {
          case 0x09: scalar
          case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  /// The same of text that has lines.
  static func printableLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
      .joined(separator: "\n")
  }
}
