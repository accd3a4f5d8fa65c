// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc

/// A folder of `arch/` as something to compile for.
struct Machine: Hashable, Sendable {
  /// What `ARCH=` is told.
  var name: String

  /// What `CROSS_COMPILE=` may be told, the usual name first; "" where this computer's own compiler will do.
  ///
  /// Source: the packages `gcc-<triplet>` of Debian 12, and the compilers of kernel.org.
  func compilerPrefixes(on host: Machine = .host) -> [String] {
    if self == host { return [""] }
    let (debian, kernelOrg) =
      switch name {
      case "arm": ("arm-linux-gnueabi", "arm-linux-gnueabi")
      case "arm64": ("aarch64-linux-gnu", "aarch64-linux")
      case "loongarch": ("loongarch64-linux-gnu", "loongarch64-linux")
      case "mips": ("mips-linux-gnu", "mips-linux")
      case "parisc": ("hppa-linux-gnu", "hppa-linux")
      case "powerpc": ("powerpc64le-linux-gnu", "powerpc64-linux")
      case "riscv": ("riscv64-linux-gnu", "riscv64-linux")
      case "s390": ("s390x-linux-gnu", "s390-linux")
      case "sh": ("sh4-linux-gnu", "sh4-linux")
      case "sparc": ("sparc64-linux-gnu", "sparc64-linux")
      case "x86": ("x86_64-linux-gnu", "x86_64-linux")
      default: ("\(name)-linux-gnu", "\(name)-linux")
      }
    return ["\(debian)-", "\(kernelOrg)-"]
  }

  /// The one that this program runs on.
  static let host: Machine = {
    var names = utsname()
    uname(&names)
    let name = withUnsafeBytes(of: &names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return switch name {
    case "x86_64", "i686", "i586", "i486", "i386": Machine(name: "x86")
    case "aarch64": Machine(name: "arm64")
    case "s390x": Machine(name: "s390")
    case _ where name.hasPrefix("arm"): Machine(name: "arm")
    case _ where name.hasPrefix("ppc"): Machine(name: "powerpc")
    case _ where name.hasPrefix("riscv"): Machine(name: "riscv")
    default: Machine(name: name)
    }
  }()
}
