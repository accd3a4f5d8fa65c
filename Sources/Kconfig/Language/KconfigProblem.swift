// SPDX-License-Identifier: GPL-2.0-or-later

/// Something in a Kconfig file that cannot be read as it stands. Reading goes on behind it.
public struct KconfigProblem: Hashable, Sendable {
  public enum Cause: Hashable, Sendable {
    /// A `source` names a file that the tree does not have, or that cannot be read.
    case missingFile(String)
    /// A file is read again while it is being read.
    case recursiveSource(String)
    /// A line that is no statement of the language; its first word.
    case unknownStatement(String)
    /// A statement without what it needs, or with more.
    case malformed(String)
    /// A line that belongs to an entry, outside of one.
    case misplaced(String)
    /// `endif` and the like without a beginning, or another's.
    case unmatchedEnd(String)
    /// A block that is still open where its file ends.
    case unclosedBlock(String)
    /// A symbol is given a second type, which is ignored.
    case redefinedType(String)
    /// A macro that is not closed, calls itself, or grows without end.
    case macro(String)
    /// `$(error-if,…)` whose condition holds.
    case error(String)
    /// More of something than is read: see `KconfigLimits`.
    case limit(String)
  }

  public var path: String
  /// From 1; 0 where the problem is the file's as a whole.
  public var line: Int
  public var cause: Cause
}

extension KconfigProblem: CustomStringConvertible {
  public var description: String {
    let sentence =
      switch cause {
      case .missingFile(let name): "\(name) cannot be read"
      case .recursiveSource(let name): "\(name) is sourced inside itself"
      case .unknownStatement(let word): "\(word) is no statement"
      case .malformed(let word): "malformed \(word)"
      case .misplaced(let word): "\(word) outside of an entry"
      case .unmatchedEnd(let word): "\(word) ends nothing"
      case .unclosedBlock(let word): "\(word) is not closed in its file"
      case .redefinedType(let name): "another type for \(name)"
      case .macro(let what): "macro: \(what)"
      case .error(let text): "error: \(text)"
      case .limit(let what): "too many or too much: \(what)"
      }
    return "\(path):\(line): \(sentence)"
  }
}

/// Every bound of reading Kconfig; what is larger becomes a problem, never a wait.
///
/// Linux 6.12 reads 1,300 files and 6 MB, nests blocks and files 6 deep and macros 5 deep.
enum KconfigLimits {
  static let fileDepth = 64
  static let files = 20_000
  static let bytes = 256 << 20
  static let problems = 1_000
  static let blockDepth = 128
  static let parentheses = 128
  static let macroDepth = 64
  /// Bytes that one expansion may produce; a line of Linux has under 1 KiB.
  static let expansion = 64 << 10
  /// Calls of macros in one line, so that doubling ones end.
  static let macroCalls = 10_000
  static let tokens = 10_000
  static let definitions = 1_000_000
  static let expressions = 8_000_000
}
