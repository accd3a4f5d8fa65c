/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swift cannot call variadic functions: the options we set get a function each. */
#pragma once
#include <git2.h>

static inline int git2_strict_hash_verification(int enabled)
{
	return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}
