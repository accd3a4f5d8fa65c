// SPDX-License-Identifier: GPL-2.0-or-later

/// What a token is to the parser: its kind, with the words that C and the kernel give a meaning told apart.
///
/// The first are those of `TokenKind`, in its order.
enum Symbol: UInt8, Hashable, Sendable {
  case endOfText, identifier, number, string, character, headerName, directive, other
  case openParen, closeParen, openBracket, closeBracket, openBrace, closeBrace
  case semicolon, comma, colon, question, tilde
  case dot, ellipsis, arrow
  case plus, plusPlus, plusEqual, minus, minusMinus, minusEqual
  case star, starEqual, slash, slashEqual, percent, percentEqual
  case equal, equalEqual, exclaim, exclaimEqual
  case less, lessEqual, lessLess, lessLessEqual, greater, greaterEqual, greaterGreater, greaterGreaterEqual
  case ampersand, ampersandAmpersand, ampersandEqual, bar, barBar, barEqual, caret, caretEqual
  case hash, hashHash

  // MARK: Words

  case ifWord, elseWord, whileWord, doWord, forWord, switchWord, caseWord, defaultWord
  case breakWord, continueWord, returnWord, gotoWord
  case typedefWord, externWord
  /// `static`, `inline`, `auto`, `register`, ….
  case storage
  /// `const`, `volatile`, `restrict`, `_Atomic`.
  case qualifier
  /// A word of a type: `int`, `unsigned`, `void`, ….
  case typeWord
  case structWord, unionWord, enumWord
  case typeofWord, sizeofWord, asmWord, attributeWord, genericWord, staticAssertWord, extensionWord, labelWord
  /// What the kernel says of a declaration without arguments: `__init`, `__user`, `notrace`.
  case annotation

  /// Whether it begins a declaration wherever it stands.
  var beginsType: Bool {
    switch self {
    case .storage, .qualifier, .typeWord, .structWord, .unionWord, .enumWord, .typeofWord, .typedefWord,
      .externWord:
      true
    default: false
    }
  }

  /// Whether it can be the name of something: an identifier, or a word that only the kernel's headers give a meaning.
  var isName: Bool { self == .identifier || self == .annotation }
}

/// The words that are symbols of their own, found by their spelling.
struct WordTable: Sendable {
  private let words: [(spelling: [UInt8], symbol: Symbol)]
  /// For each hash the number of a word, plus 1; 0 where there is none. Words with one hash follow each other.
  private let slots: [UInt16]

  static let shared = WordTable()

  private init() {
    let groups: [(Symbol, String)] = [
      (.ifWord, "if"), (.elseWord, "else"), (.whileWord, "while"), (.doWord, "do"), (.forWord, "for"),
      (.switchWord, "switch"), (.caseWord, "case"), (.defaultWord, "default"), (.breakWord, "break"),
      (.continueWord, "continue"), (.returnWord, "return"), (.gotoWord, "goto"),
      (.typedefWord, "typedef"), (.externWord, "extern"),
      (
        .storage,
        "static inline __inline __inline__ __always_inline auto register _Thread_local __thread __auto_type"
      ),
      (
        .qualifier,
        "const volatile restrict __const __const__ __volatile__ __volatile __restrict __restrict__ _Atomic"
      ),
      (
        .typeWord,
        "void char short int long float double signed unsigned _Bool bool __signed__ __int128 __int128_t __uint128_t _Complex"
      ),
      (.structWord, "struct"), (.unionWord, "union"), (.enumWord, "enum"),
      (
        .typeofWord,
        "typeof __typeof__ __typeof typeof_unqual __typeof_unqual__ typeof_member __unqual_scalar_typeof"
      ),
      (.sizeofWord, "sizeof _Alignof __alignof__ __alignof"),
      (.asmWord, "asm __asm__ __asm asm_inline asm_volatile_goto asm_goto_output"),
      (
        .attributeWord,
        "__attribute__ __attribute __declspec __printf __scanf __aligned __section __alloc_size __assume_aligned __compiletime_error __compiletime_warning __diagnose_as_builtin __no_sanitize"
      ),
      (.genericWord, "_Generic"), (.staticAssertWord, "_Static_assert static_assert"),
      (.extensionWord, "__extension__"), (.labelWord, "__label__"),
      (.annotation, Self.annotations),
    ]
    words = groups.flatMap { group in
      group.1.split(separator: " ").map { (Array($0.utf8), group.0) }
    }
    var slots = [UInt16](repeating: 0, count: Self.size)
    for (number, word) in words.enumerated() {
      var slot = Self.hash(word.spelling.span)
      while slots[slot] != 0 { slot = (slot + 1) & (Self.size - 1) }
      slots[slot] = UInt16(number + 1)
    }
    self.slots = slots
  }

  private static let size = 2048

  @inline(__always)
  private static func hash(_ word: Span<UInt8>) -> Int {
    let count = word.count
    let ends = Int(word[0]) &* 37 &+ Int(word[count - 1]) &* 101
    return (ends &+ Int(word[count / 2]) &* 613 &+ count &* 59) & (size - 1)
  }

  /// The symbol of an identifier.
  @inline(__always)
  func symbol(of word: Span<UInt8>) -> Symbol {
    var slot = Self.hash(word)
    while slots[slot] != 0 {
      let candidate = words[Int(slots[slot]) - 1]
      if candidate.spelling.count == word.count, Self.equal(candidate.spelling, word) {
        return candidate.symbol
      }
      slot = (slot &+ 1) & (Self.size - 1)
    }
    return .identifier
  }

  private static func equal(_ spelling: [UInt8], _ word: Span<UInt8>) -> Bool {
    for i in spelling.indices where spelling[i] != word[i] { return false }
    return true
  }

  /// Source: `include/linux/{compiler_types,compiler_attributes,compiler,init,cache,linkage,kprobes}.h`.
  private static let annotations = """
    __user __kernel __iomem __percpu __rcu __force __nocast __safe __private __bitwise __must_check __maybe_unused \
    __always_unused __unused __used __weak __pure __cold __hot __noreturn __noclone __deprecated __packed __malloc \
    __visible __read_mostly __ro_after_init __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned \
    ____cacheline_aligned_in_smp ____cacheline_internodealigned_in_smp __page_aligned_data __page_aligned_bss \
    noinline noinline_for_stack notrace noinstr asmlinkage __sched __kprobes nokprobe_inline __cpuidle __irq_entry \
    __softirq_entry __net_init __net_exit __net_initdata __latent_entropy __randomize_layout __no_randomize_layout \
    __designated_init __gnu_inline __attribute_const__ __noretpoline __nostackprotector __no_stack_protector \
    __no_sanitize_address __no_kcsan __no_kasan_or_inline __no_sanitize_or_inline __no_sanitize_memory __no_kmsan_checks \
    __no_sanitize_undefined __entry_text __noscs __naked __flatten __lockfunc __bpf_kfunc __nonstring __uninitialized \
    __init __exit __initdata __initconst __exitdata __exitconst __devinit __devexit __meminit __meminitdata __ref \
    __refdata __refconst __init_or_module __initdata_or_module __initconst_or_module __initdata_memblock __init_memblock \
    __memblock __head __cpuinit __scs_magic __ro_mostly __noendbr __nocfi __signed __leaf __mocked __no_profile \
    __no_caller_saved_registers __used_section __kcsan_disable_current noinline_for_kasan __no_branch_counters
    """
}
