// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// Patches that were sent as one set, in one version.
public struct Series: Sendable {
  /// The cover letter's subject without prefixes, or that of the first part present.
  public var title: String
  /// 1 where no `vN` is given.
  public var version: Int
  /// How many parts the subjects announce (`n/total`); 1 for a single patch.
  public var total: Int
  public var cover: CoverLetter?
  /// By index; parts with the same index keep the order of the mail, the one to review first.
  public var patches: [PatchMail]
  /// Indices announced, but not in the input.
  public var missing: [Int]
  /// Message ids of parts that came again and were left out: equal copies.
  public var repeated: [String]
  /// Whether the mails stand in another order than their indices.
  public var isOutOfOrder: Bool
  public var hints: BaseHints
  /// What went wrong while it was read.
  public var problems: [MailProblem]

  /// The indices that are there.
  public var present: [Int] { patches.map(\.index).reduce(into: []) { if $0.last != $1 { $0.append($1) } } }
}

/// The mail before the first patch: subject `[PATCH 0/n]`.
public struct CoverLetter: Sendable {
  /// Which input it came from.
  public var input: Int
  public var envelope: Envelope
  public var body: LogText
}

/// What the mail says about the tree it is for.
///
/// Source: `git-format-patch(1)`, "BASE TREE INFORMATION"; b4's `change-id`.
public struct BaseHints: Hashable, Sendable {
  public var baseCommit: ObjectID?
  public var prerequisitePatchIDs: [ObjectID] = []
  public var prerequisiteMessageIDs: [String] = []
  public var changeID: String?
  /// Words of the subject prefixes that may name a tree: `bpf-next`, `net`.
  public var treePrefixes: [String] = []

  public init() {}
}
