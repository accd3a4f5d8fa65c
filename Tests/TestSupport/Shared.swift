// SPDX-License-Identifier: GPL-2.0-or-later

public import Foundation

/// The mail of others that tests read beside the checkout, and never commit.
public enum Shared {
  /// `../shared`, or what `REVIEW_PATCH_SHARED` names; nil where it is not there.
  public static var folder: URL? {
    let named = ProcessInfo.processInfo.environment["REVIEW_PATCH_SHARED"]
    let url =
      named.map { URL(fileURLWithPath: $0) } ?? package.deletingLastPathComponent().appending(path: "shared")
    if FileManager.default.fileExists(atPath: url.path) { return url }
    print("not run: no mail at \(url.path); REVIEW_PATCH_SHARED may name its folder")
    return nil
  }

  /// The checkout itself.
  public static var package: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The files below a folder of `../shared`, sorted; empty where it is not there.
  public static func files(_ path: String, withSuffix suffix: String = "") -> [URL] {
    guard let root = folder?.appending(path: path),
      let names = FileManager.default.enumerator(atPath: root.path)
    else { return [] }
    return names.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted()
      .map { root.appending(path: $0) }
      .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
  }
}
