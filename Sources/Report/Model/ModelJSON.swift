// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
internal import Model

/// `review-patch-model/1` of the JSON contract: an array, one object a scenario.
public struct ModelJSON {
  private let results: [ModelResult]

  public init(_ results: [ModelResult]) { self.results = results }

  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(results.map(Document.init)), as: UTF8.self) + "\n"
  }

  private struct Document: Encodable {
    let schema = "review-patch-model/1"
    let scenario, variant, verdict: String
    let states, transitions, quiescent, peakBytes: Int
    let seconds: Double
    let reasons, obstacles: [String]
    let violations: [Found]

    init(_ result: ModelResult) {
      let exploration = result.exploration
      (scenario, variant, verdict) = (result.scenario, result.variant, exploration.verdict.rawValue)
      (states, transitions) = (exploration.states, exploration.transitions)
      (quiescent, peakBytes, seconds) = (exploration.quiescent, exploration.bytes, exploration.seconds)
      reasons = exploration.reasons.sorted()
      obstacles = exploration.obstacles
      violations = exploration.violations.map(Found.init)
    }
  }

  private struct Found: Encodable {
    let kind, text, object, function, path, replay: String
    let assertion: String?
    let line, steps, preemptions: Int
    let stubs: [String]
    let trace: [Step]

    init(_ violation: Violation) {
      (kind, text, object) = (violation.kind.rawValue, violation.text, violation.object)
      assertion = violation.kind == .assertion ? violation.text : nil
      (function, path, line) = (violation.function, violation.path, violation.line)
      (steps, preemptions) = (violation.trace.count, violation.preemptions)
      (stubs, replay) = (violation.stubs, violation.replay)
      trace = violation.trace.map(Step.init)
    }

    enum CodingKeys: CodingKey {
      case kind, assertion, text, object, function, path, line, steps, preemptions, stubs, replay, trace
    }

    /// `assertion` is null where it is none.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(kind, forKey: .kind)
      try container.encode(assertion, forKey: .assertion)
      try container.encode(text, forKey: .text)
      try container.encode(object, forKey: .object)
      try container.encode(function, forKey: .function)
      try container.encode(path, forKey: .path)
      try container.encode(line, forKey: .line)
      try container.encode(steps, forKey: .steps)
      try container.encode(preemptions, forKey: .preemptions)
      try container.encode(stubs, forKey: .stubs)
      try container.encode(replay, forKey: .replay)
      try container.encode(trace, forKey: .trace)
    }
  }

  private struct Step: Encodable {
    let thread, function, path, text: String
    let line: Int
    let notes: [String]

    init(_ step: TraceStep) {
      (thread, function, path, text) = (step.thread, step.function, step.path, step.text)
      (line, notes) = (step.line, step.notes)
    }
  }
}
