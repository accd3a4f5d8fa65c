// SPDX-License-Identifier: GPL-2.0-or-later

/// A rule of the kernel that an execution breaks. The raw values are the words of the machine formats.
public enum ViolationKind: String, Hashable, Sendable, CaseIterable {
  case useAfterFree = "use-after-free"
  case useAfterReturn = "use-after-return"
  case doubleFree = "double-free"
  case leak
  case referenceUnderflow = "reference-underflow"
  case nullDereference = "null-dereference"
  case uninitialisedRead = "uninitialised-read"
  case listCorruption = "list-corruption"
  case deadlock
  case lostWakeUp = "lost-wake-up"
  case lockMisuse = "lock-misuse"
  case assertion
}
