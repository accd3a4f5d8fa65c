// SPDX-License-Identifier: GPL-2.0-or-later

/// What a macro's call outside of functions may define, by the macro's name.
struct MacroForm {
  var defines = true
  var kind: FileSymbols.Definition.Kind = .possible
  /// Which arguments are the names.
  var places = [0, 1]
  /// What the symbol has before the name.
  var prefix = ""
  var isWeak = false

  init(_ macro: String) {
    if let known = Self.known[macro] {
      self = known
    } else if Self.inert.contains(where: macro.hasPrefix) || macro.hasSuffix("_initcall")
      || macro.hasSuffix("_driver") || macro.contains("setup")
    {
      defines = false
    } else if macro.hasPrefix("DEFINE_PER_CPU") || macro.hasPrefix("DECLARE_PER_CPU") {
      (kind, places) = (.variable, [1])
    }
  }

  private init(_ kind: FileSymbols.Definition.Kind, _ prefix: String = "", isWeak: Bool = false) {
    (self.kind, self.prefix, self.isWeak, places) = (kind, prefix, isWeak, [0])
  }

  /// Macros that define nothing another file could name.
  private static let inert = [
    "MODULE_", "EXPORT_", "module_", "ALLOW_ERROR_INJECTION", "NOKPROBE_SYMBOL", "BTF_", "late_initcall",
    "early_param", "core_param", "MACHINE_", "DT_MACHINE_", "CLK_OF_DECLARE", "TIMER_OF_DECLARE", "IRQCHIP_",
    "__setup", "BUILD_BUG", "static_assert", "ACPI_MODULE_NAME", "builtin_", "TRACE_EVENT",
    "DECLARE_EVENT_CLASS",
    "KUNIT", "kunit_", "DEFINE_SHOW_ATTRIBUTE", "DEVICE_ATTR", "DRIVER_ATTR", "BUS_ATTR", "ATTRIBUTE_GROUPS",
  ]

  private static let known: [String: MacroForm] = {
    var forms: [String: MacroForm] = [
      "COND_SYSCALL": MacroForm(.function, "sys_", isWeak: true),
      "COND_SYSCALL_COMPAT": MacroForm(.function, "compat_sys_", isWeak: true),
      "DEFINE_STATIC_CALL": MacroForm(.variable, "__SCK__"),
      "DEFINE_STATIC_CALL_NULL": MacroForm(.variable, "__SCK__"),
      "DEFINE_STATIC_CALL_RET0": MacroForm(.variable, "__SCK__"),
      "DEFINE_TRACE": MacroForm(.variable, "__tracepoint_"),
    ]
    for macro in [
      "DEFINE_MUTEX", "DEFINE_SPINLOCK", "DEFINE_RAW_SPINLOCK", "DEFINE_RWLOCK", "DEFINE_SEQLOCK",
      "DEFINE_IDA",
      "DEFINE_IDR", "DEFINE_XARRAY", "DEFINE_XARRAY_ALLOC", "DEFINE_XARRAY_FLAGS", "DEFINE_HASHTABLE",
      "DEFINE_STATIC_KEY_FALSE", "DEFINE_STATIC_KEY_TRUE", "DEFINE_STATIC_KEY_FALSE_RO",
      "DEFINE_STATIC_KEY_TRUE_RO",
      "DEFINE_STATIC_KEY_MAYBE", "DEFINE_STATIC_KEY_MAYBE_RO", "DEFINE_RATELIMIT_STATE",
      "DEFINE_STATIC_PERCPU_RWSEM",
      "DEFINE_PERCPU_RWSEM", "DEFINE_SRCU", "DEFINE_SEMAPHORE", "DEFINE_WW_CLASS", "DEFINE_WD_CLASS",
      "DEFINE_TIMER",
      "DEFINE_SIMPLE_DEV_PM_OPS", "DEFINE_NOIRQ_DEV_PM_OPS", "DEFINE_RUNTIME_DEV_PM_OPS", "DEFINE_KFIFO",
      "DEFINE_CORESIGHT_DEVLIST", "DECLARE_WAIT_QUEUE_HEAD", "DECLARE_RWSEM", "DECLARE_BITMAP",
      "DECLARE_WORK",
      "DECLARE_DELAYED_WORK", "DECLARE_COMPLETION", "LIST_HEAD", "HLIST_HEAD", "LLIST_HEAD", "RADIX_TREE",
      "BLOCKING_NOTIFIER_HEAD", "ATOMIC_NOTIFIER_HEAD", "RAW_NOTIFIER_HEAD", "SRCU_NOTIFIER_HEAD",
      "SIMPLE_DEV_PM_OPS",
      "UNIVERSAL_DEV_PM_OPS",
    ] {
      forms[macro] = MacroForm(.variable)
    }
    return forms
  }()
}
