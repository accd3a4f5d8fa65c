// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import SourceText

/// What Kbuild does with one source file.
public struct FileBuild: Sendable {
  /// A compiler flag, where it is given.
  public struct Flag: Hashable, Sendable {
    /// `-DFOO=1`, `-include file`.
    public var text: String
    public var condition: Formula
  }

  /// The formulas of this value belong to it.
  public internal(set) var table: FormulaTable
  /// Where the object is linked into the kernel, or into one of its libraries.
  public internal(set) var builtIn: Formula
  /// Where the object is compiled as part of a module.
  public internal(set) var module: Formula
  /// Where it is compiled at all.
  public internal(set) var compiled: Formula
  /// The modules that it is part of when it is no part of the kernel, sorted.
  public internal(set) var modules: [String] = []
  /// The composite objects that it is linked into, by their paths without `.o`, sorted; itself where it is
  /// none's.
  public internal(set) var objects: [String] = []
  /// Code beside the kernel proper: boot wrapper, vDSO, purgatory, EFI stub, nVHE hypervisor.
  ///
  /// It is built with flags of its own and not linked with the rest as other code is.
  public internal(set) var isSeparate = false
  /// The folders whose headers `#include` finds because the Makefiles say so, in their order.
  public internal(set) var includeFolders: [TreePath] = []
  /// `-D`, `-U` and `-include`, in their order.
  public internal(set) var flags: [Flag] = []
  /// Where it is added: the file, and the line from 1.
  public internal(set) var makefile: TreePath
  public internal(set) var line: Int
  /// What could not be evaluated, with path and line. A formula has a named unknown in each such place.
  public internal(set) var gaps: [String] = []

  /// The texts of `flags`.
  public var defines: [String] { flags.map(\.text) }
  /// The macros of those flags.
  public var definedNames: Set<String> {
    Set(
      defines.compactMap { $0.hasPrefix("-D") ? $0.dropFirst(2).prefix { $0 != "=" && $0 != "(" } : nil }.map(
        String.init))
  }
}
