// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC

extension SyntaxTree {
  /// What is wrong with the tree, whatever its text is; nil where nothing is.
  public var flaw: String? {
    guard self[root].tokens == 0..<buffer.tokens.count else { return "the root is not all" }
    var count = 0
    for id in descendants(of: root) {
      count += 1
      guard count <= self.count else { return "a node is in the tree twice" }
      let node = self[id]
      guard node.first <= node.end, Int(node.main) < buffer.tokens.count else {
        return "\(node.kind): no range"
      }
      var behind = node.first
      for child in children(of: id) {
        let inner = self[child]
        guard inner.parent == id else { return "\(inner.kind) is no child of its parent" }
        // Another reading of a declaration begins where the one before it does.
        if inner.flags.contains(.isAlternative) { behind = min(behind, inner.first) }
        guard inner.first >= behind || inner.kind == .missing || inner.kind == .abstractDeclarator else {
          return "\(inner.kind) in \(node.kind) begins before the one before it ends"
        }
        // What is missing stands before the next lexeme, which may be behind lines of the preprocessor.
        guard inner.end <= node.end || inner.tokens.isEmpty else {
          return "\(inner.kind) ends behind its \(node.kind)"
        }
        behind = max(behind, inner.end)
      }
    }
    return nil
  }
}
