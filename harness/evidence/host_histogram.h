/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads what the kernel itself counted of a VM's exits: the histogram of the tracepoint
 * kvm:kvm_exit by exit reason, and the VM's statistic `exits`.  Both texts may come from a
 * stranger's kernel: they are parsed strictly, in bounded memory.
 */
#ifndef EXITMETER_HOST_HISTOGRAM_H
#define EXITMETER_HOST_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define HOSTTRACE_REASONS_MAX 4096

struct trace_reason {
	uint32_t number;	/* as the tracepoint has it: on VMX with flags in the high bits */
	uint64_t hits;
};

struct host_histogram {
	uint64_t hits, dropped;		/* dropped: hits for which the histogram had no room */
	unsigned int reason_count;
	struct trace_reason reason[HOSTTRACE_REASONS_MAX];
};

/*
 * Parses the text of a `hist` file whose only key is exit_reason.  STATUS_USAGE: it is malformed.
 */
int host_histogram_parse(const char *text, size_t len, struct host_histogram *ret, struct error *err);
/* The hits of a number as it was traced, and of all numbers whose low 16 bits it is. */
uint64_t host_histogram_hits(const struct host_histogram *t, uint64_t number);
uint64_t host_histogram_hits_basic(const struct host_histogram *t, uint64_t number);
/* Parses host-exits.txt: one decimal number on a line of its own. */
int hoststat_parse(const char *text, size_t len, uint64_t *ret, struct error *err);

#endif
