// SPDX-License-Identifier: GPL-2.0-or-later

/// What the kernel's top Makefile exports to Kconfig for one architecture.
///
/// Source: `ARCH`, `SUBARCH` and `SRCARCH` in the top `Makefile`, `scripts/subarch.include`.
enum Architecture {
  /// - Parameter name: a folder below arch/, or one of the names that `ARCH=` knows besides.
  static func environment(for name: String, _ toolchain: Toolchain) -> [String: String] {
    let folder =
      switch name {
      case "x86_64", "i386": "x86"
      case "sparc32", "sparc64": "sparc"
      case "parisc64": "parisc"
      default: name
      }
    let version = toolchain.gcc
    let text = "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
    return [
      "ARCH": name, "SRCARCH": folder, "SUBARCH": folder == "um" ? "x86_64" : folder,
      "HEADER_ARCH": folder == "um" ? "x86" : folder, "srctree": ".", "CC": "gcc", "LD": "ld", "AR": "ar",
      "NM": "nm", "OBJCOPY": "objcopy", "RUSTC": "rustc", "PAHOLE": "pahole", "BINDGEN": "bindgen",
      "CC_VERSION_TEXT": "gcc (GCC) \(text)", "PYTHON3": "python3",
    ]
  }
}
