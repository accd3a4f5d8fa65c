// SPDX-License-Identifier: GPL-2.0-or-later

extension String {
  /// Whether the bytes of another text stand in it, one behind the other.
  ///
  /// `contains` compares characters, whose ends must be found: this is for names and paths, of which many are asked.
  public func holds(_ part: String) -> Bool {
    var (whole, part) = (self, part)
    return whole.withUTF8 { whole in
      part.withUTF8 { part in
        guard let first = part.first, part.count <= whole.count else { return part.isEmpty }
        return (0...whole.count - part.count).contains { start in
          guard whole[start] == first else { return false }
          for offset in part.indices where whole[start + offset] != part[offset] { return false }
          return true
        }
      }
    }
  }
}
