// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import TestSupport
import Testing

struct LexerTests {
  /// Texts and their tokens, as `kind:spelling`; the end of the text is left out.
  @Test(arguments: [
    ("a b_1 $c ö", "identifier:a identifier:b_1 identifier:$c identifier:ö"),
    (
      "0x1fUL 1.5e-3 .5f 0b11 1'000",
      "number:0x1fUL number:1.5e-3 number:.5f number:0b11 number:1 character:'000"
    ),
    ("0x1e+1 0x1p-3", "number:0x1e plus:+ number:1 number:0x1p-3"),
    (
      "a->b--c...d.e",
      "identifier:a arrow:-> identifier:b minusMinus:-- identifier:c ellipsis:... identifier:d dot:. identifier:e"
    ),
    (
      "<<= >>= << >= <=", "lessLessEqual:<<= greaterGreaterEqual:>>= lessLess:<< greaterEqual:>= lessEqual:<="
    ),
    ("\"a\\\"b\" 'c' L\"x\"", "string:\"a\\\"b\" character:'c' identifier:L string:\"x\""),
    ("\"open\nb", "string:\"open identifier:b"),
    ("'it", "character:'it"),
    ("a /* x\n y */ b // c\nd", "identifier:a identifier:b identifier:d"),
    ("a /* open", "identifier:a"),
    ("// spliced \\\n comment\na", "identifier:a"),
    (
      "#include <linux/list.h>\na < b > c",
      "directive:# identifier:include headerName:<linux/list.h> identifier:a less:< identifier:b greater:> identifier:c"
    ),
    ("# include_next <x.h>", "directive:# identifier:include_next headerName:<x.h>"),
    (
      "#define S(x) #x a##b\n",
      "directive:# identifier:define identifier:S openParen:( identifier:x closeParen:) hash:# identifier:x identifier:a hashHash:## identifier:b"
    ),
    ("ab\\\ncd = 1\\\n2;", "identifier:abcd equal:= number:12 semicolon:;"),
    ("a \\\n b", "identifier:a identifier:b"),
    ("a\\\n b", "identifier:a identifier:b"),
    ("\"a\\\nb\"", "string:\"ab\""),
    ("a @ \\ b", "identifier:a other:@ other:\\ identifier:b"),
    ("a\r\nb", "identifier:a identifier:b"),
    ("a\0b", "identifier:a other:\0 identifier:b"),
    ("x /= y / z", "identifier:x slashEqual:/= identifier:y slash:/ identifier:z"),
    ("", ""),
  ])
  func cutsText(_ text: String, _ expected: String) {
    let buffer = TokenBuffer(lexing: Array(text.utf8))
    let tokens = buffer.tokens.dropLast().map {
      "\($0.kind):\(String(decoding: buffer.spelling(of: $0), as: UTF8.self))"
    }
    #expect(tokens.joined(separator: " ") == expected)
    #expect(buffer.printed() == Array(text.utf8))
    #expect(buffer.tokens.last?.kind == .endOfText)
  }

  @Test func knowsLinesAndDirectives() {
    let text = "a\n#if X \\\n  Y /* c\n c */ Z\nb \\\n#not\n\"s\\\nt\" c\n"
    let buffer = TokenBuffer(lexing: Array(text.utf8))
    let tokens = buffer.tokens.map { token in
      let word = String(decoding: buffer.spelling(of: token), as: UTF8.self)
      let marks =
        (token.flags.contains(.beginsLine) ? "^" : "") + (token.flags.contains(.inDirective) ? "#" : "")
      return "\(marks)\(word)@\(token.line)"
    }
    #expect(
      tokens == [
        "^a@1", "^##@2", "#if@2", "#X@2", "#Y@3", "#Z@4", "^b@5", "#@6", "not@6", "^\"st\"@7", "c@8", "^@9",
      ])
  }

  /// Whatever a text is cut to, its tokens give back its bytes, and take no longer than the text is long.
  @Test func everyTruncationPrintsItself() {
    let text = Array(
      "#define A(x) \\\n do { \"s\\\"\" 'c' /* c */ 0x1fUL <<= x; } while (0) // e\n#include <a.h>\nö\\\n1"
        .utf8)
    let wrong = (0...text.count).filter {
      TokenBuffer(lexing: Array(text[..<$0])).printed() != Array(text[..<$0])
    }
    #expect(wrong.isEmpty)
  }

  /// The kernel's own code: each file's tokens give back its bytes, and hardly a byte begins no token.
  @Test func readsTheKernel() throws {
    guard let tree = KernelSource.folder else { return }
    var (files, others, broken) = (0, 0, [String]())
    for file in KernelSource.files(below: ["kernel", "mm", "lib"], of: tree) {
      let buffer = TokenBuffer(lexing: Array(try Data(contentsOf: file)))
      files += 1
      others += buffer.tokens.count { $0.kind == .other && !$0.flags.contains(.inDirective) }
      if buffer.printed() != buffer.text { broken.append(file.path) }
    }
    #expect(files > 500 && broken.isEmpty)
    #expect(others == 0, "bytes that begin no token, outside of macros")
  }
}

extension LexerTests {
  /// Room is taken for a token a byte, and given back: what is kept is as large as the tokens.
  @Test func keepsNoRoomItDoesNotNeed() {
    let buffer = TokenBuffer(lexing: Array(String(repeating: "identifier ", count: 10_000).utf8))
    #expect(buffer.tokens.count == 10_001 && buffer.tokens.capacity < 20_000)
  }
}
