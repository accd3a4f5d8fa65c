// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import Testing

/// What a function's definition shows of it.
struct ShownContractTests {
  static let cases: [(text: String, failure: Contracts.Failure?, isNullSafe: Bool?)] = [
    ("void put(struct a *p) { if (!p) return; p->n--; }", nil, true),
    ("void put(struct a *p) { int x = 0; if (p) { p->n--; } }", nil, true),
    ("void put(struct a *p) { if (IS_ERR_OR_NULL(p)) return; kfree(p); }", nil, true),
    ("void put(struct a *p) { if (unlikely(p == NULL)) { pr_debug(\"\"); return; } kfree(p); }", nil, true),
    ("void put(struct a *p) { if (!p || p->busy) return; kfree(p); }", nil, true),
    ("void put(struct a *p) { p->n--; if (!p) return; }", nil, false),
    ("void put(struct a *p) { struct b *b = &p->b; kfree(b); }", nil, nil),
    ("void put(struct a *p) { if (p->n) return; kfree(p); }", nil, false),
    ("void put(struct a *p) { kfree(p); }", nil, nil), ("void put(struct a *p) { }", nil, nil),
    ("struct a *get(int n) { if (n) return ERR_PTR(-EINVAL); return a; }", .errorPointer, nil),
    ("struct a *get(int n) { return NULL; }", .null, nil),
    ("struct a *get(int n) { if (n) return NULL; return ERR_PTR(-EINVAL); }", nil, nil),
    ("struct a *get(int n) { if (n) return NULL; return other(n); }", nil, nil),
    ("int get(int n) { if (n) return -EINVAL; return 0; }", .negativeErrno, nil),
  ]

  @Test(arguments: cases)
  func reads(_ text: String, _ failure: Contracts.Failure?, _ isNullSafe: Bool?) throws {
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    let shown = ShownContract(of: try #require(tree.functions.first), in: tree)
    #expect(shown.failure == failure && shown.isNullSafe == isNullSafe, "\(shown)")
  }
}
