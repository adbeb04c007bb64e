// SPDX-License-Identifier: GPL-2.0-only
/* How much memory there is: what the machine has left, and what a container or a cluster's job may have. */
#include "support/tempdir.h"

#include "base/memory_room.h"

static void put(const char *name, const char *text)
{
	_cleanup_free_ char *path = tempdir_path(name);

	dir_make_parents(path);
	put_text(path, text);
}

static uint64_t room(void)
{
	_cleanup_free_ char *proc = tempdir_path("proc"), *cgroups = tempdir_path("cgroups");

	return memory_room_mib(proc, cgroups);
}

static void what_is_in_use_is_no_room(void **state)
{
	(void)state;
	assert_int_equal(room(), 0);
	put("proc/meminfo", "MemTotal:       24000000 kB\nMemFree:  100 kB\nMemAvailable:    8388608 kB\n");
	assert_int_equal(room(), 8192);
	put("proc/self/cgroup", "0::/user.slice\n");
	assert_int_equal(room(), 8192);
}

static void a_group_and_each_above_it_limit(void **state)
{
	(void)state;
	put("proc/meminfo", "MemAvailable:    8388608 kB\n");
	put("proc/self/cgroup", "0::/slurm/job_1/step\n");
	put("cgroups/slurm/job_1/step/memory.max", "max\n");
	assert_int_equal(room(), 8192);
	put("cgroups/slurm/job_1/memory.max", "4294967296\n");
	assert_int_equal(room(), 4096);
	put("cgroups/slurm/memory.max", "17179869184\n");
	assert_int_equal(room(), 4096);
	/* In a container the path is that of outside. */
	put("proc/self/cgroup", "0::/../elsewhere\n");
	assert_int_equal(room(), 8192);
	put("cgroups/memory.max", "1073741824\n");
	assert_int_equal(room(), 1024);
}

static void so_does_one_of_version_1(void **state)
{
	(void)state;
	put("proc/meminfo", "MemAvailable:    8388608 kB\n");
	put("proc/self/cgroup", "9:name=systemd:/\n4:memory:/docker/x\n1:cpu:/\n0::/\n");
	put("cgroups/memory/docker/x/memory.limit_in_bytes", "9223372036854771712\n");
	assert_int_equal(room(), 8192);
	put("cgroups/memory/docker/x/memory.limit_in_bytes", "2147483648\n");
	assert_int_equal(room(), 2048);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(what_is_in_use_is_no_room),
		tempdir_test(a_group_and_each_above_it_limit),
		tempdir_test(so_does_one_of_version_1),
	};

	return cmocka_run_group_tests_name("memory_room", tests, NULL, NULL);
}
