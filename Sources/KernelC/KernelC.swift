// SPDX-License-Identifier: GPL-2.0-or-later
//
// KernelC: a front end for the C of the kernel, which never needs a configured build.
//
// Entry points: `TokenBuffer(lexing:)` cuts a text into tokens, `SyntaxTree(parsing:as:)` reads them as C,
// `SourceUnit` is one side of a changed file, `TranslationUnit` looks names up in it and its headers, `ControlFlow(of:in:)`
// lays out the ways through a function, and `Pattern(parsing:)` finds a shape of C in a tree.
//
// The decision it rests on: nothing is preprocessed away. Both sides of every conditional, macros and what
// they are given stay as they were written, with their bytes; a token knows where it stands, so that whatever
// is found in it can be shown in the patch.
