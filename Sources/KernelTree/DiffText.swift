// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2

/// The text of a diff as git prints it.
///
/// libgit2 differs in two things: it prints `---` and `+++` for a file without hunks (an empty new
/// one), and it leaves out the tab that git puts behind a name with a blank.
enum DiffText {
  static func text(of diff: OpaquePointer) throws(LibraryError) -> [UInt8] {
    var text: [UInt8] = []
    for index in 0..<git_diff_num_deltas(diff) {
      let patch = try make { git_patch_from_diff(&$0, diff, index) }
      defer { git_patch_free(patch) }
      let raw = try written { git_patch_to_buf(&$0, patch) }
      let isBinary = (git_patch_get_delta(patch)?.pointee.flags ?? 0) & GIT_DIFF_FLAG_BINARY.rawValue != 0
      text += isBinary ? raw : repaired(raw, hasHunks: git_patch_num_hunks(patch) > 0)
    }
    return text
  }

  /// What the library writes into a buffer.
  static func written(_ call: (inout git_buf) -> Int32) throws(LibraryError) -> [UInt8] {
    var buffer = git_buf()
    defer { git_buf_dispose(&buffer) }
    try git { call(&buffer) }
    return Array(UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size))
  }

  private static func repaired(_ raw: [UInt8], hasHunks: Bool) -> [UInt8] {
    var text: [UInt8] = []
    var rest = raw[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")), rest.first != UInt8(ascii: "@") {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      let isName = line.starts(with: Array("--- ".utf8)) || line.starts(with: Array("+++ ".utf8))
      if isName, !hasHunks { continue }
      text += line
      let name = line.dropFirst(4)
      if isName, name.contains(UInt8(ascii: " ")), name.first != UInt8(ascii: "\"") {
        text.append(UInt8(ascii: "\t"))
      }
      text.append(UInt8(ascii: "\n"))
    }
    return text + rest
  }
}
