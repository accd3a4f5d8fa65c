/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_HOOK_H
#define _LINUX_HOOK_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/wait.h>
#include <uapi/linux/hook.h>

struct hook_link;
struct hook_map;
struct seq_file;

struct hook_link_ops {
	void (*dealloc)(struct hook_link *link);
	int (*detach)(struct hook_link *link);
	void (*show_fdinfo)(const struct hook_link *link, struct seq_file *seq);
	int (*fill_link_info)(const struct hook_link *link,
			      struct hook_link_info *info);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *pts);
};

struct hook_link {
	atomic64_t refcnt;
	u32 id;
	const struct hook_link_ops *ops;
};

struct hook_link_primer {
	struct hook_link *link;
	int fd;
	u32 id;
};

struct hook_map {
	u32 id;
	atomic64_t refcnt;
	int (*reg)(void *data, struct hook_link *link);
	void (*unreg)(void *data, struct hook_link *link);
	void *data;
};

struct hook_ops_link {
	struct hook_link link;
	struct hook_map __rcu *map;
	wait_queue_head_t wait_hup;
};

void hook_link_init(struct hook_link *link, const struct hook_link_ops *ops);
int hook_link_prime(struct hook_link *link, struct hook_link_primer *primer);
int hook_link_settle(struct hook_link_primer *primer);
void hook_link_cleanup(struct hook_link_primer *primer);
struct hook_link *hook_link_inc_not_zero(struct hook_link *link);
void hook_link_put(struct hook_link *link);

struct hook_map *hook_map_get(u32 fd);
void hook_map_put(struct hook_map *map);

int hook_ops_link_create(const struct hook_link_create *attr);

#endif /* _LINUX_HOOK_H */
