// SPDX-License-Identifier: GPL-2.0-or-later

extension Section.Contact {
  /// The people whom a devicetree binding names under `maintainers:`; the script asks them as well.
  ///
  /// Source: `Documentation/devicetree/bindings/writing-schema.rst`; `scripts/get_maintainer.pl`, `maintainers_in_file()`.
  public static func all(inBinding text: [UInt8]) -> [Section.Contact] {
    var contacts: [Section.Contact] = []
    var isInList = false
    for line in text.split(separator: 10) {
      if line.first.map({ $0 > 32 && $0 != UInt8(ascii: "#") }) == true {
        isInList = line.starts(with: "maintainers:".utf8)
      } else if isInList {
        let value = line.drop { $0 <= 32 || $0 == UInt8(ascii: "-") }
        contacts += all(in: String(decoding: value, as: UTF8.self))
      }
    }
    return contacts
  }
}
