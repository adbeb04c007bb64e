/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's own figures of a VM, from the patched KVM's debugfs file, and the list of the reasons
 * that this KVM handles.  Both texts come from a stranger's kernel: they are parsed strictly, in
 * bounded memory.
 */
#ifndef EXITMETER_HOST_COUNTERS_H
#define EXITMETER_HOST_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "probe/record.h"

#define HOSTCOUNT_REASONS_MAX 2048

struct host_reason {
	uint64_t number, exits, cycles;
};

struct host_counters {
	enum em_vendor vendor;
	enum em_layout layout;
	bool is_global;			/* all VMs' exits since the module was loaded, not one VM's */
	uint32_t vcpus;
	uint64_t exits, cycles;
	uint64_t other_exits, other_cycles;	/* of exit codes that have no counter of their own */
	unsigned int reason_count;
	struct host_reason reason[HOSTCOUNT_REASONS_MAX];	/* ascending */
};

/* Parses host-counters.txt.  STATUS_LOST: it is malformed. */
int host_counters_parse(const char *text, size_t len, struct host_counters *ret, struct error *err);
/* The counters of a reason; NULL: the host has none for it. */
const struct host_reason *host_counters_find(const struct host_counters *h, uint64_t number);

/* The reasons that a KVM has a handler for. */
struct enabled {
	enum em_vendor vendor;
	bool has_handler[EM_SWEEP_COUNT];	/* of em_sweep_number(index) */
};

/* Parses enabled.txt: a vendor, and a hexadecimal number a line.  STATUS_LOST: it is malformed. */
int enabled_parse(const char *text, size_t len, struct enabled *ret, struct error *err);

#endif
