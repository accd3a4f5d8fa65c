// SPDX-License-Identifier: GPL-2.0-or-later
#include "../kselftest_harness.h"
#include <linux/hook.h>

TEST(link_needs_a_map)
{
	struct hook_link_create attr = { .map_fd = -1 };

	ASSERT_EQ(-1, hook_link_create(&attr));
	EXPECT_EQ(EBADF, errno);
}

TEST_HARNESS_MAIN
