// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import SourceText
import Testing

/// Divisions that need a function where a register has 32 bits.
struct WideDivisionTests {
  static let head = """
    typedef unsigned long long __u64;
    typedef __u64 u64;
    typedef unsigned int u32;
    typedef long long s64;
    typedef s64 ktime_t;
    #define MILLION 1000000L
    #define SIZE_4K 4096
    #define SHIFTED (1 << 3)
    #define KB(x) ((x) * 1024)
    static u64 kept = MILLION;
    static u64 given = MILLION;
    module_param(given, ullong, 0644);
    static u64 changed = MILLION;
    static void change(void) { changed++; }
    struct part { u64 size; u32 unit; u64 bits : 8; };
    u64 now(void);
    #ifdef __GNUC__
    typedef long long twice;
    typedef long either;
    #else
    typedef unsigned long long twice;
    typedef long long either;
    #endif
    """

  static let bodies: [(body: String, found: [String])] = [
    ("u64 a; u32 b; b = a / b;", ["a / b"]),
    ("u64 a; a /= 3;", ["a /= 3"]),
    ("s64 a; a %= b;", ["a %= b"]),
    ("ktime_t a; return a / MILLION;", ["a / MILLION"]),
    ("return p->size / p->unit;", ["p->size / p->unit"]),
    ("return now() % 1000;", ["now() % 1000"]),
    ("u32 a; return (u64)a * 1000 / a;", ["(u64)a * 1000 / a"]),
    ("u32 a; return a * 1000ULL / a;", ["a * 1000ULL / a"]),
    ("u64 a; return 1 + (a + 1) / 10;", ["(a + 1) / 10"]),
    ("u64 a; u32 b; return b ? a / b : 0;", ["a / b"]),
    ("u64 a; return DIV_ROUND_UP(a, 10);", ["DIV_ROUND_UP(a, 10)"]),
    ("u64 a; return a / (SIZE_4K << b);", ["a / (SIZE_4K << b)"]),
    ("twice a; return a / 10;", ["a / 10"]),
    // Shifts.
    ("u64 a; return DIV_ROUND_UP(a, 16);", []), ("either a; return a / 10;", []),
    ("u64 a; return a / 8;", []), ("u64 a; return a % SIZE_4K;", []), ("u64 a; return a / 0x100;", []),
    // Perhaps a shift, or not known to be wide.
    ("u64 a; return a / SHIFTED;", []), ("u64 a; return a / UNSEEN;", []), ("return unseen / 3;", []),
    ("return p->bits / 3;", []), ("u32 a; return a / 3;", []), ("long a; return a / 3;", []),
    ("u64 a; return (u32)a / 3;", []), ("u64 a; return a > 3 / 2;", []), ("u64 a; return sizeof(a) / 3;", []),
    ("u64 *a; return (a - b) / 3;", []),
    ("u64 a; return a / KB(4);", []), ("u64 a; u32 c = 1 << 28; return a / c;", []),
    // A constant of the file or of the function.
    ("return kept / MILLION;", []), ("return given / MILLION;", ["given / MILLION"]),
    ("return changed / MILLION;", ["changed / MILLION"]), ("u64 a; u32 c = 10; return a / c;", ["a / c"]),
    ("u64 a; u32 c = 16; c++; return a / c;", ["a / c"]),
    // The compiler divides what was cast.
    ("return (u64)b % MILLION;", []), ("u64 a; return a % MILLION;", ["a % MILLION"]),
    // Worked out by the compiler.
    ("return 10000000000ULL / 3;", []),
  ]

  @Test(arguments: bodies)
  func finds(_ body: String, _ found: [String]) throws {
    let text = "\(Self.head)\nint f(struct part *p, u32 b)\n{\n\(body)\n}\n"
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    let path = try #require(TreePath("a.c"))
    let unit = TranslationUnit(ParsedFile(path: path, syntax: syntax), closure: nil)
    let divisions = unit.wideDivisions(in: try #require(syntax.functions.last)) { _ in true }
    #expect(divisions.map { String(decoding: syntax.text(of: $0.node), as: UTF8.self) } == found)
  }
}
