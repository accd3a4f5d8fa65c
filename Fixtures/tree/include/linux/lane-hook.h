/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_LANE_HOOK_H
#define _LINUX_LANE_HOOK_H

#include <linux/errno.h>
#include <linux/list.h>
#include <linux/percpu-refcount.h>

struct hook_link;
struct hook_prog;
struct lane;
struct seq_file;

#ifdef CONFIG_LANE_HOOK

/**
 * struct lane_hook - the hooks of one lane
 * @progs: what runs, in order
 * @refcnt: held by each attached link; dies when the lane is removed
 */
struct lane_hook {
	/* attached programs */
	struct list_head progs;

	/* used to detach programs after the lane was removed */
	struct percpu_ref refcnt;
};

int lane_hook_inherit(struct lane *lane);
void lane_hook_offline(struct lane *lane);

int lane_hook_attach(struct lane *lane, struct hook_prog *prog);
int lane_hook_query(struct lane *lane, u32 *count);

#else /* !CONFIG_LANE_HOOK */

struct lane_hook {};

static inline int lane_hook_inherit(struct lane *lane) { return 0; }
static inline void lane_hook_offline(struct lane *lane) {}

static inline int lane_hook_attach(struct lane *lane, struct hook_prog *prog)
{
	return -EINVAL;
}

static inline int lane_hook_query(struct lane *lane, u32 *count)
{
	return -EINVAL;
}

#endif /* CONFIG_LANE_HOOK */

#endif /* _LINUX_LANE_HOOK_H */
