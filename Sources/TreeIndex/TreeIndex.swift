// SPDX-License-Identifier: GPL-2.0-or-later
//
// TreeIndex: which names a tree declares and defines, where, and under which condition.
//
// Symbols/: `SymbolCache.build(_:)` and `symbols(of:)` for a whole tree, `LazySymbols(of:)` without an index, and
// `OverlaidSymbols(_:replacing:from:)` for patches; all answer as `SymbolLookup`. Records are made of one file's bytes
// alone, so that they are kept by blob id, and a tree's records lie in one piece that is mapped, not read.
