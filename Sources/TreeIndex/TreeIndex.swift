// SPDX-License-Identifier: GPL-2.0-or-later
//
// TreeIndex: which names a tree declares and defines, where, and under which condition; and what can be built of it.
//
// Symbols/: `SymbolCache.build(_:)` and `symbols(of:)` for a whole tree, `LazySymbols(of:)` without an index, and
// `OverlaidSymbols(_:replacing:from:)` for patches; all answer as `SymbolLookup`. Records are made of one file's bytes
// alone, so that they are kept by blob id, and a tree's records lie in one piece that is mapped, not read.
//
// Availability/: `TreeBuilds` asks whether some configuration of an architecture builds a file without what it uses. It
// reads the headers that the one file reaches; what is not known counts as there.
