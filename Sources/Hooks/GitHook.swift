// SPDX-License-Identifier: GPL-2.0-or-later

/// The hooks of git in which a review makes sense. The raw values are git's names of their files.
///
/// Source: `githooks(5)`.
public enum GitHook: String, CaseIterable, Sendable {
  /// Before anything is sent: one call a file, with its path; since git 2.41 with a file of the mail's headers, too.
  case sendEmailValidate = "sendemail-validate"
  /// `git am` has put a patch into index and work tree and has not made the commit yet. No arguments.
  case preApplyPatch = "pre-applypatch"
  /// A commit's message is written, in the file that is the argument.
  case commitMessage = "commit-msg"

  /// The git-config key that switches it off for one call.
  public var key: String {
    switch self {
    case .sendEmailValidate: "reviewpatch.presend"
    case .preApplyPatch: "reviewpatch.preapply"
    case .commitMessage: "reviewpatch.commitmsg"
    }
  }
}
