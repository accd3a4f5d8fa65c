// SPDX-License-Identifier: GPL-2.0-or-later

/// Everything the user named, indexed.
public struct Mailbox: Sendable {
  /// In the order they were named; a kind may be more exact after its series were read.
  public private(set) var inputs: [MailInput] = []
  /// What could not be read, by input.
  public private(set) var problems: [MailProblem] = []
  /// How many series there are; they are numbered in the order in which their first mail came.
  public var seriesCount: Int { groups.count }

  /// Of each input: its bytes, and whether `>From ` is escaped in it.
  private var stores: [(store: ByteStore, isEscaped: Bool)] = []
  private var records: [MessageRecord] = []
  private var groups: [Grouping.Group] = []

  /// Pass 1: finds the messages and groups them. Never throws: what cannot be read is a problem.
  /// - Parameter spool: a folder for temporary copies of what cannot be read twice.
  public init(opening sources: [MailSource], spool: String? = nil) {
    for source in sources {
      let before = inputs.count
      for opened in SourceWalk.inputs(of: source, spool: spool) { take(opened, spool: spool) }
      if inputs.count == before, case .path(let path) = source {
        // A folder of other things.
        problems.append(MailProblem(input: before, line: 0, kind: .notMail))
        inputs.append(MailInput(path: path, kind: .mail))
        stores.append((.memory([]), false))
      }
    }
    groups = Grouping(records).groups
  }

  private mutating func take(_ opened: SourceWalk.Opened, spool: String?) {
    let number = inputs.count
    func problem(_ kind: MailProblem.Kind, line: UInt32 = 0) -> MailProblem {
      MailProblem(input: number, line: line, kind: kind)
    }
    var found: [MailProblem] = []
    var kind = InputKind.mail
    var scan: MessageScan?
    var store = opened.store
    do throws(ReadError) {
      if let failure = opened.failure { throw failure }
      var container = Container(of: try store.bytes(at: 0, count: Limits.headBytes))
      if container == .gzip {
        var copy = Spool(folder: spool)
        if try !Intake.gunzip(store, into: &copy) { found.append(problem(.truncatedGzip)) }
        store = copy.store
        container = Container(of: try store.bytes(at: 0, count: Limits.headBytes))
      }
      switch container {
      case .empty: found.append(problem(.empty))
      case .unknown, .gzip: if !opened.isFromFolder { found.append(problem(.notMail)) }
      default:
        var reading = MessageScan(container, input: UInt32(number), store: store)
        try reading.run()
        scan = reading
        kind = Self.kind(of: reading, in: container, opened.kind)
        found += reading.problems
        if let none = Self.noPatch(reading.records) { found.append(problem(none)) }
      }
      if opened.isFromFolder, scan == nil, found.isEmpty { return }
    } catch {
      found.append(problem(.unreadable(error.why)))
    }
    inputs.append(MailInput(path: opened.name, kind: kind))
    problems += found
    stores.append((store, scan?.isEscaped ?? false))
    records += scan?.records ?? []
  }

  private static func kind(of scan: MessageScan, in container: Container, _ given: InputKind?) -> InputKind {
    if let given { return given }
    let records = scan.records
    let quotes = !records.contains(where: \.isPatch) && records.contains { $0.flags.contains(.hasQuotedDiff) }
    switch container {
    case .diff: return .diff
    case .webPage: return .quoted
    case .commits: return .range
    case .mail: return quotes ? .quoted : .mail
    default: return quotes && records.count == 1 ? .quoted : .mbox
    }
  }

  /// Why there is nothing to review in an input; nil where there is.
  private static func noPatch(_ records: [MessageRecord]) -> MailProblem.Kind? {
    guard !records.isEmpty else { return nil }
    let useful = records.contains { record in
      record.isPatch || record.isCover || record.flags.contains(.hasQuotedDiff)
        || record.flags.contains(.isWebPage)
    }
    guard !useful else { return nil }
    if records.contains(where: { $0.flags.contains(.isPull) }) { return .noPatch(.pullRequest) }
    return .noPatch(records.allSatisfy { $0.flags.contains(.isReply) } ? .reply : .discussion)
  }

  /// Pass 2: reads one series.
  public func series(at index: Int) -> Series {
    guard groups.indices.contains(index) else { return Series.empty }
    var assembly = SeriesAssembly()
    let group = groups[index]
    for i in group.mails.prefix(Limits.seriesMails) {
      read(i) { assembly.add($0, record: records[Int(i)], isEscaped: $1) }
    }
    for i in group.replies.prefix(Limits.seriesMails) {
      read(i) { assembly.addReply($0, record: records[Int(i)], isEscaped: $1) }
    }
    if max(group.mails.count, group.replies.count) > Limits.seriesMails,
      let first = group.mails.first ?? group.replies.first
    {
      let record = records[Int(first)]
      assembly.problems.append(
        MailProblem(
          input: Int(record.input), line: record.line,
          kind: .tooLarge(what: "series", limit: Limits.seriesMails)))
    }
    return assembly.finished()

    func read(_ i: UInt32, _ body: ([UInt8], Bool) -> Void) {
      let record = records[Int(i)]
      let (store, isEscaped) = stores[Int(record.input)]
      do throws(ReadError) {
        let bytes = try store.bytes(at: record.offset, count: Int(record.length))
        body(bytes, isEscaped)
      } catch {
        assembly.problems.append(
          MailProblem(input: Int(record.input), line: record.line, kind: .unreadable(error.why)))
      }
    }
  }

  /// Every answer that is no patch itself, with its place in the input.
  func answers() -> [(order: Int, reply: Reply)] {
    records.enumerated().filter { !$1.isPatch && $1.flags.contains(.isReply) }.prefix(Limits.seriesMails)
      .compactMap { order, record in
        let (store, isEscaped) = stores[Int(record.input)]
        guard let bytes = try? store.bytes(at: record.offset, count: Int(record.length)) else { return nil }
        let mail = ParsedMail(bytes, record: record, isEscaped: isEscaped)
        return (order, Reply(mail.body, envelope: mail.envelope, decoding: mail.decoding))
      }
  }
}
