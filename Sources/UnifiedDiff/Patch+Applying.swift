// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension Patch {
  /// Puts the hunks of one file on a text, each as well as it goes: exactly, at another place, with
  /// less context, or not at all. Hunks that do not fit are left out, the others are not.
  ///
  /// - Parameters:
  ///   - file: one of `files`.
  ///   - preimage: the file before the patch; nil where there is none.
  public func applying(
    _ file: FileChange, to preimage: [UInt8]?, options: ApplyOptions = ApplyOptions()
  ) -> Application {
    if preimage == nil, file.status != .added {
      let nothing = Application.Mismatch(line: nil, oldLine: 0, found: [])
      return Application(
        text: [], fits: file.hunks.map { _ in .failed(nothing) }, newOffsets: file.hunks.map { _ in nil })
    }
    var run = ApplyRun(
      target: TargetText(preimage ?? [], ignoresWhitespace: options.ignoresWhitespace), options: options,
      hunks: file.hunks.count)
    for hunk in file.hunks { run.apply(hunk, of: self) }
    return run.finish()
  }
}

/// The hunks of one file going onto one text, in order.
private struct ApplyRun {
  var target: TargetText
  let options: Patch.ApplyOptions
  /// How many hunks there are: they share what may be compared.
  let hunks: Int
  var output: [UInt8] = []
  /// Lines of the output so far.
  var outputLines = 0
  /// Target lines that are dealt with.
  var used = 0
  /// How far the last hunk that fitted was moved.
  var moved = 0
  var fits: [Application.Fit] = []
  var newOffsets: [Int?] = []

  init(target: TargetText, options: Patch.ApplyOptions, hunks: Int) {
    (self.target, self.options, self.hunks) = (target, options, hunks)
    output.reserveCapacity(target.text.count + 1024)
  }

  mutating func apply(_ hunk: Hunk, of patch: Patch) {
    let pattern = TargetText.Pattern(of: hunk, in: patch, ignoresWhitespace: options.ignoresWhitespace)
    var placement = HunkPlacement(
      target: target, pattern: pattern,
      leading: hunk.lines.prefix { $0.kind == .context }.count,
      trailing: hunk.lines.reversed().prefix { $0.kind == .context }.count,
      tries: max(Limits.tries, Limits.comparedLines / hunks / max(pattern.count, 1)))
    // An empty side names the line before it, so its place is one further down.
    let stated = Int(hunk.header.old.start) - (hunk.header.old.count == 0 ? 0 : 1)
    let begins = hunk.header.old.start <= 1
    if !placement.isWhereStated(guess: stated + moved, floor: used, begins: begins) {
      target.index()
      placement.target = target
    }
    guard
      let found = placement.find(guess: stated + moved, floor: used, begins: begins, fuzz: options.fuzz)
    else {
      fits.append(.failed(mismatch(placement, hunk, guess: stated + moved)))
      newOffsets.append(nil)
      return
    }
    moved = found.index - stated
    fits.append(
      found.fuzz > 0 ? .fuzz(found.fuzz, offset: moved) : moved == 0 ? .exact : .offset(moved))
    copy(upTo: found.index)
    newOffsets.append(outputLines - Int(hunk.header.new.start) + (hunk.header.new.count == 0 ? 0 : 1))
    write(hunk, of: patch)
  }

  /// Context comes from the target, not from the patch: with fuzz they differ.
  private mutating func write(_ hunk: Hunk, of patch: Patch) {
    for line in hunk.lines {
      switch line.kind {
      case .removed: used = min(used + 1, target.count)
      case .context: copy(upTo: min(used + 1, target.count))
      case .added:
        endLine()
        output += patch.content(line)
        if line.noNewline == nil {
          let keepsCR = target.usesCRLF && line.ending == .crlf
          output += keepsCR ? DiffLine.Ending.crlf.bytes : DiffLine.Ending.lf.bytes
        }
        outputLines += 1
      }
    }
  }

  private mutating func copy(upTo index: Int) {
    guard used < index else { return }
    endLine()
    output += target.bytes(used..<index)
    outputLines += index - used
    used = index
  }

  /// A last line without newline gets one when something is put behind it.
  private mutating func endLine() {
    if let last = output.last, last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
  }

  private func mismatch(_ placement: HunkPlacement, _ hunk: Hunk, guess: Int) -> Application.Mismatch {
    let place = placement.nearest(to: guess)
    let differs = placement.mismatch(at: place) ?? 0
    // From the pattern's line to the hunk's: the pattern leaves out what is added.
    let old = hunk.lines.indices.filter { hunk.lines[$0].kind != .added }
    let index = place + differs
    let exists = index >= 0 && index < target.count
    return Application.Mismatch(
      line: differs < old.count ? old[differs] : nil, oldLine: exists ? UInt32(index + 1) : 0,
      found: exists ? Array(target.content(index)) : [])
  }

  mutating func finish() -> Application {
    copy(upTo: target.count)
    return Application(text: output, fits: fits, newOffsets: newOffsets)
  }
}
