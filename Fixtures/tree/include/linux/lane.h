/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_LANE_H
#define _LINUX_LANE_H

#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/workqueue.h>
#include <linux/lane-hook.h>

#ifdef CONFIG_LANES

/**
 * struct lane - a group of tasks
 * @id: never 0, and never used again
 * @ref: users; the lane goes away with the last of them
 * @parent: the lane around it, NULL for the root
 * @release_work: frees what is left when the lane is gone
 * @hook: what runs for the tasks of the lane
 */
struct lane {
	u64 id;
	struct percpu_ref ref;
	struct lane *parent;
	struct work_struct release_work;
	struct lane_hook hook;
};

extern struct mutex lane_mutex;

struct lane *lane_get_from_fd(int fd);
struct lane *lane_get_from_id(u64 id);
void lane_put(struct lane *lane);

static inline u64 lane_id(const struct lane *lane)
{
	return lane->id;
}

static inline void lane_lock(void)
{
	mutex_lock(&lane_mutex);
}

static inline void lane_unlock(void)
{
	mutex_unlock(&lane_mutex);
}

#else /* !CONFIG_LANES */

struct lane;

static inline u64 lane_id(const struct lane *lane)
{
	return 1;
}

static inline void lane_lock(void) {}
static inline void lane_unlock(void) {}

static inline struct lane *lane_get_from_id(u64 id)
{
	return NULL;
}

#endif /* CONFIG_LANES */

#endif /* _LINUX_LANE_H */
