// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `uapi/unsafe-struct`: an added struct for user space with a hole, or that 32-bit programs lay out in another way.
struct UapiUnsafeStruct: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let known = Set(
      patch.changedFiles.flatMap(\.old).flatMap { FileNames(of: $0.syntax).tags.keys })
    for source in patch.changedFiles.flatMap(\.new) where source.path.isOfUserAPI {
      let tags = FileNames(of: source.syntax).tags
      for (tag, nodes) in tags.sorted(by: { $0.key < $1.key }) where !known.contains(tag) && nodes.count == 1
      {
        guard let node = nodes.first, source.syntax[node].kind == .structType,
          source.place(ofToken: source.syntax[node].tokens.lowerBound) == .added
        else { continue }
        if let draft = draft(node, tag, source, patch) { result.findings.append(draft) }
      }
    }
    result.findings.sort { $0.primary.line < $1.primary.line }
    return result
  }

  private func draft(_ node: NodeID, _ tag: String, _ source: SourceUnit, _ patch: PatchFacts)
    -> FindingDraft?
  {
    let layouts = [StructLayout.Machine.wide, .narrow].compactMap {
      StructLayout(of: node, in: source.syntax, on: $0)
    }
    guard layouts.count == 2 else { return nil }
    let (wide, narrow) = (layouts[0], layouts[1])
    var draft: FindingDraft
    if let word = wide.words.first {
      draft = FindingDraft(
        "struct \(tag) has a member as wide as a machine word, and 32-bit programs have another layout",
        at: patch.span(ofToken: word, in: source),
        evidence: [
          Evidence(
            .source,
            "sizeof(struct \(tag)) is \(wide.size) for 64-bit programs and \(narrow.size) for 32-bit ones")
        ])
      draft.help = "use __u64, and u64_to_user_ptr() for pointers"
    } else if let hole = wide.holes.first {
      draft = FindingDraft(
        "struct \(tag) has \(hole.bytes) byte\(hole.bytes == 1 ? "" : "s") of padding \(hole.isEnd ? "behind" : "before") `\(source.syntax.spelling(ofToken: hole.token))`",
        at: patch.span(ofToken: hole.token, in: source),
        evidence: [
          Evidence(
            .source,
            hole.isEnd
              ? "the members end at \(wide.size - hole.bytes), and the struct is aligned to \(wide.alignment)"
              : "what stands before it ends at offset \(hole.offset), and it is aligned to \(hole.alignment)")
        ])
      draft.help = "name the padding, and check that it is zero"
    } else if wide.size != narrow.size {
      guard let token = wide.aligned.first else { return nil }
      draft = FindingDraft(
        "struct \(tag) has another size for 32-bit programs on x86",
        at: patch.span(ofToken: token, in: source),
        evidence: [
          Evidence(
            .source,
            "__u64 is aligned to 4 bytes there: the size is \(narrow.size), and \(wide.size) for 64-bit programs"
          )
        ])
      draft.help = "use __aligned_u64, or pad the struct to a multiple of 8"
    } else {
      return nil
    }
    draft.symbols = [tag]
    return draft
  }
}

/// Where the members of a struct lie.
private struct StructLayout {
  enum Machine {
    /// 64 bit.
    case wide
    /// 32-bit x86, where 64-bit numbers are aligned to 4.
    case narrow

    var word: Int { self == .wide ? 8 : 4 }
    var alignmentOfLongLong: Int { self == .wide ? 8 : 4 }
  }

  struct Hole {
    var token: Int
    var bytes: Int
    var offset: Int
    var alignment: Int
    var isEnd = false
  }

  private(set) var size = 0
  private(set) var alignment = 1
  private(set) var holes: [Hole] = []
  /// Names of members that are as wide as a machine word.
  private(set) var words: [Int] = []
  /// Names of members that are aligned as 64-bit numbers.
  private(set) var aligned: [Int] = []

  private let syntax: SyntaxTree
  private let machine: Machine

  /// nil where the size of a member is not known, or attributes or bit-fields change the layout.
  init?(of type: NodeID, in syntax: SyntaxTree, on machine: Machine, depth: Int = 0) {
    (self.syntax, self.machine) = (syntax, machine)
    guard depth < 8, !syntax.descendants(of: type).contains(where: { syntax[$0].kind == .opaque }) else {
      return nil
    }
    let isUnion = syntax[type].kind == .unionType
    var last = Int(syntax[type].main)
    for member in syntax.children(of: type) {
      guard syntax[member].kind == .declaration, let specifiers = syntax.child(0, of: member),
        syntax[specifiers].kind == .specifiers
      else { return nil }
      let base = base(of: specifiers, depth)
      let declared = syntax.children(of: member).filter { syntax[$0].kind == .initDeclarator }
      if declared.isEmpty {
        guard let base else { return nil }
        add(base, Int(syntax[member].main), isUnion)
        continue
      }
      for name in declared {
        guard let declarator = syntax.child(0, of: name), let part = part(base, declarator),
          !syntax.children(of: name).contains(where: { syntax[$0].kind == .attribute })
        else { return nil }
        last = Int(syntax[name].main)
        add(part, last, isUnion)
      }
    }
    guard let outer = syntax.parent(of: type).flatMap({ syntax.parent(of: $0) }),
      !syntax.hasAttribute(behind: type, in: outer)
    else { return nil }
    let rest = size % alignment
    guard rest > 0 else { return }
    if !isUnion {
      holes.append(
        Hole(token: last, bytes: alignment - rest, offset: size, alignment: alignment, isEnd: true))
    }
    size += alignment - rest
  }

  private struct Part {
    var size: Int
    var alignment: Int
    var isWord = false
    var holes: [Hole] = []
  }

  private mutating func add(_ part: Part, _ token: Int, _ isUnion: Bool) {
    alignment = max(alignment, part.alignment)
    if part.isWord { words.append(token) }
    if part.alignment == 8 || part.size % 8 == 0 && part.size > 0 { aligned.append(token) }
    holes += part.holes
    guard !isUnion else {
      size = max(size, part.size)
      return
    }
    let rest = size % part.alignment
    if rest > 0 {
      holes.append(Hole(token: token, bytes: part.alignment - rest, offset: size, alignment: part.alignment))
      size += part.alignment - rest
    }
    size += part.size
  }

  private func part(_ base: Part?, _ declarator: NodeID) -> Part? {
    switch syntax[declarator].kind {
    case .nameDeclarator: return base
    case .pointerDeclarator: return Part(size: machine.word, alignment: machine.word, isWord: true)
    case .arrayDeclarator:
      guard let inner = syntax.child(0, of: declarator), var part = part(base, inner) else { return nil }
      guard let count = syntax.child(1, of: declarator) else {
        part.size = 0
        return part
      }
      guard let number = number(count) else { return nil }
      part.size *= number
      return part
    default: return nil
    }
  }

  /// A number, or a macro of the file that stands for one.
  private func number(_ node: NodeID) -> Int? {
    switch syntax[node].kind {
    case .number: return Int(literal: syntax.name(of: node))
    case .identifier:
      let bodies = syntax.macros.filter { syntax.spelling(ofToken: $0.name) == syntax.name(of: node) }.map(
        \.body)
      guard bodies.count == 1, bodies[0].count == 1 else { return nil }
      return Int(literal: syntax.spelling(ofToken: bodies[0].lowerBound))
    default: return nil
    }
  }

  private func base(of specifiers: NodeID, _ depth: Int) -> Part? {
    let types = syntax.children(of: specifiers).filter { syntax[$0].kind != .attribute }
    guard types.count == 1, let type = types.first, syntax.children(of: specifiers).allSatisfy({ $0 == type })
    else {
      return nil
    }
    switch syntax[type].kind {
    case .typeName:
      let words = syntax[type].tokens.map { syntax.spelling(ofToken: $0) }
        .filter { !["const", "volatile", "signed"].contains($0) }
      return scalar(words.joined(separator: " "))
    case .enumType: return Part(size: 4, alignment: 4)
    case .structType, .unionType:
      let body: NodeID?
      if syntax[type].flags.contains(.hasBody) {
        body = type
      } else {
        let known = FileNames(of: syntax).tags[syntax.name(of: type)] ?? []
        body = known.count == 1 ? known.first : nil
      }
      guard let body, let inner = StructLayout(of: body, in: syntax, on: machine, depth: depth + 1) else {
        return nil
      }
      // The holes of another struct are its own.
      return Part(
        size: inner.size, alignment: inner.alignment, isWord: body == type && !inner.words.isEmpty,
        holes: body == type ? inner.holes : [])
    default: return nil
    }
  }

  private func scalar(_ name: String) -> Part? {
    switch name {
    case "__u8", "__s8", "char", "unsigned char", "_Bool", "bool", "__u8 __bitwise":
      Part(size: 1, alignment: 1)
    case "__u16", "__s16", "__le16", "__be16", "short", "unsigned short", "unsigned short int", "short int",
      "__sum16":
      Part(size: 2, alignment: 2)
    case "__u32", "__s32", "__le32", "__be32", "int", "unsigned", "unsigned int", "__kernel_pid_t",
      "__kernel_uid32_t",
      "__kernel_gid32_t", "float", "__wsum", "__poll_t":
      Part(size: 4, alignment: 4)
    case "__u64", "__s64", "__le64", "__be64", "long long", "unsigned long long", "long long int",
      "__kernel_loff_t":
      Part(size: 8, alignment: machine.alignmentOfLongLong)
    case "__aligned_u64", "__aligned_s64", "__aligned_be64", "__aligned_le64": Part(size: 8, alignment: 8)
    case "long", "unsigned long", "long int", "unsigned long int", "size_t", "__kernel_size_t",
      "__kernel_ulong_t",
      "__kernel_long_t":
      Part(size: machine.word, alignment: machine.word, isWord: true)
    default: nil
    }
  }
}

extension SyntaxTree {
  /// Whether something that may change the layout stands beside the body of a struct.
  fileprivate func hasAttribute(behind type: NodeID, in declaration: NodeID) -> Bool {
    self[declaration].tokens.contains { token in
      !self[type].tokens.contains(token)
        && ["packed", "__packed", "aligned", "__aligned", "__attribute__"].contains(spelling(ofToken: token))
    }
      || self[type].tokens.contains {
        ["__packed", "__attribute__", "__aligned"].contains(spelling(ofToken: $0))
      }
  }
}

extension Int {
  /// A number as C writes it.
  fileprivate init?(literal: String) {
    let digits = literal.lowercased().filter { $0 != "u" && $0 != "l" }
    let value = digits.hasPrefix("0x") ? Int(digits.dropFirst(2), radix: 16) : Int(digits)
    guard let value, (0..<1 << 20).contains(value) else { return nil }
    self = value
  }
}
