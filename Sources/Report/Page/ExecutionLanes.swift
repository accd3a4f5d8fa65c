// SPDX-License-Identifier: GPL-2.0-or-later

internal import Review

/// An execution of the model as a diagram: a lane a thread, time downward, a row a turn, the access that breaks the rule marked.
///
/// Lanes are narrow and what happens stands beside them, so that it is read in the margin of a page and on a phone.
struct ExecutionLanes {
  private let execution: Execution

  init(_ execution: Execution) { self.execution = execution }

  var html: HTML {
    let threads = execution.threads
    let heads = threads.map { HTML("th", ["scope": "col"], HTML("span", [:], HTML(text: $0))) }
    let rows = execution.turns.enumerated().map { number, turn in
      row(turn, isLast: number == execution.turns.count - 1, in: threads)
    }
    return HTML("table.lanes", [:], [HTML("tr", [:], heads + [HTML("td", [:])])] + rows)
  }

  private func row(_ turn: Execution.Turn, isLast: Bool, in threads: [String]) -> HTML {
    let lanes = threads.map { thread in
      HTML("td.lane", [:], thread == turn.thread ? [HTML("b", ["title": thread])] : [])
    }
    let before = turn.steps > 1 ? ", \(turn.steps) steps" : ""
    var step = [
      HTML("small", [:], HTML(text: turn.thread + before)), HTML("code", [:], HTML(text: turn.text)),
      HTML("small", [:], HTML(text: "\(turn.path):\(turn.line) in \(turn.function)()")),
    ]
    guard isLast else { return HTML("tr", [:], lanes + [HTML("td.step", [:], step)]) }
    step.append(HTML("strong", [:], HTML(text: execution.outcome)))
    return HTML("tr.violation", [:], lanes + [HTML("td.step", [:], step)])
  }
}
