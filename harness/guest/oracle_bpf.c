// SPDX-License-Identifier: GPL-2.0-only
#include "guest/oracle_bpf.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "guest/oracle_program.h"

#define REASONS_MAX 4096
#define TEXT_MAX (1 << 20)

struct oracle_bpf {
	int reasons;		/* map: exit reason -> hits */
	int total;		/* map: 0 -> hits of all reasons, by which a full `reasons` shows */
	int program, event;
};

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static uint64_t address(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

static int make_map(enum bpf_map_type type, unsigned int entries)
{
	union bpf_attr attr = { .map_type = type, .key_size = sizeof(uint32_t),
				.value_size = sizeof(uint64_t), .max_entries = entries };

	return bpf(BPF_MAP_CREATE, &attr);
}

static int load_program(const struct oracle_bpf *o, int reason_offset, pid_t except)
{
	const struct oracle_program program = {
		.total = o->total,
		.reasons = o->reasons,
		.reason_offset = reason_offset,
		.except = except,
	};
	struct bpf_insn insns[ORACLE_PROGRAM_MAX];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = address(insns),
		.insn_cnt = (uint32_t)oracle_program_make(&program, insns),
		.license = address("GPL"),
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

/*
 * Before Linux 5.11, maps and programs count as locked memory, of which a process may have little.
 */
static int load(struct oracle_bpf *o, int reason_offset, pid_t except)
{
	struct rlimit old, all = { RLIM_INFINITY, RLIM_INFINITY };
	bool is_raised = getrlimit(RLIMIT_MEMLOCK, &old) == 0 &&
			 setrlimit(RLIMIT_MEMLOCK, &all) == 0;
	int failure;

	o->reasons = make_map(BPF_MAP_TYPE_HASH, REASONS_MAX);
	o->total = make_map(BPF_MAP_TYPE_ARRAY, 1);
	if (o->reasons >= 0 && o->total >= 0)
		o->program = load_program(o, reason_offset, except);
	failure = errno;
	if (is_raised)
		setrlimit(RLIMIT_MEMLOCK, &old);
	errno = failure;
	return o->program < 0 ? -1 : 0;
}

/* The event is opened on one CPU; its program runs on all of them. */
static int attach(const struct oracle_bpf *o, uint64_t id)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr),
					.config = id, .sample_period = 1, .wakeup_events = 1 };
	int event = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	if (event >= 0 && (ioctl(event, PERF_EVENT_IOC_SET_BPF, o->program) < 0 ||
			   ioctl(event, PERF_EVENT_IOC_ENABLE, 0) < 0)) {
		close(event);
		return -1;
	}
	return event;
}

/* Reads the figure that `fmt` describes from what follows `label` in the event's file. */
static int read_figure(const char *event, const char *file, const char *label, const char *fmt,
		       unsigned int *ret, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", event, file);
	_cleanup_free_ char *text = NULL;
	const char *at;
	size_t len;

	text = file_read(path, TEXT_MAX, &len, err);
	if (!text)
		return -1;
	at = strstr(text, label);
	if (!at || sscanf(at + strlen(label), fmt, ret) != 1)
		return error_set(err, STATUS_SKIP, "there is no oracle: %s has an unknown form", path);
	return 0;
}

struct oracle_bpf *oracle_bpf_start(const char *event, pid_t except, struct error *err)
{
	struct oracle_bpf *o = xcalloc(1, sizeof(*o));
	unsigned int id, offset;

	o->reasons = o->total = o->program = o->event = -1;
	if (read_figure(event, "id", "", "%u", &id, err) < 0 ||
	    read_figure(event, "format", "unsigned int exit_reason;", " offset:%u", &offset, err) < 0)
		goto failed;
	if (load(o, (int)offset, except) == 0)
		o->event = attach(o, id);
	if (o->event >= 0)
		return o;
	error_errno(err, STATUS_SKIP, "there is no oracle: this kernel takes no BPF program on kvm:kvm_exit");
failed:
	oracle_bpf_stop(o);
	return NULL;
}

static uint64_t read_count(int map, uint32_t key)
{
	uint64_t value = 0;
	union bpf_attr attr = { .map_fd = (uint32_t)map, .key = address(&key),
				.value = address(&value) };

	return bpf(BPF_MAP_LOOKUP_ELEM, &attr) == 0 ? value : 0;
}

static bool next_reason(int map, const uint32_t *previous, uint32_t *ret)
{
	union bpf_attr attr = { .map_fd = (uint32_t)map, .key = address(previous),
				.next_key = address(ret) };

	return bpf(BPF_MAP_GET_NEXT_KEY, &attr) == 0;
}

char *oracle_bpf_read(const struct oracle_bpf *o, size_t *ret_len)
{
	uint64_t total = read_count(o->total, 0), sum = 0;
	unsigned int entries = 0;
	_cleanup_text_ struct text t;
	char *printed;
	uint32_t reason, previous;
	FILE *f = text_open(&t);

	fputs("# a BPF program's count of kvm:kvm_exit\n\n", f);
	for (bool more = next_reason(o->reasons, NULL, &reason); more && entries < REASONS_MAX;
	     more = next_reason(o->reasons, &previous, &reason)) {
		uint64_t hits = read_count(o->reasons, reason);

		fprintf(f, "{ exit_reason: %10" PRIu32 " } hitcount: %10" PRIu64 "\n", reason, hits);
		sum += hits;
		entries++;
		previous = reason;
	}
	fprintf(f, "\nTotals:\n    Hits: %" PRIu64 "\n    Entries: %u\n    Dropped: %" PRIu64 "\n",
		total, entries, total - sum);
	printed = text_close(&t);
	*ret_len = t.len;
	return printed;
}

void oracle_bpf_stop(struct oracle_bpf *o)
{
	const int fds[] = { o ? o->event : -1, o ? o->program : -1, o ? o->total : -1,
			    o ? o->reasons : -1 };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(o);
}
