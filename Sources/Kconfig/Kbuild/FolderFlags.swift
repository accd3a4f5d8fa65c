// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

/// What a Makefile tells the compiler about where headers are and what is defined.
struct FolderFlags: Sendable {
  struct Flag: Sendable {
    enum Kind: Sendable {
      case folder(TreePath)
      /// `-D`, `-U`, `-include`, as it is written.
      case text(String)
    }

    var kind: Kind
    var condition: Formula
  }

  /// What flags say, each folder once.
  struct Summary: Sendable {
    var folders: [TreePath] = []
    var texts: [FileBuild.Flag] = []

    init(_ flags: [Flag]) {
      var seen: Set<TreePath> = []
      for flag in flags where flag.condition != .never {
        switch flag.kind {
        case .folder(let path): if seen.insert(path).inserted { folders.append(path) }
        case .text(let text): texts.append(FileBuild.Flag(text: text, condition: flag.condition))
        }
      }
    }
  }

  /// For all C files of the folder.
  private var all = Summary([])
  /// For one object, by its path without `.o`.
  private(set) var own: [String: Summary] = [:]
  /// For the folders below as well.
  private(set) var inherited: [Flag] = []

  var folders: [TreePath] { all.folders }
  var texts: [FileBuild.Flag] { all.texts }

  init() {}

  /// - Parameter inherited: what the folders above hand down, in the evaluator's table.
  init(evaluator: inout MakeEvaluator, folder: String, inherited: [Flag]) {
    self.inherited = inherited + Self.flags("subdir-ccflags-y", &evaluator, folder)
    var flags = self.inherited
    for name in ["KBUILD_CPPFLAGS", "KBUILD_CFLAGS", "EXTRA_CFLAGS", "ccflags-y"] {
      guard folder != "" || name == "ccflags-y" else { continue }
      flags += Self.flags(name, &evaluator, folder)
    }
    all = Summary(flags)
    for name in evaluator.variables.keys.sorted() where name.hasPrefix("CFLAGS_") {
      guard let stem = String(name.dropFirst(7)).objectStem, !stem.hasPrefix("REMOVE_"),
        let path = KbuildPath.normal(stem, in: folder)
      else { continue }
      let flags = Self.flags(name, &evaluator, folder)
      if !flags.isEmpty { own[path] = Summary(flags) }
    }
  }

  private static func flags(
    _ name: String, _ evaluator: inout MakeEvaluator, _ folder: String
  ) -> [Flag] {
    guard evaluator.variables[name] != nil else { return [] }
    var flags: [Flag] = []
    var option: String?
    for var word in evaluator.words(of: evaluator.lookup(name)) {
      // What the compiler is asked for decides about its options, hardly about ours.
      if evaluator.hasUnknowns { word.condition = evaluator.table.possible(word.condition) }
      let text = word.text.unquoted
      if let open = option {
        option = nil
        guard !word.isUnknown else { continue }
        if open == "-include" {
          let path = KbuildPath.normal(text, in: text.hasPrefix("/") ? "" : folder) ?? text
          flags.append(Flag(kind: .text("-include \(path)"), condition: word.condition))
        } else {
          add(text, word.condition)
        }
        continue
      }
      switch text {
      case "-I", "-iquote", "-isystem", "-idirafter", "-include": option = text
      case _ where word.isUnknown: break
      case _ where text.hasPrefix("-I"): add(String(text.dropFirst(2)), word.condition)
      case _ where text.hasPrefix("-iquote"): add(String(text.dropFirst(7)), word.condition)
      case _ where text.hasPrefix("-D") || text.hasPrefix("-U"):
        flags.append(Flag(kind: .text(text), condition: word.condition))
      default: break
      }
    }
    return flags

    /// Make runs at the top: what is relative is relative to that.
    func add(_ path: String, _ condition: Formula) {
      guard let path = KbuildPath.normal(path, in: "").flatMap({ TreePath($0) }) else { return }
      flags.append(Flag(kind: .folder(path), condition: condition))
    }
  }
}

extension String {
  /// As the shell would see a word without blanks: quotes are for it.
  fileprivate var unquoted: String {
    guard utf8.contains(where: { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\\") }) else { return self }
    return String(
      decoding: utf8.filter { $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\\") }, as: UTF8.self)
  }
}
