// SPDX-License-Identifier: GPL-2.0-or-later

/// The tools that Kconfig's macros ask about: a current GNU toolchain, without Clang, Rust and pahole.
///
/// No command is ever run. What is reasonably sure of GNU tools is answered from the tables below; all else
/// is unknown. Source: `scripts/Kconfig.include`; GCC's and binutils' own release notes.
public struct Toolchain: Hashable, Sendable {
  /// As `scripts/cc-version.sh` prints it: 140200 is 14.2.0.
  public var gcc: Int
  /// As `scripts/ld-version.sh` prints it: 24400 is 2.44.
  public var binutils: Int

  public init(gcc: Int, binutils: Int) { (self.gcc, self.binutils) = (gcc, binutils) }

  /// What Debian 13 ships.
  public static let current = Toolchain(gcc: 140_200, binutils: 24_400)

  /// What a command prints, or whether it succeeds.
  enum Answer: Equatable {
    case prints(String)
    case succeeds, fails, unknown

    init(_ isTrue: Bool) { self = isTrue ? .succeeds : .fails }
  }

  /// Names of macros that end in a command, wherever they are defined.
  static let macros: Set<String> = [
    "as-instr", "as-instr64", "as-option", "cc-option", "cc-option-bit", "failure", "if-success", "ld-option",
    "rustc-option", "shell", "success",
  ]

  /// What one of `macros` expands to; nil where that is not known.
  /// - Parameter architecture: the folder below arch/.
  func expansion(of macro: String, _ arguments: [String], on architecture: String) -> String? {
    let first = arguments.first ?? ""
    func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }
    switch macro {
    case "shell":
      if case .prints(let text) = answer(to: first) { return text }
      return nil
    case "success": return letter(answer(to: first))
    case "failure":
      return switch answer(to: first) {
      case .succeeds, .prints: "n"
      case .fails: "y"
      case .unknown: nil
      }
    case "if-success":
      return switch answer(to: first) {
      case .succeeds, .prints: argument(1)
      case .fails: argument(2)
      case .unknown: nil
      }
    case "cc-option": return letter(compilerTakes(first, on: architecture))
    case "cc-option-bit": return compilerTakes(first, on: architecture) == .succeeds ? first : nil
    case "ld-option": return letter(first.contains("zstd") ? .unknown : .succeeds)
    case "as-instr", "as-instr64", "as-option": return "y"
    case "rustc-option": return "n"
    default: return nil
    }
  }

  private func letter(_ answer: Answer) -> String? {
    switch answer {
    case .succeeds, .prints: "y"
    case .fails: "n"
    case .unknown: nil
    }
  }

  /// Flags that GCC does not have: Clang's, or of no compiler yet.
  private static let foreignFlags = [
    "-mllvm", "-fsanitize=kcfi", "-fsanitize=kernel-memory", "-fsanitize=array-bounds",
    "-fsanitize=local-bounds",
    "-Wunreachable-code-fallthrough", "-enable-trivial-auto-var-init", "-frandomize-layout-seed-file",
    "tsan-compound-read-before-write", "-fsplit-machine-functions", "-mretpoline",
    // It is defined already where there are such integers, which is what the question is for.
    "-D__SIZEOF_INT128__",
  ]
  /// Flags with the first GCC that has them, and those that depend on how it was built.
  private static let newFlags = [
    ("-fmin-function-alignment", 140_000), ("-finline-stringops", 140_000),
    ("asan-kernel-mem-intrinsic-prefix", 130_000), ("-mharden-sls", 120_000),
    ("-ftrivial-auto-var-init", 120_000), ("-mtune=z16", 120_000), ("-march=z16", 120_000),
    ("-fsanitize=shadow-call-stack -ffixed-x18", 120_000),
  ]
  private static let unsureFlags = ["-gz=zstd", "-march=rv", "-mprefixed", "-mpcrel"]

  private func compilerTakes(_ flags: String, on architecture: String) -> Answer {
    if Self.foreignFlags.contains(where: flags.contains) { return .fails }
    if Self.unsureFlags.contains(where: flags.contains) { return .unknown }
    for (flag, version) in Self.newFlags where flags.contains(flag) { return Answer(gcc >= version) }
    // AArch64's only; elsewhere GCC says so and stops.
    if flags.contains("-fsanitize=shadow-call-stack") { return .fails }
    if flags.contains("-fsanitize=kernel-hwaddress") { return Answer(architecture == "arm64") }
    return .succeeds
  }

  /// Commands by something that only they contain, in this order.
  private var commands: [(String, Answer)] {
    [
      ("cc-version.sh", .prints("GCC \(gcc)")),
      ("as-version.sh", .prints("GNU \(binutils)")),
      ("ld-version.sh", .prints("BFD \(binutils)")),
      ("gcc-version.sh", .prints("\(gcc)")),
      ("clang-version.sh", .prints("0")),
      ("lld-version.sh", .prints("0")),
      ("rustc-version.sh", .prints("0")),
      ("rustc-llvm-version.sh", .prints("0")),
      ("pahole-version.sh", .prints("0")),
      ("rust_is_available.sh", .fails),
      ("bindgen", .prints("")),
      ("command -v", .succeeds),
      ("has-stack-protector.sh", .succeeds),
      ("gcc-check-mprofile-kernel.sh", .succeeds),
      ("gcc-goto.sh", .succeeds),
      ("grep -qv llvm", .succeeds),
      ("grep -qi llvm", .fails),
      ("__counted_by__", Answer(gcc >= 150_000)),
      ("asm goto", .succeeds),
      ("asm inline", .succeeds),
      ("no_profile_instrument_function", .succeeds),
      ("__seg_fs", .succeeds),
    ]
  }

  func answer(to command: String) -> Answer {
    if let answer = Self.testAnswer(to: command) ?? Self.wordAnswer(to: command) { return answer }
    return commands.first { command.contains($0.0) }?.1 ?? .unknown
  }

  /// `test "a" = b`, `test -z "a"`, `test -n "a"`, without any substitution of the shell.
  private static func testAnswer(to command: String) -> Answer? {
    guard command.hasPrefix("test "), !command.contains(where: { "|;&$`\\\u{1}".contains($0) }) else {
      return nil
    }
    let words = shellWords(command)
    switch words.count {
    case 3 where words[1] == "-z": return Answer(words[2].isEmpty)
    case 3 where words[1] == "-n": return Answer(!words[2].isEmpty)
    case 4 where words[2] == "=": return Answer(words[1] == words[3])
    case 4 where words[2] == "!=": return Answer(words[1] != words[3])
    case 4 where ["-ge", "-gt", "-le", "-lt", "-eq", "-ne"].contains(words[2]):
      guard let a = Int(words[1]), let b = Int(words[3]) else { return .unknown }
      return switch words[2] {
      case "-ge": Answer(a >= b)
      case "-gt": Answer(a > b)
      case "-le": Answer(a <= b)
      case "-lt": Answer(a < b)
      case "-eq": Answer(a == b)
      default: Answer(a != b)
      }
    default: return nil
    }
  }

  /// `set -- words && echo $2`: one of some words; and `echo words`.
  private static func wordAnswer(to command: String) -> Answer? {
    if command.contains("\u{1}") { return nil }
    if command.hasPrefix("set -- "), let cut = command.firstRange(of: " && echo $") {
      guard let number = Int(command[cut.upperBound...]), number > 0 else { return nil }
      let words = shellWords(String(command[..<cut.lowerBound])).dropFirst(2)
      return .prints(number <= words.count ? words[words.startIndex + number - 1] : "")
    }
    if command.hasPrefix("echo "), !command.contains(where: { "|;&$`\\<>*?".contains($0) }) {
      return .prints(shellWords(command).dropFirst().joined(separator: " "))
    }
    return nil
  }

  /// The words of a simple command, with quotes taken away.
  private static func shellWords(_ command: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for letter in command {
      if let open = quote {
        if letter == open { quote = nil } else { word?.append(letter) }
      } else if letter == "\"" || letter == "'" {
        quote = letter
        word = word ?? ""
      } else if letter == " " || letter == "\t" {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(letter)
      }
    }
    if let done = word { words.append(done) }
    return words
  }
}
