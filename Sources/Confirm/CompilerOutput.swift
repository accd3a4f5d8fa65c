// SPDX-License-Identifier: GPL-2.0-or-later

/// What a build printed.
struct CompilerOutput: Sendable {
  /// Lines that report an error, without the name of the source folder.
  let errors: [String]

  /// - Parameter folder: the source; the compiler names files by its path.
  init(_ text: String, source folder: String) {
    errors = text.split(separator: "\n").map { line in
      String(line.prefix(Self.longest)).replacing("\(folder)/", with: "")
    }.filter { line in
      line.contains("error:") || line.contains("*** ") || line.contains("undefined reference")
    }
  }

  private static let longest = 400

  /// The compiler's own first, not what make says of it.
  var first: String? { errors.first { !$0.contains("*** ") } ?? errors.first }

  /// The first error of the compiler that names one of some symbols as a whole word.
  func error(naming symbols: [String]) -> String? {
    errors.first { line in
      guard line.contains("error:") else { return false }
      let words = Set(line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
      return symbols.contains(where: words.contains)
    }
  }
}
