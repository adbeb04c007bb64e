// SPDX-License-Identifier: GPL-2.0-only
#include "guest/handled.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "guest/bpf.h"
#include "guest/oracle_program.h"

#define KPROBE_TYPE "/sys/bus/event_source/devices/kprobe/type"

struct handled {
	int total;		/* map: 0 -> calls */
	int program, event;
};

/* The handler by its names in Linux 5.10 to 7.2, the newest first. */
static const char *const svm_handlers[] = { "svm_handle_exit", "handle_exit", NULL };
static const char *const vmx_handlers[] = { "vmx_handle_exit", NULL };

/* What load() is given. */
struct wish {
	struct handled *handled;
	pid_t except;
};

static int load(void *context)
{
	const struct wish *w = context;
	struct bpf_insn insns[ORACLE_PROGRAM_MAX];
	struct oracle_program program = { .except = w->except };

	program.total = w->handled->total = bpf_map_make(BPF_MAP_TYPE_ARRAY, 1);
	if (program.total < 0)
		return -1;
	w->handled->program = bpf_program_load(BPF_PROG_TYPE_KPROBE, insns, oracle_program_make_total(&program, insns));
	return w->handled->program < 0 ? -1 : 0;
}

/* perf's kprobes have a number of their own on each machine (Documentation/trace/kprobetrace.rst). */
static int read_kprobe_type(uint32_t *ret)
{
	_cleanup_error_ struct error none = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;

	text = file_read(KPROBE_TYPE, 64, &len, &none);
	return text && sscanf(text, "%" SCNu32, ret) == 1 ? 0 : -1;
}

/* The module's name keeps another module's function of that name out. */
static int attach(const char *module, const char *function, uint32_t type, int program)
{
	_cleanup_free_ char *symbol = xasprintf("%s:%s", module, function);
	struct perf_event_attr event = { .type = type, .kprobe_func = (uint64_t)(uintptr_t)symbol };

	return bpf_attach(&event, program);
}

struct handled *handled_start(bool is_svm, pid_t except, struct error *err)
{
	const char *module = is_svm ? "kvm_amd" : "kvm_intel";
	const char *const *handler = is_svm ? svm_handlers : vmx_handlers;
	struct handled *h = xcalloc(1, sizeof(*h));
	uint32_t type;

	h->total = h->program = h->event = -1;
	if (read_kprobe_type(&type) == 0 && bpf_with_memory(load, &(struct wish){ h, except }) == 0)
		for (; *handler && h->event < 0; handler++)
			h->event = attach(module, *handler, type, h->program);
	if (h->event >= 0)
		return h;
	error_errno(err, STATUS_SKIP, "exits on KVM's fast paths cannot be told: no kprobe on %s's handler", module);
	handled_stop(h);
	return NULL;
}

int handled_save(const struct handled *h, const char *path, struct error *err)
{
	_cleanup_free_ char *text = NULL;

	if (!h)
		return 0;
	text = xasprintf("%" PRIu64 "\n", bpf_map_count(h->total, 0));
	return file_write(path, text, strlen(text), err);
}

void handled_stop(struct handled *h)
{
	if (!h)
		return;
	bpf_close(h->event);
	bpf_close(h->program);
	bpf_close(h->total);
	free(h);
}
