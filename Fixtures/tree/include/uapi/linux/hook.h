/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#ifndef _UAPI_LINUX_HOOK_H
#define _UAPI_LINUX_HOOK_H

#include <linux/types.h>

/* flags of HOOK_LINK_CREATE */
#define HOOK_F_REPLACE		(1U << 0)

struct hook_link_create {
	__u32	map_fd;
	__u32	target_fd;
	__u32	attach_type;
	__u32	flags;
};

struct hook_link_info {
	__u32	type;
	__u32	id;
	union {
		struct {
			__u32	map_id;
		} ops;
		struct {
			__u32	attach_type;
			__u64	lane_id;
		} lane;
	};
};

#endif /* _UAPI_LINUX_HOOK_H */
