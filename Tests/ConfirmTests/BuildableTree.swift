// SPDX-License-Identifier: GPL-2.0-or-later

import Confirm
import Foundation
import KernelTree
import Mail
import SourceText
import TestSupport
import UnifiedDiff

@testable import Review

/// A tree that can be built without being a kernel, and a review of one patch for it.
struct BuildableTree {
  let folder: TemporaryFolder
  var tree: URL { folder.url.appending(path: "tree") }
  var cache: URL { folder.url.appending(path: "cache") }

  /// What review-patch asks of Kbuild, and no more.
  static let files = [
    "Makefile": """
    flags = $$(sed -n 's/^CONFIG_\\([A-Z]*\\)=y/-DCONFIG_\\1/p' $(O)/.config)
    olddefconfig:
    \t@test ! -f tools/force || sed -i 's/.*CONFIG_GROUPS.*/CONFIG_GROUPS=y/' $(O)/.config
    %.o:
    \t@mkdir -p $(O)/$(dir $@)
    \t@if test -f tools/slow; then sleep 3000; fi
    \t@gcc $(flags) -Werror=implicit-function-declaration -Iinclude -c $(CURDIR)/$*.c -o $(O)/$@

    """,
    "Kbuild": "obj-y += drivers/\n",
    "drivers/Makefile": "obj-$(CONFIG_LANE) += lane.o new.o\n",
    "include/group.h": "#ifdef CONFIG_GROUPS\nint group_get(int fd);\n#endif\n",
    "drivers/lane.c": "#include <group.h>\nint lane(int fd)\n{\n\treturn fd;\n}\n",
    "tools/run.sh": "#!/bin/sh\n",
  ]

  static let diff = """
    diff --git a/drivers/lane.c b/drivers/lane.c
    --- a/drivers/lane.c
    +++ b/drivers/lane.c
    @@ -1,5 +1,5 @@
     #include <group.h>
     int lane(int fd)
     {
    -\treturn fd;
    +\treturn group_get(fd);
     }

    """

  static let newFile = """
    diff --git a/drivers/new.c b/drivers/new.c
    new file mode 100644
    --- /dev/null
    +++ b/drivers/new.c
    @@ -0,0 +1,4 @@
    +int new_lane(int fd)
    +{
    +\treturn group_get(fd);
    +}

    """

  static let makefileDiff = """
    diff --git a/drivers/Makefile b/drivers/Makefile
    --- a/drivers/Makefile
    +++ b/drivers/Makefile
    @@ -0,0 +1 @@
    +obj-$(CONFIG_LANE) += lane.o

    """

  /// - Parameter changes: files in place of the usual ones, or beside them.
  init(_ changes: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    for (path, text) in Self.files.merging(changes, uniquingKeysWith: { $1 }) { try write(text, to: path) }
    let tools = folder.url.appending(path: "tools")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    // What a kernel needs, and this tree does not.
    for name in ["bc", "bison", "flex"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(tools.path)/\(name)", withDestinationPath: "/bin/true")
    }
  }

  func write(_ text: String, to path: String) throws {
    let url = tree.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// The tools, and behind them what a shell needs.
  var searchPath: String { "\(folder.url.path)/tools:/usr/bin:/bin" }

  /// The tree as it would be named by `--tree`; of a repository its HEAD.
  func base() throws -> Base {
    let place = try BaseSearch.Place(opening: TreeLocation(parsing: tree.path))
    return try BaseSearch(in: place, clues: BaseClues()).base()
  }

  /// A review with one finding, on the line that calls `group_get()`.
  func review(
    _ diff: String = diff, witness: [String] = ["LANE=y", "GROUPS=n"], rule: String = "config/missing-stub"
  ) throws -> SeriesReview {
    let mail = """
      From a@b Mon Sep 17 00:00:00 2001
      From: A <a@example.org>
      Subject: [PATCH] lane: use groups
      Message-ID: <1@example.org>

      ---
      \(diff)--
      2.50

      """
    let series = Mailbox(opening: [.bytes(Array(mail.utf8), name: "mail", kind: nil)]).series(at: 0)
    let base = try base()
    let before = PatchedTree(base: base.tree)
    let applied = before.applying(try series.patches.first.required().patch)
    let path = try (series.patches.first?.patch.files.first?.newPath).required()
    let unit = path == TreePath("drivers/Makefile") ? TreePath("drivers/lane.c") : path
    let id = try RuleID(rule).required()
    let span = Span(path: path, side: .new, line: 4, text: "\treturn group_get(fd);")
    let finding = Finding(
      rule: id, severity: .error, confidence: .strong, origin: .introduced,
      patch: series.patches.first?.index,
      messageID: "", title: "", message: "", question: "", primary: span, symbols: ["group_get"], config: [],
      related: [], evidence: [Evidence(.kconfig, "", witness: witness, unit: unit)], help: nil,
      suppressed: nil,
      fingerprint: Fingerprint(rule: id, span: span, subject: "", occurrence: 0))
    return SeriesReview(
      series: series, base: base, applications: [applied.application], trees: [before, applied.tree],
      findings: [finding], coverage: [], problems: [])
  }

  /// The finding with the compiler's word, and that word.
  func confirmed(
    _ review: SeriesReview, searchPath: String? = nil, limits: Confirmation.Limits = Confirmation.Limits()
  ) async throws -> (finding: Finding, word: String) {
    let confirmation = Confirmation(
      cache: cache.path, searchPath: searchPath ?? self.searchPath, limits: limits)
    let finding = try await confirmation.confirm(review).findings.first.required()
    return (finding, finding.evidence.last.map { "\($0.kind) \($0.statement)" } ?? "")
  }

  /// All that the file system says of a folder, and what its files hold.
  func snapshot(_ folder: URL? = nil) throws -> [String] {
    let list =
      "find . -printf '%p %y %m %s %T@ %C@ %n %l ' \\( -type f -exec sha1sum {} \\; -o -printf '\\n' \\)"
    let listing = try Program("/bin/sh", in: folder ?? tree, environment: ["PATH": "/usr/bin:/bin"])
      .run(["-c", list])
    return listing.text.split(separator: "\n").map(String.init).sorted()
  }
}

/// Something that a test needs is not there.
private struct Missing: Error {}

extension Optional {
  fileprivate func required() throws -> Wrapped {
    guard let self else { throw Missing() }
    return self
  }
}
