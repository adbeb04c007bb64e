/* SPDX-License-Identifier: GPL-2.0-only */
/* A point: what the probe read of the counters at one moment of the guest's life. */
#ifndef EXITMETER_POINT_H
#define EXITMETER_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe/asks.h"

enum point_status {
	POINT_MISSING,	/* no record of it came */
	POINT_OPEN,	/* it has begun and is whole so far; it is torn if the input ends here */
	POINT_TORN,
	POINT_COMPLETE,
};

struct leaf_record {
	bool seen;
	uint32_t fn, sub;
	struct em_regs regs;
	uint64_t tsc;
};

/* What the leaves answered for the number em_sweep_number(index); `combined` tells no cycles. */
struct sweep_answer {
	struct em_regs exits, cycles;
};

/*
 * The least cycles that one exit took.  faults: how many page faults were seen alone; fault is 0 if
 * none was.
 */
struct handling_record {
	bool seen;
	uint64_t cpuid, fault, faults;
};

/* Cycles of exits, and cycles of TSC in which they came; 0 of TSC: it was not measured. */
struct pace {
	uint64_t cycles, tsc;
};

struct pace_record {
	bool seen;
	struct pace work, busy, asleep;
};

/* CPUIDs that all CPUs executed at once, and the CPUID reason's answers before and after them. */
struct crowd_record {
	uint64_t threads, count, shrunk;
	struct em_regs before, after;
};

/*
 * Two readings of the total cycles with `count` CPUIDs between them, and the TSC cycles that
 * passed.
 */
struct carry_record {
	uint64_t count, tsc;
	struct em_regs before, after;
};

/* What the cpuid tool told of a leaf, and the probe's own readings before and after it. */
struct tool_record {
	struct em_asking asked;
	struct em_regs before, says, after;
};

/* Why the tool told no more leaves. */
struct notool_record {
	enum em_tool_end why;	/* EM_TOOL_ANSWERED: there is no such record */
	uint64_t code;		/* an exit code, a signal or an errno, by `why` */
	struct em_asking asked;
};

/* Answers with something in the high half of a register: how many, and what of the first. */
struct high_record {
	uint64_t count;		/* 0: there was none, or an older probe did not look */
	uint32_t fn, sub;
	struct em_regs halves;
};

/* What was carried out n times, and the exits and cycles from the reading before it to that after it. */
struct operation_record {
	enum em_op_why why;
	uint64_t n, tries, tsc;
	uint32_t exits;
	uint64_t cycles;
	unsigned int part_count;
	struct operation_part {
		uint32_t reason, exits;
		uint64_t cycles;
	} part[EM_OP_PARTS_MAX];	/* by reason, ascending */
};

/* What became of the workload, and what it has printed. */
struct ran_record {
	bool seen;
	enum em_run_end end;
	uint64_t code, ms, bytes;
	unsigned int said_len;		/* all that it has printed, or EM_SAID_MAX bytes */
	unsigned char said[EM_SAID_MAX];
};

/* The figures hold only if the status is POINT_COMPLETE. */
struct point {
	enum point_status status;
	char reason[128];	/* why it is POINT_TORN */
	unsigned long line;	/* the line of records.log at which it tore */

	enum em_layout layout;
	enum em_vendor vendor;	/* the CPU's, as the guest sees it */
	uint32_t cpus;
	uint64_t tsc_begin, tsc_end, tsc_khz;
	char kernel[EM_RELEASE_MAX + 1];
	struct leaf_record leaf[EM_TAGS];
	uint64_t spin_count;
	struct em_regs spin_before, spin_after;
	struct sweep_answer sweep[EM_SWEEP_COUNT];
	bool has_written;	/* the probe told the two below */
	struct em_regs written_total, written_cycles;	/* the totals after the writing */
	unsigned int asked_count;	/* how many came: EM_ASKED; EM_ASKED_OLDER or 0 from an older probe */
	uint32_t asked_cpuid;		/* the reason that is not the undefined one */
	struct em_regs asked[EM_ASKED][EM_NR_LEAVES];
	struct high_record high;
	bool has_asks;		/* the probe told how often it asked one of the four leaves */
	uint64_t asks;
	struct handling_record handling;
	struct pace_record pace;
	struct crowd_record crowd;	/* threads is 0 if no such record came */
	struct carry_record carry;	/* count is 0 if no such record came */
	unsigned int tool_count;	/* em_asks_of(), or fewer if notool says why */
	struct tool_record tool[EM_ASKS];
	struct notool_record notool;
	unsigned int operation_count;	/* EM_OPS, or 0: there were none */
	struct operation_record operation[EM_OPS];
	struct ran_record ran;

	unsigned int next_seq, next_sweep;	/* the parser's own state */
};

const char *point_status_name(enum point_status status);

/* The 64-bit figure of a leaf that tells cycles. */
static inline uint64_t regs_cycles(const struct em_regs *r)
{
	return (uint64_t)r->ebx << 32 | r->ecx;
}

/*
 * eax tells the low 32 bits of a 64-bit count, so that counts are compared modulo 2^32.  Says
 * whether `after` is less than 2^31 above `before`, or equal to it: the count did not shrink in
 * between.
 */
static inline bool count_has_grown(uint32_t before, uint32_t after)
{
	return after - before < 1u << 31;
}

/* Whether it has also grown by at least so much. */
static inline bool count_has_grown_by(uint32_t before, uint32_t after, uint64_t least)
{
	return count_has_grown(before, after) && after - before >= least;
}

static inline bool regs_are_equal(const struct em_regs *a, const struct em_regs *b)
{
	return a->eax == b->eax && a->ebx == b->ebx && a->ecx == b->ecx && a->edx == b->edx;
}

#endif
