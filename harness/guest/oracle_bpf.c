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

#define REASONS_MAX 4096
#define TEXT_MAX (1 << 20)

struct oracle_bpf {
	int reasons;		/* map: exit reason -> hits */
	int total;		/* map: 0 -> hits; apart, so that a full `reasons` shows */
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

#define INSN(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (int16_t)(o), .imm = (i) }
#define LOAD_U32(d, s, o) INSN(BPF_LDX | BPF_MEM | BPF_W, d, s, o, 0)
#define STORE_U32(d, o, s) INSN(BPF_STX | BPF_MEM | BPF_W, d, s, o, 0)
#define STORE_0(size, d, o) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
/* d = address of what stands at o in the stack's frame */
#define SET_LOCAL(d, o) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, 10, 0, 0), \
	INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, o)
/* two instructions' length */
#define SET_MAP(d, fd) INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, fd), INSN(0, 0, 0, 0, 0)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define IF_0(d, skip) INSN(BPF_JMP | BPF_JEQ | BPF_K, d, 0, skip, 0)
#define SET_LOW(d, s) INSN(BPF_ALU | BPF_MOV | BPF_X, d, s, 0, 0)	/* and the high half 0 */
#define IF_EQUAL(d, i, skip) INSN(BPF_JMP | BPF_JEQ | BPF_K, d, 0, skip, i)
#define UNLESS_0(d, skip) INSN(BPF_JMP | BPF_JNE | BPF_K, d, 0, skip, 0)
#define ATOMIC_ADD(d, s) INSN(BPF_STX | BPF_XADD | BPF_DW, d, s, 0, 0)

#define REASON (-4)		/* key of the reasons */
#define ZERO_KEY (-8)		/* key of the total */
#define ZERO (-16)		/* what a reason starts with */

static int load_program(const struct oracle_bpf *o, int reason_offset, pid_t except)
{
	const struct bpf_insn insns[] = {
		LOAD_U32(6, 1, reason_offset),
		/* the thread that is left out; there is none of number 0 with a vCPU */
		CALL(BPF_FUNC_get_current_pid_tgid), SET_LOW(0, 0), IF_EQUAL(0, except, 33),
		STORE_U32(10, REASON, 6),
		STORE_0(BPF_W, 10, ZERO_KEY),
		STORE_0(BPF_DW, 10, ZERO),
		/* total++ */
		SET_MAP(1, o->total), SET_LOCAL(2, ZERO_KEY), CALL(BPF_FUNC_map_lookup_elem),
		IF_0(0, 2),
		SET(1, 1), ATOMIC_ADD(0, 1),
		/* if there is none of the reason yet, make it: another CPU may, meanwhile */
		SET_MAP(1, o->reasons), SET_LOCAL(2, REASON), CALL(BPF_FUNC_map_lookup_elem),
		UNLESS_0(0, 14),
		SET_MAP(1, o->reasons), SET_LOCAL(2, REASON), SET_LOCAL(3, ZERO),
		SET(4, BPF_NOEXIST), CALL(BPF_FUNC_map_update_elem),
		SET_MAP(1, o->reasons), SET_LOCAL(2, REASON), CALL(BPF_FUNC_map_lookup_elem),
		IF_0(0, 2),
		/* reasons[reason]++ */
		SET(1, 1), ATOMIC_ADD(0, 1),
		/* 0: nothing into perf's buffer */
		SET(0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_TRACEPOINT, .insns = address(insns),
				.insn_cnt = ARRAY_SIZE(insns), .license = address("GPL") };

	return bpf(BPF_PROG_LOAD, &attr);
}

/* Before 5.11 maps and program are charged to the locked memory, of which little is allowed. */
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

/* One event on one CPU: the program then runs for all of them. */
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

/* What `fmt` finds in the file, from `label` on. */
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
		return error_set(err, STATUS_SKIP, "no oracle: %s has an unknown form", path);
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
	error_errno(err, STATUS_SKIP, "no oracle: this kernel takes no BPF program on kvm:kvm_exit");
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

int oracle_bpf_save(const struct oracle_bpf *o, const char *path, struct error *err)
{
	uint64_t total = read_count(o->total, 0), sum = 0;
	unsigned int entries = 0;
	_cleanup_free_ char *text = NULL;
	uint32_t reason, previous;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return error_errno(err, STATUS_USAGE, "no memory for %s", path);
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
	fclose(f);
	return file_write(path, text, len, err);
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
