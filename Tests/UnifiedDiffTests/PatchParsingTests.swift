// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import Testing

@testable import UnifiedDiff

struct PatchParsingTests {
  /// One text and what becomes of it: `status old>new +added -deleted` a file, and `line: problem`.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var files: [String]
    var problems: [String] = []

    init(_ name: String, _ text: String, _ files: [String], problems: [String] = []) {
      (testDescription, self.text, self.files, self.problems) = (name, text, files, problems)
    }
  }

  static let hunk = "@@ -1,2 +1,2 @@ f\n a\n-b\n+c\n"

  static let cases: [Case] = [
    Case(
      "git", "diff --git a/x.c b/x.c\nindex 1234567..89abcde 100644\n--- a/x.c\n+++ b/x.c\n\(hunk)",
      ["modified x.c>x.c +1 -1"]),
    Case(
      "plain with tabs and dates", "--- linux.orig/fs/x.c\t2020-01-01 00:00\n+++ linux/fs/x.c\t2020\n\(hunk)",
      ["modified fs/x.c>fs/x.c +1 -1"]),
    Case(
      "Index and rule", "Index: linux/x.c\n=======\n--- linux.orig/x.c\n+++ linux/x.c\n\(hunk)",
      ["modified x.c>x.c +1 -1"]),
    Case(
      "no prefix", "diff --git fs/x.c fs/x.c\n--- fs/x.c\n+++ fs/x.c\n\(hunk)",
      ["modified fs/x.c>fs/x.c +1 -1"]),
    Case("no prefix, plain", "--- fs/x.c\n+++ fs/x.c\n\(hunk)", ["modified fs/x.c>fs/x.c +1 -1"]),
    Case(
      "mnemonic prefix", "diff --git i/fs/x.c w/fs/x.c\n--- i/fs/x.c\n+++ w/fs/x.c\n\(hunk)",
      ["modified fs/x.c>fs/x.c +1 -1"]),
    Case(
      "new file",
      "diff --git a/n b/n\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n",
      ["added ->n +1 -0"]),
    Case("new file, plain", "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n", ["added ->n +1 -0"]),
    Case(
      "new file by time stamp",
      "--- a/n\t1970-01-01 00:00:00.000 +0000\n+++ b/n\t2020-01-01\n@@ -0,0 +1 @@\n+x\n",
      ["added ->n +1 -0"]),
    Case(
      "deleted", "diff --git a/n b/n\ndeleted file mode 100644\n--- a/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
      ["deleted n>- +0 -1"]),
    Case(
      "rename without hunks", "diff --git a/o b/n\nsimilarity index 100%\nrename from o\nrename to n\n",
      ["renamed o>n +0 -0 100%"]),
    Case(
      "rename without prefixes",
      "diff --git d/o d/n\nsimilarity index 90%\nrename from d/o\nrename to d/n\n--- d/o\n+++ d/n\n\(hunk)",
      ["renamed d/o>d/n +1 -1 90%"]),
    Case(
      "copy", "diff --git a/o b/n\nsimilarity index 95%\ncopy from o\ncopy to n\n--- a/o\n+++ b/n\n\(hunk)",
      ["copied o>n +1 -1 95%"]),
    Case(
      "mode", "diff --git a/s.sh b/s.sh\nold mode 100644\nnew mode 100755\n",
      ["mode s.sh>s.sh +0 -0 mode 100755"]),
    Case(
      "mode and text", "diff --git a/s b/s\nold mode 100644\nnew mode 100755\n--- a/s\n+++ b/s\n\(hunk)",
      ["modified s>s +1 -1 mode 100755"]),
    Case(
      "quoted name",
      "diff --git \"a/f\\303\\266\\t.c\" \"b/f\\303\\266\\t.c\"\n--- \"a/f\\303\\266\\t.c\"\n+++ \"b/f\\303\\266\\t.c\"\n\(hunk)",
      ["modified fö\t.c>fö\t.c +1 -1"]),
    Case(
      "name with blanks", "diff --git a/a b.c b/a b.c\n--- a/a b.c\t\n+++ b/a b.c\t\n\(hunk)",
      ["modified a b.c>a b.c +1 -1"]),
    Case(
      "binary", "diff --git a/i.png b/i.png\nindex 12..34\nBinary files a/i.png and b/i.png differ\n",
      ["modified i.png>i.png +0 -0 binary"]),
    Case(
      "binary content",
      "diff --git a/i b/i\nindex 12..34\nGIT binary patch\nliteral 4\nDc${MZ\n\nliteral 3\nCcmZQz\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n\(hunk)",
      ["modified i>i +0 -0 binary 4", "modified x>x +1 -1"]),
    Case(
      "combined", "diff --cc x.c\nindex 1,2..3\n--- a/x.c\n+++ b/x.c\n@@@ -1,1 -1,1 +1,1 @@@\n--a\n++b\n",
      ["modified x.c>x.c +0 -0 combined"], problems: ["1: combined"]),
    Case(
      "no newline",
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
      ["modified x>x +1 -1"]),
    Case(
      "no newline of no line",
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n\\ No newline at end of file\n\\ again\n-a\n+b\n",
      ["modified x>x +1 -1"]),
    Case(
      "blank context without its blank", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n",
      ["modified x>x +1 -1"]),
    Case(
      "names on two lines",
      "diff --git a/some/long/name.c\nb/some/long/name.c\nindex 12..34\n--- a/some/long/name.c\n+++ b/some/long/name.c\n\(hunk)",
      ["modified some/long/name.c>some/long/name.c +1 -1"], problems: ["1: wrappedHeader"]),
    Case("CRLF", "--- a/x\r\n+++ b/x\r\n@@ -1,2 +1,2 @@\r\n a\r\n-b\r\n+c\r\n", ["modified x>x +1 -1"]),
    Case(
      "a last line of CR alone", "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n+b\n\r", ["modified x>x +1 -0"]),
    Case(
      "header says too many", "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n-b\n+c\n-- \n2.39\n",
      ["modified x>x +1 -1"], problems: ["3: countsLie(@@ -1,9 +1,9 @@ @@ -1,2 +1,2 @@)"]),
    Case(
      "header says too few", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n+d\n e\n-- \n2.39\n",
      ["modified x>x +2 -1"], problems: ["3: countsLie(@@ -1,2 +1,2 @@ @@ -1,3 +1,4 @@)"]),
    Case(
      "list below a patch", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n- a point\n- another\n",
      ["modified x>x +1 -1"]),
    Case(
      "cut", "--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n a\n-b\n", ["modified x>x +0 -1"],
      problems: ["3: truncated 3 4"]),
    Case(
      "malformed header", "--- a/x\n+++ b/x\n@@ -1,x +1 @@\n a\n", ["modified x>x +0 -0"],
      problems: ["3: malformed"]),
    Case(
      "count over 32 bits", "--- a/x\n+++ b/x\n@@ -1,99999999999 +1 @@\n a\n", ["modified x>x +0 -0"],
      problems: ["3: malformed"]),
    Case("hunk without file", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n", [], problems: ["1: orphan"]),
    Case(
      "leads out of the tree",
      "--- a/../../etc/passwd\n+++ b/../../etc/passwd\n\(hunk)--- a/x\n+++ b/x\n\(hunk)",
      ["modified x>x +1 -1"], problems: ["1: path ../../etc/passwd dotComponent"]),
    Case(
      "absolute: cut like a prefix, as git does",
      "diff --git a//etc/x b//etc/x\n--- /etc/x\n+++ /etc/x\n\(hunk)", ["modified etc/x>etc/x +1 -1"]),
    Case("diffstat is no diff", " x.c | 2 +-\n 1 file changed\n\n--- a note\n+++ another\n", []),
    Case("indented range-diff", "    diff --git a/x b/x\n    --- a/x\n    +++ b/x\n    @@ -1 +1 @@\n", []),
    Case("empty", "", []),
  ]

  @Test(arguments: cases)
  func reads(_ test: Case) {
    let patch = Patch(parsing: Array(test.text.utf8))
    #expect(patch.files.map(describe) == test.files)
    #expect(patch.problems.map(describe) == test.problems)
    #expect(patch.printed() == Array(test.text.utf8))
  }

  /// Whatever a text is cut to, reading ends in a value that prints the same bytes.
  @Test func everyTruncationPrintsItself() {
    let texts = Self.cases.map(\.text).joined()
    let bytes = Array(texts.utf8)
    let wrong = (0...bytes.count).filter {
      Patch(parsing: Array(bytes[..<$0])).printed() != Array(bytes[..<$0])
    }
    #expect(wrong.isEmpty, "cut at \(wrong.prefix(5))")
  }

  @Test func numbersLines() throws {
    let text = "--- a/x\n+++ b/x\n@@ -10,3 +20,4 @@ int f(void)\n a\n-b\n+c\n+d\n e\n"
    let patch = Patch(parsing: Array(text.utf8))
    let hunk = try #require(patch.files.first?.hunks.first)
    #expect(
      hunk.lines.map { "\($0.oldNumber),\($0.newNumber)@\($0.line)" } == [
        "10,20@4", "11,0@5", "0,21@6", "0,22@7", "12,23@8",
      ])
    #expect(patch.text.string(hunk.section) == "int f(void)")
  }

  /// 100,000 files: as many as the limit are read, and one problem says where the rest begins.
  @Test func boundsTheNumberOfFiles() {
    let text = (0..<100_000).map { "--- a/\($0)\n+++ b/\($0)\n@@ -1 +1 @@\n-a\n+b\n" }.joined()
    let patch = Patch(parsing: Array(text.utf8))
    #expect(patch.files.count == 65_536)
    #expect(patch.problems == [DiffProblem(kind: .tooMany("files", limit: 65_536), line: 65_536 * 5 + 1)])
  }

  private func describe(_ file: FileChange) -> String {
    var text = "\(file.status) \(file.oldPath?.description ?? "-")>\(file.newPath?.description ?? "-")"
    text += " +\(file.added) -\(file.deleted)"
    if let similarity = file.similarity { text += " \(similarity)%" }
    if file.newMode == 0o100755 { text += " mode 100755" }
    if file.form == .combined { text += " combined" }
    switch file.binary {
    case .differs?: text += " binary"
    case .content(let forward, _)?: text += " binary \(forward)"
    case nil: break
    }
    return text
  }

  private func describe(_ problem: DiffProblem) -> String {
    let what: String
    switch problem.kind {
    case .countsLie(let stated, let found): what = "countsLie(\(stated) \(found))"
    case .truncatedHunk(let old, let new): what = "truncated \(old) \(new)"
    case .malformedHunkHeader: what = "malformed"
    case .hunkWithoutFile: what = "orphan"
    case .badPath(let path, let why): what = "path \(path) \(why)"
    case .combined: what = "combined"
    default: what = "\(problem.kind)"
    }
    return "\(problem.line): \(what)"
  }
}
