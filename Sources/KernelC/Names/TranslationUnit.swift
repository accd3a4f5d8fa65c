// SPDX-License-Identifier: GPL-2.0-or-later

internal import Synchronization

/// A file with the headers it includes: where names of the file that it does not declare itself are looked up.
///
/// A class, as it remembers what was looked up; its state is behind a lock, and what it holds is a function of what it
/// was made with.
public final class TranslationUnit: Sendable {
  public let file: ParsedFile
  /// nil without a tree.
  public let closure: IncludeClosure?

  private struct Memory: Sendable {
    var macros: [String: [(file: ParsedFile, macro: MacroDefinition)]] = [:]
    var ordinary: [String: [(place: NamedPlace, kind: FileNames.Kind)]] = [:]
    var tags: [String: [NamedPlace]] = [:]
    var isDeclared: [String: Bool] = [:]
  }

  private let memory = Mutex(Memory())

  /// The file that the text is a part of; nil where it is all of it.
  let around: ParsedFile?

  public init(_ file: ParsedFile, closure: IncludeClosure?, around: ParsedFile? = nil) {
    (self.file, self.closure, self.around) = (file, closure, around)
  }

  /// Whether every header is there, so that a name that is nowhere is not declared.
  public var isComplete: Bool { closure?.missing.isEmpty ?? false }

  // MARK: Looking up

  /// All definitions of a macro, those in other branches of conditionals too.
  public func macros(named name: String) -> [(file: ParsedFile, macro: MacroDefinition)] {
    remembered(name, in: \.macros) {
      places(of: name, as: .macro) { file in
        (file.names.macros[name] ?? []).map { (file, file.syntax.macros[$0]) }
      }
    }
  }

  /// Functions, prototypes, variables, typedefs and enumerators outside of functions.
  public func ordinary(named name: String) -> [(place: NamedPlace, kind: FileNames.Kind)] {
    remembered(name, in: \.ordinary) {
      places(of: name, as: .ordinary) { file in
        (file.names.ordinary[name] ?? []).map { (NamedPlace(file: file, node: $0.node), $0.kind) }
      }
    }
  }

  /// Definitions of a struct, union or enum.
  public func tags(named name: String) -> [NamedPlace] {
    remembered(name, in: \.tags) {
      places(of: name, as: .tag) { file in
        (file.names.tags[name] ?? []).map { NamedPlace(file: file, node: $0) }
      }
    }
  }

  /// Whether something of that name may be declared outside of functions: by a declaration, a macro that puts names
  /// together, a macro's call or a text that is not understood.
  public func mayDeclare(_ name: String) -> Bool {
    remembered(name, in: \.isDeclared) {
      let search = WordSearch(name)
      return file.names.mayDeclare(name)
        || closure?.headers.contains { header in
          (header.pastes || header.mayDeclare(search))
            && closure?.source.parsed(header).names.mayDeclare(name) == true
        } ?? false
    }
  }

  private func remembered<Found>(
    _ name: String, in table: any WritableKeyPath<Memory, [String: Found]> & Sendable, _ find: () -> Found
  ) -> Found {
    if let known = memory.withLock({ $0[keyPath: table][name] }) { return known }
    let found = find()
    memory.withLock { $0[keyPath: table][name] = found }
    return found
  }

  /// What the file and those headers have in which the name stands at a place that looks like it.
  private func places<Found>(
    of name: String, as role: WordRoles, _ read: (ParsedFile) -> [Found]
  ) -> [Found] {
    var found = read(file)
    if let around, found.isEmpty { found = read(around) }
    guard let closure else { return found }
    let hash = WordHashes.hash(of: Array(name.utf8))
    for header in closure.headers where header.roles(of: hash).contains(role) {
      found += read(closure.source.parsed(header))
    }
    return found
  }
}
