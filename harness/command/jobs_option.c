// SPDX-License-Identifier: GPL-2.0-only
#include "command/jobs_option.h"

#include <sched.h>
#include <sys/sysinfo.h>

#include "base/memory_room.h"
#include "batch/task.h"

/* Those that this process may use, which a cluster's or a container's manager limits. */
static unsigned int count_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return (unsigned int)get_nprocs();
	return (unsigned int)CPU_COUNT(&set);
}

unsigned int jobs_option_count(const struct config *c, long guest_mib)
{
	if (c->jobs)
		return (unsigned int)c->jobs;
	return tasks_that_fit(count_cpus(), memory_room_mib("/proc", "/sys/fs/cgroup"),
			      tasks_run_mib((unsigned int)guest_mib));
}
