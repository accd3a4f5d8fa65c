/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swift cannot call variadic functions: the options we set get a function each. */
#pragma once
#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <zlib.h>

static inline int git2_strict_hash_verification(int enabled)
{
	return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

/*
 * Extensions that change nothing for a reader of objects and refs. Without this, libgit2 1.5 refuses
 * partial clones and work trees with their own configuration.
 */
static inline int git2_allow_reader_extensions(void)
{
	static const char *const names[] = { "partialclone", "preciousobjects", "worktreeconfig" };

	return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, sizeof(names) / sizeof(names[0]));
}
