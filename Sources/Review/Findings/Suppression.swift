// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
public import SourceText

/// A wish that some findings be left out of the count. They stay in the machine formats.
public struct Suppression: Hashable, Sendable {
  /// Who asked, and why.
  public enum Reason: Hashable, Sendable {
    /// `review-patch: ignore RULE -- reason` below the `---` of the mail.
    case mail(reason: String, line: UInt32)
    /// `--ignore` or its configuration.
    case option
    /// The baseline file knows the fingerprint.
    case baseline
  }

  public var rule: RuleID
  /// The file, or a folder above it; nil for all.
  public var path: TreePath?
  public var reason: Reason

  public init(rule: RuleID, path: TreePath? = nil, reason: Reason) {
    (self.rule, self.path, self.reason) = (rule, path, reason)
  }

  /// `RULE` or `RULE:PATH`, as the option gives it; nil where it is neither.
  public init?(option text: String) {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard let rule = parts.first.flatMap({ RuleID($0) }) else { return nil }
    if parts.count == 2 {
      guard let path = TreePath(String(parts[1])) else { return nil }
      self.init(rule: rule, path: path, reason: .option)
    } else {
      self.init(rule: rule, reason: .option)
    }
  }

  func covers(_ finding: Finding) -> Bool {
    guard finding.rule == rule else { return false }
    guard let path else { return true }
    guard let place = finding.primary.path else { return false }
    return place == path || place.bytes.starts(with: path.bytes + [UInt8(ascii: "/")])
  }
}

/// Something wrong with a suppression, or a suppression that does nothing.
public enum SuppressionProblem: Hashable, Sendable {
  case malformed(String)
  case withoutReason(RuleID)
  case unused(RuleID)
}

/// The suppressions that a mail asks for.
struct MailSuppressions {
  var wanted: [(suppression: Suppression, line: UInt32)] = []
  var problems: [(problem: SuppressionProblem, line: UInt32)] = []

  static let key = "review-patch: ignore"

  init(in notes: LogText) {
    for (line, place) in zip(notes.lines, notes.places) where line.hasPrefix(Self.key) {
      let rest = line.dropFirst(Self.key.count)
      let name = rest.drop { $0 == " " }.prefix { $0 != " " }
      guard let rule = RuleID(name) else {
        problems.append((.malformed(line), place))
        continue
      }
      let reason = rest.firstRange(of: " -- ").map { rest[$0.upperBound...].drop { $0 == " " } } ?? ""
      if reason.isEmpty {
        problems.append((.withoutReason(rule), place))
      } else {
        wanted.append((Suppression(rule: rule, reason: .mail(reason: String(reason), line: place)), place))
      }
    }
  }
}
