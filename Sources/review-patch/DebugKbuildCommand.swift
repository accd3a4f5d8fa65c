// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Conditions
internal import Foundation
internal import Kconfig
internal import KernelTree
internal import SourceText

/// `review-patch debug kbuild`
struct DebugKbuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kbuild",
    abstract: "Say under which configurations source files are built.",
    discussion:
      "Without files: how many .c files of the tree the Makefiles mention, and what was not understood.")

  @Argument(help: ArgumentHelp("Source files of the tree.", valueName: "file"))
  var paths: [String] = []
  @Option(help: ArgumentHelp("The directory whose Makefiles are read.", valueName: "dir"))
  var tree: String
  @Option(help: ArgumentHelp("A folder below arch/.", valueName: "name"))
  var architecture = "x86"
  @Option(
    help: ArgumentHelp("A .config: print what each .c file is under it, one a line.", valueName: "file"))
  var config: String?

  private struct File: Encodable {
    var path: String
    var builtIn: String?
    var module: String?
    var isSeparate: Bool?
    var objects: [String]?
    var modules: [String]?
    var includeFolders: [String]?
    var defines: [String]?
    var place: String?
    var gaps: [String]?

    init(_ path: String, _ build: FileBuild?) {
      self.path = path
      guard let build else { return }
      builtIn = build.table.text(of: build.builtIn)
      module = build.table.text(of: build.module)
      isSeparate = build.isSeparate
      objects = build.objects
      modules = build.modules
      includeFolders = build.includeFolders.map(\.description)
      defines = build.flags.map { flag in
        flag.condition == .always ? flag.text : "\(flag.text) if \(build.table.text(of: flag.condition))"
      }
      place = "\(build.makefile):\(build.line)"
      gaps = build.gaps
    }
  }

  private struct Report: Encodable {
    let schema = "review-patch-kbuild/1"
    var files: [File] = []
    var sources = 0
    var built = 0
    var separate = 0
    var withUnknowns = 0
    /// Files with a gap, by the gap without its place.
    var gaps: [String: Int] = [:]
    /// .c files that no Makefile mentions, by their folder.
    var unmentioned: [String: Int] = [:]
    var seconds = 0.0
  }

  func run() throws {
    let kbuild = Kbuild(of: try DirectoryTree(opening: tree), architecture: architecture)
    if let config { return try printStates(of: kbuild, under: config) }
    var report = Report()
    let start = MonotonicClock.now()
    if paths.isEmpty {
      measure(kbuild, &report)
    } else {
      report.files = paths.map { name in File(name, TreePath(name).flatMap { kbuild.build(of: $0) }) }
    }
    report.seconds = MonotonicClock.now() - start
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }

  private func measure(_ kbuild: Kbuild, _ report: inout Report) {
    for (path, build) in kbuild.files() {
      report.sources += 1
      guard let build else {
        report.unmentioned[path.folder?.description ?? ".", default: 0] += 1
        continue
      }
      report.built += 1
      if build.isSeparate { report.separate += 1 }
      let isOpaque = build.table.atoms(of: build.compiled).contains { atom in
        if case .opaque = atom { true } else { false }
      }
      if isOpaque { report.withUnknowns += 1 }
      for gap in build.gaps {
        let parts = gap.split(separator: ": ", maxSplits: 1)
        report.gaps[String(parts.last ?? ""), default: 0] += 1
      }
    }
  }

  /// `y path`, `m path` or `n path`, as the `.config` has it; unknowns count as not given.
  private func printStates(of kbuild: Kbuild, under config: String) throws {
    var values: [String: String] = [:]
    for line in String(decoding: try SourceFiles.bytes(of: config), as: UTF8.self).split(separator: "\n") {
      let pair = line.split(separator: "=", maxSplits: 1)
      if pair.count == 2, pair[0].hasPrefix("CONFIG_") {
        values[String(pair[0].dropFirst(7))] = String(pair[1])
      }
    }
    var text = ""
    for case (let path, let build?) in kbuild.files() {
      func holds(_ formula: Formula) -> Bool {
        build.table.value(of: formula) { atom in
          switch atom {
          case .isBuiltIn(let name): values[name].map { $0 != "m" } ?? false
          case .isModule(let name): values[name] == "m"
          default: false
          }
        }
      }
      let state = holds(build.builtIn) ? "y" : holds(build.module) ? "m" : "n"
      text += "\(build.isSeparate ? "s" : "")\(state) \(path)\n"
    }
    Output.print(text)
  }
}
