// SPDX-License-Identifier: GPL-2.0-or-later

import Model
import Scenarios
import TestSupport
import Testing

/// Each rule of each primitive: a smallest program that breaks it, and one that does not.
struct PrimitiveTests {
  struct Rule: Sendable, CustomStringConvertible {
    var name: String
    var kind: ViolationKind
    var bad: String
    var good: String
    var keys = ""

    var description: String { name }
  }

  @Test(arguments: rules) func breaksAndKeeps(_ rule: Rule) throws {
    for reduces in [true, false] {
      let bad = try Running.check(rule.bad, keys: rule.keys, reduces: reduces)
      #expect(bad.violations.contains { $0.kind == rule.kind }, "\(bad.violations) \(bad.reasons)")
      #expect(bad.reasons.isEmpty)
      let good = try Running.check(rule.good, keys: rule.keys, reduces: reduces)
      #expect(good.verdict == .clean, "\(good.violations) \(good.reasons)")
    }
  }

  /// A search that takes short cuts finds what one without them finds, at the same places.
  @Test(arguments: rules) func reductionIsSound(_ rule: Rule) throws {
    let reduced = try Running.check(rule.bad, keys: rule.keys)
    let full = try Running.check(rule.bad, keys: rule.keys, reduces: false)
    #expect(Set(reduced.violations.map { $0.kind }) == Set(full.violations.map { $0.kind }))
    #expect(Set(reduced.violations.map(Kinship.init)).isSubset(of: full.violations.map(Kinship.init)))
    #expect(reduced.states <= full.states)
  }

  /// Each trace can be made again, and ends in what it was found for.
  @Test(arguments: rules) func replays(_ rule: Rule) throws {
    let scenario = try Running.scenario(rule.bad, keys: rule.keys)
    for violation in try Running.check(rule.bad, keys: rule.keys).violations {
      let again = try scenario.replay(
        violation.replay, in: MemoryTree([:]), of: .builtIn, clock: { 0 })
      #expect(again.trace == violation.trace)
      #expect(violation.isReproduced && again.isReproduced, "\(violation.kind) \(violation.replay)")
    }
  }

  static let rules: [Rule] = [
    Rule(
      name: "memory that was freed is not used", kind: .useAfterFree,
      bad:
        "int *p; void init(void) { p = kmalloc(4, GFP_KERNEL); *p = 1; } void thread_a(void) { *p = 2; } void thread_b(void) { kfree(p); p = NULL; }",
      good:
        "int *p; static DEFINE_MUTEX(m); void init(void) { p = kmalloc(4, GFP_KERNEL); *p = 1; } void thread_a(void) { mutex_lock(&m); if (p) *p = 2; mutex_unlock(&m); } void thread_b(void) { mutex_lock(&m); kfree(p); p = NULL; mutex_unlock(&m); }"
    ),
    Rule(
      name: "memory is freed once", kind: .doubleFree,
      bad:
        "int *p; void init(void) { p = kzalloc(4, GFP_KERNEL); } void thread_a(void) { kfree(p); } void thread_b(void) { kfree(p); }",
      good:
        "int *p; void init(void) { p = kzalloc(4, GFP_KERNEL); } void thread_a(void) { kfree(xchg_null()); } void thread_b(void) { kfree(xchg_null()); } int *xchg_null(void) { int *q; atomically() { q = p; p = NULL; } return q; }"
    ),
    Rule(
      name: "memory is freed at all", kind: .leak,
      bad: "int *p; void thread_a(void) { p = kzalloc(4, GFP_KERNEL); p = NULL; }",
      good: "int *p; void thread_a(void) { p = kzalloc(4, GFP_KERNEL); kfree(p); p = NULL; }"),
    Rule(
      name: "a failed allocation is looked at", kind: .nullDereference,
      bad: "void thread_a(void) { int *p = kzalloc(4, GFP_KERNEL); *p = 1; kfree(p); }",
      good: "void thread_a(void) { int *p = kzalloc(4, GFP_KERNEL); if (!p) return; *p = 1; kfree(p); }",
      keys: "fails: kmalloc\n"),
    Rule(
      name: "an error pointer is looked at", kind: .nullDereference,
      bad:
        "int x; int *get(void) { return choose(2) ? &x : ERR_PTR(-ENOENT); } void thread_a(void) { int *p = get(); if (p) *p = 1; }",
      good:
        "int x; int *get(void) { return choose(2) ? &x : ERR_PTR(-ENOENT); } void thread_a(void) { int *p = get(); if (!IS_ERR(p)) *p = 1; }"
    ),
    Rule(
      name: "a variable is set before it is read", kind: .uninitialisedRead,
      bad: "int r; void thread_a(void) { int x; if (choose(2)) x = 1; r = x; }",
      good: "int r; void thread_a(void) { int x = 0; if (choose(2)) x = 1; r = x; }"),
    Rule(
      name: "kmalloc() does not set memory", kind: .uninitialisedRead,
      bad: "int r; void thread_a(void) { int *p = kmalloc(4, GFP_KERNEL); r = *p; kfree(p); }",
      good: "int r; void thread_a(void) { int *p = kzalloc(4, GFP_KERNEL); r = *p; kfree(p); }"),
    Rule(
      name: "a variable ends with its function", kind: .useAfterReturn,
      bad: "int *p; void set(void) { int x = 1; p = &x; } void thread_a(void) { set(); *p = 2; }",
      good: "int *p; void thread_a(void) { int x = 1; p = &x; *p = 2; p = NULL; }"),
    Rule(
      name: "a mutex is taken once", kind: .lockMisuse,
      bad: "static DEFINE_MUTEX(m); void thread_a(void) { mutex_lock(&m); mutex_lock(&m); }",
      good:
        "static DEFINE_MUTEX(m); void thread_a(void) { mutex_lock(&m); mutex_unlock(&m); mutex_lock(&m); mutex_unlock(&m); }"
    ),
    Rule(
      name: "a mutex is released by who holds it", kind: .lockMisuse,
      bad: "static DEFINE_MUTEX(m); void thread_a(void) { mutex_unlock(&m); }",
      good:
        "static DEFINE_MUTEX(m); void thread_a(void) { if (mutex_trylock(&m)) mutex_unlock(&m); } void thread_b(void) { mutex_lock(&m); mutex_unlock(&m); }"
    ),
    Rule(
      name: "a thread ends without locks", kind: .lockMisuse,
      bad: "static DEFINE_SPINLOCK(m); void thread_a(void) { spin_lock(&m); }",
      good:
        "static DEFINE_SPINLOCK(m); void thread_a(void) { unsigned long flags; spin_lock_irqsave(&m, flags); spin_unlock_irqrestore(&m, flags); }"
    ),
    Rule(
      name: "nothing sleeps under a spin lock", kind: .lockMisuse,
      bad:
        "static DEFINE_SPINLOCK(s); static DEFINE_MUTEX(m); void thread_a(void) { spin_lock(&s); mutex_lock(&m); mutex_unlock(&m); spin_unlock(&s); }",
      good:
        "static DEFINE_SPINLOCK(s); static DEFINE_MUTEX(m); void thread_a(void) { mutex_lock(&m); spin_lock(&s); spin_unlock(&s); mutex_unlock(&m); }"
    ),
    Rule(
      name: "GFP_KERNEL sleeps", kind: .lockMisuse,
      bad:
        "static DEFINE_SPINLOCK(s); void thread_a(void) { spin_lock(&s); kfree(kzalloc(4, GFP_KERNEL)); spin_unlock(&s); }",
      good:
        "static DEFINE_SPINLOCK(s); void thread_a(void) { spin_lock(&s); kfree(kzalloc(4, GFP_ATOMIC)); spin_unlock(&s); }"
    ),
    Rule(
      name: "a lock is not freed while it is held", kind: .lockMisuse,
      bad:
        "struct o { struct mutex m; int x; }; void thread_a(void) { struct o *o = kzalloc(8, GFP_KERNEL); mutex_lock(&o->m); kfree(o); }",
      good:
        "struct o { struct mutex m; int x; }; void thread_a(void) { struct o *o = kzalloc(8, GFP_KERNEL); mutex_lock(&o->m); mutex_unlock(&o->m); kfree(o); }"
    ),
    Rule(
      name: "two mutexes have one order: they wait for each other", kind: .deadlock,
      bad:
        "static DEFINE_MUTEX(a); static DEFINE_MUTEX(b); void thread_a(void) { mutex_lock(&a); mutex_lock(&b); mutex_unlock(&b); mutex_unlock(&a); } void thread_b(void) { mutex_lock(&b); mutex_lock(&a); mutex_unlock(&a); mutex_unlock(&b); }",
      good:
        "static DEFINE_MUTEX(a); static DEFINE_MUTEX(b); void thread_a(void) { mutex_lock(&a); mutex_lock(&b); mutex_unlock(&b); mutex_unlock(&a); } void thread_b(void) { mutex_lock(&a); mutex_lock(&b); mutex_unlock(&a); mutex_unlock(&b); }"
    ),
    Rule(
      name: "two mutexes have one order, even where they cannot wait for each other", kind: .lockMisuse,
      bad:
        "static DEFINE_MUTEX(a); static DEFINE_MUTEX(b); int done; void thread_a(void) { mutex_lock(&a); mutex_lock(&b); mutex_unlock(&b); mutex_unlock(&a); done = 1; } void thread_b(void) { await(done); mutex_lock(&b); mutex_lock(&a); mutex_unlock(&a); mutex_unlock(&b); }",
      good:
        "static DEFINE_MUTEX(a); static DEFINE_MUTEX(b); int done; void thread_a(void) { mutex_lock(&a); mutex_lock(&b); mutex_unlock(&b); mutex_unlock(&a); done = 1; } void thread_b(void) { await(done); mutex_lock(&b); mutex_unlock(&b); mutex_lock(&a); mutex_unlock(&a); }"
    ),
    Rule(
      name: "readers of a semaphore share it, a writer does not", kind: .assertion,
      bad:
        "static DECLARE_RWSEM(s); int n; void thread_a(void) { down_read(&s); atomically() { n++; } assert(n == 1, \"alone\"); atomically() { n--; } up_read(&s); } void thread_b(void) { down_read(&s); atomically() { n++; } atomically() { n--; } up_read(&s); }",
      good:
        "static DECLARE_RWSEM(s); int n; void thread_a(void) { down_write(&s); n++; assert(n == 1, \"alone\"); n--; up_write(&s); } void thread_b(void) { down_write(&s); n++; n--; up_write(&s); }"
    ),
    Rule(
      name: "a lock is released as it was taken", kind: .lockMisuse,
      bad: "static DECLARE_RWSEM(s); void thread_a(void) { down_read(&s); up_write(&s); }",
      good: "static DECLARE_RWSEM(s); void thread_a(void) { down_read(&s); up_read(&s); }"),
    Rule(
      name: "an rwlock shuts out writers while it is read", kind: .assertion,
      bad:
        "static DEFINE_RWLOCK(l); int x; void thread_a(void) { read_lock(&l); read_unlock(&l); assert(x == 0, \"unwritten\"); } void thread_b(void) { write_lock(&l); x = 1; x = 0; write_unlock(&l); }",
      good:
        "static DEFINE_RWLOCK(l); int x; void thread_a(void) { read_lock(&l); assert(x == 0, \"unwritten\"); read_unlock(&l); } void thread_b(void) { write_lock(&l); x = 1; x = 0; write_unlock(&l); }"
    ),
    Rule(
      name: "lockdep_assert_held() means it", kind: .lockMisuse,
      bad: "static DEFINE_MUTEX(m); void f(void) { lockdep_assert_held(&m); } void thread_a(void) { f(); }",
      good:
        "static DEFINE_MUTEX(m); void f(void) { lockdep_assert_held(&m); } void thread_a(void) { mutex_lock(&m); f(); mutex_unlock(&m); }"
    ),
    Rule(
      name: "guard() releases at the end of its block", kind: .deadlock,
      bad:
        "static DEFINE_MUTEX(m); int done; void thread_a(void) { guard(mutex)(&m); await(done); } void thread_b(void) { mutex_lock(&m); done = 1; mutex_unlock(&m); }",
      good:
        "static DEFINE_MUTEX(m); int x; int f(void) { guard(mutex)(&m); if (x) return 1; x = 1; return 0; } void thread_a(void) { f(); scoped_guard(mutex, &m) { x++; } } void thread_b(void) { f(); }"
    ),
    Rule(
      name: "a reference is put by who holds it", kind: .referenceUnderflow,
      bad:
        "refcount_t r; void init(void) { refcount_set(&r, 1); } void thread_a(void) { refcount_dec_and_test(&r); } void thread_b(void) { refcount_dec_and_test(&r); }",
      good:
        "refcount_t r; void init(void) { refcount_set(&r, 2); } void thread_a(void) { refcount_dec_and_test(&r); } void thread_b(void) { refcount_dec_and_test(&r); }"
    ),
    Rule(
      name: "a reference is taken of what has one left", kind: .referenceUnderflow,
      bad:
        "struct kref k; void gone(struct kref *k) { } void init(void) { kref_init(&k); } void thread_a(void) { kref_put(&k, gone); } void thread_b(void) { kref_get(&k); }",
      good:
        "struct kref k; void gone(struct kref *k) { } void init(void) { kref_init(&k); } void thread_a(void) { kref_put(&k, gone); } void thread_b(void) { if (kref_get_unless_zero(&k)) kref_put(&k, gone); }"
    ),
    Rule(
      name: "an atomic counter loses nothing, a plain one does", kind: .assertion,
      bad:
        "int n; int done; void thread_a(void) { n++; atomically() { done++; } } void thread_b(void) { n++; atomically() { done++; } } void final(void) { assert(n == 2, \"two\"); }",
      good:
        "atomic_t n; void thread_a(void) { atomic_inc(&n); } void thread_b(void) { atomic_inc(&n); } void final(void) { assert(atomic_read(&n) == 2, \"two\"); }"
    ),
    Rule(
      name: "cmpxchg() and xchg() are one step", kind: .assertion,
      bad:
        "atomic_t won; int n; void take(void) { if (atomic_read(&won) == 0) { atomic_set(&won, 1); atomically() { n++; } } } void thread_a(void) { take(); } void thread_b(void) { take(); } void final(void) { assert(n == 1, \"one\"); }",
      good:
        "atomic_t won; int n; void take(void) { if (atomic_cmpxchg(&won, 0, 1) == 0) { atomically() { n++; } } } void thread_a(void) { take(); } void thread_b(void) { take(); } void final(void) { assert(n == 1, \"one\"); }"
    ),
    Rule(
      name: "a percpu_ref that was killed is released at its last put", kind: .assertion,
      bad:
        "struct percpu_ref r; int released; void gone(struct percpu_ref *r) { released = 1; } void init(void) { percpu_ref_init(&r, gone, 0, GFP_KERNEL); } void thread_a(void) { if (percpu_ref_tryget(&r)) assert(!released, \"alive\"); } void thread_b(void) { percpu_ref_kill(&r); } void final(void) { assert(released, \"released\"); }",
      good:
        "struct percpu_ref r; int released; void gone(struct percpu_ref *r) { released = 1; } void init(void) { percpu_ref_init(&r, gone, 0, GFP_KERNEL); } void thread_a(void) { if (percpu_ref_tryget_live(&r)) { assert(!released, \"alive\"); percpu_ref_put(&r); } } void thread_b(void) { percpu_ref_kill(&r); } void final(void) { assert(released && percpu_ref_is_zero(&r), \"released\"); }"
    ),
    Rule(
      name: "an entry is deleted once", kind: .listCorruption,
      bad:
        "struct list_head h, e; void init(void) { INIT_LIST_HEAD(&h); list_add(&e, &h); } void thread_a(void) { list_del(&e); list_del(&e); }",
      good:
        "struct list_head h, e; void init(void) { INIT_LIST_HEAD(&h); list_add(&e, &h); } void thread_a(void) { list_del_init(&e); list_del_init(&e); assert(list_empty(&h), \"empty\"); }"
    ),
    Rule(
      name: "a list is changed under a lock", kind: .listCorruption,
      bad:
        "struct list_head h, e, f; void init(void) { INIT_LIST_HEAD(&h); } void thread_a(void) { list_add_tail(&e, &h); } void thread_b(void) { list_add_tail(&f, &h); } void final(void) { struct list_head *p; int n = 0; list_for_each(p, &h) n++; if (n != 2) __model_violation(\"list-corruption\", \"an entry is lost\"); }",
      good:
        "static DEFINE_MUTEX(m); struct list_head h, e, f; void init(void) { INIT_LIST_HEAD(&h); } void thread_a(void) { mutex_lock(&m); list_add_tail(&e, &h); mutex_unlock(&m); } void thread_b(void) { mutex_lock(&m); list_add_tail(&f, &h); mutex_unlock(&m); } void final(void) { struct list_head *p; int n = 0; list_for_each(p, &h) n++; assert(n == 2, \"two\"); }"
    ),
    Rule(
      name: "the head of a list is no entry", kind: .listCorruption,
      bad:
        "struct e { int x; struct list_head list; }; struct list_head h; int r; void init(void) { INIT_LIST_HEAD(&h); } void thread_a(void) { struct e *e = list_first_entry(&h, struct e, list); r = e->x; }",
      good:
        "struct e { int x; struct list_head list; }; struct list_head h; int r; void init(void) { INIT_LIST_HEAD(&h); } void thread_a(void) { struct e *e = list_first_entry_or_null(&h, struct e, list); if (e) r = e->x; }"
    ),
    Rule(
      name: "an entry is not freed while the list is walked", kind: .useAfterFree,
      bad:
        "struct e { struct list_head list; }; struct list_head h; void init(void) { int i; INIT_LIST_HEAD(&h); for (i = 0; i < 2; i++) { struct e *e = kzalloc(8, GFP_KERNEL); list_add(&e->list, &h); } } void thread_a(void) { struct e *e; list_for_each_entry(e, &h, list) { list_del_init(&e->list); kfree(e); } }",
      good:
        "struct e { struct list_head list; }; struct list_head h; void init(void) { int i; INIT_LIST_HEAD(&h); for (i = 0; i < 2; i++) { struct e *e = kzalloc(8, GFP_KERNEL); list_add(&e->list, &h); } } void thread_a(void) { struct e *e, *n; list_for_each_entry_safe(e, n, &h, list) { list_del(&e->list); kfree(e); } assert(list_empty(&h), \"empty\"); }"
    ),
    Rule(
      name: "an entry of a hash list is deleted once", kind: .listCorruption,
      bad:
        "struct hlist_head h; struct hlist_node n; void init(void) { hlist_add_head(&n, &h); } void thread_a(void) { hlist_del(&n); hlist_del(&n); }",
      good:
        "struct e { int x; struct hlist_node n; }; struct hlist_head h; struct e one; void init(void) { one.x = 5; hlist_add_head(&one.n, &h); } void thread_a(void) { struct e *e; int s = 0; hlist_for_each_entry(e, &h, n) s += e->x; assert(s == 5, \"five\"); hlist_del_init(&one.n); hlist_del_init(&one.n); assert(hlist_empty(&h), \"empty\"); }"
    ),
    Rule(
      name: "what readers see is freed after a grace period", kind: .useAfterFree,
      bad:
        "int *p; int r; void init(void) { p = kzalloc(4, GFP_KERNEL); } void thread_a(void) { int *q; rcu_read_lock(); q = rcu_dereference(p); if (q) r = *q; rcu_read_unlock(); } void thread_b(void) { int *q = p; rcu_assign_pointer(p, NULL); kfree(q); }",
      good:
        "int *p; int r; void init(void) { p = kzalloc(4, GFP_KERNEL); } void thread_a(void) { int *q; rcu_read_lock(); q = rcu_dereference(p); if (q) r = *q; rcu_read_unlock(); } void thread_b(void) { int *q = p; rcu_assign_pointer(p, NULL); synchronize_rcu(); kfree(q); }"
    ),
    Rule(
      name: "call_rcu() waits for readers", kind: .useAfterFree,
      bad:
        "struct o { int x; struct rcu_head rcu; }; struct o *p; int r; void init(void) { p = kzalloc(4, GFP_KERNEL); } void gone(struct rcu_head *h) { kfree(container_of(h, struct o, rcu)); } void thread_a(void) { struct o *q; rcu_read_lock(); q = p; rcu_read_unlock(); if (q) r = q->x; } void thread_b(void) { struct o *q = p; p = NULL; call_rcu(&q->rcu, gone); }",
      good:
        "struct o { int x; struct rcu_head rcu; }; struct o *p; int r; void init(void) { p = kzalloc(4, GFP_KERNEL); } void gone(struct rcu_head *h) { kfree(container_of(h, struct o, rcu)); } void thread_a(void) { struct o *q; rcu_read_lock(); q = p; if (q) r = q->x; rcu_read_unlock(); } void thread_b(void) { struct o *q = p; p = NULL; call_rcu(&q->rcu, gone); }"
    ),
    Rule(
      name: "kfree_rcu() waits for readers", kind: .useAfterFree,
      bad:
        "struct o { int x; struct rcu_head rcu; }; struct o *p; int r; void init(void) { p = kzalloc(4, GFP_KERNEL); } void thread_a(void) { struct o *q = p; if (q) r = q->x; } void thread_b(void) { struct o *q = p; p = NULL; kfree_rcu(q, rcu); }",
      good:
        "struct o { int x; struct rcu_head rcu; }; struct o *p; int r; void init(void) { p = kzalloc(4, GFP_KERNEL); } void thread_a(void) { struct o *q; rcu_read_lock(); q = p; if (q) r = q->x; rcu_read_unlock(); } void thread_b(void) { struct o *q = p; p = NULL; kfree_rcu(q, rcu); }"
    ),
    Rule(
      name: "a reader does not wait for a grace period", kind: .lockMisuse,
      bad: "void thread_a(void) { rcu_read_lock(); synchronize_rcu(); rcu_read_unlock(); }",
      good:
        "void thread_a(void) { rcu_read_lock(); rcu_read_lock(); rcu_read_unlock(); rcu_read_unlock(); synchronize_rcu(); }"
    ),
    Rule(
      name: "read-side critical sections end", kind: .lockMisuse,
      bad: "void thread_a(void) { rcu_read_unlock(); }",
      good: "void thread_a(void) { guard(rcu)(); }"),
    Rule(
      name: "who changes a condition wakes who waits for it", kind: .lostWakeUp,
      bad:
        "DECLARE_WAIT_QUEUE_HEAD(q); int c; void thread_a(void) { wait_event(q, c); } void thread_b(void) { c = 1; }",
      good:
        "DECLARE_WAIT_QUEUE_HEAD(q); int c; void thread_a(void) { wait_event(q, c); } void thread_b(void) { c = 1; wake_up(&q); }"
    ),
    Rule(
      name: "a wait queue is initialised", kind: .uninitialisedRead,
      bad:
        "struct o { wait_queue_head_t q; }; void thread_a(void) { struct o *o = kzalloc(8, GFP_KERNEL); wake_up(&o->q); kfree(o); }",
      good:
        "struct o { wait_queue_head_t q; }; void thread_a(void) { struct o *o = kzalloc(8, GFP_KERNEL); init_waitqueue_head(&o->q); wake_up(&o->q); kfree(o); }"
    ),
    Rule(
      name: "it is woken after the change", kind: .lostWakeUp,
      bad:
        "DECLARE_WAIT_QUEUE_HEAD(q); int c; void thread_a(void) { wait_event(q, c); } void thread_b(void) { wake_up(&q); c = 1; }",
      good:
        "DECLARE_WAIT_QUEUE_HEAD(q); int c; void thread_a(void) { wait_event(q, c); } void thread_b(void) { c = 1; wake_up(&q); } void thread_c(void) { wake_up(&q); }"
    ),
    Rule(
      name: "a completion is completed for each who waits", kind: .lostWakeUp,
      bad:
        "struct completion x; void init(void) { init_completion(&x); } void thread_a(void) { wait_for_completion(&x); } void thread_b(void) { wait_for_completion(&x); } void thread_c(void) { complete(&x); }",
      good:
        "struct completion x; void init(void) { init_completion(&x); } void thread_a(void) { wait_for_completion(&x); } void thread_b(void) { wait_for_completion(&x); } void thread_c(void) { complete_all(&x); }"
    ),
    Rule(
      name: "work is cancelled before what it uses is freed", kind: .useAfterFree,
      bad:
        "struct o { struct work_struct w; int x; }; struct o *p; void f(struct work_struct *w) { container_of(w, struct o, w)->x = 1; } void init(void) { p = kzalloc(8, GFP_KERNEL); INIT_WORK(&p->w, f); } void thread_a(void) { schedule_work(&p->w); cancel_work(&p->w); kfree(p); p = NULL; }",
      good:
        "struct o { struct work_struct w; int x; }; struct o *p; void f(struct work_struct *w) { container_of(w, struct o, w)->x = 1; } void init(void) { p = kzalloc(8, GFP_KERNEL); INIT_WORK(&p->w, f); } void thread_a(void) { schedule_work(&p->w); cancel_work_sync(&p->w); kfree(p); p = NULL; }"
    ),
    Rule(
      name: "work that is flushed under a lock it takes never ends", kind: .deadlock,
      bad:
        "static DEFINE_MUTEX(m); struct work_struct w; void f(struct work_struct *w) { mutex_lock(&m); mutex_unlock(&m); } void init(void) { INIT_WORK(&w, f); } void thread_a(void) { schedule_work(&w); mutex_lock(&m); flush_work(&w); mutex_unlock(&m); }",
      good:
        "static DEFINE_MUTEX(m); struct work_struct w; void f(struct work_struct *w) { mutex_lock(&m); mutex_unlock(&m); } void init(void) { INIT_WORK(&w, f); } void thread_a(void) { schedule_work(&w); mutex_lock(&m); mutex_unlock(&m); flush_work(&w); }"
    ),
    Rule(
      name: "work does not run twice at the same time", kind: .assertion,
      bad:
        "struct work_struct v, w; int n; void f(struct work_struct *w) { atomically() { n++; } assert(n == 1, \"alone\"); atomically() { n--; } } void init(void) { INIT_WORK(&v, f); INIT_WORK(&w, f); } void thread_a(void) { schedule_work(&v); schedule_work(&w); }",
      good:
        "struct work_struct w; int n; void f(struct work_struct *w) { atomically() { n++; } assert(n == 1, \"alone\"); atomically() { n--; } } void init(void) { INIT_WORK(&w, f); } void thread_a(void) { schedule_work(&w); schedule_work(&w); }"
    ),
    Rule(
      name: "a timer is deleted before what it uses is freed", kind: .useAfterFree,
      bad:
        "struct o { struct timer_list t; int x; }; struct o *p; void f(struct timer_list *t) { from_timer(p, t, t)->x = 1; } void thread_a(void) { struct o *o = kzalloc(8, GFP_KERNEL); p = o; timer_setup(&o->t, f, 0); mod_timer(&o->t, 1); del_timer(&o->t); kfree(o); p = NULL; }",
      good:
        "struct o { struct timer_list t; int x; }; void f(struct timer_list *t) { struct o *o = from_timer(o, t, t); o->x = 1; } void thread_a(void) { struct o *o = kzalloc(8, GFP_KERNEL); timer_setup(&o->t, f, 0); mod_timer(&o->t, 1); del_timer_sync(&o->t); kfree(o); }"
    ),
    Rule(
      name: "a file is released when its last reference goes", kind: .useAfterFree,
      bad:
        "int *p; int release(struct inode *i, struct file *f) { kfree(f->private_data); return 0; } static const struct file_operations fops = { .release = release }; void thread_a(void) { struct file *f; p = kzalloc(4, GFP_KERNEL); f = anon_inode_getfile(\"x\", &fops, p, 0); fput(f); *p = 1; p = NULL; }",
      good:
        "int *p; int release(struct inode *i, struct file *f) { kfree(f->private_data); return 0; } static const struct file_operations fops = { .release = release }; void thread_a(void) { int fd = get_unused_fd_flags(0); struct file *f; p = kzalloc(4, GFP_KERNEL); f = anon_inode_getfile(\"x\", &fops, p, 0); *p = 1; p = NULL; fd_install(fd, f); close_fd(fd); }"
    ),
    Rule(
      name: "a map gives what was put in, until it is taken out", kind: .assertion,
      bad:
        "static DEFINE_IDR(i); int x; void thread_a(void) { int id = idr_alloc_cyclic(&i, &x, 1, INT_MAX, GFP_KERNEL); assert(idr_find(&i, id) == &x, \"there\"); idr_remove(&i, id); assert(idr_find(&i, id) == &x, \"still there\"); }",
      good:
        "static DEFINE_XARRAY(xa); int x; void thread_a(void) { assert(!xa_err(xa_store(&xa, 3, &x, GFP_KERNEL)), \"stored\"); assert(xa_load(&xa, 3) == &x, \"there\"); xa_erase(&xa, 3); assert(!xa_load(&xa, 3), \"gone\"); }"
    ),
    Rule(
      name: "who spins does not hold what the other needs", kind: .deadlock,
      bad:
        "static DEFINE_MUTEX(m); int done; void thread_a(void) { mutex_lock(&m); while (!READ_ONCE(done)) ; mutex_unlock(&m); } void thread_b(void) { mutex_lock(&m); done = 1; mutex_unlock(&m); }",
      good:
        "static DEFINE_MUTEX(m); int done; void thread_a(void) { while (!READ_ONCE(done)) ; mutex_lock(&m); mutex_unlock(&m); } void thread_b(void) { mutex_lock(&m); done = 1; mutex_unlock(&m); }"
    ),
    Rule(
      name: "work that queues itself anew ends nothing, and hides nobody who waits", kind: .deadlock,
      bad:
        "struct work_struct w; int c; void f(struct work_struct *w) { schedule_work(w); } void init(void) { INIT_WORK(&w, f); } void thread_a(void) { schedule_work(&w); await(c); }",
      good:
        "struct work_struct w; int c; void f(struct work_struct *w) { c = 1; schedule_work(w); } void init(void) { INIT_WORK(&w, f); } void thread_a(void) { schedule_work(&w); await(c); }"
    ),
    Rule(
      name: "a loop ends", kind: .deadlock,
      bad: "void thread_a(void) { int more = 1; while (more) ; }",
      good: "void thread_a(void) { int more = 10000; while (more) more--; }"),
    Rule(
      name: "a warning fires", kind: .assertion,
      bad: "void thread_a(void) { WARN_ON(choose(2)); }",
      good: "void thread_a(void) { WARN_ON(choose(2) > 1); }"),
    Rule(
      name: "__free() frees at the end of the block", kind: .doubleFree,
      bad: "void thread_a(void) { int *p __free(kfree) = kzalloc(4, GFP_KERNEL); kfree(p); }",
      good:
        "void thread_a(void) { int *p __free(kfree) = kzalloc(4, GFP_KERNEL); if (choose(2)) return; *p = 1; }"
    ),
  ]
}
