// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import Confirm

/// What is taken from the output of a build.
@Suite struct CompilerOutputTests {
  private static let text = """
    In file included from /c/source/include/a.h:1:
    /c/source/kernel/a.c:3:9: warning: unused variable 'put' [-Wunused-variable]
    make[4]: *** Waiting for unfinished jobs....
    /c/source/kernel/a.c:4:9: error: implicit declaration of function 'get_it'; did you mean 'get'?
    /c/source/kernel/a.c:5:9: error: 'struct s' has no member named 'm'
    /c/source/kernel/a.c:6:9: error: 'struct s' has no member named 'n'
    make[4]: *** [scripts/Makefile.build:229: kernel/a.o] Error 1
    """

  @Test(
    arguments: [
      (["get_it"], "kernel/a.c:4:9: error: implicit declaration of function 'get_it'; did you mean 'get'?"),
      (["x", "m"], "kernel/a.c:5:9: error: 'struct s' has no member named 'm'"), (["get_"], nil),
      (["s", "n"], "kernel/a.c:6:9: error: 'struct s' has no member named 'n'"),
      (["s"], "kernel/a.c:5:9: error: 'struct s' has no member named 'm'"),
      (["put"], nil),
      (["Waiting"], nil), ([], nil),
    ] as [([String], String?)])
  func namesSymbols(_ symbols: [String], _ line: String?) {
    #expect(CompilerOutput(Self.text, source: "/c/source").error(naming: symbols) == line)
  }

  @Test(
    arguments: [
      (text, "kernel/a.c:4:9: error: implicit declaration of function 'get_it'; did you mean 'get'?"),
      (
        "make[1]: *** No rule to make target 'kernel/a.o'.  Stop.",
        "make[1]: *** No rule to make target 'kernel/a.o'.  Stop."
      ),
      ("all is well", nil),
    ])
  func findsTheFirstError(_ text: String, _ line: String?) {
    #expect(CompilerOutput(text, source: "/c/source").first == line)
  }
}
