/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the probe's records (probe/record.h) from bytes that a stranger's
 * kernel sent.  Memory is bounded whatever comes.  A line that does not begin
 * with the magic is noise and only counted; a line that does, and is not
 * exactly the record that must follow, makes its point torn: lost, never half
 * believed.
 */
#ifndef EXITMETER_RECORDS_H
#define EXITMETER_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe/asks.h"

enum point_status {
	POINT_MISSING,	/* no record of it */
	POINT_OPEN,	/* begun and whole so far; torn if the input ends here */
	POINT_TORN,
	POINT_COMPLETE,
};

struct leaf_record {
	bool seen;
	uint32_t fn, sub;
	struct em_regs regs;
	uint64_t tsc;
};

/* Answers for the number em_sweep_number(index); no cycles in `combined`. */
struct sweep_answer {
	struct em_regs exits, cycles;
};

/* The least cycles that one exit took; fault is 0 where no fault was seen. */
struct handling_record {
	bool seen;
	uint64_t cpuid, fault, faults;
};

/* CPUIDs of all CPUs at once, and the CPUID reason's answers around them. */
struct crowd_record {
	uint64_t threads, count, shrunk;
	struct em_regs before, after;
};

/* Two readings of the total cycles, the last of `count`, and the TSC that passed. */
struct carry_record {
	uint64_t count, tsc;
	struct em_regs before, after;
};

/* What the cpuid tool told of a leaf, and the probe's own readings around it. */
struct tool_record {
	struct em_asking asked;
	struct em_regs before, says, after;
};

/* Why the tool told no more. */
struct notool_record {
	enum em_tool_end why;	/* EM_TOOL_ANSWERED: none came */
	uint64_t code;		/* an exit code, a signal, an errno */
	struct em_asking asked;
};

/* What the figures say holds only if status is POINT_COMPLETE. */
struct point {
	enum point_status status;
	char reason[128];	/* of POINT_TORN */
	unsigned long line;	/* of records.log, where it tore */

	enum em_layout layout;
	enum em_vendor vendor;	/* as the guest sees its CPU */
	uint32_t cpus;
	uint64_t tsc_begin, tsc_end, tsc_khz;
	char kernel[EM_RELEASE_MAX + 1];
	struct leaf_record leaf[EM_TAGS];
	uint64_t spin_count;
	struct em_regs spin_before, spin_after;
	struct sweep_answer sweep[EM_SWEEP_COUNT];
	bool has_written;	/* the two below are known */
	struct em_regs written_total, written_cycles;	/* when the records had been written */
	unsigned int asked_count;	/* of asked: EM_ASKED, or 0 of an older probe */
	struct em_regs asked[EM_ASKED][EM_NR_LEAVES];
	struct handling_record handling;	/* not seen: none came */
	struct crowd_record crowd;	/* of no threads: none came */
	struct carry_record carry;	/* of no CPUIDs: none came */
	unsigned int tool_count;	/* all that em_asks_of() wants, unless notool says why not; or 0 */
	struct tool_record tool[EM_ASKS];
	struct notool_record notool;

	unsigned int next_seq, next_sweep;	/* the parser's own */
};

struct records_expect {
	const char *nonce;	/* borrowed; must outlive the parsing */
	enum em_layout layout;	/* EM_LAYOUTS: any, the same at all points */
	unsigned int points;	/* that the run has: bits 1 << enum em_point */
};

struct records {
	struct point point[EM_POINTS];
	unsigned long lines;	/* of any kind */
	unsigned long noise;	/* not records, nor meant to be */
	unsigned long damaged;	/* began as a record, and are none */

	/* The parser's own. */
	struct records_expect expect;
	int open;		/* the point that is open, or -1 */
	char line[EM_RECORD_MAX + 1];
	size_t line_len;
	bool line_overlong;
};

void records_init(struct records *r, const struct records_expect *expect);
/* Any piece of the input, cut anywhere. */
void records_feed(struct records *r, const void *data, size_t len);
/* The input has ended: what is open now is torn. */
void records_finish(struct records *r);

const char *point_status_name(enum point_status status);
/* The 64-bit figure of a cycles leaf. */
static inline uint64_t regs_cycles(const struct em_regs *r)
{
	return (uint64_t)r->ebx << 32 | r->ecx;
}

#endif
