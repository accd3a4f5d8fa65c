// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
internal import Yams

/// A file of contracts: what is known of functions by name.
public struct ContractFile: Hashable, Sendable {
  /// Where it is, for messages.
  public var path: String
  public var text: String

  public init(path: String, text: String) { (self.path, self.text) = (path, text) }

  /// Reads the file.
  /// - Throws: `ContractError`, with the line.
  public func contracts() throws(ContractError) -> Contracts {
    var contracts = Contracts()
    for (key, value) in try mapping(root()) {
      switch key.string {
      case "locks": for entry in try sequence(value) { contracts.locks.append(try lock(entry)) }
      case "allocations": for entry in try sequence(value) { contracts.allocations.append(try pair(entry)) }
      case "references": for entry in try sequence(value) { contracts.references.append(try pair(entry)) }
      case "states": for entry in try sequence(value) { contracts.states.append(try pair(entry)) }
      case "borrows": contracts.borrows = try names(value)
      case "failures": try failures(value, into: &contracts)
      case "sleeps": contracts.sleeps = try names(value)
      case "frees-argument": contracts.freesArgument = try names(value)
      case "null-safe": contracts.nullSafe = try names(value)
      case "gone": contracts.gone = try names(value)
      case "publishes": contracts.publishes = try names(value)
      case "noreturn": contracts.noreturn = try names(value)
      default: throw error(.unknownKey(key.string ?? ""), key)
      }
    }
    return contracts
  }

  // MARK: Entries

  private func lock(_ node: Node) throws(ContractError) -> Contracts.Lock {
    var lock = Contracts.Lock(family: "", maySleep: false)
    for (key, value) in try mapping(node) {
      switch key.string {
      case "family": lock.family = try word(value)
      case "argument": lock.argument = try argument(value)
      case "only-one": lock.isOnlyOne = try truth(value)
      case "may-sleep": lock.maySleep = try truth(value)
      case "acquire": lock.acquire = try names(value)
      case "acquire-on-zero": lock.acquireOnZero = try names(value)
      case "acquire-on-nonzero": lock.acquireOnNonzero = try names(value)
      case "release": lock.release = try names(value)
      default: throw error(.unknownKey(key.string ?? ""), key)
      }
    }
    guard !lock.family.isEmpty else { throw error(.missingKey("family"), node) }
    return lock
  }

  private func pair(_ node: Node) throws(ContractError) -> Contracts.Pair {
    var pair = Contracts.Pair(family: "", acquire: [], release: [])
    for (key, value) in try mapping(node) {
      switch key.string {
      case "family": pair.family = try word(value)
      case "acquire": pair.acquire = try names(value)
      case "release": pair.release = try names(value)
      case "each": pair.each = try arguments(value)
      case "consumes": pair.consumes = try arguments(value)
      case "release-argument": pair.releaseArgument = try argument(value)
      case "managed": pair.isManaged = try truth(value)
      default: throw error(.unknownKey(key.string ?? ""), key)
      }
    }
    guard !pair.family.isEmpty else { throw error(.missingKey("family"), node) }
    return pair
  }

  private func failures(_ node: Node, into contracts: inout Contracts) throws(ContractError) {
    for (key, value) in try mapping(node) {
      guard let failure = Contracts.Failure(rawValue: key.string ?? "") else {
        throw error(.unknownKey(key.string ?? ""), key)
      }
      for name in try names(value) { contracts.failures[name] = failure }
    }
  }

  // MARK: YAML

  private func root() throws(ContractError) -> Node {
    do {
      if let node = try PlainYAML.node(text) { return node }
    } catch {
      let line =
        switch error as? YamlError {
        case .parser(_, _, let mark, _), .scanner(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: 1
        }
      throw ContractError(path: path, line: line, kind: .malformed("\(error)"))
    }
    throw ContractError(path: path, line: 1, kind: .malformed("no keys"))
  }

  private func mapping(_ node: Node) throws(ContractError) -> [(key: Node, value: Node)] {
    guard let mapping = node.mapping else { throw error(.expected("keys"), node) }
    return mapping.map { ($0.key, $0.value) }
  }

  private func sequence(_ node: Node) throws(ContractError) -> [Node] {
    guard let sequence = node.sequence else { throw error(.expected("a list"), node) }
    return Array(sequence)
  }

  private func names(_ node: Node) throws(ContractError) -> Set<String> {
    var names: Set<String> = []
    for entry in try sequence(node) { names.insert(try word(entry)) }
    return names
  }

  /// For each function which argument is meant, 0-based.
  private func arguments(_ node: Node) throws(ContractError) -> [String: Int] {
    var arguments: [String: Int] = [:]
    for (function, number) in try mapping(node) { arguments[try word(function)] = try argument(number) }
    return arguments
  }

  private func argument(_ node: Node) throws(ContractError) -> Int {
    guard let number = node.int, number >= 0 else { throw error(.expected("a number from 0"), node) }
    return number
  }

  private func truth(_ node: Node) throws(ContractError) -> Bool {
    guard let answer = node.bool else { throw error(.expected("true or false"), node) }
    return answer
  }

  private func word(_ node: Node) throws(ContractError) -> String {
    guard let word = node.scalar?.string, !word.isEmpty else { throw error(.expected("a name"), node) }
    return word
  }

  private func error(_ kind: ContractError.Kind, _ node: Node) -> ContractError {
    ContractError(path: path, line: node.mark?.line ?? 1, kind: kind)
  }
}

extension Contracts {
  /// All of several files; of two that differ about one function the later one counts.
  /// - Throws: `ContractError` of the first file that is none.
  public init(_ files: [ContractFile]) throws(ContractError) {
    self.init()
    for file in files { self = merging(try file.contracts()) }
  }
}

/// What is wrong with a file of contracts, and where.
public struct ContractError: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The YAML reader's own words.
    case malformed(String)
    case unknownKey(String)
    case missingKey(String)
    case expected(String)
  }

  public var path: String
  /// 1-based.
  public var line: Int
  public var kind: Kind
}
