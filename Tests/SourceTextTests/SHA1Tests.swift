// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import Testing

struct SHA1Tests {
  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// RFC 3174 §7.3; `git hash-object` of the empty file and of `hello`.
  @Test(arguments: [
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
  ])
  func hashes(_ text: String, _ expected: String) {
    var (bytes, whole, mixed) = (SHA1(), SHA1(), SHA1())
    bytes.update(text.utf8)
    whole.update(bytes: Array(text.utf8).span)
    mixed.update(text.utf8.prefix(7))
    mixed.update(bytes: Array(text.utf8.dropFirst(7)).span)
    #expect(
      hex(bytes.digest()) == expected && hex(whole.digest()) == expected && hex(mixed.digest()) == expected)
  }

  @Test func namesBlobsAsGitDoes() {
    #expect(hex(SHA1.blob(of: [])) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    #expect(hex(SHA1.blob(of: Array("hello\n".utf8))) == "ce013625030ba8dba906f756967f9e9ca394464a")
  }
}
