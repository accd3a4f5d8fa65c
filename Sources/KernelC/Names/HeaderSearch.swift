// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Finds what an include's name stands for.
struct HeaderSearch {
  let source: IncludeClosure.Source
  let architectures: [String]

  init(_ source: IncludeClosure.Source, _ architectures: [String]) {
    (self.source, self.architectures) = (source, architectures)
  }

  init(_ source: IncludeClosure.Source, _ path: TreePath, _ wanted: IncludeClosure.Architectures) {
    self.source = source
    let parts = path.description.split(separator: "/")
    if parts.count > 2, parts[0] == "arch" {
      architectures = [String(parts[1])]
    } else {
      architectures = if case .only(let name) = wanted { [name] } else { source.architectures }
    }
  }

  func included(_ includes: [IncludeName], from path: TreePath) -> HeaderFiles.Included {
    var included = HeaderFiles.Included()
    included.isShared =
      path.bytes.starts(with: "include/".utf8)
      || path.bytes.starts(with: "arch/".utf8)
        && path.description.contains("/include/")
    for include in includes {
      let found = headers(include, from: path)
      included.headers += found
      if found.isEmpty { included.missing.append(include) }
    }
    return included
  }

  /// What a header of the base includes; what is missing there patches may bring.
  func included(by header: Header) -> HeaderFiles.Included {
    var included = source.base.included(by: header, architectures) {
      HeaderSearch(IncludeClosure.Source(source.base), architectures).included(
        header.includes, from: header.path)
    }
    if source.changed != nil, !included.missing.isEmpty {
      let brought = self.included(included.missing, from: header.path)
      included.headers += brought.headers
      included.missing = brought.missing
    }
    return included
  }

  func headers(_ include: IncludeName, from path: TreePath) -> [Header] {
    if !include.isSystem, let header = beside(path, include.name) { return [header] }
    let found = system(include)
    if found.isEmpty, let header = above(path, include.name) { return [header] }
    return found
  }

  private func header(_ name: String) -> Header? { TreePath(name).flatMap { source.header($0) } }

  /// What the compiler finds whichever file includes it.
  ///
  /// Source: the top Makefile, `LINUXINCLUDE`.
  func system(_ include: IncludeName) -> [Header] {
    let name = String(decoding: include.name, as: UTF8.self)
    if name.hasPrefix("asm/") || name.hasPrefix("uapi/asm/") {
      let rest = name.hasPrefix("asm/") ? name : String(name.dropFirst(5))
      let own = architectures.flatMap { architecture in
        let kernel = header("arch/\(architecture)/include/\(name)")
        // The kernel's own header hides that for user space, which it includes where it wants it.
        if let kernel, architectures.count == 1 { return [kernel] }
        return [kernel, header("arch/\(architecture)/include/uapi/\(rest)")].compactMap { $0 }
      }
      if architectures.count == 1, own.first?.path.description.contains("/uapi/") == false { return own }
      let generic = "asm-generic/" + rest.dropFirst(4)
      let kernel = header("include/\(generic)").map { own + [$0] } ?? own
      // What an architecture shows user space stands for what is generic there.
      guard own.isEmpty || architectures.count > 1 else { return kernel }
      return header("include/uapi/\(generic)").map { kernel + [$0] } ?? kernel
    }
    if let found = header("include/\(name)") ?? header("include/uapi/\(name)") { return [found] }
    return architectures.compactMap { header("arch/\($0)/include/\(name)") }
  }

  /// `"…"`: beside the file that includes it.
  private func beside(_ path: TreePath, _ name: [UInt8]) -> Header? {
    var parts = path.folder.map { $0.bytes.split(separator: UInt8(ascii: "/")).map { Array($0) } } ?? []
    for part in name.split(separator: UInt8(ascii: "/")) {
      switch Array(part) {
      case Array(".".utf8): continue
      case Array("..".utf8):
        guard parts.popLast() != nil else { return nil }
      default: parts.append(Array(part))
      }
    }
    guard let path = try? TreePath(validating: parts.joined(separator: [UInt8(ascii: "/")])) else {
      return nil
    }
    return source.header(path)
  }

  /// Makefiles add folders to the search, mostly those above the file or an `include` in one of them.
  private func above(_ path: TreePath, _ name: [UInt8]) -> Header? {
    var folder = path.folder
    while let current = folder {
      for inner in [[UInt8](), Array("include/".utf8)] {
        if let candidate = try? current.appending(inner + name), let header = source.header(candidate) {
          return header
        }
      }
      folder = current.folder
    }
    return nil
  }
}
