// SPDX-License-Identifier: GPL-2.0-or-later

internal import CLibFuzzer
internal import Glibc

/// Input that libFuzzer makes, given to one reader after another: `Fuzz/run` builds and calls it.
///
/// A target reads bytes and asserts what must hold of any bytes; it has no other result.
@main
struct Fuzz {
  /// By the name of the target: the folder of its seeds, and what REVIEW_PATCH_FUZZ_TARGET says.
  static let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "code": CodeTarget.run, "diff": DiffTarget.run, "kconfig": KconfigTarget.run, "mail": MailTarget.run,
    "makefile": MakefileTarget.run, "review": ReviewTarget.run, "rule": RuleTarget.run,
    "scenario": ScenarioTarget.run,
  ]

  /// The one that this process runs. In the environment, as libFuzzer hands its own arguments to its children.
  static let target: @Sendable ([UInt8]) -> Void = {
    let name = getenv("REVIEW_PATCH_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = targets[name] else {
      talk("REVIEW_PATCH_FUZZ_TARGET names one of \(targets.keys.sorted().joined(separator: ", "))")
      exit(2)
    }
    return target
  }()

  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(
      LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        Fuzz.target(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }
}

/// Ends the process where something does not hold that must; libFuzzer keeps the input.
func demand(_ holds: Bool, _ what: @autoclosure () -> String) {
  if holds { return }
  talk("does not hold: \(what())")
  abort()
}

private func talk(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

extension [UInt8] {
  /// Two texts, cut at the first NUL; the second is empty where there is none.
  var parts: (first: [UInt8], second: [UInt8]) {
    guard let cut = firstIndex(of: 0) else { return (self, []) }
    return (Array(self[..<cut]), Array(self[(cut + 1)...]))
  }
}
