// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension Patch {
  /// The bytes it was read from, put together again from its parts: what lies between the diffs, their
  /// headers, and each hunk line by its marker, content and ending.
  public func printed() -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var behind: UInt32 = 0
    for file in files {
      output += text[ByteRange(behind, file.header.start)]
      output += text[file.header]
      behind = file.header.end
      for hunk in file.hunks {
        output += text[ByteRange(behind, hunk.headerRange.start)]
        output += text[hunk.headerRange]
        behind = hunk.headerRange.end
        for line in hunk.lines {
          print(line, to: &output)
          behind = line.noNewline?.end ?? line.content.end + UInt32(line.ending.bytes.count)
        }
      }
    }
    output += text[ByteRange(behind, UInt32(text.count))]
    return output
  }

  private func print(_ line: DiffLine, to output: inout [UInt8]) {
    if line.hasMarker { output.append(line.kind.marker) }
    output += text[line.content]
    output += line.ending.bytes
    if let mark = line.noNewline { output += text[mark] }
  }
}

extension DiffLine.Kind {
  /// The byte that begins such a line.
  public var marker: UInt8 {
    switch self {
    case .context: UInt8(ascii: " ")
    case .added: UInt8(ascii: "+")
    case .removed: UInt8(ascii: "-")
    }
  }
}

extension DiffLine.Ending {
  /// The bytes that end such a line.
  public var bytes: [UInt8] {
    switch self {
    case .lf: [UInt8(ascii: "\n")]
    case .crlf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    case .none: []
    }
  }
}
