// SPDX-License-Identifier: GPL-2.0-or-later
//
// Confirm: the compiler's own word on what a review says does not build.
//
// Entry point: `Confirmation(cache:searchPath:).confirm(_:)` takes a review and gives it back with what the compiler said.
//
// The decision it rests on: it is the one module that runs anything, and what it runs is the tree's own build, with the
// patches of the mail on it. So it works on a copy of the tree in the cache, builds into a folder of its own, runs each
// program in a process group with a time limit, and leaves a finding as it was wherever it cannot tell.
