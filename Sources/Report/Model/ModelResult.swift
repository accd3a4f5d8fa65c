// SPDX-License-Identifier: GPL-2.0-or-later

public import Model

/// What came of one scenario in one variant.
public struct ModelResult: Sendable {
  public var scenario: String
  public var variant: String
  public var exploration: Exploration

  public init(scenario: String, variant: String, exploration: Exploration) {
    (self.scenario, self.variant, self.exploration) = (scenario, variant, exploration)
  }

  /// A scenario that cannot be run is without an answer.
  public init(scenario: String, variant: String, failure: String) {
    self.init(scenario: scenario, variant: variant, exploration: Exploration(failure: failure))
  }

  /// What is said wherever a result is shown: what the search does not know of.
  public static let limits =
    "Modelled: sequential consistency, no interrupts; members of a union are apart."
}
