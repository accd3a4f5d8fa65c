// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension Patch {
  /// The patch as its author would have sent it with some edits made: what a `fixup!` commit folds in.
  ///
  /// Added lines are replaced; a line of context becomes a removed and an added one.
  /// - Parameter edits: none collides with another.
  /// - Returns: nil where an edit is not inside of what one hunk shows, ends of lines are not plain, or nothing would be left
  ///   of a file's diff.
  public func folding(_ edits: [TextEdit]) -> Patch? {
    var open = edits.sorted { ($0.path, $0.start) < ($1.path, $1.start) }
    var output: [UInt8] = []
    var behind = 0
    for file in files {
      guard let path = file.newPath, open.contains(where: { $0.path == path }) else { continue }
      var (shift, left) = (0, file.hunks.count)
      for hunk in file.hunks {
        var folding = HunkFolding(hunk, of: self)
        let own = open.filter { $0.path == path && folding.holds($0) }
        open.removeAll { own.contains($0) }
        guard shift != 0 || !own.isEmpty else { continue }
        guard folding.fold(own) else { return nil }
        output += text[behind..<Int(hunk.headerRange.start)]
        if folding.changesAnything {
          output += folding.printed(shift: shift)
        } else {
          left -= 1
        }
        behind = folding.end
        shift += folding.growth
      }
      guard left > 0 else { return nil }
    }
    guard open.isEmpty else { return nil }
    return Patch(parsing: output + text[behind...])
  }
}

/// One hunk with edits folded into it.
private struct HunkFolding {
  /// A line as it will be printed.
  private struct Line {
    var kind: DiffLine.Kind
    var content: ArraySlice<UInt8>
    var ending: [UInt8]
    /// `\ No newline at end of file`, with its ending.
    var mark: ArraySlice<UInt8>
  }

  private let hunk: Hunk
  private let patch: Patch
  private var lines: [Line]
  /// Places in `hunk.lines` of those that the post-image has.
  private let shown: [Int]

  init(_ hunk: Hunk, of patch: Patch) {
    (self.hunk, self.patch) = (hunk, patch)
    lines = hunk.lines.map { line in
      Line(
        kind: line.kind, content: patch.content(line), ending: line.ending.bytes,
        mark: line.noNewline.map { patch.text[$0] } ?? [])
    }
    shown = hunk.lines.indices.filter { hunk.lines[$0].kind != .removed }
  }

  private var first: UInt32 { hunk.header.new.start }

  func holds(_ edit: TextEdit) -> Bool {
    edit.start.line >= first && Int(edit.lastLine) - Int(first) < shown.count && edit.end >= edit.start
  }

  /// Offset in the patch's text behind the hunk.
  var end: Int {
    guard let last = hunk.lines.last else { return Int(hunk.headerRange.end) }
    return Int(last.noNewline?.end ?? last.content.end)
      + (last.noNewline == nil ? last.ending.bytes.count : 0)
  }

  /// By how many lines the post-image is longer than before.
  var growth: Int { lines.count { $0.kind != .removed } - shown.count }

  var changesAnything: Bool { lines.contains { $0.kind != .context } }

  // MARK: Folding

  /// - Returns: whether that could be done.
  mutating func fold(_ edits: [TextEdit]) -> Bool {
    var blocks: [[TextEdit]] = []
    for edit in edits {
      if let last = blocks.last?.last, edit.start.line <= last.lastLine {
        blocks[blocks.count - 1].append(edit)
      } else {
        blocks.append([edit])
      }
    }
    // From the end, so that the places of those before stay.
    return blocks.reversed().allSatisfy { fold(block: $0) }
  }

  /// Edits that share lines.
  private mutating func fold(block edits: [TextEdit]) -> Bool {
    let low = Int(edits[0].start.line - first)
    let high = Int(edits.map(\.lastLine).max() ?? edits[0].start.line) - Int(first)
    let places = Array(shown[low...high])
    guard places.allSatisfy({ lines[$0].ending == [10] && lines[$0].mark.isEmpty }) else { return false }
    var text: [UInt8] = []
    var starts: [Int] = []
    for place in places {
      starts.append(text.count)
      text += lines[place].content + [10]
    }
    starts.append(text.count)
    func offset(_ position: TextEdit.Position) -> Int? {
      let line = Int(position.line) - Int(first) - low
      guard starts.indices.contains(line), position.column > 0 else { return nil }
      let limit = line + 1 < starts.count ? starts[line + 1] - 1 : starts[line]
      let offset = starts[line] + Int(position.column) - 1
      return offset <= limit ? offset : nil
    }
    for edit in edits.reversed() {
      guard let from = offset(edit.start), let to = offset(edit.end), from <= to else { return false }
      text.replaceSubrange(from..<to, with: edit.text)
    }
    guard text.isEmpty || text.last == 10 else { return false }
    replace(
      places, by: text.isEmpty ? [] : text.dropLast().split(separator: 10, omittingEmptySubsequences: false))
    return true
  }

  /// Puts lines in the place of others; what is equal at both ends stays.
  private mutating func replace(_ places: [Int], by wanted: [ArraySlice<UInt8>]) {
    var (old, new) = (places[...], wanted[...])
    while let a = old.first, let b = new.first, lines[a].content == b {
      (old, new) = (old.dropFirst(), new.dropFirst())
    }
    while let a = old.last, let b = new.last, lines[a].content == b {
      (old, new) = (old.dropLast(), new.dropLast())
    }
    let added = new.map { Line(kind: .added, content: $0, ending: [10], mark: []) }
    guard let from = old.first, let to = old.last else {
      // Nothing goes: before the first line that stays below, else behind the last one above.
      let anchor = old.startIndex < places.endIndex ? places[old.startIndex] : (places.last ?? -1) + 1
      lines.insert(contentsOf: added, at: anchor)
      return
    }
    let kept = lines[from...to].compactMap { line -> Line? in
      var line = line
      if line.kind == .added { return nil }
      line.kind = .removed
      return line
    }
    lines.replaceSubrange(from...to, with: kept + added)
  }

  // MARK: Printing

  /// - Parameter shift: by how much the hunks above have grown.
  func printed(shift: Int) -> [UInt8] {
    var header = hunk.header
    header.old.count = UInt32(lines.count { $0.kind != .added })
    header.new.count = UInt32(lines.count { $0.kind != .removed })
    header.new.start = UInt32(clamping: Int(header.new.start) + shift)
    let section = patch.text[hunk.section]
    var output = Array("\(header)".utf8) + (section.isEmpty ? [] : [UInt8(ascii: " ")] + section) + [10]
    for line in lines { output += [line.kind.marker] + line.content + line.ending + line.mark }
    return output
  }
}
