// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Foundation
import KernelC
import TestSupport
import Testing

struct ConditionalTests {
  /// Every identifier outside of preprocessor lines, with its condition.
  static func conditions(_ text: String) -> [String] {
    let buffer = TokenBuffer(lexing: Array(text.utf8))
    let map = ConditionalMap(of: buffer)
    return buffer.tokens.indices.filter {
      buffer.tokens[$0].kind == .identifier && !buffer.tokens[$0].flags.contains(.inDirective)
    }.map { index in
      let name = String(decoding: buffer.spelling(of: buffer.tokens[index]), as: UTF8.self)
      return "\(name): \(map.table.text(of: map.condition(ofTokenAt: index)))"
    }
  }

  @Test(arguments: [
    ("a\n#ifdef CONFIG_X\nb\n#else\nc\n#endif\nd", ["a: 1", "b: CONFIG_X", "c: !CONFIG_X", "d: 1"]),
    ("#ifndef CONFIG_X_MODULE\na\n#endif", ["a: !CONFIG_X_MODULE"]),
    ("#if IS_ENABLED(CONFIG_X)\na\n#endif", ["a: CONFIG_X || CONFIG_X_MODULE"]),
    ("#if IS_REACHABLE(CONFIG_X)\na\n#endif", ["a: (CONFIG_X_MODULE && defined(MODULE)) || CONFIG_X"]),
    ("#if IS_BUILTIN(CONFIG_X) && !IS_MODULE(CONFIG_Y)\na\n#endif", ["a: !CONFIG_Y_MODULE && CONFIG_X"]),
    (
      "#if defined(A) || defined B\na\n#elif defined(C)\nb\n#else\nc\n#endif",
      [
        "a: defined(A) || defined(B)", "b: !(defined(A) || defined(B)) && defined(C)",
        "c: !(defined(A) || defined(B)) && !defined(C)",
      ]
    ),
    ("#ifdef A\n#ifdef B\na\n#endif\nb\n#endif", ["a: defined(A) && defined(B)", "b: defined(A)"]),
    ("#if BITS_PER_LONG == 64 && defined(A)\na\n#endif", ["a: [BITS_PER_LONG == 64] && defined(A)"]),
    (
      "#if (LINUX_VERSION_CODE < F(4, 1)) || !X\na\n#endif",
      ["a: ![X] || [LINUX_VERSION_CODE < F ( 4 , 1 )]"]
    ),
    ("#if 0\na\n#else\nb\n#endif", ["a: 0", "b: 1"]),
    ("#if 0x10UL\na\n#endif", ["a: 1"]),
    (
      "#ifdef A\na\n#elifdef B\nb\n#elifndef C\nc\n#endif",
      ["a: defined(A)", "b: !defined(A) && defined(B)", "c: !defined(A) && !defined(B) && !defined(C)"]
    ),
    ("#ifndef _H\n#define _H\na\n#ifdef A\nb\n#endif\n#endif /* _H */\n", ["a: 1", "b: defined(A)"]),
    ("#ifndef _H\n#define _H\na\n#else\nb\n#endif\n", ["a: !defined(_H)", "b: defined(_H)"]),
    ("# if \\\n defined(A) /* c */\na\n# endif", ["a: defined(A)"]),
  ])
  func formulas(_ text: String, _ expected: [String]) { #expect(Self.conditions(text) == expected) }

  @Test(arguments: [
    ("#ifdef A\na\n", "withoutEndif"), ("#endif\n", "withoutIf"), ("#else\n", "withoutIf"),
    ("#ifdef A\n#else\n#else\n#endif\n", "secondElse"), ("#if\n#endif\n", "malformedExpression"),
    ("#if defined(\n#endif\n", "malformedExpression"), ("#ifdef\n#endif\n", "malformedExpression"),
    ("#if A &&\n#endif\n", "malformedExpression"),
    (String(repeating: "#if A\n", count: 300) + String(repeating: "#endif\n", count: 300), "tooDeep"),
  ])
  func saysWhatIsWrong(_ text: String, _ kind: String) {
    let map = ConditionalMap(of: TokenBuffer(lexing: Array(text.utf8)))
    #expect(map.problems.map { "\($0.kind)" } == [kind])
  }

  /// 100,000 parentheses take neither the stack nor long.
  @Test func survivesNesting() {
    let text =
      "#if " + String(repeating: "(", count: 100_000) + "A" + String(repeating: ")", count: 100_000)
      + "\na\n#endif"
    let map = ConditionalMap(of: TokenBuffer(lexing: Array(text.utf8)))
    #expect(map.regions.count == 3)
  }

  /// Random conditionals over three macros: what stands under each assignment is what the compiler's own
  /// preprocessor leaves.
  @Test func agreesWithCpp() throws {
    let folder = try TemporaryFolder()
    var generator = ConditionalText(seed: 7)
    var wrong: [String] = []
    for round in 0..<12 {
      let text = generator.next()
      let buffer = TokenBuffer(lexing: Array(text.utf8))
      let map = ConditionalMap(of: buffer)
      try Data(text.utf8).write(to: folder.url.appending(path: "t.c"))
      for bits in 0..<8 {
        let defined = Set(["A", "B", "C"].enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
        let ours = buffer.tokens.indices.filter { index in
          buffer.tokens[index].kind == .identifier && !buffer.tokens[index].flags.contains(.inDirective)
            && map.table.value(of: map.condition(ofTokenAt: index)) { atom in
              if case .isDefined(let name) = atom { defined.contains(name) } else { false }
            }
        }.map { String(decoding: buffer.spelling(of: buffer.tokens[$0]), as: UTF8.self) }
        if ours != (try cpp(folder, defined.sorted())) { wrong.append("round \(round), \(defined.sorted())") }
      }
    }
    #expect(wrong.isEmpty)
  }

  private func cpp(_ folder: TemporaryFolder, _ defined: [String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // clang comes with Swift; another cpp may not be there.
    process.arguments = ["clang", "-E", "-P", "-undef"] + defined.map { "-D\($0)=1" } + ["t.c", "-o", "out"]
    process.currentDirectoryURL = folder.url
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: folder.url.appending(path: "out"), encoding: .utf8)
    return text.split { $0.isWhitespace }.map(String.init)
  }

  /// The kernel's own files: every conditional is closed, every expression read.
  @Test func readsTheKernel() throws {
    guard let tree = KernelSource.folder else { return }
    var wrong: [String] = []
    for file in KernelSource.files(below: ["kernel", "mm", "include"], of: tree) {
      let buffer = TokenBuffer(lexing: Array(try Data(contentsOf: file)))
      let map = ConditionalMap(of: buffer)
      wrong += map.problems.map { "\(file.path):\(buffer.tokens[$0.token].line): \($0.kind)" }
    }
    #expect(wrong == [])
  }
}

/// Makes texts of nested conditionals; every word in them is another.
private struct ConditionalText {
  private var state: UInt32
  private var words = 0

  init(seed: UInt32) { state = seed }

  private mutating func random(_ bound: UInt32) -> Int {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int((state >> 16) % bound)
  }

  mutating func next() -> String {
    words = 0
    return block(depth: 0)
  }

  private mutating func block(depth: Int) -> String {
    var text = ""
    for _ in 0...random(2) {
      words += 1
      text += "w\(words)\n"
      guard depth < 4, random(3) > 0 else { continue }
      text += "#if \(expression(depth: 0))\n" + block(depth: depth + 1)
      for _ in 0..<random(3) { text += "#elif \(expression(depth: 0))\n" + block(depth: depth + 1) }
      if random(2) == 0 { text += "#else\n" + block(depth: depth + 1) }
      text += "#endif\n"
    }
    return text
  }

  private mutating func expression(depth: Int) -> String {
    let name = ["A", "B", "C"][random(3)]
    guard depth < 3 else { return "defined(\(name))" }
    switch random(5) {
    case 0: return "!(\(expression(depth: depth + 1)))"
    case 1: return "\(expression(depth: depth + 1)) && \(expression(depth: depth + 1))"
    case 2: return "(\(expression(depth: depth + 1)) || \(expression(depth: depth + 1)))"
    case 3: return "\(expression(depth: depth + 1)) || \(expression(depth: depth + 1))"
    default: return "defined \(name)"
    }
  }
}
