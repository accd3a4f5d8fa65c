// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import Glibc

/// Author, date and log of a commit, on their way into a mail.
///
/// Headers are raw UTF-8, which git and mail programs read, and not RFC 2047: what a rule shows is then
/// what the author wrote.
struct CommitMessage {
  private var name: [UInt8]
  private var address: [UInt8]
  private var date: String
  private var charset: String
  private var subject: [UInt8]
  /// The log below its first paragraph, ending in a newline unless it is empty.
  private(set) var body: [UInt8]

  init?(_ commit: OpaquePointer) {
    guard let author = git_commit_author(commit)?.pointee, let message = git_commit_message(commit) else {
      return nil
    }
    name = Self.bytes(author.name)
    address = Self.bytes(author.email)
    date = Self.date(author.when)
    let encoding = Self.bytes(git_commit_message_encoding(commit))
    charset = encoding.isEmpty ? "UTF-8" : String(decoding: encoding.filter { $0 > 32 }, as: UTF8.self)
    let lines = Self.bytes(message).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let paragraph = lines.drop(while: Self.isBlank).prefix { !Self.isBlank($0) }
    subject = Array(paragraph.joined(separator: [UInt8(ascii: " ")]))
    var rest = lines[paragraph.endIndex...].drop(while: Self.isBlank)
    while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
    body = rest.reduce(into: []) { $0 += Self.escaped($1) + [UInt8(ascii: "\n")] }
  }

  /// The headers and the empty line behind them.
  func headers(prefix: String) -> [UInt8] {
    var text = Array("From: ".utf8) + quotedName + Array(" <".utf8) + address
    text += Array(">\nDate: \(date)\nSubject: \(prefix)".utf8) + subject
    text += Array("\nMIME-Version: 1.0\nContent-Type: text/plain; charset=\(charset)\n".utf8)
    return text + Array("Content-Transfer-Encoding: 8bit\n\n".utf8)
  }

  /// A name in quotes where RFC 5322 wants them: `"Åsa B. Test"`.
  private var quotedName: [UInt8] {
    let specials = Array("()<>[]:;@\\,.\"".utf8)
    guard name.contains(where: specials.contains) else { return name }
    let inside = name.flatMap { byte -> [UInt8] in
      byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
    }
    return [UInt8(ascii: "\"")] + inside + [UInt8(ascii: "\"")]
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
    text.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 == 32 || (9...13).contains($0) }
  }

  /// A line `From `, perhaps behind `>`, would begin the next mail: mboxrd puts a `>` before it.
  private static func escaped(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let isFrom = line.drop { $0 == UInt8(ascii: ">") }.starts(with: Array("From ".utf8))
    return (isFrom ? [UInt8(ascii: ">")] : []) + line
  }

  /// `Tue, 14 Nov 2023 23:13:20 +0100`, in the author's time zone.
  private static func date(_ when: git_time) -> String {
    var seconds = time_t(when.time) + time_t(when.offset) * 60
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: some BinaryInteger) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let zone = abs(when.offset)
    let sign = when.offset < 0 ? "-" : "+"
    return
      "\(days[Int(parts.tm_wday)]), \(parts.tm_mday) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) "
      + "\(sign)\(two(zone / 60))\(two(zone % 60))"
  }
}
