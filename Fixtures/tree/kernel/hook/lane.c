// SPDX-License-Identifier: GPL-2.0-or-later
/* Hooks that run for the tasks of a lane. */

#include <linux/hook.h>
#include <linux/lane.h>
#include <linux/lane-hook.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

struct hook_prog_list {
	struct list_head node;
	struct hook_prog *prog;
};

struct hook_lane_link {
	struct hook_link link;
	struct lane *lane;
	u32 attach_type;
};

static void lane_hook_release(struct percpu_ref *ref)
{
	struct lane_hook *hook = container_of(ref, struct lane_hook, refcnt);
	struct lane *lane = container_of(hook, struct lane, hook);
	struct hook_prog_list *pl, *tmp;

	lane_lock();
	list_for_each_entry_safe(pl, tmp, &lane->hook.progs, node) {
		list_del(&pl->node);
		kfree(pl);
	}
	lane_unlock();

	lane_put(lane);
}

int lane_hook_inherit(struct lane *lane)
{
	int ret;

	ret = percpu_ref_init(&lane->hook.refcnt, lane_hook_release, 0,
			      GFP_KERNEL);
	if (ret)
		return ret;

	INIT_LIST_HEAD(&lane->hook.progs);
	return 0;
}

void lane_hook_offline(struct lane *lane)
{
	percpu_ref_kill(&lane->hook.refcnt);
}

int lane_hook_attach(struct lane *lane, struct hook_prog *prog)
{
	struct hook_prog_list *pl;

	pl = kmalloc(sizeof(*pl), GFP_KERNEL);
	if (!pl)
		return -ENOMEM;

	pl->prog = prog;
	lane_lock();
	list_add_tail(&pl->node, &lane->hook.progs);
	lane_unlock();
	return 0;
}

int lane_hook_query(struct lane *lane, u32 *count)
{
	struct hook_prog_list *pl;

	lane_lock();
	list_for_each_entry(pl, &lane->hook.progs, node)
		(*count)++;
	lane_unlock();
	return 0;
}

static int hook_lane_link_detach(struct hook_link *link)
{
	struct hook_lane_link *ll =
		container_of(link, struct hook_lane_link, link);

	lane_lock();
	/* the lane went away under the link */
	if (!ll->lane) {
		lane_unlock();
		return -ENOLINK;
	}
	lane_put(ll->lane);
	ll->lane = NULL;
	lane_unlock();
	return 0;
}

static void hook_lane_link_show_fdinfo(const struct hook_link *link,
				       struct seq_file *seq)
{
	struct hook_lane_link *ll =
		container_of(link, struct hook_lane_link, link);
	u64 lane_id_val = 0;

	lane_lock();
	if (ll->lane)
		lane_id_val = lane_id(ll->lane);
	lane_unlock();

	seq_printf(seq, "lane_id:\t%llu\nattach_type:\t%u\n", lane_id_val,
		   ll->attach_type);
}

static int hook_lane_link_fill_link_info(const struct hook_link *link,
					 struct hook_link_info *info)
{
	struct hook_lane_link *ll =
		container_of(link, struct hook_lane_link, link);
	u64 lane_id_val = 0;

	lane_lock();
	if (ll->lane)
		lane_id_val = lane_id(ll->lane);
	lane_unlock();

	info->lane.lane_id = lane_id_val;
	info->lane.attach_type = ll->attach_type;
	return 0;
}

const struct hook_link_ops hook_lane_link_ops = {
	.detach = hook_lane_link_detach,
	.show_fdinfo = hook_lane_link_show_fdinfo,
	.fill_link_info = hook_lane_link_fill_link_info,
};
