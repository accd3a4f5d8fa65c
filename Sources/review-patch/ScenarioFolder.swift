// SPDX-License-Identifier: GPL-2.0-or-later

internal import Model
internal import Report
internal import Scenarios

/// The scenarios of a run: those built in, and the user's.
enum ScenarioFolder {
  /// - Parameter paths: folders of pages, or pages.
  static func book(_ paths: [String]) throws(UsageProblem) -> ScenarioBook {
    var pages = ScenarioBook.builtIn.pages
    for path in paths {
      let files = path.hasSuffix(".md") ? [path] : try Files.all(in: path, of: "--scenarios", ending: ".md")
      for file in files { pages.append(ScenarioPage(path: file, text: try Files.text(of: file))) }
    }
    return ScenarioBook(pages: pages, library: ScenarioBook.builtIn.library)
  }

  /// Pages of the user that should be scenarios and are none, each with its reason. Those built in are tested.
  static func problems(of book: ScenarioBook) -> [String] {
    let own = book.pages.dropFirst(ScenarioBook.builtIn.pages.count)
    return ScenarioBook(pages: Array(own)).all.problems.map { Sentences.text($0) }
  }
}
