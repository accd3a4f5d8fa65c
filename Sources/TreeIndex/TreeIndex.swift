// SPDX-License-Identifier: GPL-2.0-or-later
//
// TreeIndex: which names a tree declares and defines, where, and under which condition.
