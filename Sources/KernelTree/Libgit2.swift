// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import SourceText

/// What libgit2 said when a call failed.
struct LibraryError: Error {
  var code: Int32
  /// The part of the library that failed.
  var part: Int32 = 0
  var message: String

  var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue }
  /// The id that the library names where an object is not there: a parent or a blob on the way.
  var missingID: String? {
    message.split { !($0.isASCII && $0.isHexDigit) }.last { $0.utf8.count == 40 }.map(String.init)
  }
  var isAmbiguous: Bool { code == GIT_EAMBIGUOUS.rawValue }
}

/// The library, started once, at its first use: it costs 5 ms.
///
/// A global constant is initialised once, whatever the number of threads. Strict hashing of each
/// object that is read halves the speed, and we are not the ones who check a repository.
private let libraryIsReady: Bool = {
  guard git_libgit2_init() > 0 else { return false }
  return git2_strict_hash_verification(0) == 0 && git2_allow_reader_extensions() == 0
}()

/// Starts the library where that has not happened.
func startLibrary() throws(LibraryError) {
  guard libraryIsReady else { throw LibraryError(code: -1, message: "libgit2 does not start") }
}

/// Calls the library; what it says is thread-local and read at once.
@discardableResult
func git(_ call: () -> Int32) throws(LibraryError) -> Int32 {
  let code = call()
  guard code < 0 else { return code }
  guard let last = git_error_last()?.pointee, let words = last.message else {
    throw LibraryError(code: code, message: "libgit2 error \(code)")
  }
  throw LibraryError(code: code, part: last.klass, message: String(cString: words))
}

/// Has the library make something, which the caller frees.
func make(_ call: (inout OpaquePointer?) -> Int32) throws(LibraryError) -> OpaquePointer {
  var made: OpaquePointer?
  try git { call(&made) }
  guard let made else { throw LibraryError(code: -1, message: "libgit2 gave nothing") }
  return made
}

/// The id of an object in 20 bytes, as trees hold it.
struct RawID: Hashable, Sendable {
  private var high: UInt64
  private var middle: UInt64
  private var low: UInt32

  init(_ id: git_oid) {
    (high, middle, low) = withUnsafeBytes(of: id) {
      (
        $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
        $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
        $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
      )
    }
  }

  /// Takes the first 20 bytes.
  init(bytes: [UInt8]) {
    var id = git_oid()
    withUnsafeMutableBytes(of: &id) { $0.copyBytes(from: bytes.prefix($0.count)) }
    self.init(id)
  }

  /// A whole id; nil for an abbreviated one.
  init?(_ id: ObjectID) {
    var raw = git_oid()
    guard id.hex.utf8.count == 40, git_oid_fromstr(&raw, id.hex) == 0 else { return nil }
    self.init(raw)
  }

  /// The form the library takes.
  var git: git_oid {
    var id = git_oid()
    withUnsafeMutableBytes(of: &id) {
      $0.storeBytes(of: high, toByteOffset: 0, as: UInt64.self)
      $0.storeBytes(of: middle, toByteOffset: 8, as: UInt64.self)
      $0.storeBytes(of: low, toByteOffset: 16, as: UInt32.self)
    }
    return id
  }

  /// 40 digits.
  var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return withUnsafeBytes(of: git) { bytes in
      String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
  }

  /// The same id in the form that everybody else uses.
  func objectID() throws(LibraryError) -> ObjectID {
    guard let id = ObjectID(hex) else { throw LibraryError(code: -1, message: "no object id") }
    return id
  }
}

extension ObjectID {
  /// The id that git gives these bytes as a file: the hash of `blob <count>\0` and the bytes.
  static func blob(of bytes: [UInt8]) -> ObjectID? {
    var id = git_oid()
    guard libraryIsReady,
      bytes.withUnsafeBytes({ git_odb_hash(&id, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }) == 0
    else { return nil }
    return ObjectID(RawID(id).hex)
  }

  /// The first 12 digits, as kernel people write ids.
  var short: String { String(hex.prefix(12)) }
}
