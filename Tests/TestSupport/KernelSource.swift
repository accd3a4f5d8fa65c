// SPDX-License-Identifier: GPL-2.0-or-later

public import Foundation

/// Real kernel source, which is read where it is there and never committed.
public enum KernelSource {
  /// What `REVIEW_PATCH_KERNEL` names, else the folder that `.ci/run` unpacks; nil where there is none.
  public static var folder: URL? {
    let path = ProcessInfo.processInfo.environment["REVIEW_PATCH_KERNEL"] ?? "/tmp/review-patch-kernel"
    if FileManager.default.fileExists(atPath: path + "/MAINTAINERS") { return URL(fileURLWithPath: path) }
    print("not run: no kernel source at \(path); REVIEW_PATCH_KERNEL may name its folder")
    return nil
  }

  /// The .c and .h files below some folders, sorted.
  public static func files(below folders: [String], of tree: URL) -> [URL] {
    folders.flatMap { folder in
      let root = tree.appending(path: folder)
      let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
      return names.filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }.sorted().map {
        root.appending(path: $0)
      }
    }
  }
}
