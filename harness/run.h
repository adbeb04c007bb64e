/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that is known of a run, as clauses and reports see it: parsed, and with
 * what follows from it worked out once.  Only run_load() reads files.
 */
#ifndef EXITMETER_RUN_H
#define EXITMETER_RUN_H

#include <stdbool.h>

#include "console.h"
#include "evidence.h"
#include "hostcount.h"
#include "hosttrace.h"
#include "inspection.h"
#include "records.h"

enum input_state {
	INPUT_ABSENT,
	INPUT_DAMAGED,
	INPUT_READ,
};

/* How the leaves are answered, worst first. */
enum implementation {
	IMPLEMENTATION_NONE,	/* as an unpatched KVM does */
	IMPLEMENTATION_PARTIAL,
	IMPLEMENTATION_WHOLE,
	IMPLEMENTATION_UNKNOWN,	/* no point is complete */
};

struct run {
	struct evidence evidence;
	struct records records;
	struct console console;		/* of the guest, or of the L1 host if that was lost */
	const char *console_name;	/* of the file */

	/* Each with its state, and unless read, why not. */
	enum input_state host_state, enabled_state, trace_state, stat_state;
	char *host_why, *enabled_why, *trace_why, *stat_why;
	struct hostcount host;
	struct enabled enabled;
	struct hosttrace trace;		/* the oracle's: kvm:kvm_exit */
	uint64_t stat_exits;		/* the oracle's: KVM's statistic */

	/* The oracle's count while each point's records came in; only where it was in time. */
	bool has_snapshot[EM_POINTS];
	struct hosttrace snapshot[EM_POINTS];
	enum input_state inspection_state;
	char *inspection_why;
	struct inspection inspection;

	/* Derived. */
	enum em_vendor vendor;		/* the host's; the guest's view if nothing better is known */
	uint32_t vcpus;
	enum implementation implementation;
	char *implementation_why;	/* unless whole: what answers how */
};

/* The files that run_load() reads; NULL at the end. */
extern const char *const run_inputs[];

/* ret is empty after a failure, STATUS_USAGE: dir is no run folder. */
int run_load(const char *dir, struct run *ret, struct error *err);
/* Fills in what is derived; for those who fill in the rest by hand. */
void run_derive(struct run *run);
void run_deinit(struct run *run);

static inline bool run_has_point(const struct run *run, enum em_point point)
{
	return run->records.point[point].status == POINT_COMPLETE;
}

static inline bool run_wants_point(const struct run *run, enum em_point point)
{
	return scenario_points(run->evidence.scenario) & 1u << point;
}

/* The last complete point, or -1. */
int run_last_point(const struct run *run);

/* Whether the index-th number of the sweep is one that can have counted. */
bool run_is_countable(const struct run *run, unsigned int index);

#endif
