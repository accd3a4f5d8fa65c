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
    ("while (a) { if (b) break; c(); } d();", "2:>3 3:a>+4,-7 4:b>+5,-6 5:break;>7 6:c();>2 7:d();>end"),
    ("do a(); while (b); c();", "2:>3 3:a();>4 4:b>+2,-5 5:c();>end"),
    ("for (i = 0; i < a; i++) b();", "2:i = 0>3 3:>4 4:i < a>+5,-end 5:b();>6 6:i++>3"),
    (
      "switch (a) { case 1: b(); case 2: c(); break; default: d(); }",
      "2:a>=3,=5,*8 3:>4 4:b();>5 5:>6 6:c();>7 7:break;>end 8:>9 9:d();>end"
    ),
    ("goto out; a(); out: return 0;", "2:goto out;>4 3:a();>4 4:>5 5:return 0;>end"),
    (
      "list_for_each(a, b) { if (a) continue; c(); } return 0;",
      "2:list_for_each(a, b)>+3,-6 3:a>+4,-5 4:continue;>2 5:c();>2 6:return 0;>end"
    ),
    ("#ifdef CONFIG_A\na();\n#endif\nb();", "2:>+3,-4 3:a();>4 4:b();>end"),
    ("panic(\"x\"); a();", "2:panic(\"x\");> 3:a();>end"),
    ("goto *a;", "computedGoto"), ("goto lost;", "2:goto lost;> unknownLabel(\"lost\")"),
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
      .init(family: "the one", acquire: ["read_lock"], release: ["read_unlock"], maySleep: false),
    ]
    contracts.locks[2].isOnlyOne = true
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
    // There is only one, and no argument names it.
    ("int f(void) { read_lock(); if (a) return 1; read_unlock(); return 0; }", ["the one"]),
    ("int f(void) { read_lock(); if (a) goto out; b(); out: read_unlock(); return 0; }", []),
    ("void put(void) { read_unlock(); } int f(void) { read_lock(); put(); return 0; }", []),
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

  /// Ways are told apart by what is held, and of those no more than some are followed; then nothing is said.
  @Test func saysWhereThereAreTooManyWays() throws {
    let locks = (0..<14).map { "\tif (a\($0))\n\t\tmutex_lock(&m\($0));\n" }.joined()
    let tree = SyntaxTree(
      parsing: TokenBuffer(lexing: Array("int f(void)\n{\n\(locks)\treturn 0;\n}\n".utf8)))
    let paths = HeldPaths(.locks, of: try #require(tree.functions.last), in: tree, contracts: Self.contracts)
    #expect(paths.notChecked == "more than 10000 states")
    #expect(paths.held.isEmpty)
  }

  // MARK: References

  /// References that are held at a return, each with the functions that got it.
  static let references: [(body: String, held: [String])] = [
    ("struct node *n = node_find(1); if (!n) return -1; use(n); node_put(n); return 0;", []),
    (
      "struct node *n = node_find(1); if (!n) return -1; if (use(n)) return -2; node_put(n); return 0;",
      ["n:use"]
    ),
    // Who gets it later has not got it here.
    (
      "struct node *n = node_find(1); if (!n) return -1; if (a) return -2; use(n); node_put(n); return 0;",
      ["n:"]
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
    ("struct node *c; for_each_node(o, c) { if (a) break; } return 0;", ["c:"]),
    ("struct node *c; for_each_node(o, c) { if (a) { node_put(c); break; } } return 0;", []),
    ("struct node *c; for_each_node(o, c) { if (a) continue; b(); } return 0;", []),
    ("struct node *c; for_each_node(o, c) if (a) return b(c); return 0;", ["c:b"]),
    ("struct node *n = node_find(1); n = node_next(o, n); node_put(n); return 0;", []),
  ]

  @Test(arguments: references)
  func findsHeldReferences(_ body: String, _ held: [String]) throws {
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array("int f(int a)\n{\n\(body)\n}\n".utf8)))
    let function = try #require(tree.functions.last)
    let paths = HeldPaths(.references, of: function, in: tree, contracts: Self.contracts)
    let found = paths.held.map { held in
      "\(held.name):\(held.ends.flatMap { $0.passedTo.map(\.function) }.joined(separator: " "))"
    }
    #expect(found.sorted() == held, "\(paths.notChecked ?? "checked")")
  }

  // MARK: Memory and states

  static let owning: Contracts = {
    var contracts = FlowTests.contracts
    var managed = Contracts.Pair(family: "managed", acquire: ["dev_alloc"], release: ["dev_free"])
    (managed.releaseArgument, managed.isManaged) = (1, true)
    contracts.allocations = [
      .init(family: "heap", acquire: ["alloc", "copy"], release: ["free", "any_free"]),
      .init(family: "large", acquire: ["large_alloc"], release: ["large_free", "any_free"]), managed,
    ]
    contracts.states = [.init(family: "clock", acquire: ["on", "force"], release: ["off"])]
    contracts.failures["alloc"] = .null
    contracts.failures["copy"] = .errorPointer
    contracts.failures["large_alloc"] = .null
    contracts.failures["dev_alloc"] = .null
    contracts.failures["on"] = .negativeErrno
    contracts.borrows = ["look", "show_*"]
    contracts.sleeps = ["nap"]
    return contracts
  }()

  private func paths(_ subject: HeldPaths.Subject, _ body: String, before: String = "") throws -> (
    HeldPaths, SyntaxTree
  ) {
    let text = "\(before)\nint f(int a)\n{\n\(body)\n}\n"
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    let paths = HeldPaths(
      subject, of: try #require(tree.functions.last), in: tree, contracts: Self.owning,
      releases: HeldPaths.releases(in: tree, contracts: Self.owning))
    return (paths, tree)
  }

  /// Memory that is lost at a return, with the functions that got it on the way.
  static let memory: [(body: String, held: [String])] = [
    ("char *p = alloc(1); if (!p) return -1; if (a) return -2; free(p); return 0;", ["p:"]),
    (
      "char *p = alloc(1); if (!p) return -1; if (look(p)) return -2; show_it(\"\", p); free(p); return 0;",
      ["p:"]
    ),
    ("char *p = alloc(1); if (!p) return -1; if (b(p)) return -2; free(p); return 0;", ["p:b"]),
    ("struct s *p = alloc(1); if (a) return -2; list_add(&p->list, &l); return 0;", ["p:list_add"]),
    ("char *p = copy(1); if (IS_ERR(p)) return PTR_ERR(p); if (a) goto out; out: free(p); return 0;", []),
    ("char *p; if (WARN_ON(!(p = alloc(1)))) return -1; free(p); return 0;", []),
    ("char *p = alloc(1); if (WARN_ON(!p)) return -1; free(p); return 0;", []),
    ("char *p = alloc(1); if (NULL == p) return -1; free(p); return 0;", []),
    ("char *p = alloc(1); if (FAILS(!p, \"\")) return -1; free(p); return 0;", []),
    ("char *p = copy(1); int r = PTR_ERR_OR_ZERO(p); if (r) return r; free(p); return 0;", []),
    ("char *p = copy(1); int r = PTR_ERR_OR_ZERO(p); if (!r) return r; return r;", ["p:"]),
    ("char x[9], *p = x; if (a) p = alloc(1); b(1); if (p != x) free(p); return 0;", []),
    ("o->p = p = alloc(1); return 0;", []),
    ("char *p = alloc(1); return memcpy(p, s, 1);", []),
    ("char *p = (char *)alloc(1); if (a) return 1; free((void *)p); return 0;", ["p:"]),
    // Stored, returned, known by another name, given to what is called by a pointer.
    ("char *p = alloc(1); o->p = p; return 0;", []),
    ("char *p = alloc(1); return p;", []),
    ("char *p = alloc(1); q = p + 1; return 0;", []),
    ("char *p = alloc(1); *q = p; return 0;", []),
    ("char *p = alloc(1); struct s x = { .p = p }; return 0;", []),
    ("struct s *p = alloc(1); q = &p->s; return 0;", []),
    ("struct s *p = alloc(1); o->ops->add(p); return 0;", []),
    ("struct s *p = alloc(1); get(&p); return 0;", []),
    ("o->p = alloc(1); return 0;", []),
    ("char *p = dev_alloc(d, 1); return 0;", []),
    ("char *p __free(free) = alloc(1); return 0;", []),
    ("char *p = alloc(1); asm(\"\" : : \"r\"(p)); return 0;", []),
    ("char *p = NULL; if (a) p = alloc(1); if (b) { free(p); return 0; } any_free(p); return 0;", []),
  ]

  @Test(arguments: memory)
  func findsLostMemory(_ body: String, _ held: [String]) throws {
    let (paths, _) = try paths(.memory, body)
    let found = paths.held.map { held in
      "\(held.name):\(held.ends.flatMap { $0.passedTo.map(\.function) }.joined(separator: " "))"
    }
    #expect(found == held, "\(paths.notChecked ?? "checked")")
    #expect(paths.wrongReleases.isEmpty)
  }

  /// Memory that the function of another family frees.
  static let wrongReleases: [(body: String, wrong: [String])] = [
    ("char *p = large_alloc(1); if (!p) return -1; free(p); return 0;", ["free(p) large"]),
    ("char *p = dev_alloc(d, 1); if (!p) return -1; free(p); return 0;", ["free(p) managed"]),
    (
      "o->p = dev_alloc(d, 1); if (!o->p) return -1; if (a) { free(o->p); return -1; } return 0;",
      ["free(o -> p) managed"]
    ),
    ("char *p = alloc(1); dev_free(d, p); return 0;", ["dev_free(p) heap"]),
    // Both free it, or it is perhaps another.
    ("char *p = large_alloc(1); any_free(p); p = alloc(1); any_free(p); return 0;", []),
    ("char *p = dev_alloc(d, 1); if (a) p = alloc(1); if (a) free(p); return 0;", []),
    ("char *p = dev_alloc(d, 1); p = alloc(1); free(p); return 0;", []),
    ("char *p = dev_alloc(d, 1); p = other(); free(p); return 0;", []),
    ("char *p = large_alloc(1); if (is_large(p)) large_free(p); else free(p); return 0;", []),
    ("o->p = dev_alloc(d, 1); fill(o); free(o->p); return 0;", []),
    ("char *p = dev_alloc(d, 1); dev_free(d, p); return 0;", []),
  ]

  @Test(arguments: wrongReleases)
  func findsWrongReleases(_ body: String, _ wrong: [String]) throws {
    let (paths, _) = try paths(.memory, body)
    #expect(paths.wrongReleases.map { "\($0.function)(\($0.name)) \($0.family)" } == wrong)
  }

  /// What is on where the function fails, and whether another way that fails switches it off.
  static let states: [(body: String, held: [String])] = [
    (
      "r = on(c); if (r) return r; r = b(); if (r) { off(c); return r; } r = d(); if (r) return r; return 0;",
      ["c"]
    ),
    ("r = on(c); if (r) return r; r = b(); if (r) goto err; return 0; err: off(c); return r;", []),
    ("r = on(c); if (r) return r; r = b(); if (r) return r; return 0;", []),
    (
      "r = on(c); if (r < 0) return r; if (a) { off(c); return -1; } if (b) return dev_err_probe(d, r, \"\"); return 0;",
      ["c"]
    ),
    ("r = on(c); if (r) return dev_err_probe(d, r, \"\"); if (a) { off(c); return -1; } return 0;", []),
    ("force(c); if (a) { off(c); return -1; } if (b) return -2; return 0;", ["c"]),
    // What is not there is not on.
    (
      "r = on(c); if (r) return r; if (a) r = -1; if (r) goto err; return 0; err: if (c) off(c); return r;",
      []
    ),
    ("force(c); if (a) { off(c); return -1; } if (b) { foo_power_off(x); return -2; } return 0;", []),
    (
      "force(c); devm_add_action_or_reset(d, x, c); if (a) { off(c); return -1; } if (b) return -2; return 0;",
      []
    ),
  ]

  @Test(arguments: states)
  func findsWhatStaysOn(_ body: String, _ held: [String]) throws {
    let (paths, _) = try paths(.states, body)
    let found = paths.held.filter { held in
      held.ends.contains(where: \.isFailure) && held.givenBack.contains(where: \.isFailure)
    }
    #expect(found.map(\.name) == held, "\(paths.notChecked ?? "checked")")
  }

  @Test func findsSleepersUnderLocks() throws {
    let bodies: [(String, [String])] = [
      ("spin_lock(&s); nap(); spin_unlock(&s); return 0;", ["nap s"]),
      ("spin_lock(&s); if (a) { spin_unlock(&s); nap(); return 1; } spin_unlock(&s); nap(); return 0;", []),
      ("mutex_lock(&m); nap(); mutex_unlock(&m); return 0;", []),
      ("if (a) spin_lock(&s); if (!a) nap(); if (a) spin_unlock(&s); return 0;", []),
      ("spin_lock(&s); p = alloc(1, GFP_KERNEL); spin_unlock(&s); return 0;", ["alloc s"]),
      ("spin_lock(&s); p = alloc(1, GFP_ATOMIC); spin_unlock(&s); return 0;", []),
      ("spin_lock(&s); drop(&s); nap(); return 0;", []),
      ("spin_unlock(&s); nap(); spin_lock(&s); return 0;", []),
    ]
    for (body, wanted) in bodies {
      let (paths, _) = try paths(.locks, body)
      #expect(paths.sleeping.map { "\($0.function) \($0.lock)" } == wanted, "\(body)")
    }
  }

  @Test func tellsTheWay() throws {
    let (paths, tree) = try paths(
      .locks, "mutex_lock(&m); if (a) { b(); goto out; } mutex_unlock(&m); return 0; out: return -1;")
    let held = try #require(paths.held.first)
    let way = try #require(held.ends.first).way.map { String(decoding: tree.text(of: $0), as: UTF8.self) }
    #expect(way == ["mutex_lock(&m);", "a", "b();", "goto out;", "return -1;"])
    #expect(held.ends.map(\.isFailure) == [true])
    #expect(held.givenBack.map(\.isFailure) == [false])
    #expect(held.givenBack.map { $0.released.map { tree.spelling(ofToken: $0) } } == ["mutex_unlock"])
  }
}
