// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Glibc
internal import Kconfig
internal import SourceText

/// The build of a source for one machine, in a folder of its own.
struct KernelBuild: Sendable {
  let environment: [String: String]
  let machine: Machine
  /// `CROSS_COMPILE=`
  let compilerPrefix: String
  let source: String
  let output: String
  let limits: Confirmation.Limits

  /// What came of compiling one file.
  enum Compilation: Sendable {
    /// The names that the object leaves to the linker are known where they were asked for.
    case compiled(calls: Set<String>)
    case failed(CompilerOutput)
  }

  /// Configures as a witness says.
  /// - Throws: `Obstacle`; it is not asked here whether the witness holds.
  func configure(_ witness: WitnessConfiguration) async throws(Obstacle) -> BuiltConfiguration {
    let file = "\(output)/.config"
    try CacheFiles.write(Array(witness.text.utf8), to: file)
    let (end, text) = await run("olddefconfig", within: limits.configuring)
    try stop(at: end, "make olddefconfig", limits.configuring)
    guard end == .exited(0), let bytes = try CacheFiles.bytes(of: file) else {
      let error = CompilerOutput(text, source: source).first ?? "it says no more"
      throw Obstacle("make olddefconfig fails: \(error)")
    }
    return BuiltConfiguration(parsing: String(decoding: bytes, as: UTF8.self))
  }

  /// Compiles one file, whatever was compiled before.
  /// - Parameter askingCalls: whether it matters what the object leaves to the linker.
  func compile(_ unit: TreePath, askingCalls: Bool) async throws(Obstacle) -> Compilation {
    let object = Self.object(of: unit)
    try CacheFiles.remove("\(output)/\(object)")
    let (end, text) = await run(object, within: limits.building)
    try stop(at: end, "make \(object)", limits.building)
    guard end == .exited(0) else { return .failed(CompilerOutput(text, source: source)) }
    guard access("\(output)/\(object)", F_OK) == 0 else { throw Obstacle("make makes no \(object)") }
    return .compiled(calls: askingCalls ? try await calls(of: object) : [])
  }

  private func calls(of object: String) async throws(Obstacle) -> Set<String> {
    let nm = LimitedProgram(name: "\(compilerPrefix)nm", environment: environment)
    let (end, text) = await nm.run(["-u", "\(output)/\(object)"], within: limits.configuring)
    guard end == .exited(0) else { throw Obstacle("nm cannot read \(object)") }
    return Set(text.split { $0 == "\n" || $0 == " " }.map(String.init))
  }

  static func object(of unit: TreePath) -> String { "\(String("\(unit)".dropLast(2))).o" }

  /// What a person types to see the same, with the witness in `.config`.
  func command(for unit: TreePath) -> String {
    let cross = compilerPrefix.isEmpty ? "" : " CROSS_COMPILE=\(compilerPrefix)"
    return "make ARCH=\(machine.name)\(cross) olddefconfig \(Self.object(of: unit))"
  }

  /// Whether the Makefiles select a file in a configuration; nil where none that is understood has it.
  ///
  /// The question goes to the formulas of `Kbuild`, for `make dir/file.o` makes an object whether its Makefile wants it or
  /// not, and has no other way to ask. What the formulas leave open counts as selected.
  func isSelected(
    _ unit: TreePath, of tree: any SourceTree, in configuration: BuiltConfiguration
  ) -> Bool? {
    guard let build = Kbuild(of: tree, architecture: machine.name).build(of: unit) else { return nil }
    var table = build.table
    let possible = table.possible(build.compiled) { atom in
      switch atom {
      case .isBuiltIn, .isModule: true
      case .isDefined, .opaque: false
      }
    }
    return table.value(of: possible) { atom in
      switch atom {
      case .isBuiltIn(let name): configuration[name] == "y"
      case .isModule(let name): configuration[name] == "m"
      case .isDefined, .opaque: false
      }
    }
  }

  private func run(_ target: String, within limit: Duration) async -> (
    end: LimitedProgram.End, output: String
  ) {
    var arguments = ["-s", "-C", source, "O=\(output)", "ARCH=\(machine.name)"]
    if !compilerPrefix.isEmpty { arguments.append("CROSS_COMPILE=\(compilerPrefix)") }
    arguments += ["-j\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))", target]
    return await LimitedProgram(name: "make", environment: environment).run(arguments, within: limit)
  }

  /// What was ended in the middle of writing is made anew next time.
  private func stop(at end: LimitedProgram.End, _ what: String, _ limit: Duration) throws(Obstacle) {
    switch end {
    case .exited: return
    case .tookTooLong:
      try CacheFiles.remove(output)
      throw Obstacle("\(what) took longer than \(limit.components.seconds) s")
    case .ended:
      try CacheFiles.remove(output)
      throw Obstacle("\(what) was ended")
    case .notStarted(let why): throw Obstacle("make cannot be started: \(why)")
    }
  }
}
