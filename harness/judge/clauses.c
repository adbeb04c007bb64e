// SPDX-License-Identifier: GPL-2.0-only
/* The table of all clauses, in the order of the report. */
#include "judge/clause.h"

#include <string.h>

#include "base/memory.h"

#define ASSIGNMENT "the assignment: CPUID(0x4FFFFFFF) and its neighbours"
#define LAYOUT "the layout's table of leaves (README)"
#define MANUAL "the assignment, with the vendor's manual: SDM vol. 3D app. C, APM vol. 2 app. C"
#define BUILD_FAILED_HINT "build-failed.txt has the first errors, by the lines of the submission. Where the " \
	"change does not fit: KERNEL= names another kernel, BASE= the version it was made on; or hand in files that " \
	"are made on this kernel (make source)"
#define ACCOUNT "the definition of a total: the sum of its reasons"

const struct clause clauses[] = {
	{
		.id = "builds", .title = "What was handed in compiles",
		.source = "a measurement needs modules",
		.wanted = "a change to KVM that fits into the host's kernel and compiles there",
		.hint = BUILD_FAILED_HINT,
		.is_basic = true,
		.judge_run = clause_builds,
	}, {
		.id = "stable", .title = "The host comes through",
		.source = "a patch that takes its host along measures nothing",
		.wanted = "the host's kernel neither crashes nor hangs in KVM's modules",
		.hint = "host-console.log has the whole trace; usual causes: a table that is shorter than the exit "
			"reasons, a pointer that is not set yet, a lock that is taken twice",
		.is_basic = true,
		.judge_run = clause_stable,
	}, {
		.id = "host-complains", .title = "The host's kernel does not complain",
		.source = "WARN_ON(), lockdep and the like tell of mistakes that have done no harm yet",
		.wanted = "no warning of the host's kernel about KVM's modules",
		.hint = "host-dmesg.log has the whole trace; usual causes: sleeping or taking a mutex where the kernel "
			"must not be preempted, a size or an index that is checked by WARN_ON()",
		.is_advice = true,
		.judge_run = clause_host_complains,
	}, {
		.id = "finished", .title = "The guest shut down in order",
		.source = "a measurement needs a whole boot and a whole shutdown",
		.wanted = "the guest boots, shuts down and powers off",
		.hint = "the end of the console tells what happened last",
		.is_basic = true,
		.judge_run = clause_finished,
	}, {
		.id = "records", .title = "Every point's records arrived whole",
		.source = "what was lost or torn is never a pass",
		.wanted = "the points early, boot and shutdown are complete, and if the guest reboots also "
			  "reboot, early2 and boot2",
		.hint = "records.log holds what came; the console may tell why the probe wrote no more",
		.is_basic = true,
		.judge_run = clause_records,
	}, {
		.id = "paging", .title = "The guest's memory was reached as asked for",
		.source = "PAGING=: nested and shadow paging have other exits, and are compared by them",
		.hint = "usual cause: the patch sets npt_enabled or enable_ept itself, whatever the module's parameter says",
		.is_basic = true,
		.judge_run = clause_paging,
	}, {
		.id = "implemented", .title = "The leaves are implemented",
		.source = ASSIGNMENT,
		.wanted = "each of the layout's leaves tells a count",
		.hint = "check that the patched module is the one that is loaded, and that this is its layout",
		.judge_run = clause_implemented,
	}, {
		.id = "layout", .title = "The leaves answer in the layout that was asked for",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION,
		.hint = "usual causes: two leaves are swapped; the patch has another year's layout (--layout auto "
			"finds out which)",
		.judge_run = clause_layout,
	}, {
		.id = "total-grows", .title = "Total exits grow with every CPUID",
		.source = ASSIGNMENT, .needs = NEEDS_IMPLEMENTATION | NEEDS_EXITS,
		.hint = "count where every exit passes, not in one handler",
		.figures = FIGURE_EXITS,
		.judge_point = clause_total_grows,
	}, {
		.id = "cpuid-counted", .title = "n CPUIDs raise the count of the CPUID reason by n",
		.source = ASSIGNMENT, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASONS,
		.hint = "count an exit under its own reason, and before it is handled",
		.figures = FIGURE_REASON_EXITS,
		.judge_point = clause_cpuid_counted,
	}, {
		.id = "concurrent", .title = "CPUIDs that several vCPUs execute at once all count",
		.source = "each vCPU's exits are exits of the VM",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "usual causes: all vCPUs share one plain counter; an atomic counter is read, raised and "
			"set in three steps",
		.figures = FIGURE_REASON_EXITS,
		.judge_point = clause_concurrent,
	}, {
		.id = "sum-exits", .title = "Exits per reason sum to the total",
		.source = ACCOUNT,
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_EXITS | NEEDS_REASONS,
		.hint = "usual causes: early returns or fast paths count the total only; a table is too short "
			"for SVM's exit codes; updates are lost between vCPUs",
		.figures = FIGURE_EXITS | FIGURE_REASON_EXITS,
		.judge_point = clause_sum_exits,
	}, {
		.id = "sum-cycles", .title = "Cycles per reason sum to the total cycles",
		.source = ACCOUNT,
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASON_CYCLES | NEEDS_CYCLES,
		.hint = "usual causes: the cycles of a reason are taken at entry; high halves are swapped or lost",
		.figures = FIGURE_CYCLES | FIGURE_REASON_CYCLES,
		.judge_point = clause_sum_cycles,
	}, {
		.id = "cycles-each", .title = "A reason that has exits has cycles",
		.source = "the assignment: the time spent processing the exit",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASONS | NEEDS_REASON_CYCLES,
		.hint = "usual causes: a way out of the handler, such as the exit to userspace, passes by where the "
			"cycles are added; they are added to another reason",
		.figures = FIGURE_REASON_EXITS | FIGURE_REASON_CYCLES,
		.judge_point = clause_cycles_each,
	}, {
		.id = "cycles-plausible", .title = "Cycles fit into the time that passed",
		.source = "the exits of one vCPU do not overlap, so that their cycles cannot exceed its TSC",
		.wanted = "the cycles grow, by no more than the TSC times the vCPUs",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_CYCLES,
		.hint = "usual causes: the halves are swapped (ebx is the high one); the interval also covers "
			"time in the guest or in userspace",
		.figures = FIGURE_CYCLES,
		.judge_point = clause_cycles_plausible,
	}, {
		.id = "cycles-handling", .title = "The cycles are those that handling the exit takes",
		.source = "the assignment: the time spent processing the exit",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "usual cause: the clock stops before the handler is called, so that all "
			"exits take the same time",
		.figures = FIGURE_ANY,
		.judge_run = clause_cycles_handling,
	}, {
		.id = "cycles-pace", .title = "The cycles are of handling exits alone",
		.source = "the assignment: the time spent processing the exit, in cycles of the processor",
		.wanted = "not most of the time while the guest computes or sleeps",
		.needs = NEEDS_IMPLEMENTATION,
		.hint = "usual causes: the interval runs from exit to exit, or over the sleep in HLT",
		.figures = FIGURE_ANY,
		.judge_run = clause_cycles_pace,
	}, {
		.id = "cycles-wait", .title = "A page fault has all the cycles of its handling",
		.source = "the assignment: the time spent processing the exit, in cycles of the processor",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_HOST_CHECKS,
		.hint = "usual causes: the clock stops before the handler is called; another unit than cycles of the TSC; a "
			"part of the cycles is lost",
		.figures = FIGURE_ANY,
		.judge_run = clause_cycles_wait,
	}, {
		.id = "cycles-userspace", .title = "Time in userspace is in no exit's cycles",
		.source = "an exit is handled when KVM returns to userspace, which then does its own work",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_HOST_CHECKS,
		.hint = "usual cause: the clock stops at the next entry, also where the exit has gone to userspace",
		.figures = FIGURE_ANY,
		.judge_run = clause_cycles_userspace,
	}, {
		.id = "cycles-unit", .title = "The cycles look like all of the handling",
		.source = "the assignment: the time spent processing the exit, in cycles of the processor",
		.wanted = "more than a fiftieth of the time in a long page fault",
		.needs = NEEDS_IMPLEMENTATION,
		.hint = "usual causes: the clock stops before the handler is called; another unit than cycles",
		.figures = FIGURE_ANY,
		.is_advice = true,
		.judge_run = clause_cycles_unit,
	}, {
		.id = "cycles-carry", .title = "The cycles carry into their high half",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION | NEEDS_CYCLES,
		.hint = "usual causes: only the low 32 bits are kept; the sum is taken in 32 bits",
		.figures = FIGURE_CYCLES,
		.judge_run = clause_cycles_carry,
	}, {
		.id = "regs-undefined", .title = "Undefined reasons give the sentinel",
		.source = MANUAL, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "test ecx as the guest set it; the table has holes, and there are numbers above it",
		.figures = FIGURE_REASON_EXITS,
		.judge_point = clause_regs_undefined,
	}, {
		.id = "regs-not-enabled", .title = "Reasons that KVM does not enable give zeros",
		.source = MANUAL, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_ENABLED,
		.hint = "such a reason is defined: it gives no sentinel, and no register keeps what was in it",
		.figures = FIGURE_REASON_EXITS,
		.judge_point = clause_regs_not_enabled,
	}, {
		.id = "sentinel-valid", .title = "No valid reason gives the sentinel",
		.source = MANUAL, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASONS,
		.wanted = "another value of edx than that for undefined reasons",
		.hint = "usual causes: edx is set before the reason is known to be undefined; the test is turned round",
		.figures = FIGURE_REASON_EXITS,
		.judge_point = clause_sentinel_valid,
	}, {
		.id = "regs-valid", .title = "Valid reasons write all four registers",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.wanted = "0 in each register that the leaf does not define",
		.hint = "a register that is never written leaks what was in it; edx is 0xffffffff for undefined "
			"reasons only",
		.figures = FIGURE_REASON_EXITS,
		.judge_point = clause_regs_valid,
	}, {
		.id = "regs-totals", .title = "The leaves of the totals write all four registers",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION,
		.hint = "a register that is never written leaks what was in it",
		.figures = FIGURE_EXITS,
		.judge_point = clause_regs_totals,
	}, {
		.id = "both-totals", .title = "The leaf of total exits tells total cycles too",
		.source = LAYOUT, .needs = NEEDS_IMPLEMENTATION | NEEDS_EXITS | NEEDS_CYCLES,
		.hint = "in split, 0x4FFFFFFF answers as the first leaf of combined does",
		.figures = FIGURE_EXITS | FIGURE_CYCLES,
		.judge_point = clause_both_totals,
	}, {
		.id = "regs-high", .title = "The high halves of the registers are clear",
		.source = "the manuals: CPUID clears bits 63 to 32 of RAX, RBX, RCX and RDX",
		.needs = NEEDS_IMPLEMENTATION,
		.wanted = "0 in the high half of each register that is written",
		.hint = "usual cause: a 64-bit figure, or a pointer, is written whole into one register",
		.judge_point = clause_regs_high,
	}, {
		.id = "cpuid-tool", .title = "Debian's cpuid tool reads what the probe reads",
		.source = "CPUID answers every program in the guest, not the probe alone",
		.needs = NEEDS_IMPLEMENTATION,
		.wanted = "each register is as the probe reads it before and after; what has moved lies between the two",
		.hint = "usual causes: a register is never written and holds what the program had in it; a total "
			"shrinks while it is read",
		.figures = FIGURE_ANY,
		.judge_run = clause_cpuid_tool,
	}, {
		.id = "kernel-mode", .title = "The leaves answer in kernel mode as in user mode",
		.source = ASSIGNMENT,
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST_CHECKS,
		.hint = "the privilege level at which CPUID is executed must not matter",
		.figures = FIGURE_ANY,
		.judge_run = clause_kernel_mode,
	}, {
		.id = "other-leaves", .title = "All other CPUID leaves are answered as by stock KVM",
		.source = "a guest's CPU model must not change",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_HOST_CHECKS,
		.wanted = "no leaf differs but those of the layout",
		.hint = "usual causes: a comparison takes in too many leaves; eax or ecx is changed before the "
			"leaf is known to be one of the layout's",
		.judge_run = clause_other_leaves,
	}, {
		.id = "boot-totals", .title = "Each point has its total, and none shrinks",
		.source = "the total of a boot's exits is read at early, boot and shutdown",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.wanted = "each total is above 0, and no figure is below that of the point before",
		.hint = "usual causes: a counter is too narrow and wraps; a later VM or vCPU resets the counters",
		.figures = FIGURE_EXITS,
		.judge_run = clause_boot_totals,
	}, {
		.id = "reboot-carries", .title = "The counters go on over the reboot",
		.source = "for KVM a reboot is a reset of the vCPUs: the VM stays the same",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | OF_REBOOT,
		.wanted = "the guest was reset, and no figure after the reset is below that before",
		.hint = "usual causes: the counters are kept per vCPU and cleared when it is reset; the reboot "
			"makes a new VM",
		.figures = FIGURE_ANY,
		.judge_run = clause_reboot,
	}, {
		.id = "op-cpuid", .title = "n CPUIDs are n exits of CPUID, and no more",
		.source = "the manuals: CPUID exits always, and once",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASONS | OF_OPERATIONS,
		.hint = "usual causes: an exit is counted where it comes in and once more where it is handled; updates "
			"are lost",
		.figures = FIGURE_REASON_EXITS,
		.judge_run = clause_op_cpuid,
	}, {
		.id = "op-port", .title = "n accesses to a port are n exits of I/O, and no more",
		.source = "KVM lets no guest access a port itself",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASONS | OF_OPERATIONS,
		.hint = "usual causes: what goes out to user space is counted a second time when it comes back; an "
			"early way out of the handler passes by the counter",
		.figures = FIGURE_REASON_EXITS,
		.judge_run = clause_op_port,
	}, {
		.id = "op-rdtsc", .title = "RDTSC is no exit",
		.source = "KVM lets a guest read the TSC itself",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_REASONS | OF_OPERATIONS,
		.hint = "usual cause: exits are counted under another reason's number",
		.figures = FIGURE_REASON_EXITS,
		.judge_run = clause_op_rdtsc,
	}, {
		.id = "host-agrees", .title = "The host counted what the guest read",
		.source = "the host's 64-bit figures, read after the guest's last instruction",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST,
		.wanted = "the host's figures are not below the guest's last ones, and its reasons sum to its totals",
		.hint = "guest and host must read the same counters; no count may be lost between vCPUs",
		.figures = FIGURE_ANY,
		.judge_run = clause_host_agrees,
	}, {
		.id = "oracle-trace", .title = "Every exit is counted, as kvm:kvm_exit counts them",
		.source = "the kernel's own tracepoint, counted in the kernel over the VM's whole life",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST | NEEDS_TRACE,
		.wanted = "the difference is 0, of each reason and in total",
		.hint = "usual causes: fast-path re-entries are not counted; a handler returns early; updates are "
			"lost between vCPUs",
		.figures = FIGURE_ANY,
		.judge_run = clause_oracle_trace,
	}, {
		.id = "oracle-points", .title = "The guest read what kvm:kvm_exit had counted by then",
		.source = "the kernel's own tracepoint, read while each point's records came in",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "usual causes: some paths are not counted; a counter is too narrow; other VMs' exits are "
			"counted too",
		.figures = FIGURE_ANY,
		.judge_run = clause_oracle_points,
	}, {
		.id = "fast-path", .title = "Exits that KVM handles on a fast path are counted",
		.source = "after some exits KVM enters the guest again without its exit handler; they are exits all the same",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR,
		.hint = "usual cause: the count is in the exit handler; the vendor's vcpu_run() sees every exit",
		.figures = FIGURE_ANY,
		.judge_run = clause_fast_path,
	}, {
		.id = "neighbour", .title = "Another VM's exits are not in the guest's figures",
		.source = "with the scope vm, the counters belong to one VM from its creation on",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST_CHECKS,
		.hint = "usual cause: the counters are global, and count all VMs' exits since the module was loaded",
		.figures = FIGURE_ANY,
		.judge_run = clause_neighbour,
	}, {
		.id = "host-log", .title = "The host's log is not flooded",
		.source = "a line of log for each exit multiplies the exits and their cycles",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_HOST_CHECKS,
		.hint = "usual cause: a printk() for each exit or each CPUID is left from debugging",
		.figures = FIGURE_ANY,
		.judge_run = clause_host_log,
	}, {
		.id = "oracle-stat", .title = "The total is that of KVM's own statistic",
		.source = "the VM's `exits` in KVM's debugfs folder, read after the guest's end",
		.needs = NEEDS_IMPLEMENTATION | NEEDS_VENDOR | NEEDS_HOST | NEEDS_STAT,
		.hint = "oracle-trace tells which reason differs",
		.figures = FIGURE_ANY,
		.judge_run = clause_oracle_stat,
	},
};

const unsigned int clause_count = ARRAY_SIZE(clauses);
_Static_assert(ARRAY_SIZE(clauses) <= EDITION_CLAUSES_MAX, "an edition weighs every clause");

bool clause_is_asked(const struct case_file *cf, const char *id)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, id))
			return cf->edition->weight[i] != WEIGHT_NOT_ASKED;
	return false;
}
