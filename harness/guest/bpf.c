// SPDX-License-Identifier: GPL-2.0-only
#include "guest/bpf.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static uint64_t address(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

int bpf_map_make(enum bpf_map_type type, unsigned int entries)
{
	union bpf_attr attr = { .map_type = type, .key_size = sizeof(uint32_t),
				.value_size = sizeof(uint64_t), .max_entries = entries };

	return bpf(BPF_MAP_CREATE, &attr);
}

uint64_t bpf_map_count(int map, uint32_t key)
{
	uint64_t value = 0;
	union bpf_attr attr = { .map_fd = (uint32_t)map, .key = address(&key), .value = address(&value) };

	return bpf(BPF_MAP_LOOKUP_ELEM, &attr) == 0 ? value : 0;
}

bool bpf_map_next(int map, const uint32_t *previous, uint32_t *ret)
{
	union bpf_attr attr = { .map_fd = (uint32_t)map, .key = address(previous), .next_key = address(ret) };

	return bpf(BPF_MAP_GET_NEXT_KEY, &attr) == 0;
}

int bpf_program_load(enum bpf_prog_type type, const struct bpf_insn *insns, size_t count)
{
	union bpf_attr attr = { .prog_type = type, .insns = address(insns), .insn_cnt = (uint32_t)count,
				.license = address("GPL") };

	return bpf(BPF_PROG_LOAD, &attr);
}

/* Before Linux 5.11, maps and programs count as locked memory, of which a process may have little. */
int bpf_with_memory(int (*load)(void *context), void *context)
{
	struct rlimit old, all = { RLIM_INFINITY, RLIM_INFINITY };
	bool is_raised = getrlimit(RLIMIT_MEMLOCK, &old) == 0 && setrlimit(RLIMIT_MEMLOCK, &all) == 0;
	int rc = load(context), failure = errno;

	if (is_raised)
		setrlimit(RLIMIT_MEMLOCK, &old);
	errno = failure;
	return rc;
}

/* The event is opened on one CPU; its program runs on all of them. */
int bpf_attach(struct perf_event_attr *event, int program)
{
	int fd;

	event->size = sizeof(*event);
	event->sample_period = event->wakeup_events = 1;
	fd = (int)syscall(SYS_perf_event_open, event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd >= 0 && (ioctl(fd, PERF_EVENT_IOC_SET_BPF, program) < 0 || ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) < 0)) {
		int failure = errno;

		close(fd);
		errno = failure;
		return -1;
	}
	return fd;
}

void bpf_close(int fd)
{
	if (fd >= 0)
		close(fd);
}
