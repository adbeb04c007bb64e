/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that is known of a run, as clauses and reports see it: the files parsed, and what follows
 * from them worked out once.  case_file_load.h fills it in.
 */
#ifndef EXITMETER_CASE_FILE_H
#define EXITMETER_CASE_FILE_H

#include <stdbool.h>

#include "evidence/build_failure.h"
#include "evidence/console.h"
#include "evidence/evidence.h"
#include "evidence/host_checks.h"
#include "evidence/host_counters.h"
#include "evidence/host_histogram.h"
#include "evidence/kernel_trace.h"
#include "evidence/records.h"
#include "evidence/submission_notes.h"
#include "evidence/timeline.h"
#include "judge/edition.h"
#include "judge/meaning.h"

enum input_state {
	INPUT_ABSENT,
	INPUT_DAMAGED,
	INPUT_READ,
};

/* The files of the host's side, each of which may be missing. */
enum case_input {
	CASE_HOST,		/* host-counters.txt */
	CASE_ENABLED,		/* enabled.txt */
	CASE_TRACE,		/* host-trace.txt */
	CASE_STAT,		/* host-exits.txt */
	CASE_HOST_CHECKS,	/* host-inspect.txt */
	CASE_HOST_DMESG,	/* host-dmesg.log */
	CASE_SUBMISSION,	/* submission.txt */
	CASE_BUILD_FAILURE,	/* build-failed.txt */
	CASE_TIMELINE,		/* timeline.csv */
	CASE_PHASES,		/* phases.txt */
	CASE_INPUTS
};

/* How the leaves are answered; the worst comes first. */
enum implementation {
	IMPLEMENTATION_NONE,	/* as an unpatched KVM answers them */
	IMPLEMENTATION_PARTIAL,
	IMPLEMENTATION_WHOLE,
	IMPLEMENTATION_UNKNOWN,	/* no point is complete */
};

struct rates;

struct handled_count {
	bool is_known;
	uint64_t calls;
};

struct case_file {
	struct evidence evidence;
	struct records records;
	struct console console;		/* of the guest, or of the L1 host if that was lost */
	const char *console_name;	/* the file that it was read from */

	struct {
		enum input_state state;
		char *why;	/* why it is not INPUT_READ */
	} input[CASE_INPUTS];
	/* Each holds something only if its input is INPUT_READ. */
	struct host_counters host;
	struct enabled enabled;
	struct host_histogram trace;	/* the oracle's: kvm:kvm_exit */
	uint64_t stat_exits;		/* the oracle's: KVM's own statistic */
	struct host_checks host_checks;
	struct kernel_trace complaint;	/* the first of the host's kernel about KVM's modules */
	unsigned int complaints;
	struct submission_notes submission;
	struct build_failure build_failure;
	struct timeline timeline;	/* owned */
	struct phases phases;

	/*
	 * The oracle's count as it stood while a point's records came in, if it was read in time.
	 */
	bool has_begin;		/* older runs counted nothing before the guest's VM */
	struct host_histogram begin;	/* as it stood before the guest's VM was made */
	bool has_snapshot[EM_POINTS];
	struct host_histogram snapshot[EM_POINTS];
	/* How often KVM had called its exit handler just before that. */
	struct handled_count handled_begin, handled[EM_POINTS];

	/* case_file_derive() fills these in. */
	const struct edition *edition;	/* by which the run is judged; owned */
	char *edition_why;		/* why it is this one: a sentence */
	enum em_vendor vendor;		/* the host CPU's; the guest's view if the host tells none */
	uint32_t vcpus;
	enum implementation implementation;
	char *implementation_why;	/* what answers how; NULL if it is whole */
	struct leaf_meaning meaning[EM_NR_LEAVES];	/* of EM_LEAF_FIRST and the next ones */
	enum em_layout spoken;		/* that which fits best; EM_LAYOUTS: none does */
	enum counted counted;		/* whose exits */
	bool counts_others_cycles;	/* the cycles are of all VMs, whatever the exits are of */
	struct rates *rates;		/* over time (judge/rates.h); owned; NULL: nothing was sampled, or it is damaged */
};

void case_file_deinit(struct case_file *cf);

/* Whether the host's file is there and whole. */
static inline bool case_has_input(const struct case_file *cf, enum case_input input)
{
	return cf->input[input].state == INPUT_READ;
}

/* Whether all records of the point arrived. */
static inline bool case_has_point(const struct case_file *cf, enum em_point point)
{
	return cf->records.point[point].status == POINT_COMPLETE;
}

/* Whether the point is part of the run's scenario. */
static inline bool case_wants_point(const struct case_file *cf, enum em_point point)
{
	return scenario_points(cf->evidence.scenario) & 1u << point;
}

/* The last complete point (enum em_point); -1: no point is complete. */
int case_last_point(const struct case_file *cf);

/* Whether the guest's figures are figures: an unpatched KVM has none, nor have leaves that nobody knows. */
static inline bool case_has_figures(const struct case_file *cf)
{
	return cf->implementation != IMPLEMENTATION_NONE && !edition_is_none(cf->edition);
}

/*
 * Whether the KVM tells a figure in the leaf that the run's layout has for it: something is answered
 * there, right or wrong.  What is left unwritten, or 0 each time, is nothing.
 */
bool case_tells(const struct case_file *cf, enum figure_bit figure);
/* The leaf that the run's layout has for a figure; 0: none. */
uint32_t case_leaf(const struct case_file *cf, enum figure_bit figure);

/* Whether the index-th number of the sweep is an exit reason whose counters can be above 0. */
bool case_is_countable(const struct case_file *cf, unsigned int index);

#endif
