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

  /// The error of the compiler that names most of some symbols as whole words, the first where several do: of a member
  /// that is missing both it and its struct are named, and the struct alone in what is said of its other members.
  func error(naming symbols: [String]) -> String? {
    var best: (line: String, count: Int)?
    for line in errors where line.contains("error:") {
      let words = Set(line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
      let count = words.intersection(symbols).count
      if count > best?.count ?? 0 { best = (line, count) }
    }
    return best?.line
  }
}
