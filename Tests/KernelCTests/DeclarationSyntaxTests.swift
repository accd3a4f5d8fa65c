// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import Testing

struct DeclarationSyntaxTests {
  /// ISO C and GNU C.
  @Test(arguments: [
    (
      "int a;",
      "(declaration int (name a))"
    ),
    (
      "static const unsigned long a = 1, *b, c[3] = { 1, 2 };",
      "(declaration unsigned long (init a 1) (name (* b)) (init ([] c 3) (initialiserList 1 2)))"
    ),
    (
      "int (*fp)(int, char *), *(*g[2])(void);",
      "(declaration int (name (() (* fp) (parameter int ~) (parameter char (* ~)))) (name (* (() (* ([] g 2)) (parameter void ~)))))"
    ),
    (
      "typedef struct list list_t;",
      "(typedef (struct list) (name list_t))"
    ),
    (
      "extern int f(const char *fmt, ...) __printf(1, 2);",
      "(declaration int (name (() f (parameter char (* fmt)) ...) (attribute __printf)))"
    ),
    (
      "char *(*(*x)(void))[5];",
      "(declaration char (name (* ([] (* (() (* x) (parameter void ~))) 5))))"
    ),
    (
      "int f(int a, struct foo *b, u32 c[], void (*cb)(int)) { return a; }",
      "(function f int (() f (parameter int a) (parameter (struct foo) (* b)) (parameter u32 ([] c)) (parameter void (() (* cb) (parameter int ~)))) (block (return a)))"
    ),
    (
      "int old(a, b)\n\tint a;\n\tchar *b;\n{ return a; }",
      "(function old int (() old (parameter a) (parameter b)) (declaration int (name a)) (declaration char (name (* b))) (block (return a)))"
    ),
    (
      "struct s { int a, *b; unsigned x:3, :5; struct { int y; }; union u z; u8 data[]; };",
      "(declaration (struct s {} (declaration int (name a) (name (* b))) (declaration unsigned (name (: x 3)) (name (: ~ 5))) (declaration (struct {} (declaration int (name y)))) (declaration (union u) (name z)) (declaration u8 (name ([] data)))))"
    ),
    (
      "enum e { A, B = 1 << 2, C };",
      "(declaration (enum e {} (enumerator A) (enumerator B (<< 1 2)) (enumerator C)))"
    ),
    (
      "enum { X } x;",
      "(declaration (enum {} (enumerator X)) (name x))"
    ),
    (
      "int t[] = { [0] = 1, [A ... B] = 2, x: 3, { 4 } };",
      "(declaration int (init ([] t) (initialiserList (designated (at 0) 1) (designated (at A B) 2) (designated (at x) 3) (initialiserList 4))))"
    ),
    (
      "_Static_assert(sizeof(int) == 4, \"x\");",
      "(staticAssert (== (sizeof (typeArgument int ~)) 4) \"x\")"
    ),
    (
      "asm(\".text\");",
      "(asm)"
    ),
    (
      "typeof(a) b; __typeof__(int *) c;",
      "(declaration (typeof a) (name b)) (declaration (typeof (typeArgument int (* ~))) (name c))"
    ),
    (
      "int a __attribute__((aligned(8))) = 1;",
      "(declaration int (init a (attribute __attribute__) 1))"
    ),
    (
      "__attribute__((weak)) int f(void) { }",
      "(function f (attribute __attribute__) int (() f (parameter void ~)) (block))"
    ),
    (
      "int notrace;",
      "(declaration int (name notrace))"
    ),
  ])
  func standardC(_ text: String, _ tree: String) {
    #expect(TreeText(text).text == tree)
  }

  /// Macros and annotations of the kernel.
  @Test(arguments: [
    (
      "struct __packed s { DECLARE_BITMAP(m, 8); struct_group(g, int a; int b;); struct list_head l; } __aligned(8);",
      "(declaration (struct s {} (macroCall DECLARE_BITMAP m 8) (macroCall struct_group g (declaration int (name a)) (declaration int (name b))) (declaration (struct list_head) (name l)) (attribute __aligned)))"
    ),
    (
      "struct s { int a; } __packed;",
      "(declaration (struct s {} (declaration int (name a))))"
    ),
    (
      "static const struct file_operations ops = { .owner = THIS_MODULE, .read = my_read, .nested.x[2] = { 1 }, };",
      "(declaration (struct file_operations) (init ops (initialiserList (designated (at owner) THIS_MODULE) (designated (at read) my_read) (designated (at nested) (at x) (at 2) (initialiserList 1)))))"
    ),
    (
      "static struct foo __rcu *p __read_mostly;",
      "(declaration (struct foo) (name (* p)))"
    ),
    (
      "int __init setup(void) { }",
      "(function setup int (() setup (parameter void ~)) (block))"
    ),
    (
      "static __always_inline __must_check int f(void) __must_hold(&l) { }",
      "(function f int (() f (parameter void ~)) (attribute __must_hold (& l)) (block))"
    ),
    (
      "void f(void) __acquires(a) __releases(b) { }",
      "(function f void (() f (parameter void ~)) (attribute __acquires a) (attribute __releases b) (block))"
    ),
    (
      "static void\n__releases(&a->lock)\n__acquires(&a->lock)\nname(struct x *a) { }",
      "(function name void (attribute __releases (& (->lock a))) (attribute __acquires (& (->lock a))) (() name (parameter (struct x) (* a))) (block))"
    ),
    (
      "EXPORT_SYMBOL_GPL(foo);",
      "(macroCall EXPORT_SYMBOL_GPL foo)"
    ),
    (
      "module_init(foo)\nint a;",
      "(macroCall module_init foo) (declaration int (name a))"
    ),
    (
      "DEFINE_MUTEX(m);\nstatic DEFINE_SPINLOCK(l);",
      "(macroCall DEFINE_MUTEX m) (macroCall DEFINE_SPINLOCK l)"
    ),
    (
      "static DEFINE_PER_CPU(int, x) = 3;",
      "(macroCall DEFINE_PER_CPU (typeArgument int ~) x 3)"
    ),
    (
      "SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, n) { return fd; }",
      "(function read (macroCall SYSCALL_DEFINE3 read (typeArgument unsigned int ~) fd (typeArgument char (* ~)) buf size_t n) (block (return fd)))"
    ),
    (
      "static foo_t x __section(\"a\") = 1;",
      "(declaration foo_t (init x (attribute __section) 1))"
    ),
    (
      "static int odd __foo(int a) { }",
      "(function __foo int (() __foo (parameter int a)) (block))"
    ),
    (
      "char *odd __foo(int a) { }",
      "(function __foo char (* (() __foo (parameter int a))) (block))"
    ),
  ])
  func kernelIdioms(_ text: String, _ tree: String) {
    #expect(TreeText(text).text == tree)
  }
}
