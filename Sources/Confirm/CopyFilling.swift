// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import KernelTree
internal import SourceText

/// Gives the folders of a copy the names that those of its tree have.
struct CopyFilling: Sendable {
  let tree: any SourceTree
  let folder: String
  /// Files that are left alone.
  let own: Set<TreePath>

  /// Folder by folder on all cores; what is there is not looked at again.
  func fill() throws(Obstacle) {
    var level: [TreePath?] = [nil]
    while !level.isEmpty {
      let results = fill(level)
      level = []
      for result in results { level += try result.get() }
    }
  }

  private func fill(_ level: [TreePath?]) -> [Result<[TreePath], Obstacle>] {
    inParallel(level.count) { index in
      do throws(Obstacle) {
        return .success(try fill(level[index]))
      } catch {
        return .failure(error)
      }
    }
  }

  /// - Returns: the folders in it.
  private func fill(_ place: TreePath?) throws(Obstacle) -> [TreePath] {
    let target = place.map { "\(folder)/\($0)" } ?? folder
    try CacheFiles.makeFolder(target)
    var known = Set(try CacheFiles.names(in: target))
    var folders: [TreePath] = []
    for entry in try entries(of: place) {
      guard let path = try? place?.appending(entry.name) ?? TreePath(validating: entry.name),
        !isProduct(path, entry.kind)
      else { continue }
      let name = String(decoding: entry.name, as: UTF8.self)
      let isKnown = known.remove(name) != nil
      switch entry.kind {
      case .folder: folders.append(path)
      case .file, .symbolicLink: if !isKnown { try make(path, entry.kind, at: "\(target)/\(name)") }
      case .submodule: continue
      }
    }
    // What the user has taken away; files of a patch are looked after elsewhere.
    for name in known where !isOwn(place, name) { try CacheFiles.remove("\(target)/\(name)") }
    return folders
  }

  private func entries(of place: TreePath?) throws(Obstacle) -> [TreeEntry] {
    do throws(SourceTreeError) {
      return try tree.entries(of: place)
    } catch {
      throw Obstacle("\(place?.description ?? "the tree") cannot be read")
    }
  }

  private func make(_ path: TreePath, _ kind: TreeEntry.Kind, at target: String) throws(Obstacle) {
    if let directory = tree as? DirectoryTree {
      guard symlink("\(directory.cacheKey)/\(path)", target) == 0 else { throw CacheFiles.obstacle(target) }
      return
    }
    do throws(SourceTreeError) {
      if kind == .symbolicLink, let link = try (tree as? RevisionTree)?.target(ofLink: path) {
        guard symlink(String(decoding: link, as: UTF8.self), target) == 0 else {
          throw SourceTreeError.unreadable(path: target, why: "cannot be made")
        }
      } else if let bytes = try tree.bytes(of: path) {
        guard (try? CacheFiles.create(target, bytes)) != nil else {
          throw SourceTreeError.unreadable(path: target, why: "cannot be written")
        }
      }
    } catch {
      throw Obstacle("\(path) cannot be copied")
    }
  }

  private func isOwn(_ place: TreePath?, _ name: String) -> Bool {
    guard let path = try? place?.appending(name.utf8) ?? TreePath(validating: Array(name.utf8)) else {
      return false
    }
    let below = path.bytes + [UInt8(ascii: "/")]
    return own.contains(path) || own.contains { $0.bytes.starts(with: below) }
  }

  /// What a build leaves in a directory: with it Kbuild refuses to build elsewhere, or takes it for the source.
  private func isProduct(_ path: TreePath, _ kind: TreeEntry.Kind) -> Bool {
    guard tree is DirectoryTree else { return false }
    let text = path.description
    if kind == .folder {
      return text == "include/config" || text == "include/generated"
        || text.hasPrefix("arch/") && text.hasSuffix("/include/generated")
    }
    let name = String(decoding: path.name, as: UTF8.self)
    return name == ".config" || name.hasPrefix(".") && name.hasSuffix(".cmd")
      || Self.products.contains { name.hasSuffix($0) }
  }

  private static let products = [".a", ".ko", ".lex.c", ".mod.c", ".o", ".tab.c", ".tab.h"]
}
