// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
internal import Review

/// What a user adds: the rules of every `.md` and the contracts of every `.yaml` of a folder and of the folders in it.
enum RuleFolder {
  static func pages(in folder: String) throws(UsageProblem) -> [RulePage] {
    var pages: [RulePage] = []
    for path in try Files.all(in: folder, of: "--rules", ending: ".md") where !path.hasSuffix("README.md") {
      pages.append(RulePage(path: path, text: try Files.text(of: path)))
    }
    return pages
  }

  static func contracts(in folder: String) throws(UsageProblem) -> [ContractFile] {
    var contracts: [ContractFile] = []
    for path in try Files.all(in: folder, of: "--rules", ending: ".yaml") {
      contracts.append(ContractFile(path: path, text: try Files.text(of: path)))
    }
    return contracts
  }
}

/// Small text files that the user names.
enum Files {
  /// The files below a folder whose names end so, sorted.
  /// - Parameter option: what names the folder.
  static func all(in folder: String, of option: String, ending: String) throws(UsageProblem) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
      let names = FileManager.default.enumerator(atPath: folder)
    else { throw UsageProblem("\(option) \(folder): no such folder") }
    return names.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted().map {
      "\(folder)/\($0)"
    }
  }

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
