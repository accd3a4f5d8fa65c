// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
internal import Mail

/// One run of `git send-email`, as its hook sees it: which mails go out together.
///
/// git hands the hook one file at a time; but all of them are written before the first is handed over.
public struct SendEmailCall: Sendable {
  /// Tells this run from all others.
  public let key: String
  /// The mails of the run, the one that is being validated among them.
  public let files: [String]
  /// The arguments of git send-email; nil where it was not found.
  let arguments: [String]?

  /// The call that this process serves.
  /// - Parameter file: the mail that git hands over, by its whole path.
  public init(file: String) {
    let ancestors = RunningProcess.ancestors(of: getpid())
    let sender = ancestors.first { Self.words(behindNameIn: $0.arguments) != nil }
    // Without it, as in a script that calls the hook by itself: whoever started the hook's shell.
    let caller = sender ?? ancestors.dropFirst().first ?? ancestors.first
    key = caller.map { "\($0.id)-\($0.start)" } ?? "0"
    let words = sender.flatMap { Self.words(behindNameIn: $0.arguments) }
    arguments = words
    // Around its hooks the program stands at the top of the work tree; who started it is still where the user is.
    let folders = [sender.flatMap { RunningProcess($0.parent) }, sender].compactMap { $0?.folder }
    let named = folders.map { Self.files(named: words ?? [], in: $0) }
    files = Self.together(
      with: file, named: named.first { Self.holds(file, $0) } ?? named.first { !$0.isEmpty } ?? [])
  }

  /// The arguments of git send-email; nil where a process is another program.
  static func words(behindNameIn arguments: [String]) -> [String]? {
    // perl, its options, the script.
    guard
      let script = arguments.prefix(4).firstIndex(where: {
        ($0 as NSString).lastPathComponent == "git-send-email"
      })
    else { return nil }
    return Array(arguments[(script + 1)...])
  }

  /// What send-email makes of its arguments: files, and of folders those that lie in them, by name.
  static func files(named words: [String], in folder: String) -> [String] {
    var files: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      guard !word.hasPrefix("-") else {
        if valued.contains(word) { rest = rest.dropFirst() }
        continue
      }
      let path = word.hasPrefix("/") ? word : "\(folder)/\(word)"
      if isFile(path) { files.append(path) }
      guard !word.isEmpty, isFolder(path) else { continue }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      files += names.sorted().map { "\(path)/\($0)" }.filter(isFile)
    }
    return files
  }

  /// Options whose value is the next word, which may be a file of another kind: `--cc-cmd scripts/get_maintainer.pl`.
  ///
  /// Source: `git-send-email(1)`.
  private static let valued: Set<String> = [
    "--from", "--to", "--cc", "--bcc", "--subject", "--reply-to", "--in-reply-to", "--envelope-sender",
    "--sendmail-cmd", "--smtp-encryption", "--smtp-domain", "--smtp-pass", "--smtp-server",
    "--smtp-server-option", "--smtp-server-port", "--smtp-user", "--smtp-ssl-cert-path", "--smtp-auth",
    "--batch-size", "--relogin-delay", "--identity", "--to-cmd", "--cc-cmd", "--header-cmd", "--suppress-cc",
    "--confirm", "--compose-encoding", "--8bit-encoding", "--transfer-encoding", "--mailmap-file",
    "--mailmap-blob",
  ]

  /// Those named where the mail is among them, else what lies beside it and belongs to its series: git format-patch has
  /// written it there, for `-o FOLDER` as for a range of commits.
  static func together(with file: String, named: [String]) -> [String] {
    if holds(file, named) { return named }
    let folder = (file as NSString).deletingLastPathComponent
    let ending = (file as NSString).pathExtension
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let beside = names.filter { ($0 as NSString).pathExtension == ending }.sorted().prefix(mostFiles)
      .map { "\(folder)/\($0)" }.filter(isFile)
    let identity = identity(of: file)
    guard let own = beside.firstIndex(where: { self.identity(of: $0) == identity }) else {
      return named + [file]
    }
    let mailbox = Mailbox(opening: beside.map { .path($0) })
    for index in 0..<mailbox.seriesCount {
      let inputs = mailbox.series(at: index).inputs
      // A composed letter stands alone, and goes before what was named.
      if inputs.contains(own) { return inputs.sorted().map { beside[$0] } + named }
    }
    return [file] + named
  }

  /// Whether a file is among others, whatever its path.
  private static func holds(_ file: String, _ files: [String]) -> Bool {
    let identity = identity(of: file)
    return identity != nil && files.contains { self.identity(of: $0) == identity }
  }

  /// A folder may hold the outgoing mail of years.
  private static let mostFiles = 2_000

  private struct Identity: Hashable { var device, number: UInt64 }

  /// A path may be written in many ways.
  private static func identity(of path: String) -> Identity? {
    var status = stat()
    return stat(path, &status) == 0
      ? Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)) : nil
  }

  private static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }
  private static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }

  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}

extension Series {
  /// The inputs that its mails came from.
  fileprivate var inputs: Set<Int> { Set(patches.map(\.input) + [cover?.input].compactMap(\.self)) }
}
