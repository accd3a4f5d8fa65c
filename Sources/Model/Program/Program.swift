// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// A place in a file that code came from.
struct CodePlace: Hashable, Sendable {
  /// Number of the file in the program.
  var file: Int32
  /// 1-based.
  var line: UInt32
}

/// A function as the machine runs it.
struct Function: Sendable {
  var name: String
  var parameters = 0
  /// Parameters first.
  var locals = 0
  var code: [Instruction] = []
  /// For each instruction.
  var places: [CodePlace] = []
  /// For each instruction which locals are still read from there on: `words` words each.
  var live: [UInt64] = []
  /// For each instruction the site of what is allocated in the call that it is; -1 for other instructions.
  var sites: [Int32] = []
  /// It belongs to the library of primitives: a trace names its caller.
  var isPrimitive = false
  /// It belongs to the files that the scenario names as the code under test.
  var isUnderTest = false
  /// It belongs to the scenario, and stands for a part of the kernel that is not executed.
  var isStub = false
  var words: Int { (locals + 63) / 64 }
}

/// What the machine cannot execute.
struct Obstacle: Hashable, Sendable {
  var place: CodePlace
  var reason: String
  /// The function or variable that no file has; nil for other obstacles.
  var missing: String?
}

/// Where objects come from.
struct Site: Hashable, Sendable {
  enum Kind: Hashable, Sendable { case variable, local, heap }

  var kind: Kind
  /// The variable's name, or that of the function which allocates.
  var name: String
  /// The function whose variable it is, or that calls the one which allocates, as `f()`; empty for others.
  var origin = ""
  var place: CodePlace
}

/// A thread that is there from the beginning.
struct EntryPoint: Hashable, Sendable {
  var name: String
  var function: FunctionID
}

/// All that a scenario runs, ready to be run.
struct Program: Sendable {
  var files: [CodeFileText] = []
  var functions: [Function] = []
  var names: [String] = []
  var sites: [Site] = []
  var texts: [String] = []
  var structures: [Structure] = []
  var obstacles: [Obstacle] = []
  /// Macros and expressions that decide what code there is, that nothing read defines, and that were taken for 0.
  var undefined: [String] = []
  /// Variables outside of functions: object n of the first state is of `variables[n]`.
  var variables: [(site: SiteID, structure: StructureID?)] = []
  var paths = PathTable()
  /// Sets the variables to what their initialisers say, then calls the scenario's `init()`.
  var start = FunctionID(number: 0)
  /// Looks at the last state of an execution.
  var final: FunctionID?
  var threads: [EntryPoint] = []
  /// Threads that may wait for ever.
  var mayWait: Set<Int> = []
  /// Something waits for readers: until then it does not matter when one comes.
  var waitsForReaders = false
  /// What may fail, by the names that the scenario lists.
  var failures: Set<Int32> = []

  func text(at place: CodePlace) -> String {
    files.indices.contains(Int(place.file)) ? files[Int(place.file)].text(ofLine: place.line) : ""
  }
}

/// A file that code came from, for showing it.
struct CodeFileText: Sendable {
  var path: String
  var text: [UInt8]

  /// Without white space around it; empty for a line that is not there.
  func text(ofLine line: UInt32) -> String {
    guard line > 0 else { return "" }
    let lines = text.split(
      separator: UInt8(ascii: "\n"), maxSplits: Int(line), omittingEmptySubsequences: false)
    guard lines.count >= Int(line) else { return "" }
    let bytes = lines[Int(line) - 1]
    let blank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
    guard let first = bytes.firstIndex(where: { !blank($0) }),
      let last = bytes.lastIndex(where: { !blank($0) })
    else {
      return ""
    }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
