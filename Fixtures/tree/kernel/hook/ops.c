// SPDX-License-Identifier: GPL-2.0-or-later
/* Links to tables of operations. */

#include <linux/hook.h>
#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

static DEFINE_MUTEX(update_mutex);

static void hook_ops_link_dealloc(struct hook_link *link)
{
	struct hook_ops_link *ops_link;
	struct hook_map *map;

	ops_link = container_of(link, struct hook_ops_link, link);
	map = rcu_dereference_protected(ops_link->map, true);
	if (map) {
		/* map can be NULL if the link failed before it was registered */
		map->unreg(map->data, link);
		hook_map_put(map);
	}
	kfree(ops_link);
}

static void hook_ops_link_show_fdinfo(const struct hook_link *link,
				      struct seq_file *seq)
{
	struct hook_ops_link *ops_link;
	struct hook_map *map;

	ops_link = container_of(link, struct hook_ops_link, link);
	rcu_read_lock();
	map = rcu_dereference(ops_link->map);
	if (map)
		seq_printf(seq, "map_id:\t%d\n", map->id);
	rcu_read_unlock();
}

static int hook_ops_link_fill_link_info(const struct hook_link *link,
					struct hook_link_info *info)
{
	struct hook_ops_link *ops_link;
	struct hook_map *map;

	ops_link = container_of(link, struct hook_ops_link, link);
	rcu_read_lock();
	map = rcu_dereference(ops_link->map);
	if (map)
		info->ops.map_id = map->id;
	rcu_read_unlock();
	return 0;
}

static int hook_ops_link_detach(struct hook_link *link)
{
	struct hook_ops_link *ops_link;
	struct hook_map *map;

	ops_link = container_of(link, struct hook_ops_link, link);

	mutex_lock(&update_mutex);
	map = rcu_dereference_protected(ops_link->map,
					lockdep_is_held(&update_mutex));
	if (!map) {
		mutex_unlock(&update_mutex);
		return 0;
	}
	map->unreg(map->data, link);
	RCU_INIT_POINTER(ops_link->map, NULL);
	hook_map_put(map);
	mutex_unlock(&update_mutex);

	wake_up_interruptible_poll(&ops_link->wait_hup, EPOLLHUP);

	return 0;
}

static __poll_t hook_ops_link_poll(struct file *file,
				   struct poll_table_struct *pts)
{
	struct hook_ops_link *ops_link = file->private_data;

	poll_wait(file, &ops_link->wait_hup, pts);

	return rcu_access_pointer(ops_link->map) ? 0 : EPOLLHUP;
}

static const struct hook_link_ops hook_ops_link_lops = {
	.dealloc = hook_ops_link_dealloc,
	.detach = hook_ops_link_detach,
	.show_fdinfo = hook_ops_link_show_fdinfo,
	.fill_link_info = hook_ops_link_fill_link_info,
	.poll = hook_ops_link_poll,
};

int hook_ops_link_create(const struct hook_link_create *attr)
{
	struct hook_ops_link *link = NULL;
	struct hook_link_primer primer;
	struct hook_map *map;
	int err;

	map = hook_map_get(attr->map_fd);
	if (IS_ERR(map))
		return PTR_ERR(map);

	link = kzalloc(sizeof(*link), GFP_USER);
	if (!link) {
		err = -ENOMEM;
		goto err_out;
	}
	hook_link_init(&link->link, &hook_ops_link_lops);

	err = hook_link_prime(&link->link, &primer);
	if (err)
		goto err_out;

	init_waitqueue_head(&link->wait_hup);

	/* detach() must not run before the link is whole */
	mutex_lock(&update_mutex);
	err = map->reg(map->data, &link->link);
	if (err) {
		mutex_unlock(&update_mutex);
		hook_link_cleanup(&primer);
		link = NULL;
		goto err_out;
	}
	RCU_INIT_POINTER(link->map, map);
	mutex_unlock(&update_mutex);

	return hook_link_settle(&primer);

err_out:
	hook_map_put(map);
	kfree(link);
	return err;
}
