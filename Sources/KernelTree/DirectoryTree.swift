// SPDX-License-Identifier: GPL-2.0-or-later

import Glibc
public import SourceText

/// The files of a plain directory, such as an unpacked release.
///
/// Symbolic links inside it are not followed, wherever they lead, just as in a git tree: each
/// component of a path is opened on its own and may not be a link. What is neither file, folder nor
/// link (a FIFO, a device) is no entry and is refused unopened. What a folder holds is looked up once.
public struct DirectoryTree: SourceTree {
  /// The directory, as it was given.
  public let path: String
  let known = KnownFolders()

  public init(opening path: String) throws(RepositoryError) {
    try Files.requireFolder(path)
    self.path = path
  }

  public func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    guard let folder = try shared(path.folder) else { return nil }
    return try file(Array(path.name), in: folder.number, at: path)
  }

  public func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    if let entries = known.entries(of: folder) { return entries }
    guard let opened = try shared(folder) else { return [] }
    let entries = try Self.entries(of: opened.number, named: folder?.description ?? path)
    known.keep(entries, of: folder)
    return entries
  }

  private static func entries(of folder: Int32, named place: String) throws(SourceTreeError)
    -> [TreeEntry]
  {
    var entries: [TreeEntry] = []
    try forEachName(of: folder, named: place) { name, kind in
      switch kind {
      case .file: entries.append(TreeEntry(name: name, kind: .file))
      case .folder: entries.append(TreeEntry(name: name, kind: .folder))
      case .symbolicLink: entries.append(TreeEntry(name: name, kind: .symbolicLink))
      case .other: break
      }
    }
    return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Goes through a folder, in no order.
  /// - Parameter place: the folder's name, for errors.
  static func forEachName(
    of folder: Int32, named place: String, _ body: (_ name: [UInt8], Files.Kind) -> Void
  ) throws(SourceTreeError) {
    // fdopendir owns the descriptor it is given; a copy of one would share its place in the folder with others.
    let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else {
      let code = errno
      if own >= 0 { close(own) }
      throw .unreadable(path: place, why: Files.systemWords(code))
    }
    defer { closedir(stream) }
    var count = 0
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name == Array(".".utf8) || name == Array("..".utf8) || name == Array(".git".utf8) { continue }
      guard let kind = kind(of: name, entry.pointee.d_type, in: own) else { continue }
      if kind != .other { count += 1 }
      guard count <= Limits.folderEntries else {
        throw .unreadable(path: place, why: "more than \(Limits.folderEntries) names")
      }
      body(name, kind)
    }
  }

  /// The id that git would give the file or symbolic link; its bytes are read and hashed.
  public func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? {
    guard let folder = try shared(path.folder) else { return nil }
    let name = Array(path.name)
    var status = stat()
    guard Self.status(of: name, in: folder.number, &status) else { return nil }
    let bytes: [UInt8]?
    if Files.Kind(status) == .symbolicLink {
      var target = [UInt8](repeating: 0, count: TreePath.longest)
      let count = Self.withName(name) { readlinkat(folder.number, $0, &target, target.count) }
      guard count >= 0 else { throw .unreadable(path: path.description, why: Files.systemWords()) }
      bytes = Array(target.prefix(count))
    } else {
      bytes = try file(name, in: folder.number, at: path)
    }
    guard let bytes else { return nil }
    guard let id = ObjectID.blob(of: bytes) else {
      throw .unreadable(path: path.description, why: "its id cannot be computed")
    }
    return id
  }

  /// A folder of the directory; nil where there is none. It is opened from the nearest folder above it that is open.
  func shared(_ folder: TreePath?) throws(SourceTreeError) -> KnownFolders.Shared? {
    if let open = known[folder] { return open }
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    let opened: Int32
    if let folder {
      guard let above = try shared(folder.folder) else { return nil }
      opened = Self.withName(Array(folder.name)) { openat(above.number, $0, flags | O_NOFOLLOW) }
    } else {
      opened = Glibc.open(path, flags)
    }
    let code = errno
    guard let descriptor = Descriptor(opened) else {
      // ELOOP and ENOTDIR: a link, or a file.
      if folder != nil, [ENOENT, ENOTDIR, ELOOP].contains(code) { return nil }
      throw .unreadable(path: folder?.description ?? path, why: Files.systemWords(code))
    }
    let shared = KnownFolders.Shared(descriptor)
    known.keep(shared, at: folder)
    return shared
  }

  /// Reads a file of an open folder; nil where there is none, or a folder or link.
  private func file(
    _ name: [UInt8], in folder: Int32, at path: TreePath
  ) throws(SourceTreeError) -> [UInt8]? {
    var status = stat()
    guard Self.status(of: name, in: folder, &status) else {
      let code = errno
      if [ENOENT, ENOTDIR, ENAMETOOLONG].contains(code) { return nil }
      throw .unreadable(path: path.description, why: Files.systemWords(code))
    }
    switch Files.Kind(status) {
    case .folder, .symbolicLink: return nil
    case .other: throw .unreadable(path: path.description, why: "neither a file nor a folder")
    case .file: break
    }
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    guard let opened = Descriptor(Self.withName(name) { openat(folder, $0, flags) }) else {
      throw .unreadable(path: path.description, why: Files.systemWords())
    }
    // Once more on what is open now: the name may have changed hands.
    guard fstat(opened.number, &status) == 0, Files.Kind(status) == .file else {
      throw .unreadable(path: path.description, why: "changed while it was read")
    }
    return try Self.read(opened, sizeHint: Int(status.st_size), at: path)
  }

  private static func read(
    _ file: borrowing Descriptor, sizeHint: Int, at path: TreePath
  ) throws(SourceTreeError) -> [UInt8] {
    guard sizeHint <= Limits.fileBytes else { throw .tooLarge(path: path.description, bytes: sizeHint) }
    let number = file.number
    var bytes: [UInt8] = []
    var code: Int32 = 0
    while true {
      // One byte more than expected, so that the end is seen in the first read.
      let wanted = max(sizeHint + 1 - bytes.count, 1 << 16)
      let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        let got = Glibc.read(number, buffer.baseAddress, wanted)
        code = got < 0 ? errno : 0
        count = max(got, 0)
      }
      if code == EINTR { continue }
      guard code == 0 else { throw .unreadable(path: path.description, why: Files.systemWords(code)) }
      // At its end a file gives less than it is asked for; some file systems do so before, too.
      let isWhole = chunk.isEmpty || chunk.count < wanted && bytes.count + chunk.count >= sizeHint
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      if isWhole { return bytes }
      guard bytes.count <= Limits.fileBytes else {
        throw .tooLarge(path: path.description, bytes: bytes.count)
      }
    }
  }

  /// What the folder itself says an entry is; where it does not say, the file is asked.
  private static func kind(of name: [UInt8], _ type: UInt8, in folder: Int32) -> Files.Kind? {
    switch Int(type) {
    case DT_REG: return .file
    case DT_DIR: return .folder
    case DT_LNK: return .symbolicLink
    case DT_UNKNOWN:
      var status = stat()
      return self.status(of: name, in: folder, &status) ? Files.Kind(status) : nil
    default: return .other
    }
  }

  private static func status(of name: [UInt8], in folder: Int32, _ status: inout stat) -> Bool {
    withName(name) { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0
  }

  /// Lends a name, which holds no NUL, as the system wants it.
  static func withName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return "".withCString(body) }
      return body(start)
    }
  }
}
