// SPDX-License-Identifier: GPL-2.0-or-later

/// The name of a file or folder inside a tree: components between slashes, relative to the top.
///
/// A value of this type never leads outside its tree: there is no `..`, no leading slash, no NUL.
/// Paths are bytes, as in git; they are text only where a person reads them.
public struct TreePath: Hashable, Sendable {
  /// The name, without leading or trailing slash.
  public let bytes: [UInt8]

  /// Takes a name that came from outside.
  /// - Throws: `TreePathError`, saying why the name cannot name a file of a tree.
  public init(validating name: some Sequence<UInt8>) throws(TreePathError) {
    let bytes = Array(name)
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= Self.longest else { throw .tooLong }
    guard !bytes.contains(0) else { throw .containsNUL }
    guard bytes.first != UInt8(ascii: "/") else { throw .absolute }
    for component in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      switch Array(component) {
      case []: throw .emptyComponent
      case Array("..".utf8), Array(".".utf8): throw .dotComponent
      case Array(".git".utf8): throw .gitFolder
      default: break
      }
    }
    self.bytes = bytes
  }

  /// A name written in the program or in a test; nil where it is no path.
  public init?(_ name: String) {
    guard let path = try? TreePath(validating: name.utf8) else { return nil }
    self = path
  }

  /// `PATH_MAX` of Linux, in bytes.
  public static let longest = 4096

  /// The last component.
  public var name: ArraySlice<UInt8> {
    bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
  }

  /// The folder that holds it; nil at the top.
  public var folder: TreePath? {
    bytes.lastIndex(of: UInt8(ascii: "/")).map { TreePath(trusted: Array(bytes[..<$0])) }
  }

  /// A file or folder inside this folder.
  /// - Throws: `TreePathError` where the name cannot be one.
  public func appending(_ name: some Sequence<UInt8>) throws(TreePathError) -> TreePath {
    let name = Array(name)
    guard !name.contains(UInt8(ascii: "/")) else {
      return try TreePath(validating: bytes + [UInt8(ascii: "/")] + name)
    }
    // What is here was looked at before: only the new component can be wrong.
    guard bytes.count + 1 + name.count <= Self.longest else { throw .tooLong }
    guard !name.contains(0) else { throw .containsNUL }
    guard !name.isEmpty else { throw .emptyComponent }
    guard name != Self.dots.0, name != Self.dots.1 else { throw .dotComponent }
    guard name != Self.git else { throw .gitFolder }
    var whole: [UInt8] = []
    whole.reserveCapacity(bytes.count + 1 + name.count)
    whole += bytes
    whole.append(UInt8(ascii: "/"))
    whole += name
    return TreePath(trusted: whole)
  }

  private static let dots = (Array(".".utf8), Array("..".utf8))
  private static let git = Array(".git".utf8)

  private init(trusted bytes: [UInt8]) { self.bytes = bytes }
}

extension TreePath: Comparable {
  public static func < (a: TreePath, b: TreePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

extension TreePath: CustomStringConvertible {
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Why a name is not a path inside a tree.
public enum TreePathError: Error, Hashable, Sendable {
  case empty, absolute, emptyComponent, dotComponent, gitFolder, containsNUL, tooLong
}
