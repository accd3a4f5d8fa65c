// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import TestSupport
import Testing

/// The forms in which patches come: `Fixtures/mail`, each with what is read of it in `expected`.
@Suite struct FixtureTests {
  static let folder = Shared.package.appending(path: "Fixtures/mail")
  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted()
    .filter { $0 != "expected" } ?? []

  @Test(arguments: names)
  func readsAsExpected(_ name: String) throws {
    let path = Self.folder.appending(path: name).path
    let found = Rendering.text(Mailbox(opening: [.path(path)]), without: Self.folder.path + "/")
    #expect(try Golden.difference(found, from: "mail/expected/\(name).txt") == nil)
  }

  /// Compressed or through a pipe, the same comes out.
  @Test(arguments: names.filter { $0.contains(".") })
  func readsTheSameFromElsewhere(_ name: String) throws {
    let file = Self.folder.appending(path: name)
    let direct = Rendering.text(Mailbox(opening: [.path(file.path)]), without: file.path)
    let handle = try FileHandle(forReadingFrom: file)
    let piped = Mailbox(opening: [.descriptor(handle.fileDescriptor, name: "")])
    let bytes = Mailbox(opening: [.bytes(Array(try Data(contentsOf: file)), name: "", kind: nil)])
    #expect([piped, bytes].map { Rendering.text($0, without: "/") } == [direct, direct])
  }

  /// Whatever is cut off, a value comes out, and no part of it lies outside the input.
  @Test(arguments: names.filter { $0.contains(".") })
  func readsEveryTruncation(_ name: String) throws {
    let bytes = Array(try Data(contentsOf: Self.folder.appending(path: name)))
    let lines = bytes.count { $0 == 10 } + 1
    var outside: [Int] = []
    for length in stride(from: 0, to: bytes.count, by: 3) {
      let mailbox = Mailbox(opening: [.bytes(Array(bytes[..<length]), name: "", kind: nil)])
      let places = (0..<mailbox.seriesCount).flatMap { mailbox.series(at: $0).patches }
        .flatMap { $0.lines.lines + $0.log.places + $0.notes.places }
      if places.contains(where: { $0 < 1 || $0 > lines }) { outside.append(length) }
    }
    #expect(outside == [])
  }
}
