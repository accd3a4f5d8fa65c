// SPDX-License-Identifier: GPL-2.0-or-later

/// Writes states as bytes, equal ones as equal bytes: objects are numbered in the order in which they are reached, what
/// nothing reaches and is not alive any more is left out, and so is what no instruction reads again.
struct StateCoder {
  private let variables: Int
  /// Of each function: how many locals it has, and of each instruction which are still read, as `Function.live` has it.
  private let locals: [Int]
  private let live: [[UInt64]]
  private var bytes: [UInt8] = []
  /// New numbers of objects; -1 where they have none yet.
  private var numbers: [Int32] = []
  private var order: [Int32] = []

  init(_ program: Program) {
    variables = program.variables.count
    locals = program.functions.map(\.locals)
    live = program.functions.map(\.live)
  }

  /// - Returns: the bytes, and the first object that is alive and that nothing reaches: it can never be freed.
  mutating func encode(_ state: State) -> (bytes: [UInt8], leak: Int?) {
    bytes.removeAll(keepingCapacity: true)
    let count = state.objects.count
    numbers.removeAll(keepingCapacity: true)
    for _ in 0..<count { numbers.append(-1) }
    order.removeAll(keepingCapacity: true)
    for object in 0..<variables { reach(Int32(object)) }
    write(state.threads.count)
    for thread in state.threads.indices { write(state.threads[thread]) }
    write(state.deferred.count)
    for work in state.deferred {
      write(Int(work.kind))
      write(work.function)
      write(work.argument)
      write(work.key)
      write(Int(bitPattern: UInt(work.readersAwaited)))
    }
    var next = 0
    while next < order.count {
      write(state.objects[Int(order[next])])
      next += 1
    }
    // What is left is unreachable.
    for object in 0..<count where numbers[object] < 0 {
      let flags = state.objects[object].flags
      if flags.contains(.isAlive), flags.contains(.isHeap) { return (bytes, object) }
    }
    return (bytes, nil)
  }

  private mutating func reach(_ object: Int32) {
    guard numbers[Int(object)] < 0 else { return }
    numbers[Int(object)] = Int32(order.count)
    order.append(object)
  }

  private mutating func write(_ number: Int) {
    // Zigzag, seven bits a byte.
    var rest = UInt64(bitPattern: Int64((number << 1) ^ (number >> 63)))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func write(_ value: Value) {
    bytes.append(value.kind.rawValue)
    switch value.kind {
    case .number: write(Int(value.bits))
    case .pointer:
      reach(value.object)
      write(Int(numbers[Int(value.object)]))
      write(Int(value.bits))
    case .function: write(Int(value.object))
    case .uninitialised, .opaque: break
    }
  }

  private mutating func write(_ thread: borrowing ThreadState) {
    write(Int(thread.entry))
    write(thread.frames.count)
    guard !thread.hasEnded else { return }
    if thread.entry < 0 {
      write(Int(thread.kind))
      write(thread.key)
    }
    bytes.append(thread.atomicDepth)
    bytes.append(thread.readerDepth)
    write(Int(bitPattern: UInt(thread.readersAwaited)))
    write(thread.held.count)
    for lock in thread.held {
      write(Value(pointer: lock.object, lock.path))
      bytes.append(lock.mode.rawValue << 1 | lock.kind.rawValue)
    }
    for frame in thread.frames.indices { write(thread.frames[frame]) }
  }

  private mutating func write(_ frame: borrowing Frame) {
    let function = Int(frame.function.number)
    write(function)
    write(Int(frame.next))
    let base = Int(frame.next) * ((locals[function] + 63) / 64)
    for index in frame.locals.indices {
      let isLive = live[function][base + index / 64] & (1 << UInt64(index % 64)) != 0
      write(isLive ? frame.locals[index] : .uninitialised)
    }
    write(frame.stack.count)
    for index in frame.stack.indices { write(frame.stack[index]) }
  }

  private mutating func write(_ object: borrowing MemoryObject) {
    write(Int(object.site.number))
    bytes.append(object.flags.rawValue)
    write(Int(object.structure))
    guard object.flags.contains(.isAlive) else { return }
    if object.flags.contains(.isLocal) {
      write(Int(object.thread))
      write(Int(object.frame))
    }
    write(object.cells.count)
    for index in object.cells.indices {
      write(Int(object.cells[index].path.number))
      write(object.cells[index].value)
    }
  }

  // MARK: Reading

  /// The state that was written to a range of the bytes; numbers of objects may differ.
  func decode(_ bytes: [UInt8], _ range: Range<Int>) -> State {
    var reader = Reader(bytes: bytes, next: range.lowerBound)
    var state = State()
    let threads = reader.number()
    state.threads.reserveCapacity(threads)
    for _ in 0..<threads { state.threads.append(thread(&reader)) }
    for _ in 0..<reader.number() {
      state.deferred.append(
        DeferredWork(
          kind: Int32(reader.number()), function: reader.value(), argument: reader.value(),
          key: reader.value(),
          readersAwaited: UInt64(UInt(bitPattern: reader.number()))))
    }
    while reader.next < range.upperBound { state.objects.append(object(&reader)) }
    return state
  }

  private func thread(_ reader: inout Reader) -> ThreadState {
    var thread = ThreadState(entry: Int32(reader.number()), frames: [])
    let frames = reader.number()
    guard frames > 0 else { return thread }
    if thread.entry < 0 {
      thread.kind = Int32(reader.number())
      thread.key = reader.value()
    }
    thread.atomicDepth = reader.byte()
    thread.readerDepth = reader.byte()
    thread.readersAwaited = UInt64(UInt(bitPattern: reader.number()))
    for _ in 0..<reader.number() {
      let place = reader.value()
      let kind = reader.byte()
      thread.held.append(
        HeldLock(
          object: place.object, path: place.path, mode: kind & 2 == 0 ? .exclusive : .shared,
          kind: kind & 1 == 0 ? .sleeping : .spinning))
    }
    for _ in 0..<frames {
      let id = FunctionID(number: Int32(reader.number()))
      let next = Int32(reader.number())
      let count = locals[Int(id.number)]
      var frame = Frame(function: id, next: next, locals: [])
      frame.locals.reserveCapacity(count)
      for _ in 0..<count { frame.locals.append(reader.value()) }
      for _ in 0..<reader.number() { frame.stack.append(reader.value()) }
      thread.frames.append(frame)
    }
    return thread
  }

  private func object(_ reader: inout Reader) -> MemoryObject {
    var object = MemoryObject(
      site: SiteID(number: Int32(reader.number())), flags: MemoryObject.Flags(rawValue: reader.byte()))
    object.structure = Int32(reader.number())
    guard object.flags.contains(.isAlive) else { return object }
    if object.flags.contains(.isLocal) {
      object.thread = Int16(reader.number())
      object.frame = Int16(reader.number())
    }
    let cells = reader.number()
    object.cells.reserveCapacity(cells)
    for _ in 0..<cells {
      object.cells.append(
        MemoryObject.Cell(path: PathID(number: Int32(reader.number())), value: reader.value()))
    }
    return object
  }

  private struct Reader {
    let bytes: [UInt8]
    var next: Int

    mutating func byte() -> UInt8 {
      next += 1
      return bytes[next - 1]
    }

    mutating func number() -> Int {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let byte = byte()
        value |= UInt64(byte & 0x7f) << shift
        if byte < 0x80 { break }
        shift += 7
      }
      return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }

    mutating func value() -> Value {
      switch Value.Kind(rawValue: byte()) {
      case .number: Value(number: Int64(number()))
      case .pointer: Value(kind: .pointer, object: Int32(number()), bits: Int64(number()))
      case .function: Value(function: Int32(number()))
      case .opaque: .opaque
      case .uninitialised, nil: .uninitialised
      }
    }
  }
}
