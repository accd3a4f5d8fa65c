// SPDX-License-Identifier: GPL-2.0-or-later

extension KconfigDatabase {
  /// The symbols by way of which a symbol hangs on its own value, itself first; nil where it does not. Kconfig stops there
  /// with "recursive dependency detected!".
  ///
  /// Every `depends on` counts, also that of a symbol which nobody is asked about.
  /// Source: `sym_check_deps()` of `scripts/kconfig/symbol.c`.
  public func recursion(of name: String) -> [String]? {
    guard let start = model.find(name) else { return nil }
    // The condition of a select holds what its entry depends on: the way that names the entry says more.
    return path(from: start, withConditions: false) ?? path(from: start, withConditions: true)
  }

  private func path(from start: SymbolIndex, withConditions: Bool) -> [String]? {
    var (before, queue): ([SymbolIndex: SymbolIndex], [SymbolIndex]) = ([:], [start])
    var next = 0
    while next < queue.count {
      let here = queue[next]
      next += 1
      for other in influences(on: here, withConditions) {
        if other == start {
          var path = [here]
          while let last = path.last, last != start, let previous = before[last] { path.append(previous) }
          return path.reversed().map { model.name(of: $0) }
        }
        guard before[other] == nil else { continue }
        before[other] = here
        queue.append(other)
      }
    }
    return nil
  }

  /// The symbols that decide on the value of one.
  private func influences(on index: SymbolIndex, _ withConditions: Bool) -> [SymbolIndex] {
    let symbol = model.symbols[Int(index)]
    var found = model.edges[symbol.selectors].map(\.value) + model.edges[symbol.impliers].map(\.value)
    var expressions =
      withConditions
      ? model.edges[symbol.selectors].map(\.condition) + model.edges[symbol.impliers].map(\.condition) : []
    expressions += model.definitions[symbol.definitions].map(\.depends)
    expressions +=
      model.prompts[symbol.prompts].map(\.condition) + model.defaults[symbol.defaults].map(\.condition)
    expressions += model.defaults[symbol.defaults].map(\.value.expression)
    for expression in expressions { model.expressions.forEachSymbol(of: expression) { found.append($0) } }
    return found
  }
}
