// SPDX-License-Identifier: GPL-2.0-or-later
//
// UnifiedDiff: patches as values.
//
// Entry points: `Patch(parsing:)` reads any text that may hold diffs; `Patch.printed()` gives its
// bytes back; `Patch.applying(_:to:)` changes a file as `patch` does, and says how well it fitted.
//
// The decision it rests on: a patch keeps the text it came from, and everything in it is a range of
// that text. Nothing is normalised on the way in, so a finding can point at the very bytes that were
// sent, and a diff that lies about itself is reported and read all the same.
