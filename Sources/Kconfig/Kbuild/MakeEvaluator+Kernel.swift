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
    if architecture == "um" { given["SUBARCH"] = "x86" }
    for (name, text) in given.sorted(by: { $0.key < $1.key }) {
      variables[name] = Variable(
        value: MakeValue(text, origin), isImmediate: true,
        isArchitecture: name == "SRCARCH" || name == "SUBARCH")
    }
    variables["ARCH"] = Variable(
      value: names(of: architecture), isImmediate: true, isArchitecture: true)
    fixed = Set(given.keys).union(["ARCH"])
    // "Init all relevant variables used in kbuild files": scripts/Makefile.build.
    for name in [
      "obj-y", "obj-m", "lib-y", "lib-m", "always-y", "always-m", "targets", "subdir-y", "subdir-m",
      "ccflags-y",
      "asflags-y", "cppflags-y", "ldflags-y", "subdir-ccflags-y", "subdir-asflags-y", "EXTRA_CFLAGS",
    ] {
      variables[name] = Variable(value: MakeValue(), isImmediate: true)
    }
  }

  /// What `make ARCH=…` can have said: these have more names than the folder's.
  private mutating func names(of architecture: String) -> MakeValue {
    let others: [String]
    switch architecture {
    case "x86": others = ["x86_64", "i386"]
    case "sparc": others = ["sparc64", "sparc32"]
    case "parisc": others = ["parisc64"]
    default: return MakeValue(architecture, origin)
    }
    var rest = Formula.always
    var alternatives: [MakeValue.Alternative] = []
    for name in others {
      let isIt = table.atom(.opaque("$(ARCH) is \(name)"))
      alternatives.append(.init(condition: both(rest, isIt), value: MakeValue(name, origin)))
      rest = both(rest, table.not(isIt))
    }
    alternatives.append(.init(condition: rest, value: MakeValue(architecture, origin)))
    var value = MakeValue()
    value.append(.either(alternatives))
    return value
  }

  /// What the Makefiles below see of this one: nothing where it exports nothing.
  mutating func handedOn() -> [MakeEnvironment.Layer] {
    var values: [String: MakeValue] = [:]
    for name in exported.sorted() where variables[name] != nil && !fixed.contains(name) {
      // The kernel's flags are for all files, long, and full of questions to the compiler.
      let isFlags = name.hasSuffix("FLAGS") || name.hasPrefix("CC_FLAGS")
      values[name] = isFlags ? MakeValue(unknown: "$(\(name))", origin) : resolved(lookup(name))
    }
    guard !values.isEmpty else { return [] }
    return [MakeEnvironment.Layer(values: values, table: table, isCommon: isCommon)]
  }

  /// Whether the Makefile sets `KBUILD_CFLAGS` anew, where it would add to them for code of the kernel.
  var replacesFlags: Bool { replaced.contains("KBUILD_CFLAGS") }
}
