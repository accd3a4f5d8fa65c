// SPDX-License-Identifier: GPL-2.0-or-later
//
// KernelTree: the source a patch is for.
//
// Entry points: `BaseSearch.Place(opening: TreeLocation(parsing:))` is what `--tree` names;
// `BaseSearch.base()` finds the revision a series was made for, or says what it tried;
// `PatchedTree.applying(_:)` puts patches on a tree, in memory; `Repository.mail(range:)` gives commits
// as the mail git would send; `Repository.commit(_:)` looks up what a `Fixes:` tag names.
//
// The decision it rests on: objects are read through libgit2, hunks are applied by UnifiedDiff (which
// knows offset and fuzz, and why a hunk does not fit), and nothing is ever written.
