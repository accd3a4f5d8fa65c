// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-2.0-or-later
//
// The map of review-patch: one section a module with its tests, dependencies sorted.
// Data flows down this file; an import that goes up does not build (`.ci/run` checks it).

import PackageDescription

let plain: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
/// libFuzzer without its main(), where `Fuzz/run` builds; what runs at build time is not instrumented.
let fuzzer = Context.environment["REVIEW_PATCH_FUZZER"]
let strict = plain + (fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer"])])

let package = Package(
  name: "review-patch",
  products: [.executable(name: "review-patch", targets: ["review-patch"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // System libraries behind a module map, nothing else.
    .systemLibrary(name: "CCaDiCaL", providers: [.apt(["libcadical-dev"])]),
    .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
    .systemLibrary(name: "CLibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),

    // TestSupport: temporary folders, git as a peer, the mail of ../shared, what holds of any tree of syntax.
    .target(
      name: "TestSupport", dependencies: ["KernelC", "SourceText"], path: "Tests/TestSupport",
      swiftSettings: strict),

    // SourceText: names, ranges and places in text.
    .target(name: "SourceText", swiftSettings: strict),
    .testTarget(name: "SourceTextTests", dependencies: ["SourceText"], swiftSettings: strict),

    // UnifiedDiff: patches as values.
    .target(name: "UnifiedDiff", dependencies: ["SourceText"], swiftSettings: strict),
    .testTarget(
      name: "UnifiedDiffTests", dependencies: ["SourceText", "TestSupport", "UnifiedDiff"],
      swiftSettings: strict),

    // Mail: messages, series, quoted replies.
    .target(name: "Mail", dependencies: ["CGMime", "SourceText", "UnifiedDiff"], swiftSettings: strict),
    .testTarget(
      name: "MailTests", dependencies: ["Mail", "SourceText", "TestSupport", "UnifiedDiff"],
      swiftSettings: strict),

    // Conditions: formulas over the configuration.
    .target(name: "Conditions", dependencies: ["CCaDiCaL"], swiftSettings: strict),
    .testTarget(name: "ConditionsTests", dependencies: ["Conditions"], swiftSettings: strict),

    // KernelC: a front end for the C of the kernel.
    .target(name: "KernelC", dependencies: ["Conditions", "SourceText"], swiftSettings: strict),
    .testTarget(
      name: "KernelCTests", dependencies: ["Conditions", "KernelC", "SourceText", "TestSupport"],
      swiftSettings: strict),

    // Kconfig: what can be built with what.
    .target(name: "Kconfig", dependencies: ["Conditions", "SourceText"], swiftSettings: strict),
    .testTarget(
      name: "KconfigTests", dependencies: ["Conditions", "Kconfig", "SourceText", "TestSupport"],
      swiftSettings: strict),

    // TreeIndex: which names a tree declares and defines, where, and under which condition.
    .target(
      name: "TreeIndex", dependencies: ["Conditions", "Kconfig", "KernelC", "SourceText"],
      swiftSettings: strict),
    .testTarget(
      name: "TreeIndexTests",
      dependencies: ["Conditions", "Kconfig", "KernelC", "SourceText", "TestSupport", "TreeIndex"],
      swiftSettings: strict),

    // Maintainers: whom MAINTAINERS names for a patch.
    .target(name: "Maintainers", dependencies: ["CGMime", "SourceText"], swiftSettings: strict),
    .testTarget(
      name: "MaintainersTests", dependencies: ["Maintainers", "SourceText", "TestSupport"],
      swiftSettings: strict),

    // KernelTree: revisions and directories as source trees.
    .target(
      name: "KernelTree", dependencies: ["CLibgit2", "SourceText", "UnifiedDiff"], swiftSettings: strict),
    .testTarget(
      name: "KernelTreeTests", dependencies: ["KernelTree", "SourceText", "UnifiedDiff"],
      swiftSettings: strict),

    // Model: code run through every interleaving of its threads. Optimised for tests as well: these search spaces of tens
    // of thousands of states.
    .target(
      name: "Model",
      dependencies: ["Conditions", "KernelC", "SourceText", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
    .testTarget(
      name: "ModelTests",
      dependencies: [
        "KernelTree", "Mail", "Model", "Scenarios", "SourceText", "TestSupport", "UnifiedDiff",
      ],
      swiftSettings: strict),

    // pagegen: collects the pages of a folder, called by a plugin.
    .executableTarget(name: "pagegen", swiftSettings: plain),
    .plugin(name: "PagePlugin", capability: .buildTool(), dependencies: ["pagegen"]),

    // Scenarios: a page a scenario, and the library of primitives.
    .target(
      name: "Scenarios", dependencies: ["Model"], path: "Scenarios", swiftSettings: strict,
      plugins: ["PagePlugin"]),

    // Review: rules, findings, the engine.
    .target(
      name: "Review",
      dependencies: [
        "Conditions", "KernelC", "KernelTree", "Mail", "Maintainers", "Model", "SourceText", "TreeIndex",
        "UnifiedDiff",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReviewTests",
      dependencies: ["KernelC", "KernelTree", "Mail", "Review", "SourceText", "TestSupport", "UnifiedDiff"],
      swiftSettings: strict),

    // Rules: a page a rule, collected by a plugin.
    .target(
      name: "Rules",
      dependencies: [
        "Conditions", "Kconfig", "KernelC", "KernelTree", "Mail", "Maintainers", "Model", "Review",
        "SourceText", "TreeIndex", "UnifiedDiff",
      ],
      path: "Rules", exclude: ["measured.tsv"],
      swiftSettings: strict, plugins: ["PagePlugin"]),
    .testTarget(
      name: "RulesTests",
      dependencies: [
        "KernelC", "KernelTree", "Mail", "Model", "Review", "Rules", "Scenarios", "SourceText", "TestSupport",
        "UnifiedDiff",
      ],
      swiftSettings: strict),

    // Confirm: the compiler's word on what does not build.
    .target(
      name: "Confirm",
      dependencies: [
        "Conditions", "Kconfig", "KernelTree", "Mail", "Review", "SourceText", "UnifiedDiff",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConfirmTests",
      dependencies: ["Confirm", "KernelTree", "Mail", "Review", "SourceText", "TestSupport", "UnifiedDiff"],
      swiftSettings: strict),

    // Versions: what a new version made of what was said to the old one.
    .target(
      name: "Versions", dependencies: ["Mail", "Review", "SourceText", "UnifiedDiff"],
      swiftSettings: strict),
    .testTarget(
      name: "VersionsTests", dependencies: ["Mail", "SourceText", "TestSupport", "Versions"],
      exclude: ["measured.tsv"], swiftSettings: strict),

    // Report: one file an output format.
    .target(
      name: "Report",
      dependencies: [
        "KernelC", "KernelTree", "Mail", "Model", "Review", "SourceText", "UnifiedDiff", "Versions",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReportTests",
      dependencies: [
        "KernelC", "KernelTree", "Mail", "Report", "Review", "Rules", "Scenarios", "SourceText",
        "TestSupport", "UnifiedDiff",
      ],
      swiftSettings: strict),

    // Hooks: where git calls by itself.
    .target(name: "Hooks", dependencies: ["Mail", "SourceText"], swiftSettings: strict),
    .testTarget(name: "HooksTests", dependencies: ["Hooks", "Mail", "TestSupport"], swiftSettings: strict),

    // The command, and nothing worth testing.
    .executableTarget(
      name: "review-patch",
      dependencies: [
        "Conditions", "Confirm", "Hooks", "Kconfig", "KernelC", "KernelTree", "Mail", "Model", "Report",
        "Review", "Rules", "Scenarios", "SourceText", "TreeIndex", "UnifiedDiff", "Versions",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: ["TestSupport", "review-patch"], swiftSettings: strict),
  ]
)

// Input that libFuzzer makes, for all that reads any. Not there without it: it would not link.
if let fuzzer {
  package.targets += [
    .systemLibrary(name: "CLibFuzzer", path: "Fuzz/CLibFuzzer"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CLibFuzzer", "Conditions", "Kconfig", "KernelC", "KernelTree", "Mail", "Model", "Report", "Review",
        "Rules", "Scenarios", "SourceText", "TestSupport", "UnifiedDiff",
      ],
      path: "Fuzz/Targets", swiftSettings: strict,
      linkerSettings: [.unsafeFlags([fuzzer]), .linkedLibrary("stdc++")]),
  ]
}
