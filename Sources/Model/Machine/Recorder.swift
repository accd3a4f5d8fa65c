// SPDX-License-Identifier: GPL-2.0-or-later

/// Notes what a step does, for its line in a trace.
struct Recorder: Sendable {
  /// The first access of the step.
  private(set) var begin: (function: FunctionID, place: CodePlace)?
  /// The last time that something was stored.
  var lastStore: (function: FunctionID, place: CodePlace)?
  private(set) var notes: [String] = []
  /// Functions of the scenario that code of others called.
  var stubs: Set<FunctionID> = []

  /// Notes of one step that are shown.
  static let mostNotes = 6

  mutating func begin(at place: (function: FunctionID, place: CodePlace)) {
    if begin == nil { begin = place }
  }

  mutating func note(_ text: String) {
    if notes.count < Self.mostNotes, notes.last != text { notes.append(text) }
  }
}
