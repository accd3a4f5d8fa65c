// SPDX-License-Identifier: GPL-2.0-or-later

internal import Review

/// What the compiler says of a finding.
enum Verdict: Hashable, Sendable {
  /// The file fails with an error that names what the finding is about, and without the patch it does not.
  case observed(sign: String, command: String, without: String)
  /// The file compiles, and calls nothing that there is not.
  case contradicted(command: String)
  case notConfirmed(Obstacle)
}

extension Finding {
  /// The finding with what the compiler said of it.
  ///
  /// One that the compiler contradicts is left as a note, and not taken out: the compiler has spoken of one configuration
  /// and of the tree that is here, and whoever reads the note learns that the rule is wrong there.
  func with(_ verdict: Verdict) -> Finding {
    var result = self
    switch verdict {
    case .observed(let sign, let command, let without):
      result.confidence = .observed
      result.evidence.append(Evidence(.compiler, "\(sign) (\(command); \(without))"))
    case .contradicted(let command):
      result.severity = .note
      result.confidence = .heuristic
      result.evidence.append(Evidence(.compiler, "the file compiles in this configuration (\(command))"))
    case .notConfirmed(let obstacle):
      result.evidence.append(Evidence(.compiler, "not confirmed: \(obstacle.sentence)"))
    }
    return result
  }
}
