// SPDX-License-Identifier: GPL-2.0-or-later
//
// KernelTree: the source a patch is for.
//
// Entry points: `Repository(opening:)` and `DirectoryTree` give `SourceTree`s; `PatchedTree` puts
// patches on one, in memory; `BaseSearch` finds the revision a series was made for, or says what it
// tried; `Repository.mail(range:)` gives commits as the mail git would send.
//
// The decision it rests on: objects are read through libgit2, hunks are applied by UnifiedDiff (which
// knows offset and fuzz, and why a hunk does not fit), and nothing is ever written.
