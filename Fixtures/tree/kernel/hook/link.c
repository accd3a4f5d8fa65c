// SPDX-License-Identifier: GPL-2.0-or-later
/* Links: what keeps a hook attached, as long as somebody holds its fd. */

#include <linux/anon_inodes.h>
#include <linux/fdtable.h>
#include <linux/hook.h>
#include <linux/idr.h>
#include <linux/slab.h>

static DEFINE_IDR(link_idr);
static DEFINE_SPINLOCK(link_idr_lock);

void hook_link_init(struct hook_link *link, const struct hook_link_ops *ops)
{
	atomic64_set(&link->refcnt, 1);
	link->id = 0;
	link->ops = ops;
}

int hook_link_prime(struct hook_link *link, struct hook_link_primer *primer)
{
	int fd, id;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;

	idr_preload(GFP_KERNEL);
	spin_lock_bh(&link_idr_lock);
	id = idr_alloc_cyclic(&link_idr, link, 1, INT_MAX, GFP_ATOMIC);
	spin_unlock_bh(&link_idr_lock);
	idr_preload_end();
	if (id < 0) {
		put_unused_fd(fd);
		return id;
	}

	primer->link = link;
	primer->fd = fd;
	primer->id = id;
	return 0;
}

int hook_link_settle(struct hook_link_primer *primer)
{
	primer->link->id = primer->id;
	return primer->fd;
}

/* The link is freed by its last reference: the caller must not do it. */
void hook_link_cleanup(struct hook_link_primer *primer)
{
	spin_lock_bh(&link_idr_lock);
	idr_remove(&link_idr, primer->id);
	spin_unlock_bh(&link_idr_lock);
	put_unused_fd(primer->fd);
	hook_link_put(primer->link);
}

struct hook_link *hook_link_inc_not_zero(struct hook_link *link)
{
	return atomic64_inc_not_zero(&link->refcnt) ? link : ERR_PTR(-ENOENT);
}

void hook_link_put(struct hook_link *link)
{
	if (atomic64_dec_and_test(&link->refcnt))
		link->ops->dealloc(link);
}
