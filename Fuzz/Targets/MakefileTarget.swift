// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Kconfig
internal import SourceText
internal import TestSupport

/// Makefiles of Kbuild: the top one, and behind a NUL that of a folder.
enum MakefileTarget {
  @Sendable static func run(_ bytes: [UInt8]) {
    let (top, folder) = bytes.parts
    let makefile = String(decoding: folder, as: UTF8.self)
    let tree = MemoryTree([
      "Makefile": String(decoding: top, as: UTF8.self), "Kbuild": "obj-y += drivers/ \n",
      "drivers/Makefile": makefile, "drivers/foo/Kbuild": makefile, "drivers/foo.c": "", "drivers/bar.c": "",
      "drivers/foo/a.c": "", "drivers/foo/b.S": "", "init/main.c": "",
    ])
    let kbuild = Kbuild(of: tree, architecture: "x86")
    let all = kbuild.files().map { ($0.path, text(of: $0.build)) }
    // Of one file the same, whether or not others were asked for before.
    for (path, build) in all.reversed() {
      let alone = text(of: Kbuild(of: tree, architecture: "x86").build(of: path))
      demand(alone == build, "\(path): \(build) among all, \(alone) alone")
    }
  }

  private static func text(of build: FileBuild?) -> String {
    guard let build else { return "nothing" }
    let flags = build.flags.map { "\($0.text) if \(build.table.text(of: $0.condition))" }
    return """
      \(build.table.text(of: build.builtIn)), \(build.table.text(of: build.module)), \(build.objects), \(build.modules), \
      \(build.includeFolders), \(flags), \(build.gaps)
      """
  }
}
