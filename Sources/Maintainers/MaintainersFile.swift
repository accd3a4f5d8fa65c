// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The file MAINTAINERS.
///
/// Source: its own head, "Descriptions of section entries"; `scripts/get_maintainer.pl`, `read_maintainer_file()`,
/// `get_maintainers()`.
public struct MaintainersFile: Sendable {
  /// In the order of the file.
  public private(set) var sections: [Section] = []

  /// Why a section is one for a patch.
  public enum Reason: Hashable, Sendable {
    /// A pattern for names of files fits this one.
    case file(TreePath)
    /// A pattern for text fits a line of the patch.
    case keyword(String)
  }

  public struct Match: Sendable {
    public var section: Section
    public var reason: Reason
  }

  /// Reads the file. Lines that are no entries end a section, and the last of them before the next is its name.
  public init(parsing text: [UInt8]) {
    var name = ""
    var section: Section?
    func isEntry(_ line: ArraySlice<UInt8>) -> Bool {
      line.count > 1 && line[line.startIndex + 1] == UInt8(ascii: ":")
        && (65...90).contains(line[line.startIndex])
    }
    for line in text.split(separator: 10) {
      let line = line.last == 13 ? line.dropLast() : line
      if isEntry(line) {
        let value = line.dropFirst(2).drop { $0 == 32 || $0 == 9 }
        section = section ?? Section(name: name)
        section?.add(line[line.startIndex], value)
      } else if !(line.first == UInt8(ascii: "#") || line.allSatisfy { $0 <= 32 }) {
        if let section { sections.append(section) }
        section = nil
        name = String(decoding: line, as: UTF8.self)
      }
    }
    if let section { sections.append(section) }
    // The head of the file describes the entries, with examples that are none.
    sections.removeAll {
      $0.name.isEmpty || $0.lists.isEmpty && $0.maintainers.isEmpty && $0.reviewers.isEmpty
    }
  }

  /// The sections for a patch, in the order of the file, each once.
  /// - Parameters:
  ///   - paths: the files that it touches, under their old and new names.
  ///   - intro: the lines above the diff; a keyword may stand anywhere in them.
  ///   - changes: the lines of the diff with their markers.
  public func matches(paths: [TreePath], intro: [[UInt8]] = [], changes: [[UInt8]] = []) -> [Match] {
    sections.compactMap { section in
      if let path = paths.first(where: section.covers) { return Match(section: section, reason: .file(path)) }
      return section.keyword(in: intro, changes: changes).map {
        Match(section: section, reason: .keyword($0))
      }
    }
  }
}
