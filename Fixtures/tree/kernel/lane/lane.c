// SPDX-License-Identifier: GPL-2.0-or-later
/* Lanes: groups of tasks that nest. */

#include <linux/file.h>
#include <linux/idr.h>
#include <linux/lane.h>
#include <linux/lane-hook.h>
#include <linux/slab.h>

DEFINE_MUTEX(lane_mutex);

static DEFINE_IDR(lane_idr);

static void lane_release(struct work_struct *work)
{
	struct lane *lane = container_of(work, struct lane, release_work);

	lane_lock();
	idr_remove(&lane_idr, lane->id);
	lane_unlock();
	kfree(lane);
}

static void lane_ref_zero(struct percpu_ref *ref)
{
	struct lane *lane = container_of(ref, struct lane, ref);

	INIT_WORK(&lane->release_work, lane_release);
	schedule_work(&lane->release_work);
}

struct lane *lane_create(struct lane *parent)
{
	struct lane *lane;
	int ret;

	lane = kzalloc(sizeof(*lane), GFP_KERNEL);
	if (!lane)
		return ERR_PTR(-ENOMEM);

	ret = percpu_ref_init(&lane->ref, lane_ref_zero, 0, GFP_KERNEL);
	if (ret)
		goto err_free;

	lane_lock();
	ret = idr_alloc_cyclic(&lane_idr, lane, 1, 0, GFP_KERNEL);
	lane_unlock();
	if (ret < 0)
		goto err_ref;

	lane->id = ret;
	lane->parent = parent;
	ret = lane_hook_inherit(lane);
	if (ret)
		goto err_idr;
	return lane;

err_idr:
	lane_lock();
	idr_remove(&lane_idr, lane->id);
	lane_unlock();
err_ref:
	percpu_ref_exit(&lane->ref);
err_free:
	kfree(lane);
	return ERR_PTR(ret);
}

void lane_remove(struct lane *lane)
{
	lane_hook_offline(lane);
	percpu_ref_kill(&lane->ref);
}

struct lane *lane_get_from_fd(int fd)
{
	struct fd f = fdget(fd);
	struct lane *lane;

	if (!fd_file(f))
		return ERR_PTR(-EBADF);

	lane = fd_file(f)->private_data;
	/* a lane that is being removed gives no new references */
	if (!percpu_ref_tryget_live(&lane->ref))
		lane = ERR_PTR(-ENOENT);
	fdput(f);
	return lane;
}

struct lane *lane_get_from_id(u64 id)
{
	struct lane *lane;

	lane_lock();
	lane = idr_find(&lane_idr, id);
	if (lane && !percpu_ref_tryget_live(&lane->ref))
		lane = NULL;
	lane_unlock();
	return lane;
}

void lane_put(struct lane *lane)
{
	percpu_ref_put(&lane->ref);
}
