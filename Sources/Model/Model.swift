// SPDX-License-Identifier: GPL-2.0-or-later
//
// Model: runs C code of the kernel through every interleaving of its threads.
//
// Entry points: `Scenario(_:)` reads the page that says which code runs, with which threads and stubs;
// `scenario.check(in:library:limits:clock:)` runs it on the code of a tree.
//
// The decision it rests on: the code is executed as it stands, from the syntax tree, on memory that is a tree of names.
// Nothing is translated by hand, so that a trace names the lines of the patch; and what cannot be executed ends an
// execution with its place, so that "clean" means that all was run. Sequential consistency is what is modelled, and no
// interrupts.
