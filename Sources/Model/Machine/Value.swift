// SPDX-License-Identifier: GPL-2.0-or-later

/// A member's name, by its number in the `Names` of a program.
struct NameID: Hashable, Sendable {
  let number: Int32
}

/// What a variable or a cell of memory holds.
struct Value: Hashable, Sendable {
  enum Kind: UInt8, Sendable {
    /// Nothing was stored yet.
    case uninitialised
    case number
    /// Into an object: `object` is its place in the state, `bits` the path inside of it.
    case pointer
    /// A function: `object` is its number in the program.
    case function
    /// Something that is not followed, as the size of a struct: nothing may depend on it.
    case opaque
  }

  var kind: Kind
  var object: Int32
  var bits: Int64

  static let uninitialised = Value(kind: .uninitialised, object: 0, bits: 0)
  static let opaque = Value(kind: .opaque, object: 0, bits: 0)
  static let null = Value(number: 0)

  init(kind: Kind, object: Int32, bits: Int64) { (self.kind, self.object, self.bits) = (kind, object, bits) }
  init(number: Int64) { self.init(kind: .number, object: 0, bits: number) }
  init(pointer object: Int32, _ path: PathID) {
    self.init(kind: .pointer, object: object, bits: Int64(path.number))
  }
  init(function: Int32) { self.init(kind: .function, object: function, bits: 0) }

  /// Of a pointer.
  var path: PathID { PathID(number: Int32(truncatingIfNeeded: bits)) }

  /// Of a pointer: one to the beginning of what it points into.
  var whole: Value { kind == .pointer ? Value(pointer: object, .root) : self }

  /// Whether an `if` takes its first branch; nil where that is not known.
  var isTrue: Bool? {
    switch kind {
    case .number: bits != 0
    case .pointer, .function: true
    case .uninitialised, .opaque: nil
    }
  }

  /// `LIST_POISON1`, `LIST_POISON2` as the library has them: where an entry points that was deleted.
  var isPoison: Bool { kind == .number && (bits == -3841 || bits == -3550) }

  /// `ERR_PTR()`. Source: `include/linux/err.h`, `MAX_ERRNO`.
  var isError: Bool { kind == .number && bits < 0 && bits >= -4095 }
}
