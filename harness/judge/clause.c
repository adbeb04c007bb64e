// SPDX-License-Identifier: GPL-2.0-only
#include "judge/clause.h"

#include <string.h>

#include "base/memory.h"

#define ASSIGNMENT "the assignment: CPUID(0x4FFFFFFF) and its neighbours"
#define LAYOUT "the layout's table of leaves (README)"
#define MANUAL "the assignment, with the vendor's manual: SDM vol. 3D app. C, APM vol. 2 app. C"
#define ACCOUNT "the definition of a total: the sum of its reasons"

const struct clause clauses[] = {
	{
		.id = "finished", .title = "The guest came to its orderly end",
		.source = "a measurement needs a whole boot and shutdown",
		.wanted = "the guest boots, shuts down and powers off",
		.hint = "the console's tail tells what happened last",
		.judge_run = clause_finished,
	}, {
		.id = "records", .title = "Every point's records arrived whole",
		.source = "lost or torn records are lost, never a pass",
		.wanted = "early, boot and shutdown complete, and where the guest reboots those around it",
		.hint = "records.log holds what came; see the console for why the probe did not speak",
		.judge_run = clause_records,
	}, {
		.id = "implemented", .title = "The leaves are implemented",
		.source = ASSIGNMENT,
		.wanted = "counts in each of the layout's leaves",
		.hint = "is the patched module the one loaded, and is this the layout it speaks?",
		.judge_run = clause_implemented,
	}, {
		.id = "layout", .title = "The leaves speak the layout asked for",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION,
		.hint = "usual causes: two leaves swapped; another year's layout: --layout auto finds out which",
		.judge_run = clause_layout,
	}, {
		.id = "total-grows", .title = "Total exits grow with every CPUID",
		.source = ASSIGNMENT, .needs = NEEDS_IMPLEMENTATION,
		.hint = "count where every exit passes, not in one handler",
		.judge_point = clause_total_grows,
	}, {
		.id = "cpuid-counted", .title = "n CPUIDs raise the CPUID reason by n",
		.source = ASSIGNMENT, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "an exit counts under its own reason, before it is handled",
		.judge_point = clause_cpuid_counted,
	}, {
		.id = "concurrent", .title = "CPUIDs of several vCPUs at once are all counted",
		.source = "each vCPU's exits are exits of the VM",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "usual causes: one plain counter for all vCPUs; an atomic one that is read, added to "
			"and set in three steps",
		.judge_point = clause_concurrent,
	}, {
		.id = "sum-exits", .title = "Exits per reason sum to the total",
		.source = ACCOUNT, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "usual causes: early returns or fast paths that count the total only; "
			"a table too short for SVM's codes; lost updates between vCPUs",
		.judge_point = clause_sum_exits,
	}, {
		.id = "sum-cycles", .title = "Cycles per reason sum to the total cycles",
		.source = ACCOUNT,
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASON_CYCLES,
		.hint = "usual causes: per-reason cycles taken at entry; swapped or lost high halves",
		.judge_point = clause_sum_cycles,
	}, {
		.id = "cycles-plausible", .title = "Cycles fit into the time that passed",
		.source = "exits of one vCPU do not overlap, so their cycles are below its TSC",
		.wanted = "cycles grow, by no more than the TSC x vCPUs", .needs = NEEDS_IMPLEMENTATION,
		.hint = "usual causes: high and low half swapped (ebx is the high one); an interval "
			"that also covers time in the guest or in userspace",
		.judge_point = clause_cycles_plausible,
	}, {
		.id = "cycles-handling", .title = "Cycles are those of handling the exit",
		.source = "the assignment: time spent processing the exit",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASON_CYCLES,
		.hint = "usual cause: the clock stops before the handler is called, so that all exits take the same",
		.judge_run = clause_cycles_handling,
	}, {
		.id = "cycles-carry", .title = "The high half of the cycles carries",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION,
		.hint = "usual causes: only the low 32 bits kept; the sum taken in 32 bits",
		.judge_run = clause_cycles_carry,
	}, {
		.id = "regs-undefined", .title = "Undefined reasons give the sentinel",
		.source = MANUAL, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.wanted = "eax=ebx=ecx=0, edx=0xffffffff for every number the manual does not define",
		.hint = "test ecx as it came in; mind the holes and numbers above the table",
		.judge_point = clause_regs_undefined,
	}, {
		.id = "regs-not-enabled", .title = "Reasons that KVM does not enable give zeros",
		.source = MANUAL, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_ENABLED,
		.wanted = "0 in all four registers",
		.hint = "defined is not undefined: no sentinel here, and no stale register",
		.judge_point = clause_regs_not_enabled,
	}, {
		.id = "regs-valid", .title = "Valid reasons write all four registers",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.wanted = "0 in each register that the leaf does not define",
		.hint = "a register never written leaks what was in it; 0xffffffff in edx is for "
			"undefined reasons only",
		.judge_point = clause_regs_valid,
	}, {
		.id = "regs-totals", .title = "The totals' leaves write all four registers",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION,
		.hint = "a register never written leaks what was in it",
		.judge_point = clause_regs_totals,
	}, {
		.id = "cpuid-tool", .title = "Debian's cpuid tool reads what the probe reads",
		.source = "a guest's CPUID answers whatever program asks, not the probe alone",
		.needs = NEEDS_IMPLEMENTATION,
		.wanted = "each register as the probe reads it before and after; between the two what has moved",
		.hint = "usual cause: a register never written, which has what the program had in it; a total "
			"that shrinks while it is read",
		.judge_run = clause_cpuid_tool,
	}, {
		.id = "kernel-mode", .title = "The leaves answer in kernel mode as in user mode",
		.source = ASSIGNMENT,
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST_CHECKS,
		.hint = "the privilege level that CPUID is executed at does not matter",
		.judge_run = clause_kernel_mode,
	}, {
		.id = "other-leaves", .title = "All other CPUID leaves are answered as by stock KVM",
		.source = "a guest's CPU model must not change", .needs = NEEDS_IMPLEMENTATION | NEEDS_HOST_CHECKS,
		.wanted = "no leaf but the layout's differs",
		.hint = "usual causes: a comparison that takes in too many leaves; eax or ecx changed before "
			"the leaf is known to be ours",
		.judge_run = clause_other_leaves,
	}, {
		.id = "boot-totals", .title = "Each point has its total, and none shrinks",
		.source = "boot-exit totals at early, boot and shutdown",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.wanted = "totals above 0, and no figure below the one of the point before",
		.hint = "usual causes: a narrow counter that wraps; counters reset by a later VM or vCPU",
		.judge_run = clause_boot_totals,
	}, {
		.id = "reboot-carries", .title = "The counters carry on over the reboot",
		.source = "to KVM a reboot is a reset of vCPUs: the VM stays the same one",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | OF_REBOOT,
		.wanted = "the guest reset, and after it no figure is below that of before",
		.hint = "usual causes: counters kept per vCPU and cleared with its reset; a new VM instead "
			"of a reset one",
		.judge_run = clause_reboot,
	}, {
		.id = "host-agrees", .title = "The host counted what the guest read",
		.source = "the host's 64-bit figures after the guest's last instruction",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST,
		.wanted = "host's figures not below the guest's last, and its reasons summing to its totals",
		.hint = "guest and host must read the same counters; none may be lost between vCPUs",
		.judge_run = clause_host_agrees,
	}, {
		.id = "oracle-trace", .title = "Every exit was counted, as kvm:kvm_exit counts them",
		.source = "the kernel's own tracepoint, counted in the kernel over the VM's whole life",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST | NEEDS_TRACE,
		.wanted = "difference 0, per reason and in total",
		.hint = "usual causes: fast-path re-entries not counted; early returns; lost updates",
		.judge_run = clause_oracle_trace,
	}, {
		.id = "oracle-points", .title = "The guest read what kvm:kvm_exit had counted by then",
		.source = "the kernel's own tracepoint, read while each point's records came in",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "usual causes: paths that are not counted; a narrow counter; counts of other VMs",
		.judge_run = clause_oracle_points,
	}, {
		.id = "neighbour", .title = "Another VM's exits are not in the guest's figures",
		.source = "scope vm: counters belong to a VM, from its creation on",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST_CHECKS | NEEDS_TRACE,
		.hint = "usual cause: global counters, which are those of all VMs since the module was loaded",
		.judge_run = clause_neighbour,
	}, {
		.id = "host-log", .title = "The host's log is not flooded",
		.source = "a line an exit multiplies exits and cycles",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_HOST_CHECKS,
		.hint = "usual cause: a printk() for each exit, or each CPUID, that was for debugging",
		.judge_run = clause_host_log,
	}, {
		.id = "oracle-stat", .title = "The total is that of KVM's own statistic",
		.source = "the VM's `exits` in KVM's debugfs folder, read after the guest's end",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST | NEEDS_STAT,
		.hint = "oracle-trace tells which reason differs",
		.judge_run = clause_oracle_stat,
	},
};

const unsigned int clause_count = ARRAY_SIZE(clauses);

/* Whether our own modules were measured, so that what they and their build leave behind must be there. */
static bool is_reference(const struct case_file *cf)
{
	const char *modules = cf->evidence.modules;

	return cf->evidence.module_build && modules && !strcmp(modules, "patched");
}

static bool misses_implementation(const struct case_file *cf, struct finding *f)
{
	if (cf->implementation == IMPLEMENTATION_NONE)
		finding_set(f, VERDICT_SKIP, "not implemented");
	else if (cf->implementation == IMPLEMENTATION_UNKNOWN)
		finding_lose(f, "no point's records are whole");
	else
		return false;
	return true;
}

static bool misses_vendor(const struct case_file *cf, struct finding *f)
{
	if (cf->vendor != EM_UNKNOWN)
		return false;
	finding_set(f, VERDICT_SKIP, "neither host nor guest tells the CPU's vendor");
	return true;
}

static bool misses_reason_cycles(const struct case_file *cf, struct finding *f)
{
	if (em_leaves_of(cf->evidence.layout).reason_cycles)
		return false;
	finding_set(f, VERDICT_SKIP, "this layout has no leaf for it");
	return true;
}

/*
 * A file that is damaged is lost.  So is one that is missing though our own modules leave it behind
 * (is_owed), because the run would pass without it.  A stranger's modules need not leave it.
 */
static bool misses_input(const struct case_file *cf, enum case_input input, bool is_owed, struct finding *f)
{
	bool is_skip = cf->input[input].state == INPUT_ABSENT && !(is_owed && is_reference(cf));
	const char *why = cf->input[input].why;

	if (case_has_input(cf, input))
		return false;
	finding_set(f, is_skip ? VERDICT_SKIP : VERDICT_LOST, "%s", why ? why : "?");
	return true;
}

/* What a clause may need, in the order in which it is asked: a check of its own, or an input. */
static const struct {
	unsigned int need;
	bool (*misses)(const struct case_file *cf, struct finding *f);
	enum case_input input;
	bool is_owed;
} needs[] = {
	{ NEEDS_IMPLEMENTATION, .misses = misses_implementation },
	{ NEEDS_VENDOR, .misses = misses_vendor },
	{ NEEDS_REASON_CYCLES, .misses = misses_reason_cycles },
	{ NEEDS_ENABLED, .input = CASE_ENABLED, .is_owed = true },
	{ NEEDS_HOST, .input = CASE_HOST, .is_owed = true },
	/* A kernel may have no way to count exits inside it; the run's progress tells. */
	{ NEEDS_TRACE, .input = CASE_TRACE },
	{ NEEDS_HOST_CHECKS, .input = CASE_HOST_CHECKS },
	{ NEEDS_STAT, .input = CASE_STAT, .is_owed = true },
};

/* Whether the run lacks something that the clause needs; f then says what. */
static bool misses_needs(const struct clause *clause, const struct case_file *cf, struct finding *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		if (!(clause->needs & needs[i].need))
			continue;
		if (needs[i].misses ? needs[i].misses(cf, f) :
				      misses_input(cf, needs[i].input, needs[i].is_owed, f))
			return true;
	}
	return false;
}

/* Judges all points.  The first that fails is told in full, the others by name. */
static void judge_points(const struct clause *clause, const struct case_file *cf, struct finding *ret)
{
	const char *lost = NULL;

	for (int i = 0; i < EM_POINTS; i++) {
		struct finding f = { 0 };

		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		if (!case_has_point(cf, (enum em_point)i)) {
			lost = lost ? lost : em_point_names[i];
			continue;
		}
		clause->judge_point(cf, &cf->records.point[i], &f);
		if (ret->verdict == VERDICT_FAIL) {
			if (f.verdict == VERDICT_FAIL)
				finding_set(ret, VERDICT_FAIL, "%s (at %s too)", ret->got, em_point_names[i]);
		} else {
			finding_set(ret, f.verdict, "at %s: %s", em_point_names[i], f.got ? f.got : "as wanted");
			free(ret->wanted);
			ret->wanted = take_ptr(f.wanted);
		}
		finding_deinit(&f);
	}
	if (lost && ret->verdict != VERDICT_FAIL)
		finding_lose(ret, "the point %s is lost", lost);
}

void clause_judge(const struct clause *clause, const struct case_file *cf, struct finding *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->clause = clause;
	if ((clause->needs & OF_REBOOT) && cf->evidence.scenario != SCENARIO_REBOOT) {
		ret->verdict = VERDICT_NONE;
		return;
	}
	if (!misses_needs(clause, cf, ret)) {
		if (clause->judge_run)
			clause->judge_run(cf, ret);
		else
			judge_points(clause, cf, ret);
	}
	if (!ret->wanted)
		ret->wanted = xstrdup(clause->wanted ? clause->wanted : clause->title);
	if (!ret->got)
		ret->got = xstrdup("as wanted");
}
