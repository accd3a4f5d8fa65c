// SPDX-License-Identifier: GPL-2.0-or-later
//
// Kconfig: what of a kernel tree can be built with what.
