// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation

/// The folder in which git looks for hooks.
public struct HookFolder: Sendable {
  /// What came of a call.
  public enum Outcome: Hashable, Sendable {
    case installed
    /// It stands before one that was there, which goes on being run.
    case installedBefore
    /// It was there; its program was brought up to date.
    case renewed
    case removed
    /// What was there before is there again.
    case restored
    case notInstalled
  }

  /// Why nothing was done.
  public enum Failure: Error, Hashable, Sendable {
    /// The file at the path is ours, but has been changed since: it is left to its owner.
    case changed(String)
    /// A file of that name, kept when another hook was installed, is still there.
    case alreadyReplaced(String)
    /// The system's words.
    case unwritable(path: String, why: String)
  }

  public let path: String

  public init(at path: String) {
    self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The file of a hook.
  public func file(of hook: GitHook) -> String { "\(path)/\(hook.rawValue)" }

  /// Writes the hook. One that is there is kept under another name and run first.
  /// - Parameter program: the whole path of review-patch.
  public func install(_ hook: GitHook, program: String) throws(Failure) -> Outcome {
    let file = file(of: hook)
    let replaced = file + HookScript.replacedEnding
    var outcome = Outcome.installed
    if let found = try script(hook) {
      outcome = found == nil ? .installedBefore : .renewed
    }
    if outcome == .installedBefore {
      guard !Self.isThere(replaced) else { throw .alreadyReplaced(replaced) }
    }
    try writing(file) {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      // In a file of its own first: git may run the hook at any time.
      let new = file + ".new"
      try Data(HookScript(hook: hook, program: program).text.utf8).write(to: URL(fileURLWithPath: new))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: new)
      if outcome == .installedBefore { try FileManager.default.moveItem(atPath: file, toPath: replaced) }
      guard rename(new, file) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
    return outcome
  }

  /// Takes the hook away and puts back what it replaced, byte for byte.
  public func remove(_ hook: GitHook) throws(Failure) -> Outcome {
    let file = file(of: hook)
    guard case .some(.some) = try script(hook) else { return .notInstalled }
    let replaced = file + HookScript.replacedEnding
    let isReplacing = Self.isThere(replaced)
    try writing(file) {
      if isReplacing {
        guard rename(replaced, file) == 0 else { throw CocoaError(.fileWriteUnknown) }
      } else {
        try FileManager.default.removeItem(atPath: file)
      }
    }
    return isReplacing ? .restored : .removed
  }

  /// The hook's file as ours; the inner nil for another's, the outer one for none.
  private func script(_ hook: GitHook) throws(Failure) -> HookScript?? {
    let file = file(of: hook)
    guard Self.isThere(file) else { return .none }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)) else { return .some(nil) }
    let text = String(decoding: data, as: UTF8.self)
    if let script = HookScript(parsing: text, hook: hook) { return script }
    guard !text.contains("review-patch hook install") else { throw .changed(file) }
    return .some(nil)
  }

  /// A link that leads nowhere is there as well.
  private static func isThere(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private func writing(_ file: String, _ body: () throws -> Void) throws(Failure) {
    do { try body() } catch {
      throw .unwritable(path: file, why: String(cString: strerror(errno)))
    }
  }
}
