// SPDX-License-Identifier: GPL-2.0-or-later
//
// Kconfig: what of a kernel tree can be built with what.
//
// Entry points: `KconfigDatabase(reading:architecture:)` reads the Kconfig files of one architecture;
// `ConfigurationSolver(_:).answer(_:of:)` says whether a formula over CONFIG facts can hold, and what to set so
// that it does; `KconfigConfiguration(_:setting:)` computes what `make olddefconfig` would;
// `Kbuild(of:architecture:).build(of:)` says when the Makefiles build a file.
//
// The decision it rests on: nothing is run and nothing is guessed. A solver proposes with fewer constraints
// than Kconfig has, so that "impossible" is safe; an evaluator that does exactly as the kernel's own confirms,
// so that "possible" is; what hangs on the output of a command is neither.
//
// `Language/` reads, `Configuration/` computes, `Kbuild/` reads Makefiles.
