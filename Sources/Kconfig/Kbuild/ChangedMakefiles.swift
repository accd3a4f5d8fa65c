// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The Makefiles that patches change, and what they reach.
struct ChangedMakefiles: Sendable {
  /// By their paths.
  private let files: Set<String>
  private let folders: Set<String>

  /// nil where a file is changed that others may include by whatever name: then all may be others.
  init?(_ touched: [TreePath]) {
    let makefiles = touched.filter {
      $0.name.starts(with: "Makefile".utf8) || $0.name.starts(with: "Kbuild".utf8)
    }
    guard makefiles.allSatisfy({ OutwardFolders.isMakefile($0.name) }) else { return nil }
    files = Set(makefiles.map(\.description))
    folders = Set(makefiles.map { $0.folder?.description ?? "" })
  }

  /// Whether the Makefile of a folder, or of one above it, is changed: those hand variables down.
  func reach(_ folder: String) -> Bool {
    var next: String? = folder
    while let here = next {
      if folders.contains(here) { return true }
      next = here.isEmpty ? nil : here.parentFolder ?? ""
    }
    return false
  }

  /// Whether a Makefile included a file that is changed.
  func touch(_ build: FolderBuild) -> Bool { build.files.contains { files.contains($0) } }
}
