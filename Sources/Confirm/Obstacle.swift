// SPDX-License-Identifier: GPL-2.0-or-later

/// Why the compiler could not be asked, as a sentence behind "not confirmed: ".
struct Obstacle: Error, Hashable {
  var sentence: String

  init(_ sentence: String) { self.sentence = sentence }
}
