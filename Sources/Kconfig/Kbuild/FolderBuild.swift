// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// What the Makefile of one folder adds, in the conditions of the folder.
struct FolderBuild: Sendable {
  /// How make comes into a folder.
  struct Entry: Sendable {
    /// With `need-builtin`: objects are collected for the kernel.
    var builtIn: Formula
    /// With `need-modorder`: modules are built.
    var modules: Formula
    /// In any way, `subdir-y` among them.
    var reached: Formula

    static let never = Entry(builtIn: .never, modules: .never, reached: .never)
  }

  /// That the Makefile names an object.
  struct Mention: Sendable {
    var builtIn: Formula
    var module: Formula
    /// Where it is compiled for neither, with flags of its own.
    var separate: Formula = .never
    /// The composite object that it is part of.
    var composite: String?
    var origin: MakeOrigin
  }

  /// All that the Makefile says of one object.
  struct Object: Sendable {
    var builtIn: Formula
    var module: Formula
    var separate: Formula
    /// Any of the three.
    var compiled: Formula
    /// The composite objects that it is part of, or itself.
    var composites: Set<String>
    /// The names of the modules among them.
    var modules: Set<String>
    /// The unknowns that its formulas have.
    var unknowns: [String] = []
    /// The line that adds it first.
    var origin: MakeOrigin
  }

  /// The path of the folder; the top is "".
  var path: String
  var table: FormulaTable
  var entry: Entry
  /// By the path of the object without `.o`.
  var objects: [String: Object] = [:]
  /// Whether it names files that are not below it.
  var namesOthers = false
  /// By the path of the folder.
  var descents: [String: Entry] = [:]
  var flags = FolderFlags()
  /// The files that were read, by the number of an origin.
  var files: [String] = []
  var gaps: [String] = []
  /// What it exports to the folders below, the outermost first.
  var exports: [MakeEnvironment.Layer] = []
  /// What its Makefile asked of those above and none exports.
  var unexported: Set<String> = []
  /// What it is kept by where it is built alike for every architecture.
  var commonName: String?

  init(path: String, table: FormulaTable, entry: Entry) {
    (self.path, self.table, self.entry) = (path, table, entry)
  }
}
