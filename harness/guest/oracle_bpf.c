// SPDX-License-Identifier: GPL-2.0-only
#include "guest/oracle_bpf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "guest/bpf.h"
#include "guest/oracle_program.h"

#define REASONS_MAX 4096
#define TEXT_MAX (1 << 20)

struct oracle_bpf {
	int reasons;		/* map: exit reason -> hits */
	int total;		/* map: 0 -> hits of all reasons, by which a full `reasons` shows */
	int program, event;
};

/* What load() is given. */
struct wish {
	struct oracle_bpf *oracle;
	int reason_offset;
	pid_t except;
};

static int load(void *context)
{
	const struct wish *w = context;
	struct oracle_bpf *o = w->oracle;
	struct bpf_insn insns[ORACLE_PROGRAM_MAX];
	struct oracle_program program = { .reason_offset = w->reason_offset, .except = w->except };

	program.reasons = o->reasons = bpf_map_make(BPF_MAP_TYPE_HASH, REASONS_MAX);
	program.total = o->total = bpf_map_make(BPF_MAP_TYPE_ARRAY, 1);
	if (o->reasons < 0 || o->total < 0)
		return -1;
	o->program = bpf_program_load(BPF_PROG_TYPE_TRACEPOINT, insns, oracle_program_make(&program, insns));
	return o->program < 0 ? -1 : 0;
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
	if (bpf_with_memory(load, &(struct wish){ o, (int)offset, except }) == 0)
		o->event = bpf_attach(&(struct perf_event_attr){ .type = PERF_TYPE_TRACEPOINT, .config = id }, o->program);
	if (o->event >= 0)
		return o;
	error_errno(err, STATUS_SKIP, "there is no oracle: this kernel takes no BPF program on kvm:kvm_exit");
failed:
	oracle_bpf_stop(o);
	return NULL;
}

char *oracle_bpf_read(const struct oracle_bpf *o, size_t *ret_len)
{
	uint64_t total = bpf_map_count(o->total, 0), sum = 0;
	unsigned int entries = 0;
	_cleanup_text_ struct text t;
	char *printed;
	uint32_t reason, previous;
	FILE *f = text_open(&t);

	fputs("# a BPF program's count of kvm:kvm_exit\n\n", f);
	for (bool more = bpf_map_next(o->reasons, NULL, &reason); more && entries < REASONS_MAX;
	     more = bpf_map_next(o->reasons, &previous, &reason)) {
		uint64_t hits = bpf_map_count(o->reasons, reason);

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
	if (!o)
		return;
	bpf_close(o->event);
	bpf_close(o->program);
	bpf_close(o->total);
	bpf_close(o->reasons);
	free(o);
}
