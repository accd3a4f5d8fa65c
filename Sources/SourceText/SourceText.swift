// SPDX-License-Identifier: GPL-2.0-or-later
//
// SourceText: names and places in text, shared by everything above it.
//
// Entry points: `TreePath(validating:)` turns a name from a diff into one that can be looked up;
// `SourceTree` is how every reader gets at files, so that a git revision, a plain directory and a
// patched overlay look alike.
//
// The decision it rests on: text is bytes with 32-bit offsets. Mail and source mix encodings, and a
// `String` would change them on the way; a file over 4 GiB is refused where it is read.
