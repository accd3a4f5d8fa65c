// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import Testing

/// The ways through a function, and the locks held at their ends.
struct FlowTests {
  // MARK: Shape

  /// Points in the order of the text, each with where it goes: `kind:text>targets`.
  private func shape(_ body: String) throws -> String {
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array("int f(int a)\n{\n\(body)\n}\n".utf8)))
    let flow = ControlFlow(of: try #require(tree.functions.first), in: tree, noreturn: ["panic"])
    func target(_ edge: ControlFlow.Edge) -> String {
      let mark =
        switch edge.branch {
        case .always: ""
        case .isTrue: "+"
        case .isFalse: "-"
        case .isCase(let label): label == nil ? "*" : "="
        }
      return mark + (edge.target == ControlFlow.exit ? "end" : "\(edge.target)")
    }
    let points = flow.points.enumerated().dropFirst(2).map { number, point in
      let text = point.node == .none ? "" : String(decoding: tree.text(of: point.node), as: UTF8.self)
      return "\(number):\(text)>\(point.successors.map(target).joined(separator: ","))"
    }
    let gaps = flow.gaps.map { "\($0)" }.sorted()
    return (points + gaps).joined(separator: " ")
  }

  static let shapes: [(body: String, shape: String)] = [
    ("return a;", "2:return a;>end"),
    ("if (a) b(); c();", "2:a>+3,-4 3:b();>4 4:c();>end"),
    ("if (a && !b) return 1; return 0;", "2:a>+3,-5 3:b>-4,+5 4:return 1;>end 5:return 0;>end"),
    ("if (a || b) c(); else d();", "2:a>-3,+4 3:b>+4,-5 4:c();>end 5:d();>end"),
    ("while (a) { if (b) break; c(); } d();", "2:>3 3:a>+4,-6 4:b>-5,+6 5:c();>2 6:d();>end"),
    ("do a(); while (b); c();", "2:>3 3:a();>4 4:b>+2,-5 5:c();>end"),
    ("for (i = 0; i < a; i++) b();", "2:i = 0>3 3:>4 4:i < a>+5,-end 5:b();>6 6:i++>3"),
    (
      "switch (a) { case 1: b(); case 2: c(); break; default: d(); }",
      "2:a>=3,=5,*7 3:>4 4:b();>5 5:>6 6:c();>end 7:>8 8:d();>end"
    ),
    ("goto out; a(); out: return 0;", "2:a();>3 3:>4 4:return 0;>end"),
    (
      "list_for_each(a, b) { if (a) continue; c(); } return 0;",
      "2:list_for_each(a, b)>+3,-5 3:a>-4,+2 4:c();>2 5:return 0;>end"
    ),
    ("#ifdef CONFIG_A\na();\n#endif\nb();", "2:>+3,-4 3:a();>4 4:b();>end"),
    ("panic(\"x\"); a();", "2:panic(\"x\");> 3:a();>end"),
    ("goto *a;", "computedGoto"), ("goto lost;", "unknownLabel(\"lost\")"),
    ("if (1) a(); else b();", "2:a();>end 3:b();>end"),
  ]

  @Test(arguments: shapes)
  func laysOut(_ body: String, _ wanted: String) throws {
    let found = try shape(body)
    #expect(found == wanted)
  }

  // MARK: Locks

  static let contracts: Contracts = {
    var contracts = Contracts()
    contracts.locks = [
      .init(
        family: "mutex", acquire: ["mutex_lock"], acquireOnZero: ["mutex_lock_killable"],
        acquireOnNonzero: ["mutex_trylock"], release: ["mutex_unlock"], maySleep: true),
      .init(family: "spinlock", acquire: ["spin_lock"], release: ["spin_unlock"], maySleep: false),
    ]
    var node = Contracts.Pair(
      family: "node", acquire: ["node_find", "node_next", "node_get"], release: ["node_put"])
    node.each = ["for_each_node": 1]
    node.consumes = ["node_next": 1]
    contracts.references = [
      node, .init(family: "file", acquire: ["file_open"], release: ["file_close"]),
      .init(family: "module", acquire: ["module_tryget"], release: ["module_put"]),
    ]
    contracts.failures = ["node_find": .null, "file_open": .errorPointer, "module_tryget": .zero]
    contracts.noreturn = ["panic"]
    return contracts
  }()

  /// Locks that are held at a return; what is before `int f(…)` is in the same file.
  static let locks: [(text: String, held: [String])] = [
    ("int f(void) { mutex_lock(&m); if (a) return -1; mutex_unlock(&m); return 0; }", ["m"]),
    ("int f(void) { mutex_lock(&m); if (a) goto out; b(); out: mutex_unlock(&m); return 0; }", []),
    ("int f(void) { if (!mutex_trylock(&m)) return 0; mutex_unlock(&m); return 1; }", []),
    ("int f(void) { if (mutex_trylock(&m)) return 0; return 1; }", ["m"]),
    (
      "int f(void) { int ret = mutex_lock_killable(&m); if (ret) return ret; mutex_unlock(&m); return 0; }",
      []
    ),
    ("int f(void) { if (mutex_lock_killable(&m)) return -EINTR; return 0; }", ["m"]),
    // One condition asked twice has one answer.
    ("int f(int a) { if (a) mutex_lock(&m); b(); if (a) mutex_unlock(&m); return 0; }", []),
    ("int f(int a) { if (a) mutex_lock(&m); a = b(); if (a) mutex_unlock(&m); return 0; }", ["m"]),
    (
      "int f(void) { int ret = -EINVAL; mutex_lock(&m); if (a) goto out; ret = 0; out: if (ret) mutex_unlock(&m); else mutex_unlock(&m); return ret; }",
      []
    ),
    ("int f(int a) { switch (a) { case 1: mutex_lock(&m); break; } return 0; }", ["m"]),
    ("int f(void) { while (a) { mutex_lock(&m); if (b) break; mutex_unlock(&m); } return 0; }", ["m"]),
    // Handed on, renamed, released by another function: nothing is said.
    ("int f(void) { mutex_lock(&m); release_later(&m); return 0; }", []),
    ("void put(void) { mutex_unlock(&m); } int f(void) { mutex_lock(&m); put(); return 0; }", []),
    ("int f(void) { mutex_lock(&a->m); a = next(a); mutex_unlock(&b->m); return 0; }", []),
    ("int f(void) __acquires(&m) { mutex_lock(&m); return 0; }", []),
    // A lock that is only dropped for a while is the caller's.
    ("int f(void) { mutex_unlock(&m); b(); mutex_lock(&m); return 0; }", []),
    ("int f(void) { mutex_lock(&m); panic(); }", []),
    ("int f(void) { spin_lock(&s); mutex_lock(&m); return 0; }", ["m", "s"]),
    (
      "#ifdef A\nint f(void) { mutex_lock(&m);\n#ifdef B\nmutex_unlock(&m);\n#endif\nreturn 0; }\n#endif",
      ["m"]
    ),
    (
      "int f(void) { mutex_lock(&m);\n#ifdef B\nif (a) return 1;\n#endif\nmutex_unlock(&m); return 0; }",
      ["m"]
    ),
  ]

  @Test(arguments: locks)
  func findsHeldLocks(_ text: String, _ held: [String]) throws {
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array((text + "\n").utf8)))
    let function = try #require(tree.functions.last)
    let paths = HeldPaths(
      .locks, of: function, in: tree, contracts: Self.contracts,
      releases: HeldPaths.releases(in: tree, contracts: Self.contracts))
    #expect(paths.held.map(\.name).sorted() == held, "\(paths.notChecked ?? "checked")")
  }

  // MARK: References

  /// References that are held at a return, each with the functions that got it.
  static let references: [(body: String, held: [String])] = [
    ("struct node *n = node_find(1); if (!n) return -1; use(n); node_put(n); return 0;", []),
    (
      "struct node *n = node_find(1); if (!n) return -1; if (use(n)) return -2; node_put(n); return 0;",
      ["n:use"]
    ),
    ("struct node *n; n = node_find(1); if (n) { if (a) return 1; node_put(n); } return 0;", ["n:"]),
    (
      "struct file *p = file_open(1); if (IS_ERR(p)) return PTR_ERR(p); if (a) return 1; file_close(p); return 0;",
      ["p:"]
    ),
    ("struct file *p = file_open(1); if (IS_ERR(p)) goto out; file_close(p); out: return 0;", []),
    // Whoever does not ask whether it is there may hold it.
    ("struct node *n = node_find(1); return 0;", ["n:"]),
    // Given to the caller, kept in an object, known by another name: the function has done its part.
    ("struct node *n = node_find(1); return n;", []),
    ("struct node *n = node_find(1); o->n = n; return 0;", []),
    ("struct node *n = node_find(1); struct dev *d = to_dev(n); return 0;", []),
    ("struct node *n = node_find(1); struct args x = { .n = n }; call(&x); return 0;", []),
    ("struct node *n = node_find(1); devm_add_action(d, node_put, n); return 0;", []),
    ("struct node *n __free(node) = node_find(1); return 0;", []),
    ("static struct node *n; n = node_find(1); return 0;", []),
    ("o->n = node_find(1); return 0;", []),
    // The reference is on what is named.
    ("node_get(o->n); if (a) return 1; node_put(o->n); return 0;", ["o -> n:"]),
    ("if (!module_tryget(m)) return -1; if (a) return 1; module_put(m); return 0;", ["m:"]),
    ("if (!module_tryget(m)) return -1; module_put(m); return 0;", []),
    // Loops that hold their cursor.
    ("struct node *c; for_each_node(o, c) { if (a) break; } return 0;", ["c:for_each_node"]),
    ("struct node *c; for_each_node(o, c) { if (a) { node_put(c); break; } } return 0;", []),
    ("struct node *c; for_each_node(o, c) { if (a) continue; b(); } return 0;", []),
    ("struct node *c; for_each_node(o, c) if (a) return b(c); return 0;", ["c:b for_each_node"]),
    ("struct node *n = node_find(1); n = node_next(o, n); node_put(n); return 0;", []),
  ]

  @Test(arguments: references)
  func findsHeldReferences(_ body: String, _ held: [String]) throws {
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array("int f(int a)\n{\n\(body)\n}\n".utf8)))
    let function = try #require(tree.functions.last)
    let paths = HeldPaths(.references, of: function, in: tree, contracts: Self.contracts)
    let found = paths.held.map { held in
      "\(held.name):\(held.passedTo.subtracting(["node_put", "node_get", "file_close", "module_put", "module_tryget", "IS_ERR", "PTR_ERR"]).sorted().joined(separator: " "))"
    }
    #expect(found.sorted() == held, "\(paths.notChecked ?? "checked")")
  }
}
