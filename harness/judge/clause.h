/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A clause is one thing that a run must show, under an id that never changes.  It is an invariant
 * or an exact equality, never a threshold on a total.  Each clause is a pure function of struct
 * case_file; the table in clauses.c lists them.
 */
#ifndef EXITMETER_CLAUSE_H
#define EXITMETER_CLAUSE_H

#include "judge/case_file.h"
#include "judge/finding.h"

/* What must be known before a clause can be judged.  It is checked before the clause is called. */
enum {
	NEEDS_IMPLEMENTATION = 1 << 0,	/* the leaves are not answered as by an unpatched KVM */
	NEEDS_VENDOR = 1 << 1,
	NEEDS_ENABLED = 1 << 2,
	NEEDS_HOST = 1 << 3,
	NEEDS_REASON_CYCLES = 1 << 4,	/* the KVM tells the cycles of a reason */
	NEEDS_TRACE = 1 << 5,
	NEEDS_STAT = 1 << 6,
	OF_REBOOT = 1 << 7,		/* the clause concerns only runs that reboot */
	NEEDS_HOST_CHECKS = 1 << 8,
	NEEDS_EXITS = 1 << 9,		/* the KVM tells total exits */
	NEEDS_CYCLES = 1 << 10,		/* the KVM tells total cycles */
	NEEDS_REASONS = 1 << 11,	/* the KVM tells the exits of a reason */
	OF_OPERATIONS = 1 << 12,	/* the clause concerns only runs that carry out operations */
};

struct clause {
	const char *id, *title;
	const char *source;		/* what demands it */
	const char *wanted, *hint;	/* wanted: NULL if it depends on the run, or is the title */
	unsigned int needs;
	unsigned int figures;		/* of enum figure_bit: an edition without them does not ask for it */
	bool is_basic;			/* every edition requires it */
	bool is_advice;			/* no edition can require it */
	/* One of the two is set.  judge_point() is called for each complete point. */
	void (*judge_run)(const struct case_file *cf, struct finding *f);
	void (*judge_point)(const struct case_file *cf, const struct point *p, struct finding *f);
};

extern const struct clause clauses[];
extern const unsigned int clause_count;

/* Whether the run's edition requires the clause of this id, or advises by it. */
bool clause_is_asked(const struct case_file *cf, const char *id);

/* clause_submission.c: whether what was handed in could be measured at all */
void clause_builds(const struct case_file *cf, struct finding *f);
void clause_stable(const struct case_file *cf, struct finding *f);
void clause_host_complains(const struct case_file *cf, struct finding *f);

/* clause_basics.c: whether the guest lived, and there is something to judge */
void clause_finished(const struct case_file *cf, struct finding *f);
void clause_records(const struct case_file *cf, struct finding *f);
void clause_implemented(const struct case_file *cf, struct finding *f);
void clause_layout(const struct case_file *cf, struct finding *f);
void clause_boot_totals(const struct case_file *cf, struct finding *f);
void clause_reboot(const struct case_file *cf, struct finding *f);

/* clause_count.c: the guest's figures compared with each other */
void clause_total_grows(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_cpuid_counted(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_concurrent(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_sum_exits(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_sum_cycles(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_cycles_each(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_cycles_plausible(const struct case_file *cf, const struct point *p, struct finding *f);

/* clause_registers.c: what all four registers hold */
void clause_regs_undefined(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_regs_not_enabled(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_sentinel_valid(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_regs_valid(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_regs_totals(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_both_totals(const struct case_file *cf, const struct point *p, struct finding *f);
void clause_regs_high(const struct case_file *cf, const struct point *p, struct finding *f);

/* clause_cycles.c: what the cycles measure */
void clause_cycles_handling(const struct case_file *cf, struct finding *f);
void clause_cycles_pace(const struct case_file *cf, struct finding *f);
void clause_cycles_unit(const struct case_file *cf, struct finding *f);
void clause_cycles_carry(const struct case_file *cf, struct finding *f);

/* clause_waits.c: a page fault whose handling takes a known time */
void clause_cycles_wait(const struct case_file *cf, struct finding *f);
void clause_cycles_userspace(const struct case_file *cf, struct finding *f);
/* Whether a page fault was let wait, and all that it waited is in the cycles told. */
bool clause_waits_hold(const struct case_file *cf);

/* clause_host_checks.c: what the host found out with VMs of its own */
void clause_kernel_mode(const struct case_file *cf, struct finding *f);
void clause_other_leaves(const struct case_file *cf, struct finding *f);
void clause_neighbour(const struct case_file *cf, struct finding *f);
void clause_host_log(const struct case_file *cf, struct finding *f);

/* clause_paging.c: whether nested or shadow paging, where it was asked for, is what was measured */
void clause_paging(const struct case_file *cf, struct finding *f);

/* clause_tool.c: what another program in the guest reads */
void clause_cpuid_tool(const struct case_file *cf, struct finding *f);

/* clause_operations.c: operations of which a law says how many exits they have */
void clause_op_cpuid(const struct case_file *cf, struct finding *f);
void clause_op_port(const struct case_file *cf, struct finding *f);
void clause_op_rdtsc(const struct case_file *cf, struct finding *f);

/* clause_oracle_points.c: the guest's figures compared with the kernel's count at each point */
void clause_oracle_points(const struct case_file *cf, struct finding *f);
void clause_fast_path(const struct case_file *cf, struct finding *f);

/* clause_host.c: the guest's figures compared with the host's */
void clause_host_agrees(const struct case_file *cf, struct finding *f);

/* clause_oracle.c: the host's figures compared with the kernel's own counts */
void clause_oracle_trace(const struct case_file *cf, struct finding *f);
void clause_oracle_stat(const struct case_file *cf, struct finding *f);

#endif
