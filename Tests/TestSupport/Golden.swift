// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation

/// Expected texts in files of `Fixtures/`.
public enum Golden {
  /// The first line in which a text differs from a file, nil where they are equal.
  ///
  /// `REVIEW_PATCH_REWRITE=1` writes the file instead: then read the change as a diff.
  public static func difference(_ text: String, from path: String) throws -> String? {
    let url = Shared.package.appending(path: "Fixtures").appending(path: path)
    if ProcessInfo.processInfo.environment["REVIEW_PATCH_REWRITE"] != nil {
      try Data(text.utf8).write(to: url)
      return nil
    }
    let expected = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    let lines = text.components(separatedBy: "\n")
    let different = (0..<max(lines.count, expected.count)).first {
      $0 >= lines.count || $0 >= expected.count || lines[$0] != expected[$0]
    }
    guard let line = different else { return nil }
    let (ours, theirs) = (lines.dropFirst(line).first, expected.dropFirst(line).first)
    return "\(path):\(line + 1): expected \(theirs ?? "the end"), got \(ours ?? "the end")"
  }
}
