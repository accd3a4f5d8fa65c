// SPDX-License-Identifier: GPL-2.0-or-later

import Glibc

/// From what the user named to single inputs: files of a folder, the mails of a maildir.
enum SourceWalk {
  struct Opened {
    var name: String
    var store: ByteStore
    var kind: InputKind?
    /// Files of a folder that are no mail are passed over.
    var isFromFolder = false
    var failure: ReadError?
  }

  static func inputs(of source: MailSource, spool: String?) -> [Opened] {
    switch source {
    case .bytes(let bytes, let name, let kind):
      return [Opened(name: name, store: .memory(bytes), kind: kind)]
    case .descriptor(let descriptor, let name):
      var copy = Spool(folder: spool)
      do throws(ReadError) {
        try Intake.drain(descriptor, into: &copy)
        return [Opened(name: name, store: copy.store)]
      } catch {
        return [Opened(name: name, store: .memory([]), failure: error)]
      }
    case .path(let path):
      return inputs(at: path, spool: spool)
    }
  }

  private static func inputs(at path: String, spool: String?) -> [Opened] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [Opened(name: path, store: .memory([]), failure: .last)] }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return folder(path)
    case S_IFREG: return [Opened(name: path, store: .file(path))]
    case S_IFBLK:
      return [Opened(name: path, store: .memory([]), failure: ReadError("a device holds no mail"))]
    // Of the character devices only /dev/null ends; /dev/stdin is a link to what it is.
    case S_IFCHR where isatty(STDIN_FILENO) == 0 || path != "/dev/stdin":
      let failure = path == "/dev/null" ? nil : ReadError("a device holds no mail")
      return [Opened(name: path, store: .memory([]), failure: failure)]
    default:
      // A pipe can be read once.
      do throws(ReadError) {
        let file = try OpenFile(pipe: path)
        var copy = Spool(folder: spool)
        try Intake.drain(file.descriptor, into: &copy)
        return [Opened(name: path, store: copy.store)]
      } catch {
        return [Opened(name: path, store: .memory([]), failure: error)]
      }
    }
  }

  private static func folder(_ path: String) -> [Opened] {
    do throws(ReadError) {
      let names = try entries(of: path)
      if names.contains("cur") || names.contains("new"), isFolder("\(path)/cur") || isFolder("\(path)/new") {
        var mails: [Opened] = []
        for part in ["cur", "new"] where isFolder("\(path)/\(part)") {
          mails += try files(in: "\(path)/\(part)").map { Opened(name: $0, store: .file($0), kind: .maildir) }
        }
        return mails
      }
      let found = try files(in: path).map { Opened(name: $0, store: .file($0), isFromFolder: true) }
      return found.isEmpty ? [Opened(name: path, store: .memory([]))] : found
    } catch {
      return [Opened(name: path, store: .memory([]), failure: error)]
    }
  }

  /// The plain files of a folder, sorted by name, without hidden ones.
  private static func files(in folder: String) throws(ReadError) -> [String] {
    try entries(of: folder).filter { !$0.hasPrefix(".") }.map { "\(folder)/\($0)" }.filter { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func entries(of folder: String) throws(ReadError) -> [String] {
    guard let handle = opendir(folder) else { throw .last }
    defer { closedir(handle) }
    var names: [String] = []
    while names.count < Limits.files, let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
