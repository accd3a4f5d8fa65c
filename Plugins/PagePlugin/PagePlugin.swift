// SPDX-License-Identifier: GPL-2.0-or-later

import PackagePlugin

/// Hands the pages and checks of `Rules/` and `Scenarios/` to `pagegen`, so that nothing is registered by hand.
@main
struct PagePlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target.sourceModule else { return [] }
    let output = context.pluginWorkDirectoryURL.appending(path: "\(target.name)Pages.swift")
    let files = target.sourceFiles.map(\.url).filter { ["md", "swift", "yaml"].contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
    return [
      .buildCommand(
        displayName: "Collecting \(files.count) files of \(target.name)",
        executable: try context.tool(named: "pagegen").url,
        arguments: [target.name.lowercased(), target.directoryURL.path, output.path] + files.map(\.path),
        inputFiles: files, outputFiles: [output])
    ]
  }
}
