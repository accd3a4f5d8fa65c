// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The two names of a `diff --git` line.
///
/// They stand unquoted with a blank between them, and names may hold blanks: the line is cut where
/// both halves name the same file. A rename says its names elsewhere (`rename from`, `rename to`).
struct GitNames {
  var old, new: [UInt8]
  /// Whether their first components are prefixes; nil where that cannot be told from here.
  var cutsPrefix: Bool?
  /// The line behind `diff --git `.
  var line: [UInt8]

  init?(_ line: ArraySlice<UInt8>) {
    self.line = Array(line)
    if line.first == UInt8(ascii: "\"") {
      guard let (old, behind) = QuotedName.read(line) else { return nil }
      let tail = line[behind...].drop { $0 == UInt8(ascii: " ") }
      (self.old, new) = (old, QuotedName.read(tail)?.name ?? Array(tail))
      cutsPrefix = PathPrefix.decide(self.old, new)
      return
    }
    if line.last == UInt8(ascii: "\""), let quote = line.firstIndex(of: UInt8(ascii: "\"")),
      let (new, _) = QuotedName.read(line[quote...])
    {
      (old, self.new) = (Array(line[..<quote].dropLast()), new)
      cutsPrefix = PathPrefix.decide(old, self.new)
      return
    }
    let blanks = line.indices.filter { line[$0] == UInt8(ascii: " ") }.prefix(Self.mostBlanks)
    for blank in blanks {
      let halves = (old: Array(line[..<blank]), new: Array(line[(blank + 1)...]))
      if halves.old == halves.new || PathPrefix.split(halves.old)?.path == PathPrefix.split(halves.new)?.path,
        PathPrefix.split(halves.old) != nil || halves.old == halves.new
      {
        (old, new) = halves
        cutsPrefix = PathPrefix.decide(old, new)
        return
      }
    }
    guard let blank = blanks.first else { return nil }
    (old, new) = (Array(line[..<blank]), Array(line[(blank + 1)...]))
    cutsPrefix = PathPrefix.decide(old, new)
  }

  /// Blanks that are tried as the border: a name has few, and each try reads the line.
  private static let mostBlanks = 64
}

/// A name in double quotes with C escapes, as git writes those with unusual bytes.
///
/// Source: `git-config(1)`, `core.quotePath`.
enum QuotedName {
  /// - Returns: the bytes meant, and the index behind the closing quote; nil where it is not quoted.
  static func read(_ text: ArraySlice<UInt8>) -> (name: [UInt8], behind: Int)? {
    guard text.first == UInt8(ascii: "\"") else { return nil }
    var name: [UInt8] = []
    var i = text.startIndex + 1
    while i < text.endIndex {
      let byte = text[i]
      i += 1
      if byte == UInt8(ascii: "\"") { return (name, i) }
      guard byte == UInt8(ascii: "\\") else {
        name.append(byte)
        continue
      }
      guard i < text.endIndex else { return nil }
      let escape = text[i]
      i += 1
      if let plain = escapes[escape] {
        name.append(plain)
      } else if (UInt8(ascii: "0")...UInt8(ascii: "3")).contains(escape), i + 1 < text.endIndex,
        let value = UInt8(String(decoding: [escape, text[i], text[i + 1]], as: UTF8.self), radix: 8)
      {
        name.append(value)
        i += 2
      } else {
        return nil
      }
    }
    return nil
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10,
    UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
  ]
}
