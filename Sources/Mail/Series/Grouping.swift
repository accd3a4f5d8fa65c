// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// Sorts the messages of a run into series.
struct Grouping: Sendable {
  struct Group: Sendable {
    /// Covers and patches, in the order of the input; none where a reply quotes what is not there.
    var mails: [UInt32] = []
    /// Replies that quote them.
    var replies: [UInt32] = []

    /// The first mail of the input that belongs to it; both lists ascend.
    fileprivate var first: UInt32 { min(mails.first ?? .max, replies.first ?? .max) }
  }

  private(set) var groups: [Group] = []

  private let records: [MessageRecord]
  private var byID: [UInt64: UInt32] = [:]
  private var byKey: [UInt64: UInt32] = [:]
  private var groupOf: [UInt32: UInt32] = [:]
  private var byTitle: [UInt64: UInt32] = [:]
  /// Parts without a thread wait here for their like: the group of a key, and the indices it has.
  private var loose: [UInt64: (group: UInt32, have: [UInt16: UInt64])] = [:]

  init(_ records: [MessageRecord]) {
    self.records = records
    byID.reserveCapacity(records.count)
    for (i, record) in records.enumerated() where record.id != 0 && byID[record.id] == nil {
      byID[record.id] = UInt32(i)
    }
    for (i, record) in records.enumerated() where record.isPatch || record.isCover {
      place(UInt32(i), record)
    }
    for (i, record) in records.enumerated()
    where !record.flags.isDisjoint(with: [.hasQuotedDiff, .isWebPage, .quotes]) {
      placeReply(UInt32(i), record)
    }
    groups.sort { $0.first < $1.first }
    (byID, byKey, groupOf, byTitle, loose) = ([:], [:], [:], [:], [:])
  }

  private mutating func place(_ i: UInt32, _ record: MessageRecord) {
    let flags = record.flags
    if flags.contains(.isCommit) {
      join(i, key: StableHash.of(1, UInt64(record.input)))
    } else if flags.contains(.isBareDiff) || flags.contains(.isWebPage) {
      if !flags.contains(.isWebPage) { join(i, key: nil) }
    } else if flags.contains(.isReply) {
      join(i, key: StableHash.of(2, record.id == 0 ? UInt64(i) : record.id))
    } else if record.total <= 1 && !(flags.contains(.isNumbered) && record.index == 0)
      && !belongsToCover(record)
    {
      join(i, key: StableHash.of(3, record.title, record.sender, UInt64(record.version), UInt64(record.path)))
    } else {
      placePart(i, record)
    }
    let title = StableHash.of(record.title, UInt64(record.version), UInt64(record.index))
    if record.isPatch, byTitle[title] == nil { byTitle[title] = i }
  }

  /// `[PATCH 1/1]` below a `[PATCH 0/1]`.
  private func belongsToCover(_ record: MessageRecord) -> Bool {
    guard record.flags.contains(.isNumbered), let parent = byID[record.parent] else { return false }
    let cover = records[Int(parent)]
    return cover.isCover && cover.total == record.total && cover.version == record.version
  }

  private mutating func placePart(_ i: UInt32, _ record: MessageRecord) {
    let kind = kind(of: record)
    if record.parent != 0 || record.root != 0 {
      join(i, key: StableHash.of(4, root(of: i), kind))
      return
    }
    // The first mail of a thread: its own id is the root that the others name.
    let own = StableHash.of(4, record.id, kind)
    if record.id != 0, byKey[own] != nil {
      join(i, key: own)
      return
    }
    let key = StableHash.of(5, record.id == 0 ? 0 : record.sender, kind)
    if let open = loose[key], open.have[record.index] == nil || open.have[record.index] == record.title {
      groups[Int(open.group)].mails.append(i)
      groupOf[i] = open.group
      loose[key]?.have[record.index] = record.title
      if record.id != 0 { byKey[own] = open.group }
      return
    }
    join(i, key: record.id != 0 ? own : nil)
    loose[key] = (UInt32(groups.count - 1), [record.index: record.title])
  }

  /// What the parts of a series have in common.
  private func kind(of record: MessageRecord) -> UInt64 {
    UInt64(record.version) << 32 | UInt64(record.total) << 1 | (record.flags.contains(.isRFC) ? 1 : 0)
  }

  /// The first mail of the thread, as far as the input tells.
  private func root(of i: UInt32) -> UInt64 {
    var record = records[Int(i)]
    for _ in 0..<256 {
      guard record.parent != 0, let next = byID[record.parent] ?? byID[record.root] else { break }
      let above = records[Int(next)]
      if above.id == record.id { break }
      record = above
    }
    return record.root != 0 ? record.root : record.id
  }

  private mutating func join(_ i: UInt32, key: UInt64?) {
    if let key, let group = byKey[key] {
      groups[Int(group)].mails.append(i)
      groupOf[i] = group
      return
    }
    groups.append(Group(mails: [i]))
    groupOf[i] = UInt32(groups.count - 1)
    if let key { byKey[key] = UInt32(groups.count - 1) }
  }

  private mutating func placeReply(_ i: UInt32, _ record: MessageRecord) {
    if record.flags.isDisjoint(with: [.hasQuotedDiff, .isWebPage]) {
      // Most people quote the lines they mean and no header: the patch itself tells where they are.
      guard record.parent != 0, let patch = byID[record.parent], records[Int(patch)].isPatch,
        let group = groupOf[patch]
      else { return }
      groups[Int(group)].replies.append(i)
      return
    }
    if let target = target(of: i, record) {
      groups[Int(target)].replies.append(i)
      return
    }
    guard !record.isPatch || record.flags.contains(.isWebPage) else { return }
    if record.flags.contains(.isNumbered), record.index > 0, record.root != 0 {
      // A part that is only quoted stands in its series all the same.
      let key = StableHash.of(4, root(of: i), kind(of: record))
      if byKey[key] == nil {
        groups.append(Group())
        byKey[key] = UInt32(groups.count - 1)
      }
      if let group = byKey[key] { groups[Int(group)].replies.append(i) }
      return
    }
    let key = StableHash.of(6, record.parent != 0 ? record.parent : record.id != 0 ? record.id : UInt64(i))
    if let group = byKey[key] {
      groups[Int(group)].replies.append(i)
      return
    }
    groups.append(Group(replies: [i]))
    byKey[key] = UInt32(groups.count - 1)
  }

  /// The group that holds the patch a reply quotes.
  private func target(of i: UInt32, _ record: MessageRecord) -> UInt32? {
    var current = record
    for _ in 0..<16 {
      guard current.parent != 0, let next = byID[current.parent], next != i else { break }
      if let group = groupOf[next], records[Int(next)].isPatch { return group }
      current = records[Int(next)]
    }
    let title = StableHash.of(record.title, UInt64(record.version), UInt64(record.index))
    return byTitle[title].flatMap { $0 == i ? nil : groupOf[$0] }
  }
}
