// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension MakeEvaluator {
  /// Sets what make and the top Makefile have set before a Makefile is read.
  mutating func prepare(folder: String, architecture: String) {
    let inTree = folder.isEmpty ? "" : "/\(folder)"
    var given = [
      "srctree": KbuildPath.source, "objtree": KbuildPath.object, "abs_srctree": KbuildPath.source,
      "abs_objtree": KbuildPath.object, "src": KbuildPath.source + inTree, "obj": KbuildPath.object + inTree,
      "SRCARCH": architecture, "KBUILD_EXTMOD": "", "VPATH": "", "MAKECMDGOALS": "", "sub_make_done": "1",
      "need-sub-make": "",
      "MAKEFLAGS": "--no-print-directory", "KBUILD_MODULES": "1", "KBUILD_BUILTIN": "1",
      "CURDIR": KbuildPath.object, "need-config": "1",
      // The words that a path or a comma needs a name for: scripts/Kbuild.include.
      "comma": ",", "space": " ", "empty": "", "quote": "\"", "squote": "'", "pound": "#",
    ]
    // The folder's name is the architecture's, except for these, which have more than one name.
    if !["x86", "sparc", "parisc"].contains(architecture) { given["ARCH"] = architecture }
    if architecture == "um" { given["SUBARCH"] = "x86" }
    for (name, text) in given.sorted(by: { $0.key < $1.key }) {
      variables[name] = Variable(value: MakeValue(text, origin), isImmediate: true)
      fixed.insert(name)
    }
    if given["ARCH"] == nil {
      variables["ARCH"] = Variable(value: MakeValue(unknown: "$(ARCH)", origin), isImmediate: true)
      fixed.insert("ARCH")
    }
    // "Init all relevant variables used in kbuild files": scripts/Makefile.build.
    for name in [
      "obj-y", "obj-m", "lib-y", "lib-m", "always-y", "always-m", "targets", "subdir-y", "subdir-m",
      "ccflags-y",
      "asflags-y", "cppflags-y", "ldflags-y", "subdir-ccflags-y", "subdir-asflags-y", "EXTRA_CFLAGS",
    ] {
      variables[name] = Variable(value: MakeValue(), isImmediate: true)
    }
  }

  /// What the Makefiles below see of this one.
  mutating func handedOn() -> MakeEnvironment? {
    var values: [String: MakeValue] = [:]
    for name in exported.sorted() where variables[name] != nil && !fixed.contains(name) {
      values[name] = resolved(lookup(name))
    }
    guard !values.isEmpty else { return environment }
    return MakeEnvironment(values: values, table: table, outer: environment)
  }

  /// Whether the Makefile sets `KBUILD_CFLAGS` anew, where it would add to them for code of the kernel.
  var replacesFlags: Bool { replaced.contains("KBUILD_CFLAGS") }
}
