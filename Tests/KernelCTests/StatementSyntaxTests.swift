// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import Testing

struct StatementSyntaxTests {
  /// Statements of the body of a function, the kernel's iterators and guards among them.
  @Test(arguments: [
    (
      "if (a) b(); else if (c) d(); else { e(); }",
      "(if a (expression (call b)) (if c (expression (call d)) (block (expression (call e)))))"
    ),
    (
      "for (int i = 0; i < 3; i++) a(i);",
      "(for (declaration int (init i 0)) (< i 3) (post++ i) (expression (call a i)))"
    ),
    (
      "for (;;) break;",
      "(for _ _ _ (break))"
    ),
    (
      "for (p = x; p; p = p->next) continue;",
      "(for (= p x) p (= p (->next p)) (continue))"
    ),
    (
      "while (a) b(); do { c(); } while (0);",
      "(while a (expression (call b))) (do (block (expression (call c))) 0)"
    ),
    (
      "switch (x) { case 1: a(); fallthrough; case 2 ... 4: b(); break; default: c(); }",
      "(switch x (block (caseLabel 1) (expression (call a)) (expression fallthrough) (caseLabel 2 4) (expression (call b)) (break) (defaultLabel) (expression (call c))))"
    ),
    (
      "out: return -EINVAL; goto out; goto *p; return;",
      "(label out) (return (- EINVAL)) (goto out) (goto p) (return)"
    ),
    (
      "u32 *a; foo_t *b = c; a * b; x = a * b; struct foo x;",
      "(declaration u32 (name (* a))) (declaration foo_t (init (* b) c)) (declaration a (name (* b))) (expression (= x (* a b))) (declaration (struct foo) (name x))"
    ),
    (
      "asm volatile(\"nop\" : \"=r\" (a), [b] \"+m\" (*p) : \"i\" (3) : \"memory\"); asm goto(\"x\" : : : : out);",
      "(asm a (* p) 3) (asm)"
    ),
    (
      "typeof(x) y = x; __auto_type z = y; unsigned int __user *u;",
      "(declaration (typeof x) (init y x)) (declaration (init z y)) (declaration unsigned int (name (* u)))"
    ),
    (
      "__label__ l; int a, b = 2, *c; extern int d;",
      "(empty) (declaration int (name a) (init b 2) (name (* c))) (declaration int (name d))"
    ),
    (
      "if (x) lbl: f();",
      "(if x (implicit (label lbl) (expression (call f))))"
    ),
    (
      "__attribute__((fallthrough)); ; {}",
      "(empty) (empty) (block)"
    ),
    (
      "int (*fp)(int) = f; void (*g)(void); return (*fp)(1);",
      "(declaration int (init (() (* fp) (parameter int ~)) f)) (declaration void (name (() (* g) (parameter void ~)))) (return (call (paren (* fp)) 1))"
    ),
    (
      "list_for_each_entry(a, &head, list) { b(a); } for_each_cpu(cpu, mask) c(cpu);",
      "(macroLoop (call list_for_each_entry a (& head) list) (block (expression (call b a)))) (macroLoop (call for_each_cpu cpu mask) (expression (call c cpu)))"
    ),
    (
      "foreach(a, b)\n\t\tc();\n\td();",
      "(macroLoop (call foreach a b) (expression (call c))) (expression (call d))"
    ),
    (
      "scoped_guard(mutex, &m) { a(); } guard(mutex)(&m); CLASS(fd, f)(fd);",
      "(macroLoop (call scoped_guard mutex (& m)) (block (expression (call a)))) (expression (call (call guard mutex) (& m))) (expression (call (call CLASS fd f) fd))"
    ),
    (
      "struct foo *p __free(kfree) = kmalloc(8, GFP_KERNEL); char *s __free(kfree) = NULL; foo_t x __cleanup(y);",
      "(declaration (struct foo) (init (* p) (attribute __free kfree) (call kmalloc 8 GFP_KERNEL))) (declaration char (init (* s) (attribute __free kfree) NULL)) (declaration foo_t (name x (attribute __cleanup y)))"
    ),
    (
      "DEFINE_WAIT(w); LIST_HEAD(l); static DEFINE_RATELIMIT_STATE(r, HZ, 5);",
      "(expression (call DEFINE_WAIT w)) (expression (call LIST_HEAD l)) (macroCall DEFINE_RATELIMIT_STATE r HZ 5)"
    ),
    (
      "MACRO_ALONE\n\tx = 1;",
      "(macro MACRO_ALONE) (expression (= x 1))"
    ),
  ])
  func statements(_ text: String, _ tree: String) {
    #expect(TreeText("void f(void)\n{\n\(text)\n}\n").body == tree)
  }

  /// Expressions.
  @Test(arguments: [
    (
      "x = ({ int y = 1; y; });",
      "(expression (= x (statement (block (declaration int (init y 1)) (expression y)))))"
    ),
    (
      "y = (u32)z + (a)(b) + (a) + b - (int *)c;",
      "(expression (= y (- (+ (+ (+ (cast (typeArgument u32 ~) z) (call (paren a) b)) (paren a)) b) (cast (typeArgument int (* ~)) c))))"
    ),
    (
      "x = (struct s){ .a = 1 }; return (struct x) { 1, 2 }; x = (a){ 1 };",
      "(expression (= x (compoundLiteral (typeArgument (struct s) ~) (initialiserList (designated (at a) 1))))) (return (compoundLiteral (typeArgument (struct x) ~) (initialiserList 1 2))) (expression (= x (compoundLiteral (typeArgument a ~) (initialiserList 1))))"
    ),
    (
      "y = sizeof(int) + sizeof(x) + sizeof x; z = sizeof(struct s *);",
      "(expression (= y (+ (+ (sizeof (typeArgument int ~)) (sizeof (paren x))) (sizeof x)))) (expression (= z (sizeof (typeArgument (struct s) (* ~)))))"
    ),
    (
      "x = a ? b : c; x = a ?: c; x = a ? b, c : d ? e : f;",
      "(expression (= x (conditional a b c))) (expression (= x (conditional a _ c))) (expression (= x (conditional a (, b c) (conditional d e f))))"
    ),
    (
      "x = _Generic(a, int: 1, char *: 2, default: 3);",
      "(expression (= x (generic a (typeArgument int ~) 1 (typeArgument char (* ~)) 2 _ 3)))"
    ),
    (
      "x = &&out; static void *t[] = { &&a, &&b };",
      "(expression (= x (labelAddress out))) (declaration void (init (* ([] t)) (initialiserList (labelAddress a) (labelAddress b))))"
    ),
    (
      "a->b.c[3]++; --*p; x = !a && ~b || -c; x <<= 1; *p++ = 2;",
      "(expression (post++ ([] (.c (->b a)) 3))) (expression (-- (* p))) (expression (= x (|| (&& (! a) (~ b)) (- c)))) (expression (<<= x 1)) (expression (= (* (post++ p)) 2))"
    ),
    (
      "pr_info(\"a\" \"b %d\\n\", x); printk(KERN_INFO \"x\" FMT \"y\", 1);",
      "(expression (call pr_info \"a\" \"b %d\\n\" x)) (expression (call printk (string KERN_INFO FMT) 1))"
    ),
    (
      "a = b + c * d - e; a = b == c & d; a, b = c;",
      "(expression (= a (- (+ b (* c d)) e))) (expression (= a (& (== b c) d))) (expression (, a (= b c)))"
    ),
    (
      "x = container_of(p, struct foo, member); y = min_t(int, a, b); va_arg(ap, unsigned long);",
      "(expression (= x (call container_of p (typeArgument (struct foo) ~) member))) (expression (= y (call min_t (typeArgument int ~) a b))) (expression (call va_arg ap (typeArgument unsigned long ~)))"
    ),
    (
      "wait_event(q, x == 1); m(+); m(a, , b);",
      "(expression (call wait_event q (== x 1))) (expression (call m +)) (expression (call m a _ b))"
    ),
    (
      "m(if (x) y();)",
      "(macro (call m (implicit (if x (expression (call y))))))"
    ),
    (
      "f((a)-1); f((u8)-1); f(struct foo *, int); f(a *); f(x, char **);",
      "(expression (call f (- (paren a) 1))) (expression (call f (cast (typeArgument u8 ~) (- 1)))) (expression (call f (typeArgument (struct foo) (* ~)) (typeArgument int ~))) (expression (call f (typeArgument a (* ~)))) (expression (call f x (typeArgument char (* (* ~)))))"
    ),
    (
      "x = 'a' + 0x10UL + \"s\"[0]; x = L'a' + L\"b\";",
      "(expression (= x (+ (+ 'a' 0x10UL) ([] \"s\" 0)))) (expression (= x (+ 'a' (string L))))"
    ),
  ])
  func expressions(_ text: String, _ tree: String) {
    #expect(TreeText("void f(void)\n{\n\(text)\n}\n").body == tree)
  }
}
