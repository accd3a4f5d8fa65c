// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `api/bitfield`, the part that no pattern sees: a `#define` of a mask in digits, in a file that writes masks with `GENMASK()`
/// or `BIT()` elsewhere. One finding a file.
struct ApiBitfield: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for file in patch.changedFiles {
      let masks = file.new.flatMap { unit in
        unit.syntax.macros.compactMap { macro in Mask(macro, of: unit) }
      }
      guard let first = masks.first, first.unit.path.isOfDrivers,
        file.new.contains(where: { $0.syntax.usesBitMacros })
      else { continue }
      result.findings.append(draft(first, more: masks.dropFirst(), patch))
    }
    return result
  }

  private func draft(_ mask: Mask, more: ArraySlice<Mask>, _ patch: PatchFacts) -> FindingDraft {
    let others =
      more.isEmpty ? "" : ", and \(more.count) more \(more.count == 1 ? "mask is" : "masks are") in digits"
    var draft = FindingDraft(
      "\(mask.name) is \(mask.text)\(others), where the file has GENMASK() or BIT() for others",
      at: patch.span(ofTokens: mask.body, in: mask.unit, side: .new),
      evidence: [
        Evidence(
          .source,
          "\(mask.text) are the bits from \(mask.low) to \(mask.high), with none between them left out")
      ])
    draft.help = mask.bits
    draft.fix = more.reduce(mask.fix) { whole, next in next.fix.flatMap { whole?.joined(with: $0) } }
    draft.symbols = [mask.name]
    return draft
  }
}

/// A mask in digits on an added line: a row of bits.
private struct Mask {
  var name: String
  var text: String
  var high, low: Int
  var body: Range<Int>
  /// The parentheses around it are not needed any more.
  var whole: Range<Int>
  var unit: SourceUnit

  /// As the macros of linux/bits.h say it.
  var bits: String { high == low ? "BIT(\(low))" : "GENMASK(\(high), \(low))" }

  /// nil for bits that an unsigned long does not have everywhere.
  var fix: Fix? { high < 32 ? Fix(replacing: whole, of: unit, with: bits) : nil }

  /// nil where the macro is none.
  init?(_ macro: MacroDefinition, of unit: SourceUnit) {
    let syntax = unit.syntax
    let name = syntax.spelling(ofToken: macro.name)
    guard macro.parameters == nil, ["_MASK", "_MSK"].contains(where: { name.hasSuffix($0) }),
      unit.place(ofToken: macro.name) == .added
    else { return nil }
    let numbers = macro.body.filter { syntax.buffer.tokens[$0].kind == .number }
    let others = macro.body.filter {
      ![.number, .openParen, .closeParen].contains(syntax.buffer.tokens[$0].kind)
    }
    guard numbers.count == 1, others.isEmpty, case let text = syntax.spelling(ofToken: numbers[0]),
      text.lowercased().hasPrefix("0x"),
      let value = UInt64(text.dropFirst(2).prefix { $0.isHexDigit }, radix: 16), value > 1
    else { return nil }
    let low = value.trailingZeroBitCount
    let row = value >> UInt64(low)
    // All bits of a register are no field.
    guard row & (row &+ 1) == 0, ![0xff, 0xffff, 0xffff_ffff].contains(value) else { return nil }
    (self.name, self.text, self.low, body, self.unit) = (name, text, low, numbers[0]..<numbers[0] + 1, unit)
    whole = (macro.body.first ?? numbers[0])..<(macro.body.last ?? numbers[0]) + 1
    high = 63 - value.leadingZeroBitCount
  }
}

extension SyntaxTree {
  fileprivate var usesBitMacros: Bool {
    buffer.tokens.indices.contains {
      buffer.tokens[$0].kind == .identifier
        && (isSpelled("GENMASK", atToken: $0) || isSpelled("BIT", atToken: $0))
    }
  }
}

extension TreePath {
  fileprivate var isOfDrivers: Bool {
    bytes.starts(with: "drivers/".utf8) || bytes.starts(with: "sound/".utf8)
  }
}
