#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""C that is made to break a parser, too big for the test suite, as a file and as a patch that adds it.

    Benchmarks/hostile_c.py [NAME…]

Each text ends with a good function, which must be found. Prints seconds and memory; ends with 1 where one
takes too long, too much memory, or crashes.
"""

import json
import os
import sys
import tempfile

import measure

DEEP = 100_000
GOOD = "int good(void)\n{\n\treturn 0;\n}\n"
MEMORY, SECONDS = 1_500, 10


def body(text):
    return f"int f(int a)\n{{\n{text}\n}}\n"


# The second says whether what is behind it can be told from it: not behind a bracket that is never closed in the
# same line, or a conditional that never ends.
TEXTS = {
    "parentheses": body("return " + "(" * DEEP + "1" + ")" * DEEP + ";"),
    "braces": body("{" * DEEP + ";" + "}" * DEEP),
    "braces that are not closed": body("{" * DEEP),
    "braces that were not opened": body("}" * DEEP),
    "unary operators": body("return " + "-~!" * DEEP + "1;"),
    "conditional expressions": body("return " + "a ? 1 : " * DEEP + "0;"),
    "else if": body("if (a) a++; " + "else if (a) a++;\n" * DEEP),
    "statements under if": body("if (a)\n" * DEEP + ";"),
    "sums": body("return " + "a +\n" * DEEP + "1;"),
    "members": body("return a" + "->a" * DEEP + ";"),
    "stars": "int " + "*" * DEEP + "p;\n",
    "casts": body("return " + "(int)" * DEEP + "1;"),
    "calls": body("return " + "f(" * DEEP + "1" + ")" * DEEP + ";"),
    "statement expressions": body("return " + "({" * DEEP + "1;" + "})" * DEEP + ";"),
    "#if": "#if A\n" * DEEP + "int a;\n" + "#endif\n" * DEEP,
    "#if without #endif": "#if A\n" * DEEP,
    "#else": "#if A\n" + "#else\nint a;\n" * DEEP + "#endif\n",
    "heads split by #ifdef": "#ifdef A\nint f(int a)\n{\n#else\nint f(void)\n{\n#endif\n}\n" * 10_000,
    "one statement split by 10,000 #ifdef": body("#ifdef A\nif (a) {\n#else\n{\n#endif\n}\n" * 10_000),
    "initialiser of 10 MB": "int a[] = {\n" + "\t0x12345678, 0x9abcdef0,\n" * 430_000 + "};\n",
    "designated initialiser of 10 MB": "struct a a[] = {\n" + "\t{ .a = 1, .b = { 2, f(3) } },\n" * 350_000 + "};\n",
    "macro of 10 MB": "#define A \\\n" + "\tsome(words, here); \\\n" * 450_000 + "\tend\n",
    "line of 10 MB": "int a; /* " + "x" * 10_000_000 + " */\n",
    "NULs": body("a = \0\0\0 b;") + "\0" * 1_000_000 + "\n",
    "cut in a string": body('puts("never ends') + '"\n',
    "100,000 labels and jumps": body("".join(f"l{i}: goto l{i + 1};\n" for i in range(DEEP)) + f"l{DEEP}: ;"),
    "100,000 locals": body("".join(f"int v{i} = v{max(0, i - 1)};\n" for i in range(DEEP))),
}


def mail(text):
    lines = text.split("\n")[:-1]
    return (
        "From: Ann <ann@example.org>\nSubject: [PATCH] foo: add\nMessage-ID: <a@example.org>\n\nWords.\n\n"
        "Signed-off-by: Ann <ann@example.org>\n---\ndiff --git a/foo.c b/foo.c\nnew file mode 100644\n--- /dev/null\n+++ b/foo.c\n"
        f"@@ -0,0 +1,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines))


def main():
    failed = 0
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        source, patch, out = (os.path.join(work, name) for name in ("foo.c", "foo.patch", "out"))
        os.mkdir(os.path.join(work, "tree"))
        for name, text in TEXTS.items():
            if wanted and name not in wanted:
                continue
            with open(source, "w") as file:
                file.write(text + GOOD)
            with open(patch, "w") as file:
                file.write(mail(text + GOOD))
            for what, arguments in (
                ("parse", ["debug", "parse", "--definitions", source]),
                ("flow", ["debug", "flow", source]),
                ("review", ["--tree", os.path.join(work, "tree"), "--format", "json", patch]),
            ):
                run = measure.run([measure.program(), *arguments], stdout=out, seconds=60, cwd=work)
                wrong = [
                    word
                    for word, bad in (
                        ("status", run.status not in (0, 1)), ("slow", run.wall > SECONDS), ("memory", run.peak > MEMORY * 1024))
                    if bad
                ]
                if what == "parse" and not run.status:
                    with open(out) as file:
                        found = any(d["name"] == "good" for d in json.load(file)["definitions"])
                    wrong += ["the good function is lost"] * (not found)
                print(f"{name:38}{what:8}{run}  {', '.join(wrong).upper() or 'ok'}", flush=True)
                failed += bool(wrong)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
