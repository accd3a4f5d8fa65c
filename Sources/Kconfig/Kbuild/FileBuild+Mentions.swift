// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

extension FileBuild {
  /// Puts together what the Makefiles of folders say of one object; nil where none of them comes to it.
  init?(stem: String, _ found: [(folder: FolderBuild, object: FolderBuild.Object)]) {
    guard let (folder, first) = found.first(where: { $0.object.compiled != .never }),
      let makefile = TreePath(folder.files[Int(first.origin.file)])
    else { return nil }
    table = folder.table
    (builtIn, module, compiled) = (first.builtIn, first.module, first.compiled)
    var separate = first.separate
    var (objects, modules) = (first.composites, first.modules)
    var unknowns = first.unknowns
    // More than one folder is rare: the tables are not copied for the others.
    for (other, object) in found where other.path != folder.path && object.compiled != .never {
      builtIn = table.or(builtIn, table.adopt(object.builtIn, of: other.table))
      module = table.or(module, table.adopt(object.module, of: other.table))
      separate = table.or(separate, table.adopt(object.separate, of: other.table))
      compiled = table.or(compiled, table.adopt(object.compiled, of: other.table))
      unknowns += object.unknowns.filter { !unknowns.contains($0) }
      objects.formUnion(object.composites)
      modules.formUnion(object.modules)
    }
    isSeparate = builtIn == .never && module == .never
    // Separate code has no other formula to be asked for.
    if isSeparate { builtIn = separate }
    self.makefile = makefile
    line = Int(first.origin.line)
    self.modules = modules.sorted()
    self.objects = objects.sorted()
    includeFolders = folder.flags.folders
    flags = folder.flags.texts
    if let own = folder.flags.own[stem] {
      let known = Set(includeFolders)
      includeFolders += own.folders.filter { !known.contains($0) }
      flags += own.texts
    }
    gaps = unknowns + folder.gaps.filter { !unknowns.contains($0) }
  }
}
