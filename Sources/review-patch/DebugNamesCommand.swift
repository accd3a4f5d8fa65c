// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Foundation
internal import KernelC
internal import KernelTree
internal import SourceText

/// `review-patch debug names`
struct DebugNamesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "names",
    abstract: "Resolve the names and members of C files, and say which nothing declares.",
    discussion: "In code that compiles there are none: each that is listed is a mistake of the front end.")

  @Argument(help: ArgumentHelp("Files, or folders whose .c and .h files are meant.", valueName: "file"))
  var paths: [String]
  @Option(help: ArgumentHelp("The directory whose headers are included.", valueName: "dir"))
  var tree: String

  private struct Report: Encodable {
    let schema = "review-patch-names/1"
    var files = 0
    var functions = 0
    /// Functions that were not looked into, by the reason.
    var gaps: [String: Int] = [:]
    /// Identifiers in expressions, called functions left out, and those that the function declares.
    var identifiers = 0
    var local = 0
    /// Accesses of members, and those whose struct is known.
    var members = 0
    var typed = 0
    var undeclared: [Place] = []
    /// Of those the ones that are named as a local variable of the file is, in files that no other includes.
    var undeclaredLocals: [Place] = []
    var missingLabels: [Place] = []
    var missingMembers: [Place] = []
    /// Headers that the tree does not have, with how many files want them.
    var missingHeaders: [String: Int] = [:]
    var seconds = 0.0
  }

  private struct Place: Encodable {
    var path: String
    var line: UInt32
    var name: String
    var structure: String?
  }

  func run() throws {
    var report = Report()
    let headers = HeaderFiles(of: try DirectoryTree(opening: tree))
    for path in paths {
      for file in try SourceFiles.all(at: path) {
        let text = try SourceFiles.bytes(of: file)
        let relative = file.hasPrefix(tree) ? String(file.dropFirst(tree.count).drop { $0 == "/" }) : file
        guard let name = TreePath(relative) else { continue }
        let start = MonotonicClock.now()
        let syntax = SyntaxTree(parsing: TokenBuffer(lexing: text))
        let unit = TranslationUnit(
          ParsedFile(path: name, syntax: syntax),
          closure: IncludeClosure(of: syntax, at: name, in: IncludeClosure.Source(headers)))
        for header in unit.closure?.missing ?? [] { report.missingHeaders[header, default: 0] += 1 }
        look(into: unit, &report)
        report.seconds += MonotonicClock.now() - start
        report.files += 1
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }

  private func look(into unit: TranslationUnit, _ report: inout Report) {
    let syntax = unit.file.syntax
    func place(_ id: NodeID, _ structure: String? = nil) -> Place {
      let token = syntax.buffer.tokens[Int(syntax[id].main)]
      return Place(
        path: unit.file.path.description, line: token.line, name: syntax.name(of: id), structure: structure)
    }
    let locals = unit.localNames
    for external in syntax.children(of: syntax.root) {
      guard syntax[external].kind == .function || syntax[external].kind == .declaration else { continue }
      report.missingMembers += unit.missingMembers(in: external) { _ in true }.map {
        place($0.node, $0.structure.name)
      }
      guard syntax[external].kind == .function else { continue }
      report.functions += 1
      let names = FunctionNames(of: external, in: syntax)
      if let gap = names.gap {
        report.gaps[gap, default: 0] += 1
        continue
      }
      let values = names.uses.filter { !$0.isCallee }
      report.identifiers += values.count
      report.local += values.count { if case .local = $0.binding { true } else { false } }
      let undeclared = unit.undeclaredUses(in: names) { _ in true }
      report.undeclared += undeclared.map { place($0.node) }
      if !undeclared.isEmpty, !unit.isIncludedByNeighbour {
        report.undeclaredLocals += undeclared.filter { locals.contains($0.name) }.map { place($0.node) }
      }
      report.missingLabels += unit.missingLabels(in: names).map { place($0) }
      let reader = TypeReader(unit, names: names)
      for id in syntax.descendants(of: external)
      where syntax[id].kind == .member || syntax[id].kind == .arrowMember {
        report.members += 1
        if reader.structure(of: id) != nil { report.typed += 1 }
      }
    }
  }
}
