// SPDX-License-Identifier: GPL-2.0-or-later

import CGMime
import Synchronization

/// Calls into GMime, one at a time.
///
/// GMime keeps caches of its own; two threads gain 10 % at best, so the lock costs nothing.
enum GMime {
  private static let lock = Mutex(false)

  static func locked<R>(_ body: () -> R) -> R {
    lock.withLock { isReady in
      if !isReady {
        g_mime_init()
        isReady = true
      }
      return body()
    }
  }
}

/// Header values as people read them.
enum HeaderText {
  /// Decodes RFC 2047 words and 8-bit text; what cannot be decoded stays, repaired to UTF-8.
  static func decoded(_ raw: [UInt8]) -> String {
    let isPlain = raw.allSatisfy { $0 < 128 }
    if isPlain, !raw.contains(UInt8(ascii: "=")) { return String(decoding: raw, as: UTF8.self) }
    if !isPlain, !raw.contains(UInt8(ascii: "=")), let text = String(validating: raw, as: UTF8.self) {
      return text
    }
    let value = terminated(raw)
    let result: String? = GMime.locked {
      value.withUnsafeBufferPointer { bytes in
        guard let text = g_mime_utils_header_decode_text(nil, bytes.baseAddress) else { return nil }
        defer { g_free(text) }
        return String(cString: text)
      }
    }
    return result ?? String(decoding: raw, as: UTF8.self)
  }

  /// The addresses of a header.
  static func people(_ raw: [UInt8]) -> [Person] {
    guard !raw.isEmpty else { return [] }
    // GMime refuses what archives make of addresses: `name@...ple.org`.
    if raw.firstRange(of: "@...") != nil { return masked(raw) }
    let value = terminated(raw)
    return GMime.locked {
      value.withUnsafeBufferPointer { bytes -> [Person] in
        guard let list = internet_address_list_parse(nil, bytes.baseAddress) else { return [] }
        defer { g_object_unref(list) }
        var people: [Person] = []
        collect(list, into: &people, depth: 0)
        return people
      }
    }
  }

  private static func masked(_ raw: [UInt8]) -> [Person] {
    raw.split(separator: UInt8(ascii: ",")).prefix(Limits.addresses).map { one in
      let sides = one.split(separator: UInt8(ascii: "<"), maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else {
        return Person(name: "", address: String(decoding: one, as: UTF8.self).trimmed)
      }
      return Person(
        name: decoded(Array(sides[0])).trimmed,
        address: String(decoding: sides[1].prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self).trimmed)
    }
  }

  private static func collect(
    _ list: UnsafeMutablePointer<InternetAddressList>, into people: inout [Person], depth: Int
  ) {
    for i in 0..<internet_address_list_length(list) {
      guard people.count < Limits.addresses, depth < 4,
        let address = internet_address_list_get_address(list, i)
      else { return }
      let name = internet_address_get_name(address).map { String(cString: $0) } ?? ""
      if gmime_is_mailbox(address) != 0 {
        let box = UnsafeMutableRawPointer(address).assumingMemoryBound(to: InternetAddressMailbox.self)
        people.append(
          Person(
            name: name, address: internet_address_mailbox_get_addr(box).map { String(cString: $0) } ?? ""))
      } else if gmime_is_group(address) != 0 {
        let group = UnsafeMutableRawPointer(address).assumingMemoryBound(to: InternetAddressGroup.self)
        if let members = internet_address_group_get_members(group) {
          collect(members, into: &people, depth: depth + 1)
        }
      }
    }
  }

  /// As a C string; NUL bytes become blanks.
  private static func terminated(_ raw: [UInt8]) -> [CChar] {
    raw.map { CChar(bitPattern: $0 == 0 ? 32 : $0) } + [0]
  }
}
