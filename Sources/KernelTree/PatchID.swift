// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import Glibc
import SourceText

/// The stable patch id of a diff, as `git format-patch --base` lists it: for each file a hash of its
/// names and lines without white space, all hashes added up.
///
/// libgit2's own `git_diff_patchid` gives other ids for renames, modes and binary files.
/// Source: git's diff.c, `diff_get_patch_id()`; `git-patch-id(1)`, `--stable`.
struct PatchID {
  /// The sum, its first byte the lowest.
  private(set) var bytes = [UInt8](repeating: 0, count: 20)

  init(of diff: OpaquePointer) throws(LibraryError) {
    for index in 0..<git_diff_num_deltas(diff) {
      let patch = try make { git_patch_from_diff(&$0, diff, index) }
      defer { git_patch_free(patch) }
      guard let delta = git_patch_get_delta(patch)?.pointee else { continue }
      add(Self.hash(of: patch, delta))
    }
  }

  private mutating func add(_ hash: [UInt8]) {
    var carry: UInt16 = 0
    for i in bytes.indices {
      carry += UInt16(bytes[i]) + UInt16(hash[i])
      bytes[i] = UInt8(truncatingIfNeeded: carry)
      carry >>= 8
    }
  }

  private static func hash(of patch: OpaquePointer, _ delta: git_diff_delta) -> [UInt8] {
    let (old, new) = (name(delta.old_file.path), name(delta.new_file.path))
    let (isNew, isGone) = (delta.old_file.mode == 0, delta.new_file.mode == 0)
    var hash = SHA1()
    hash.update(Array("diff--gita/".utf8) + old + Array("b/".utf8) + new)
    if isNew {
      hash.update("newfilemode\(octal(delta.new_file.mode))".utf8)
    } else if isGone {
      hash.update("deletedfilemode\(octal(delta.old_file.mode))".utf8)
    } else if delta.old_file.mode != delta.new_file.mode {
      // Since git 2.39.
      hash.update("oldmode\(octal(delta.old_file.mode))newmode\(octal(delta.new_file.mode))".utf8)
    }
    if delta.flags & GIT_DIFF_FLAG_BINARY.rawValue != 0 {
      hash.update((RawID(delta.old_file.id).hex + RawID(delta.new_file.id).hex).utf8)
      return hash.digest()
    }
    hash.update(Array((isNew ? "---/dev/null" : "---a/").utf8) + (isNew ? [] : old))
    hash.update(Array((isGone ? "+++/dev/null" : "+++b/").utf8) + (isGone ? [] : new))
    for hunk in 0..<git_patch_num_hunks(patch) {
      for index in 0..<max(0, Int(git_patch_num_lines_in_hunk(patch, hunk))) {
        var line: UnsafePointer<git_diff_line>?
        guard git_patch_get_line_in_hunk(&line, patch, hunk, index) == 0, let line = line?.pointee else {
          continue
        }
        switch UInt8(bitPattern: line.origin) {
        case UInt8(ascii: "+"): hash.update(CollectionOfOne(UInt8(ascii: "+")))
        case UInt8(ascii: "-"): hash.update(CollectionOfOne(UInt8(ascii: "-")))
        case UInt8(ascii: " "): break
        // `\ No newline at end of file`
        default: continue
        }
        hash.update(UnsafeRawBufferPointer(start: line.content, count: line.content_len).filter(isInk))
      }
    }
    return hash.digest()
  }

  private static func name(_ path: UnsafePointer<CChar>?) -> [UInt8] {
    path.map { UnsafeRawBufferPointer(start: $0, count: strlen($0)).filter(isInk) } ?? []
  }

  /// Not blank, tab, line feed or carriage return.
  private static func isInk(_ byte: UInt8) -> Bool { byte != 32 && byte != 9 && byte != 10 && byte != 13 }

  private static func octal(_ mode: UInt16) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
