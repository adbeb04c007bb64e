/* SPDX-License-Identifier: GPL-2.0-only */
/* What running VMs have counted between two readings, for the command `stat`. */
#ifndef EXITMETER_STAT_RATES_H
#define EXITMETER_STAT_RATES_H

#include <sys/types.h>

#include "evidence/host_counters.h"

/* A VM that runs, as it was read. */
struct stat_vm {
	pid_t pid;	/* of the process that has it */
	int fd;		/* the VM's descriptor there */
	char *name;	/* owned: as QEMU was told it, so anything at all; NULL: it has none */
	int64_t ms;	/* when it was read, by a clock that only goes forward */
	struct host_counters counters;
};

/* What came in between.  Reasons without an exit in between are there, too, with those before as `earlier`. */
struct stat_delta {
	const struct stat_vm *vm;	/* borrowed: the later reading */
	double seconds;
	uint64_t exits, cycles;
	uint64_t other_exits, other_cycles;	/* of exit codes that have no counter of their own */
	unsigned int count;
	struct stat_reason {
		uint64_t number, exits, cycles;
		uint64_t ever;	/* since the VM was made, or its counters were reset */
	} reason[HOSTCOUNT_REASONS_MAX];
};

/* Counters that have shrunk were reset in between: what they say has come since.  Keeps a pointer to `after`. */
void stat_delta(const struct stat_vm *before, const struct stat_vm *after, struct stat_delta *ret);
/* The figures of a reason; NULL: it has none. */
const struct stat_reason *stat_delta_find(const struct stat_delta *d, uint64_t number);

#define STAT_COLUMNS_MAX 16

/* The reasons that have a column of their own. */
struct stat_columns {
	enum em_vendor vendor;
	unsigned int count;
	uint64_t number[STAT_COLUMNS_MAX];
};

/* The reasons with the most exits of all VMs together, those of before where these are equal; `max` at most. */
void stat_columns_choose(const struct stat_delta *const *deltas, unsigned int count, unsigned int max,
			 struct stat_columns *ret);

#endif
