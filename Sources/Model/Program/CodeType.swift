// SPDX-License-Identifier: GPL-2.0-or-later

/// The type of an expression, as far as what a program does depends on it.
indirect enum CodeType: Hashable, Sendable {
  case unknown, void
  case integer(IntegerType)
  case pointer(CodeType)
  /// `count` is nil where it is not known.
  case array(CodeType, count: Int?)
  case structure(StructureID)
  case function(returns: CodeType)

  static let int = CodeType.integer(IntegerType(bits: 32, isSigned: true))
  static let size = CodeType.integer(.unsignedLong)
  static let bool = CodeType.integer(.bool)

  /// What a pointer points to, what an array holds.
  var target: CodeType? {
    switch self {
    case .pointer(let target), .array(let target, _): target
    default: nil
    }
  }

  /// Whether a variable of the type is an object with parts, which lives in memory.
  var isAggregate: Bool {
    switch self {
    case .array, .structure: true
    default: false
    }
  }
}

/// A number as the kernel has it on a machine of 64 bits.
///
/// Source: ISO C11 §6.2.5; the LP64 model that every 64-bit Linux has.
struct IntegerType: Hashable, Sendable {
  var bits: UInt8
  var isSigned: Bool
  /// `bool`: whatever is not 0 becomes 1.
  var isBool = false

  static let bool = IntegerType(bits: 8, isSigned: false, isBool: true)
  static let long = IntegerType(bits: 64, isSigned: true)
  static let unsignedLong = IntegerType(bits: 64, isSigned: false)

  /// A number as it is after it was stored in a variable of the type.
  func converted(_ number: Int64) -> Int64 {
    if isBool { return number == 0 ? 0 : 1 }
    switch (bits, isSigned) {
    case (8, true): return Int64(Int8(truncatingIfNeeded: number))
    case (8, false): return Int64(UInt8(truncatingIfNeeded: number))
    case (16, true): return Int64(Int16(truncatingIfNeeded: number))
    case (16, false): return Int64(UInt16(truncatingIfNeeded: number))
    case (32, true): return Int64(Int32(truncatingIfNeeded: number))
    case (32, false): return Int64(UInt32(truncatingIfNeeded: number))
    default: return number
    }
  }

  /// The type in which two operands meet. Source: ISO C11 §6.3.1.8.
  static func common(_ a: IntegerType, _ b: IntegerType) -> IntegerType {
    let (a, b) = (a.promoted, b.promoted)
    if a.bits != b.bits { return a.bits > b.bits ? a : b }
    return IntegerType(bits: a.bits, isSigned: a.isSigned && b.isSigned)
  }

  /// What is narrower than an `int` becomes one.
  var promoted: IntegerType { bits < 32 || isBool ? IntegerType(bits: 32, isSigned: true) : self }

  /// By the words of its name: `unsigned long`, `u32`, `size_t`; nil for what is no number.
  init?(words: [String]) {
    if words.count == 1, let known = Self.named[words[0]] {
      self = known
      return
    }
    let longs = words.count { $0 == "long" }
    let isUnsigned = words.contains("unsigned")
    guard words.allSatisfy({ Self.basic.contains($0) }), !words.isEmpty else { return nil }
    let bits: UInt8 =
      if words.contains("char") { 8 } else if words.contains("short") { 16 } else if longs > 0 { 64 } else {
        32
      }
    self.init(bits: bits, isSigned: !isUnsigned)
  }

  init(bits: UInt8, isSigned: Bool, isBool: Bool = false) {
    (self.bits, self.isSigned, self.isBool) = (bits, isSigned, isBool)
  }

  private static let basic: Set<String> = ["unsigned", "signed", "long", "int", "short", "char"]

  /// Names that every file knows. Source: `include/linux/types.h`, `include/uapi/asm-generic/int-ll64.h`.
  private static let named: [String: IntegerType] = {
    var names: [String: IntegerType] = ["bool": .bool, "_Bool": .bool]
    for bits in [8, 16, 32, 64] as [UInt8] {
      for (prefix, isSigned) in [("u", false), ("s", true)] {
        for name in ["\(prefix)\(bits)", "__\(prefix)\(bits)"] {
          names[name] = IntegerType(bits: bits, isSigned: isSigned)
        }
      }
      names["int\(bits)_t"] = IntegerType(bits: bits, isSigned: true)
      names["uint\(bits)_t"] = IntegerType(bits: bits, isSigned: false)
      for prefix in ["__le", "__be"] where bits > 8 {
        names["\(prefix)\(bits)"] = IntegerType(bits: bits, isSigned: false)
      }
    }
    for name in ["size_t", "uintptr_t"] { names[name] = IntegerType(bits: 64, isSigned: false) }
    for name in ["ssize_t", "ptrdiff_t", "loff_t", "ktime_t", "time64_t"] {
      names[name] = IntegerType(bits: 64, isSigned: true)
    }
    for name in ["gfp_t", "__poll_t", "umode_t", "dev_t", "fmode_t", "blk_mode_t"] {
      names[name] = IntegerType(bits: name == "umode_t" ? 16 : 32, isSigned: false)
    }
    names["pid_t"] = IntegerType(bits: 32, isSigned: true)
    return names
  }()
}

/// A struct or union, by its number in the `TypeTable`.
struct StructureID: Hashable, Sendable {
  let number: Int32
}

/// A struct or union: its members in their order, those of members without a name among them.
struct Structure: Sendable {
  /// With its keyword, as C writes it.
  var name: String
  var members: [(name: NameID, type: CodeType)] = []
  /// Its body was found.
  var isComplete = false

  /// All members begin where it begins.
  var isUnion: Bool { name.hasPrefix("union") }

  func type(of member: NameID) -> CodeType? { members.first { $0.name == member }?.type }
}
