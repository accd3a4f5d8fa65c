// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import Glibc

/// Looks at a loose object before libgit2 does: 1.5 never returns from one whose zlib stream is cut
/// off, as a crash of the machine can leave it.
///
/// It stands before the library's own object stores and has no objects: it says that one is damaged, or
/// that the next store should be asked.
struct LooseGuard {
  /// First, so that a pointer to it is one to the whole.
  private var backend: git_odb_backend
  /// The `objects` folder, allocated by `strdup`.
  private var folder: UnsafeMutablePointer<CChar>

  /// Puts a guard before the stores of a repository's handle, which frees it.
  static func install(in handle: OpaquePointer) throws(LibraryError) {
    let odb = try make { git_repository_odb(&$0, handle) }
    defer { git_odb_free(odb) }
    guard let common = git_repository_commondir(handle),
      let folder = strdup(String(cString: common) + "objects")
    else { return }
    var backend = git_odb_backend()
    try git { git_odb_init_backend(&backend, UInt32(GIT_ODB_BACKEND_VERSION)) }
    backend.read = { _, _, _, backend, id in LooseGuard.check(backend, id) }
    backend.read_header = { _, _, backend, id in LooseGuard.check(backend, id) }
    backend.read_prefix = { _, _, _, _, backend, id, count in LooseGuard.check(backend, id, digits: count) }
    backend.free = { backend in
      guard let backend else { return }
      let whole = UnsafeMutableRawPointer(backend).assumingMemoryBound(to: LooseGuard.self)
      free(whole.pointee.folder)
      whole.deallocate()
    }
    let whole = UnsafeMutablePointer<LooseGuard>.allocate(capacity: 1)
    whole.initialize(to: LooseGuard(backend: backend, folder: folder))
    let pointer = UnsafeMutableRawPointer(whole).assumingMemoryBound(to: git_odb_backend.self)
    do {
      try git { git_odb_add_backend(odb, pointer, 100) }
    } catch {
      free(folder)
      whole.deallocate()
      throw error
    }
  }

  private static func check(
    _ backend: UnsafeMutablePointer<git_odb_backend>?, _ id: UnsafePointer<git_oid>?, digits: Int = 40
  ) -> Int32 {
    guard let backend, let id, digits > 2 else { return GIT_ENOTFOUND.rawValue }
    let guardian = UnsafeMutableRawPointer(backend).assumingMemoryBound(to: LooseGuard.self)
    let hex = RawID(id.pointee).hex
    let folder = String(cString: guardian.pointee.folder) + "/" + hex.prefix(2)
    let rest = String(hex.dropFirst(2).prefix(digits - 2))
    var names = [rest]
    if digits < 40 {
      names = []
      guard let stream = opendir(folder) else { return GIT_ENOTFOUND.rawValue }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasPrefix(rest) { names.append(name) }
      }
    }
    for name in names where !isWhole(folder + "/" + name) {
      git_error_set_str(Int32(GIT_ERROR_ZLIB.rawValue), "loose object \(hex.prefix(2))\(name) is damaged")
      return GIT_ERROR.rawValue
    }
    return GIT_ENOTFOUND.rawValue
  }

  /// Whether a file is a zlib stream to its end; also where it is not there or too large to be looked at.
  private static func isWhole(_ path: String) -> Bool {
    guard let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else { return true }
    var status = stat()
    guard fstat(file.number, &status) == 0, Files.Kind(status) == .file else { return false }
    var stream = z_stream()
    guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return true }
    defer { inflateEnd(&stream) }
    var input = [UInt8](repeating: 0, count: 1 << 14)
    var output = [UInt8](repeating: 0, count: 1 << 16)
    return input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var code = Z_OK
        while code == Z_OK || code == Z_BUF_ERROR {
          if stream.avail_in == 0 {
            let count = read(file.number, input.baseAddress, input.count)
            guard count > 0 else { return false }
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(count)
          }
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          code = inflate(&stream, Z_NO_FLUSH)
        }
        return code == Z_STREAM_END
      }
    }
  }
}
