// SPDX-License-Identifier: GPL-2.0-or-later

/// The file that git runs: a hook that was there before, then review-patch.
struct HookScript: Hashable {
  var hook: GitHook
  /// The whole path of review-patch.
  var program: String

  /// What the file is that stood in its place, behind the hook's own name.
  static let replacedEnding = ".before-review-patch"

  /// - Returns: nil where the text is not one that this program wrote, or has been changed since.
  init?(parsing text: String, hook: GitHook) {
    let start = "program='"
    guard
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(start) && $0.hasSuffix("'") })
    else { return nil }
    let quoted = line.dropFirst(start.count).dropLast()
    self.init(hook: hook, program: String(quoted.replacing(#"'\''"#, with: "'")))
    guard self.text == text else { return nil }
  }

  init(hook: GitHook, program: String) {
    (self.hook, self.program) = (hook, program)
  }

  /// Status 1 alone says that something was found. What else may go wrong, a program that was moved or one that
  /// crashed, is said and stops nobody.
  var text: String {
    """
    #!/bin/sh
    # Written by `review-patch hook install`. `review-patch hook remove` brings back what was here before,
    # which is run first: "\(hook.rawValue)\(Self.replacedEnding)".
    program='\(program.replacing("'", with: #"'\''"#))'
    if [ -x "$0\(Self.replacedEnding)" ]; then
    	"$0\(Self.replacedEnding)" "$@" || exit
    fi
    if [ ! -x "$program" ]; then
    	echo "review-patch: $program is not there: nothing was checked" >&2
    	exit 0
    fi
    "$program" hook run \(hook.rawValue) "$@"
    case $? in
    0) exit 0 ;;
    1) exit 1 ;;
    esac
    echo "review-patch: this hook failed, which stops nothing: not all was checked" >&2
    exit 0

    """
  }
}
