// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
internal import Review

/// Rule pages of a user: every `.md` of a folder and of the folders in it.
enum RuleFolder {
  static func pages(in folder: String) throws(UsageProblem) -> [RulePage] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
      let names = FileManager.default.enumerator(atPath: folder)
    else { throw UsageProblem("--rules \(folder): no such folder") }
    var pages: [RulePage] = []
    for name in names.compactMap({ $0 as? String }).sorted()
    where name.hasSuffix(".md") && !name.hasSuffix("README.md") {
      let path = "\(folder)/\(name)"
      pages.append(RulePage(path: path, text: try Files.text(of: path)))
    }
    return pages
  }
}

/// Small text files that the user names.
enum Files {
  static func text(of path: String) throws(UsageProblem) -> String {
    do {
      return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    } catch {
      throw UsageProblem("\(path): cannot be read")
    }
  }

  static func write(_ text: String, to path: String) throws(UsageProblem) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw UsageProblem("\(path): cannot be written")
    }
  }
}
