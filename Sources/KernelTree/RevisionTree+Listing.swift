// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

extension RevisionTree: ListedTree {
  public var cacheKey: String { "tree \(root.hex)" }

  public var contentID: ObjectID? { ObjectID(root.hex) }

  public func files(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable (_ name: [UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile] {
    var files: [ListedFile] = []
    var open: [(folder: RawID, path: TreePath?)] = [(root, nil)]
    while let (id, place) = open.popLast() {
      let folder: Folder
      do {
        folder = try repository.folder(id)
      } catch {
        throw SourceTreeError(error, reading: place?.description ?? ".")
      }
      for (name, kind, id) in folder.named {
        switch kind {
        case .folder:
          guard let path = try? place?.appending(name) ?? TreePath(validating: name), !path.isBelow(skipped)
          else { continue }
          open.append((id, path))
        case .file where isWanted(name):
          guard let path = try? place?.appending(name) ?? TreePath(validating: name) else { continue }
          files.append(ListedFile(path: path, stamp: ObjectID(id.hex).map { .blob($0) }))
        default: break
        }
      }
    }
    return files.sorted { $0.path < $1.path }
  }
}

extension Folder {
  /// The entries with their names.
  fileprivate var named: [(name: [UInt8], kind: TreeEntry.Kind, id: RawID)] {
    zip(entries, ids).map { ($0.name, $0.kind, $1) }
  }
}
