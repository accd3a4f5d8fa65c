// SPDX-License-Identifier: GPL-2.0-or-later

/// One step of the machine that runs a program: it works on a stack of values.
enum Instruction: Hashable, Sendable {
  case push(Value)
  /// The value of a variable of the function; `setLocal` takes the top away.
  case local(Int32)
  case setLocal(Int32)
  /// A new object on the stack of the thread.
  case newObject(SiteID)
  /// From a pointer to a pointer: into the struct it points to.
  case member(NameID)
  /// Pointer to an array → pointer to its first element.
  case firstElement
  /// Pointer, index → pointer: so many elements further.
  case element
  /// Pointer → the pointer to what holds the member that it points to.
  case container(chain: Int32)
  /// Pointer → the same place as a pointer to such a struct, where one begins with the other.
  case retarget(StructureID)
  /// Pointer → what it points to.
  case load
  /// Pointer, value →; with `keeping`, the value stays.
  case store(keeping: Bool)
  /// Pointer, pointer to the source →: a whole struct.
  case copy
  /// Pointer →: all that is there becomes 0.
  case clear
  case negate(IntegerType?)
  case complement(IntegerType?)
  case not
  /// Two values → one; the type in which they meet is nil where it is not known.
  case binary(BinaryOperator, IntegerType?)
  case convert(IntegerType)
  case jump(Int32)
  /// Take the top away and go on elsewhere.
  case jumpIfFalse(Int32)
  case jumpIfTrue(Int32)
  case duplicate
  case drop
  case swap
  /// The arguments are on the stack, the first deepest.
  case call(FunctionID, count: Int32)
  /// As `call`, the function below the arguments.
  case callPointer(count: Int32)
  case intrinsic(Intrinsic)
  case `return`(hasValue: Bool)
  /// What the program cannot execute, by its number among the program's obstacles.
  case trap(Int32)
}

enum BinaryOperator: UInt8, Hashable, Sendable {
  case add, subtract, multiply, divide, remainder, and, or, xor, shiftLeft, shiftRight
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

struct FunctionID: Hashable, Sendable {
  let number: Int32
}

/// Where objects of one kind come from: a variable, or a call that allocates.
struct SiteID: Hashable, Sendable {
  let number: Int32
}

/// What C cannot say about the kernel and the search. The library of primitives is written with these.
enum Intrinsic: Hashable, Sendable {
  /// Count → a number below it: each is tried.
  case choose
  /// → whether it fails: both are tried where the scenario lets it fail.
  case fails(name: Int32)
  /// Condition →: text.
  case assert(text: Int32)
  /// A rule of a primitive is broken.
  case violation(ViolationKind, text: Int32)
  /// Whether it is zeroed → pointer to a new object.
  case allocate
  case free
  /// Pointer →: waits until the lock is free for that mode.
  case acquire(LockMode, LockKind)
  /// Pointer → whether it was taken.
  case tryAcquire(LockMode, LockKind)
  case release(LockMode)
  /// Pointer → whether this thread holds it.
  case holds
  /// Whether any thread holds it.
  case isLocked
  /// → the number of the thread, from 0.
  case thisThread
  /// What follows is one step, to the end of it.
  case beginAtomic, endAtomic
  /// What follows is asked again until it is true.
  case beginAwait
  case endAwait(WaitKind)
  /// The thread may not sleep here.
  case mustSleep
  /// Function, argument, key →: runs later on a thread of its own.
  case `defer`(kind: Int32, afterReaders: Bool)
  /// Key → whether it was taken back.
  case cancel
  /// Key → whether it waits, whether it runs.
  case isPending, isRunning
  case enterReader, leaveReader
  /// Remembers the readers that are there; `readersLeft` → whether these have left.
  case markReaders, readersLeft
  /// Value →: what user space sees.
  case observe(text: Int32)
}

/// What a thread waits for.
enum WaitKind: UInt8, Hashable, Sendable {
  /// A state of the program, as the end of work that runs.
  case condition
  /// That another thread wakes it.
  case wakeUp
}

enum LockMode: UInt8, Hashable, Sendable {
  case exclusive, shared
}

enum LockKind: UInt8, Hashable, Sendable {
  /// Whoever holds it may sleep.
  case sleeping
  /// Whoever holds it may not.
  case spinning
}
