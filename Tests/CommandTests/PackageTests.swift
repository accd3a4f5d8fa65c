// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// What Package.swift, README.md and `.ci/run` promise of each other.
struct PackageTests {
  /// Every module imports what its target declares, and declares what it imports: SwiftPM lets an import
  /// through where another target happens to have built it.
  @Test func importsAreThoseOfThePackage() throws {
    let targets = try Self.targets()
    let names = Set(targets.map(\.name))
    var wrong: [String] = []
    for target in targets where target.type != "system-target" && target.type != "plugin" {
      let imported = try Self.imports(below: target.folder)
      for module in imported.subtracting(target.dependencies).sorted()
      where names.contains(module) || Self.products.contains(module) {
        wrong.append("\(target.name) imports \(module), which Package.swift does not give it")
      }
      for module in target.dependencies.subtracting(imported).sorted()
      where target.type != "test" || names.contains(module) {
        // A test of the program needs it built, and runs it.
        if target.type == "test", module == "review-patch" { continue }
        wrong.append("\(target.name) has \(module) in Package.swift, and no import of it")
      }
    }
    #expect(wrong == [])
  }

  /// `.ci/run` runs the commands that the README opens with, and README.md opens with two.
  @Test func theReadmeOpensWithTheCommandsOfCI() throws {
    let readme = try String(contentsOf: Shared.package.appending(path: "README.md"), encoding: .utf8)
    let blocks = readme.components(separatedBy: "```sh\n").dropFirst().map { $0.prefix { $0 != "`" } }
    #expect(blocks.count == 2)
    #expect(
      blocks.first?.contains("$(cat apt.txt)") == true && blocks.first?.contains("Fixtures/series/") == true)
    #expect(blocks.last == "swift test\n")
    let run = try String(contentsOf: Shared.package.appending(path: ".ci/run"), encoding: .utf8)
    #expect(run.contains("block 1 | sh") && run.contains("block 2 | sh"))
  }

  // MARK: Reading the package

  private struct Target {
    var name, type: String
    var folder: URL
    var dependencies: Set<String>
  }

  /// Modules of other packages that a target may name.
  private static let products: Set<String> = ["ArgumentParser", "Subprocess", "Yams"]

  private static func targets() throws -> [Target] {
    let folder = try TemporaryFolder()
    let output = folder.url.appending(path: "package.json")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "swift", "package", "--package-path", Shared.package.path, "--scratch-path", folder.url.path,
      "dump-package",
    ]
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let package = try JSONSerialization.jsonObject(with: Data(contentsOf: output)) as? [String: Any]
    let targets = try #require(package?["targets"] as? [[String: Any]])
    return targets.compactMap { target in
      guard let name = target["name"] as? String, let type = target["type"] as? String else { return nil }
      let standard =
        type == "test" ? "Tests/\(name)" : type == "plugin" ? "Plugins/\(name)" : "Sources/\(name)"
      let folder = Shared.package.appending(path: target["path"] as? String ?? standard)
      let dependencies = (target["dependencies"] as? [[String: Any]] ?? []).compactMap { dependency in
        (dependency["byName"] as? [Any])?.first as? String ?? (dependency["product"] as? [Any])?.first
          as? String
      }
      return Target(name: name, type: type, folder: folder, dependencies: Set(dependencies))
    }
  }

  private static func imports(below folder: URL) throws -> Set<String> {
    var modules: Set<String> = []
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    for name in names where name.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      for line in text.split(separator: "\n") where line.first != " " {
        let words = line.split(separator: " ").drop {
          $0.hasPrefix("@") || ["public", "internal"].contains($0)
        }
        if words.first == "import", let module = words.dropFirst().first { modules.insert(String(module)) }
      }
    }
    return modules
  }
}
