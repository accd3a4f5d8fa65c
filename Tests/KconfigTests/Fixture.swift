// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Kconfig
import SourceText
import TestSupport

extension KconfigDatabase {
  /// The database of a Kconfig file that a test writes down, on x86.
  init(_ text: String, files: [String: String] = [:], architecture: String = "x86") {
    self.init(
      reading: MemoryTree(files.merging(["Kconfig": text]) { $1 }), architecture: architecture)
  }
}

extension ConfigurationSolver {
  /// What symbols are when some are set, as `A=y B=n`; symbols in the order of their names.
  func values(of names: [String], setting text: String) -> String {
    let settings = text.split(separator: " ").map { part -> (symbol: String, value: String) in
      let pair = part.split(separator: "=", omittingEmptySubsequences: false)
      return (String(pair[0]), String(pair[1]))
    }
    let configuration = KconfigConfiguration(self, setting: settings)
    return names.map { "\($0)=\(configuration.value(of: $0) ?? "?")" }.joined(separator: " ")
  }
}

/// The files below a folder that nobody writes to, some of them with other texts.
struct KernelFiles: SourceTree {
  var folder: URL
  var changed: [String: String] = [:]

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    if let text = changed[path.description] { return Array(text.utf8) }
    return (try? Data(contentsOf: folder.appending(path: path.description))).map(Array.init)
  }
  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] { [] }
  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { nil }
}
