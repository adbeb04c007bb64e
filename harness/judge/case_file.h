/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that is known of a run, as clauses and reports see it: parsed, and with
 * what follows from it worked out once.  Only case_file_load() reads files.
 */
#ifndef EXITMETER_CASE_FILE_H
#define EXITMETER_CASE_FILE_H

#include <stdbool.h>

#include "evidence/console.h"
#include "evidence/evidence.h"
#include "evidence/host_checks.h"
#include "evidence/host_counters.h"
#include "evidence/host_histogram.h"
#include "evidence/records.h"

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

struct case_file {
	struct evidence evidence;
	struct records records;
	struct console console;		/* of the guest, or of the L1 host if that was lost */
	const char *console_name;	/* of the file */

	/* Each with its state, and unless read, why not. */
	enum input_state host_state, enabled_state, trace_state, stat_state;
	char *host_why, *enabled_why, *trace_why, *stat_why;
	struct host_counters host;
	struct enabled enabled;
	struct host_histogram trace;		/* the oracle's: kvm:kvm_exit */
	uint64_t stat_exits;		/* the oracle's: KVM's statistic */

	/* The oracle's count while each point's records came in; only where it was in time. */
	bool has_snapshot[EM_POINTS];
	struct host_histogram snapshot[EM_POINTS];
	enum input_state host_checks_state;
	char *host_checks_why;
	struct host_checks host_checks;

	/* Derived. */
	enum em_vendor vendor;		/* the host's; the guest's view if nothing better is known */
	uint32_t vcpus;
	enum implementation implementation;
	char *implementation_why;	/* unless whole: what answers how */
};

/* The files that case_file_load() reads; NULL at the end. */
extern const char *const case_file_inputs[];

/* ret is empty after a failure, STATUS_USAGE: dir is no run folder. */
int case_file_load(const char *dir, struct case_file *ret, struct error *err);
/* Fills in what is derived; for those who fill in the rest by hand. */
void case_file_derive(struct case_file *cf);
void case_file_deinit(struct case_file *cf);

static inline bool case_has_point(const struct case_file *cf, enum em_point point)
{
	return cf->records.point[point].status == POINT_COMPLETE;
}

static inline bool case_wants_point(const struct case_file *cf, enum em_point point)
{
	return scenario_points(cf->evidence.scenario) & 1u << point;
}

/* The last complete point, or -1. */
int case_last_point(const struct case_file *cf);

/* Whether the index-th number of the sweep is one that can have counted. */
bool case_is_countable(const struct case_file *cf, unsigned int index);

#endif
