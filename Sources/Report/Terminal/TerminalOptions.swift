// SPDX-License-Identifier: GPL-2.0-or-later

/// How a report looks in a terminal.
public struct TerminalOptions: Hashable, Sendable {
  /// Columns; text for people is wrapped, source never is.
  public var width = 78
  public var usesColour = false
  /// 1 unfolds repeats and shows all evidence, 2 adds timings.
  public var verbosity = 0

  public init() {}
}

/// The colours of a report: few, as rustc's, and none that a light background swallows.
struct Palette {
  enum Role { case error, warning, note, place, added, removed, emphasis, plain }

  let isOn: Bool

  func paint(_ text: String, _ role: Role) -> String {
    guard isOn, let code = code(role), !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private func code(_ role: Role) -> String? {
    switch role {
    case .error: "1;31"
    case .warning: "1;33"
    case .note: "1;36"
    case .place: "1;34"
    case .added: "32"
    case .removed: "31"
    case .emphasis: "1"
    case .plain: nil
    }
  }
}
