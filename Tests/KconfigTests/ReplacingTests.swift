// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Foundation
import Kconfig
import SourceText
import TestSupport
import Testing

/// A database made of that of the tree before says what reading all files says.
@Suite struct ReplacingTests {
  private static let files = [
    "Kconfig": """
    config MODULES
    \tbool "Modules"
    \tmodules
    config EXPERT
    \tbool "Experts"
    menu "Drivers"
    \tdepends on IO
    \tvisible if EXPERT || IO
    source "d/Kconfig"
    source "e/Kconfig"
    endmenu
    config IO
    \tbool "I/O"
    \tdefault y
    config HELPER
    \ttristate
    config LEVEL
    \tint "Level"
    \trange 1 9
    """,
    "d/Kconfig": """
    menuconfig BUS
    \ttristate "Bus"
    \tselect HELPER if EXPERT
    \thelp
    \t  The bus.
    if BUS
    config FAST
    \tbool "Fast" if EXPERT || !HELPER
    \tdefault y if BUS = m
    \timply WEAK
    config CARD
    \ttristate "Card"
    \tdepends on FAST || FAST=n
    \tselect HELPER
    \tselect QUEUE
    source "d/in/Kconfig"
    config QUEUE
    \tbool
    config CARD
    \ttristate
    \tdefault m if MODULES
    endif # BUS
    comment "No bus"
    \tdepends on !BUS
    """,
    "d/in/Kconfig": """
    config WEAK
    \tbool "Weak"
    \tdepends on m || EXPERT
    config INNER
    \ttristate "Inner"
    \tdepends on CARD
    \tselect HELPER
    """,
    "e/Kconfig": """
    config OTHER
    \ttristate "Other"
    \tdepends on QUEUE || LEVEL
    \tselect HELPER
    \timply WEAK
    """,
  ]

  /// All that a database says, as text.
  private func description(_ database: KconfigDatabase) -> [String] {
    func lines(_ what: String, _ properties: [KconfigSymbol.Property<String>]) -> [String] {
      properties.map { "\(what) \($0.value) if \(database.text(of: $0.condition)) \($0.path):\($0.line)" }
    }
    return database.symbols.flatMap { name -> [String] in
      guard let symbol = database.symbol(name) else { return [] }
      var said = symbol.definitions.map {
        "\($0.path):\($0.line) \(database.text(of: $0.depends)) \($0.prompt ?? "-") \($0.hasHelp)"
      }
      said += lines("prompt", symbol.prompts) + lines("default", symbol.defaults)
      said += lines("select", symbol.selects) + lines("imply", symbol.implies) + lines("range", symbol.ranges)
      said += lines("selected by", symbol.selectors) + lines("implied by", symbol.impliers)
      said.append(
        "depends \(database.dependencyText(of: name) ?? "-") on \(database.dependencies(of: symbol))")
      return ["\(name) \(symbol.kind?.rawValue ?? "-") \(symbol.choice?.path ?? "")"] + said
    } + database.problems.map(\.description)
  }

  private func replaced(_ files: [String: String], _ paths: [String]) throws -> KconfigDatabase? {
    let base = MemoryTree(Self.files)
    return KconfigDatabase(
      KconfigDatabase(reading: base, architecture: "x86"), of: MemoryTree(files),
      changed: try paths.map { try #require(TreePath($0)) }, from: base)
  }

  /// With a line less or one twice, wherever that is.
  @Test(arguments: ["d/Kconfig", "d/in/Kconfig", "e/Kconfig"])
  func saysWhatReadingAllSays(_ path: String) throws {
    let lines = try #require(Self.files[path]).components(separatedBy: "\n")
    var made = 0
    for index in lines.indices {
      for isTwice in [false, true] {
        var changed = lines
        if isTwice { changed.insert(lines[index], at: index) } else { changed.remove(at: index) }
        let files = Self.files.merging([path: changed.joined(separator: "\n")]) { $1 }
        guard let database = try replaced(files, [path]) else { continue }
        made += 1
        let read = KconfigDatabase(reading: MemoryTree(files), architecture: "x86")
        #expect(
          description(database) == description(read), "\(isTwice ? "twice" : "without") \(lines[index])")
        let names = read.symbols
        #expect(
          ConfigurationSolver(database).values(of: names, setting: "EXPERT=y BUS=m CARD=m OTHER=y")
            == ConfigurationSolver(read).values(of: names, setting: "EXPERT=y BUS=m CARD=m OTHER=y"))
      }
    }
    // A block that ends elsewhere changes what holds at a `source` line.
    #expect(made > lines.count, "\(made) of \(2 * lines.count)")
  }

  @Test func takesSeveralFilesAtOnce() throws {
    let files = Self.files.merging([
      "d/Kconfig": try #require(Self.files["d/Kconfig"]).replacingOccurrences(of: "QUEUE", with: "LINE"),
      "e/Kconfig": "config NEW\n\tbool \"New\"\n\tselect WEAK\n\tselect LINE",
    ]) { $1 }
    let database = try #require(try replaced(files, ["e/Kconfig", "d/Kconfig"]))
    #expect(
      description(database) == description(KconfigDatabase(reading: MemoryTree(files), architecture: "x86")))
    #expect(!database.isDefined("QUEUE") && !database.isDefined("OTHER"))
    #expect(database.selects(of: "LINE").map(\.selector) == ["CARD", "NEW"])
  }

  /// Answers do not hang on which of the two ways was gone.
  @Test func answersTheSame() throws {
    let files = Self.files.merging([
      "e/Kconfig":
        "config NEW\n\tbool \"New\"\n\tdepends on CARD || EXPERT\n\tselect HELPER\nconfig LAST\n\tbool \"L\""
    ]) { $1 }
    let database = try #require(try replaced(files, ["e/Kconfig"]))
    let read = KconfigDatabase(reading: MemoryTree(files), architecture: "x86")
    let (first, second) = (ConfigurationSolver(database), ConfigurationSolver(read))
    var table = FormulaTable()
    for a in read.symbols {
      for b in read.symbols {
        let (on, off) = (table.atom(.isBuiltIn(a)), table.not(table.atom(.isBuiltIn(b))))
        let question = table.and(on, off)
        #expect(first.answer(question, of: table) == second.answer(question, of: table), "\(a) \(b)")
      }
    }
  }

  /// What a file alone does not tell: then all are to be read.
  @Test(arguments: [
    ("e/Kconfig", "config A\n\tdef_bool $(success,true)"), ("e/Kconfig", "X := y\nconfig A\n\tbool"),
    ("e/Kconfig", "choice\n\tprompt \"C\"\nconfig A\n\tbool \"A\"\nendchoice"),
    ("e/Kconfig", "config HELPER\n\tbool \"Another\""), ("e/Kconfig", "source \"e/new/Kconfig\""),
    ("e/Kconfig", "config A\n\tbool\n\tmodules"), ("e/Kconfig", "config A\n\tdef_bool LEVEL > 3"),
    ("d/Kconfig", "config BUS\n\ttristate"), ("d/Kconfig", "if EXPERT\nsource \"d/in/Kconfig\"\nendif"),
    ("Kconfig", "source \"d/Kconfig\"\nsource \"e/Kconfig\""), ("new/Kconfig", "config A\n\tbool"),
  ])
  func leavesTheRestToReading(_ path: String, _ text: String) throws {
    #expect(try replaced(Self.files.merging([path: text, "e/new/Kconfig": ""]) { $1 }, [path]) == nil)
  }

  @Test func aFileThatIsGoneLeavesTheRestToReading() throws {
    var files = Self.files
    files["e/Kconfig"] = nil
    #expect(try replaced(files, ["e/Kconfig"]) == nil)
  }

  /// The kernel's own files, each with an entry more, and with a condition less.
  @Test(arguments: [
    "drivers/i2c/busses/Kconfig", "net/Kconfig",
  ])
  func readsTheKernelAlike(_ name: String) throws {
    guard let folder = KernelSource.folder else { return }
    let base = KernelFiles(folder: folder)
    let path = try #require(TreePath(name))
    guard let text = try base.bytes(of: path).map({ String(decoding: $0, as: UTF8.self) }) else {
      return print("not run: no \(name) in \(folder.path)")
    }
    let entry = "\nconfig REVIEW_NEW\n\ttristate \"New\"\n\tdepends on PCI || COMPILE_TEST\n\tselect CRC32\n"
    let depends = try #require(text.range(of: "\tdepends on [^\n]*\n", options: .regularExpression))
    let before = KconfigDatabase(reading: base, architecture: "arm64")
    for changed in [text + entry, text.replacingCharacters(in: depends, with: "")] {
      let tree = KernelFiles(folder: folder, changed: [name: changed])
      let made = KconfigDatabase(before, of: tree, changed: [path], from: base)
      let read = KconfigDatabase(reading: tree, architecture: "arm64")
      #expect(try description(#require(made)) == description(read))
    }
  }
}
