// SPDX-License-Identifier: GPL-2.0-or-later

internal import Review

/// `config/missing-on-arch`: a name that some architectures declare in headers of their own, used in a file that others build.
struct ConfigMissingOnArch: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for questions in BuildQuestions.all(of: patch) {
      let holes = questions.undeclaredNames()
      result.notChecked += holes.notChecked
      result.findings += questions.drafts(holes.found.filter(\.isOfOtherArchitectures)) { hole in
        let architecture = hole.witness.first?.dropFirst("ARCH=".count) ?? ""
        return "\(architecture) does not \(hole.isType ? "define" : "declare") `\(hole.need.name)`"
      } origin: { hole in
        "other architectures have it at \(hole.places.joined(separator: ", "))"
      }
    }
    result.gatherAffected()
    return result
  }
}
