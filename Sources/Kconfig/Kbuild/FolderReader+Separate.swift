// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension FolderReader {
  /// Objects that only rules of the Makefile itself use: vDSO, boot wrapper, purgatory.
  ///
  /// Whether the rule is used is not looked into: the condition is where it can be.
  mutating func readSeparate() {
    let reached = build.entry.reached
    guard reached != .never else { return }
    let programs = ["hostprogs", "userprogs", "hostprogs-always-y", "userprogs-always-y", "hostprogs-y"]
      .flatMap { words($0).map(\.text) }
    let ofPrograms = Set(
      programs.flatMap { name in
        [name] + ["\(name)-objs", "\(name)-cxxobjs"].flatMap { words($0).compactMap(\.text.objectStem) }
      })
    let named = Set(mentions.keys)
    for word in evaluator.linked + words("targets") {
      guard let stem = word.text.compiledStem, !ofPrograms.contains(stem), let path = path(stem),
        !named.contains(path)
      else { continue }
      let mention = FolderBuild.Mention(
        builtIn: .never, module: .never, separate: evaluator.both(reached, word.condition),
        origin: word.origin)
      mentions[path, default: []].append(mention)
    }
    // What is derived is a source: nothing is derived from it again.
    let known = mentions.sorted { $0.key < $1.key }
    for rule in evaluator.rules { derive(rule, from: known.map { ($0.key, $0.value) }) }
  }

  /// `%.nvhe.o: %.o`: the object of another name is made of the same source.
  private mutating func derive(
    _ rule: MakeEvaluator.PatternRule, from named: [(path: String, mentions: [FolderBuild.Mention])]
  ) {
    guard rule.target.hasSuffix(".o"), let target = KbuildPath.normal(rule.target, in: ""),
      let dot = rule.source.lastIndex(of: "."),
      let source = KbuildPath.normal(String(rule.source[..<dot]), in: "")
    else { return }
    let pattern = String(target.dropLast(2))
    guard pattern != source, pattern.utf8.filter({ $0 == UInt8(ascii: "%") }).count == 1 else { return }
    // Two objects may be made of one source: `x-32.o` and `x-64.o` of `x.c`.
    var derived: [String: [FolderBuild.Mention]] = [:]
    for (path, known) in named {
      // Without a folder in it, the pattern is for the name only.
      let match = source.contains("/") ? MakeText.stem(of: path, in: pattern) : nil
      guard let stem = match ?? path.lastComponentStem(in: pattern) else { continue }
      let name =
        source.contains("/")
        ? source.substituting("%", stem) : path.parentPrefix + source.substituting("%", stem)
      guard name != path else { continue }
      derived[name, default: []] += known.map { mention in
        var mention = mention
        mention.separate = evaluator.table.or([mention.builtIn, mention.module, mention.separate])
        (mention.builtIn, mention.module) = (.never, .never)
        return mention
      }
    }
    for (name, _) in named { derived[name] = nil }
    for (name, known) in derived { mentions[name, default: []] += known }
  }
}

extension String {
  /// The name of what is compiled to an object or, to read numbers from it, to assembly.
  fileprivate var compiledStem: String? {
    objectStem ?? (hasSuffix(".s") || hasSuffix(".c") ? String(dropLast(2)) : nil)
  }

  fileprivate var parentPrefix: String { lastIndex(of: "/").map { String(self[...$0]) } ?? "" }

  fileprivate func lastComponentStem(in pattern: String) -> String? {
    guard !pattern.contains("/"), let name = split(separator: "/").last else { return nil }
    return MakeText.stem(of: String(name), in: pattern)
  }
}
