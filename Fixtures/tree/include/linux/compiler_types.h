/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every file is compiled with. */
