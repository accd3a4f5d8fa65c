// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension Kbuild {
  /// The source files and the Makefiles below a folder.
  struct Walk {
    /// The .c files, sorted.
    var sources: [TreePath] = []
    /// The folders that have a Makefile, sorted; the top is "".
    var makefiles: [String] = []

    init(_ tree: any SourceTree, below folder: TreePath?, _ isForeign: (String) -> Bool) {
      let names = ["Kbuild", "Makefile"].map { Array($0.utf8) }
      var open = [(folder, 0)]
      while let (folder, depth) = open.popLast() {
        guard depth < Kbuild.folderDepth, let entries = try? tree.entries(of: folder) else { continue }
        var hasMakefile = false
        for entry in entries {
          let isSource = entry.kind == .file && entry.name.suffix(2).elementsEqual(".c".utf8)
          hasMakefile = hasMakefile || entry.kind == .file && names.contains(entry.name)
          guard isSource || entry.kind == .folder,
            let path = (try? folder?.appending(entry.name)) ?? (try? TreePath(validating: entry.name))
          else { continue }
          if isSource {
            sources.append(path)
          } else if !isForeign(path.description) {
            open.append((path, depth + 1))
          }
        }
        if hasMakefile { makefiles.append(folder?.description ?? "") }
      }
      sources.sort()
      makefiles.sort()
    }
  }
}

extension String {
  /// The folder of a path; nil where it has none.
  var parentFolder: String? {
    utf8.lastIndex(of: UInt8(ascii: "/")).map { String(self[..<$0]) }
  }
}
