// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

extension FileBuild {
  /// Puts together what Makefiles say of one object; nil where none of them comes to it.
  init?(stem: String, _ found: [(folder: FolderBuild, mentions: [FolderBuild.Mention])]) {
    guard let (folder, _) = found.first else { return nil }
    var table = folder.table
    var builtIn: [Formula] = []
    var module: [Formula] = []
    var separate: [Formula] = []
    var place: (file: String, line: UInt32)?
    var modules: Set<String> = []
    var objects: Set<String> = []
    for (index, (folder, mentions)) in found.enumerated() {
      for mention in mentions {
        func own(_ formula: Formula) -> Formula {
          index == 0 || formula == .never ? formula : table.adopt(formula, of: folder.table)
        }
        if folder.isSeparate {
          separate += [own(mention.builtIn), own(mention.separate)]
        } else {
          builtIn.append(own(mention.builtIn))
          separate.append(own(mention.separate))
        }
        module.append(own(mention.module))
        let object = mention.composite ?? stem
        objects.insert(object)
        if mention.module != .never, let name = object.split(separator: "/").last {
          modules.insert(String(name))
        }
        if place == nil { place = (folder.files[Int(mention.origin.file)], mention.origin.line) }
      }
    }
    self.table = table
    (self.builtIn, self.module) = (self.table.or(builtIn), self.table.or(module))
    let kernel = self.table.or(self.builtIn, self.module)
    let other = self.table.or(separate)
    compiled = self.table.or(kernel, other)
    guard compiled != .never, let place, let makefile = TreePath(place.file) else { return nil }
    isSeparate = kernel == .never
    // Separate code has no other formula to be asked for.
    if isSeparate { self.builtIn = other }
    self.makefile = makefile
    line = Int(place.line)
    self.modules = modules.sorted()
    self.objects = objects.sorted()
    add(folder.flags.all + (folder.flags.own[stem] ?? []))
    let unknown: [String] = self.table.atoms(of: compiled).compactMap { atom in
      if case .opaque(let text) = atom { text } else { nil }
    }
    gaps = unknown + folder.gaps.filter { gap in !unknown.contains(gap) }
  }

  private mutating func add(_ flags: [FolderFlags.Flag]) {
    var seen: Set<String> = []
    for flag in flags where flag.condition != .never {
      switch flag.kind {
      case .folder(let path):
        if seen.insert(path).inserted, let path = TreePath(path) { includeFolders.append(path) }
      case .text(let text): self.flags.append(Flag(text: text, condition: flag.condition))
      }
    }
  }
}
