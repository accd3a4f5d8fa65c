// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import Review
import Rules
import Testing

/// Files of contracts.
struct ContractTests {
  static let broken: [(text: String, line: Int, kind: ContractError.Kind)] = [
    ("sleeps: [a\n", 2, .malformed("")), ("sleep: [a]\n", 1, .unknownKey("sleep")),
    ("sleeps:\n  a: b\n", 2, .expected("a list")), ("locks:\n  - acquire: [a]\n", 2, .missingKey("family")),
    ("locks:\n  - family: a\n    argument: -1\n", 3, .expected("a number from 0")),
    ("locks:\n  - family: a\n    may-sleep: perhaps\n", 3, .expected("true or false")),
    ("allocations:\n  - family: a\n    free: [b]\n", 3, .unknownKey("free")),
    ("failures:\n  nothing: [a]\n", 2, .unknownKey("nothing")), ("- a\n", 1, .expected("keys")),
  ]

  @Test(arguments: broken)
  func namesTheLine(_ text: String, _ line: Int, _ kind: ContractError.Kind) {
    let error = #expect(throws: ContractError.self) {
      try ContractFile(path: "a.yaml", text: text).contracts()
    }
    #expect(error?.path == "a.yaml" && error?.line == line, "\(String(describing: error))")
    if case .malformed = kind { return }
    #expect(error?.kind == kind)
  }

  @Test func laterFilesCountMore() throws {
    let files = [
      "failures: { error-pointer: [get] }\nlocks:\n  - family: mutex\n    acquire: [lock]\n    may-sleep: true\n",
      "failures: { \"null\": [get] }\nlocks:\n  - family: mutex\n    release: [unlock]\n    may-sleep: true\nsleeps: [wait]\n",
    ]
    let contracts = try Contracts(files.enumerated().map { ContractFile(path: "\($0)", text: $1) })
    #expect(contracts.failures == ["get": .null] && contracts.sleeps == ["wait"])
    #expect(contracts.locks.map(\.acquire) == [["lock"]] && contracts.locks.map(\.release) == [["unlock"]])
  }

  @Test func readsPairs() throws {
    let text = """
      states:
        - family: clock
          acquire: [on]
          release: [off]
      allocations:
        - family: pool
          acquire: [get]
          release: [put]
          release-argument: 1
          managed: true
      borrows: [look, show_*]
      locks:
        - family: the lock
          only-one: true
          may-sleep: false
      """
    let contracts = try ContractFile(path: "a.yaml", text: text).contracts()
    #expect(contracts.states.map(\.release) == [["off"]] && contracts.borrows == ["look", "show_*"])
    #expect(contracts.allocations.map(\.releaseArgument) == [1])
    #expect(contracts.allocations.map(\.isManaged) == [true] && contracts.locks.map(\.isOnlyOne) == [true])
  }

  /// What is built in is whole: no function is taken to fail in two ways, and what takes a lock has what releases it.
  @Test func readsWhatIsBuiltIn() throws {
    let contracts = try Contracts(builtInContracts)
    #expect(!contracts.sleeps.isEmpty && !contracts.gone.isEmpty && !contracts.nullSafe.isEmpty)
    #expect(contracts.failures["kmalloc"] == .null && contracts.failures["clk_get"] == .errorPointer)
    for family in Set(contracts.locks.map(\.family)) {
      #expect(contracts.locks.contains { $0.family == family && !$0.release.isEmpty }, "\(family)")
    }
  }
}
