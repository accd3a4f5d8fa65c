// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail

extension SendEmailCall {
  /// Who gets the mails besides those whom they name; nil where that cannot be told.
  ///
  /// Since 2.41 git hands the hook all headers of a mail. Before that there are the arguments and the configuration of
  /// send-email; what programs add and what aliases stand for is not known.
  /// - Parameters:
  ///   - headers: of the mail that is being validated, as git gives them.
  ///   - configuration: what is set below `sendemail.`.
  public func recipients(headers: String?, _ configuration: [(variable: String, value: String)]) -> [Person]?
  {
    if let headers {
      let envelope = Envelope(headers: Array(headers.utf8))
      return envelope.to + envelope.cc
    }
    return arguments.flatMap { Self.recipients($0, configuration) }
  }

  /// What arguments and configuration say.
  static func recipients(
    _ words: [String], _ configuration: [(variable: String, value: String)]
  ) -> [Person]? {
    var given = configuration.filter { !$0.value.isEmpty }.map { ($0.variable, $0.value) }
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else { continue }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
      guard let name = parts.first else { break }
      let variable = name.filter { $0 != "-" }
      guard added.contains(variable) || hidden.contains(variable) else { continue }
      given.append((variable, parts.count > 1 ? parts[1] : rest.popFirst() ?? ""))
    }
    guard !given.contains(where: { hidden.contains($0.0) }) else { return nil }
    let texts = given.filter { added.contains($0.0) }.map(\.1)
    guard texts.allSatisfy({ $0.split(separator: ",").allSatisfy { $0.contains("@") } }) else { return nil }
    return texts.flatMap { text in
      Envelope(headers: Array("To: \(text)\n".utf8)).to
    }
  }

  /// Options and variables with addresses, and those with what makes addresses.
  private static let added: Set<String> = ["to", "cc", "bcc"]
  private static let hidden: Set<String> = ["tocmd", "cccmd", "headercmd", "identity"]
}
