// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import TestSupport
import Testing

/// The functions that are found, beside those that universal-ctags finds, in every 25th file of the kernel's core.
struct CtagsTests {
  /// Names that macros make are left out: ctags takes `SYSCALL_DEFINE3(read, …)` for a function of that name, this front
  /// end for one called `read`.
  ///
  /// What is left, in all files of these folders: ctags takes `module_exit(f)` without a semicolon, attributes behind a
  /// function's name and some functions' names behind macros for functions (15), and loses some between the branches
  /// of conditionals.
  @Test func findsTheFunctionsThatCtagsFinds() throws {
    guard let tree = KernelSource.folder else { return }
    let path = "/usr/bin/ctags"
    guard FileManager.default.fileExists(atPath: path) else {
      print("not run: no \(path), of Debian's universal-ctags")
      return
    }
    let files = KernelSource.files(below: ["kernel", "mm", "lib", "include"], of: tree).enumerated().filter {
      $0.offset % 25 == 0
    }.map(\.element.path)
    let result = try Program(path, in: tree, environment: ["LC_ALL": "C"]).run(
      ["-x", "--c-kinds=f", "--languages=C", "--langmap=C:.c.h", "--_xformat=%F:%N"] + files)
    #expect(result.status == 0)
    let theirs = Set(result.text.split(separator: "\n").map(String.init)).filter { !isShouted($0) }
    var ours: Set<String> = []
    var made: Set<String> = []
    for file in files {
      let text = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
      let syntax = SyntaxTree(parsing: TokenBuffer(lexing: text))
      for function in syntax.functions {
        let name = "\(file):\(syntax.name(of: function))"
        if syntax[function].flags.contains(.hasMacroHead) { made.insert(name) } else { ours.insert(name) }
      }
    }
    ours = ours.filter { !isShouted($0) }
    let different = theirs.symmetricDifference(ours).subtracting(made)
    #expect(theirs.count > 1000)
    #expect(
      Double(different.count) <= 0.01 * Double(theirs.union(ours).count), "\(different.sorted().prefix(20))")
  }

  private func isShouted(_ place: String) -> Bool {
    let name = place.split(separator: ":").last ?? ""
    return name == name.uppercased()
  }
}
