/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The leaves and reasons that Debian's cpuid tool is asked for in the guest: the totals,
 * and one reason of each sort.  The probe asks, between two readings of its own; the
 * harness judges: a figure that grew meanwhile must lie between the two, and any other
 * must be the same.
 */
#ifndef EXITMETER_ASKS_H
#define EXITMETER_ASKS_H

#include "speaks.h"

#define EM_TOOL_PATH "/usr/bin/cpuid"

/* Hardware task switches: KVM handles the reason, but no 64-bit guest causes it. */
#define EM_SVM_UNSEEN 0x7d
#define EM_VMX_UNSEEN 9
/* PUSHF, RSM: they are defined, but no KVM handles them. */
#define EM_SVM_NOT_ENABLED 0x70
#define EM_VMX_NOT_ENABLED 17

/*
 * The calls, in their order.  The cycles of a reason come last, and are left out if the
 * layout has no leaf for them.
 */
enum em_ask {
	EM_ASK_TOTAL, EM_ASK_TOTAL_CYCLES, EM_ASK_CPUID,
	EM_ASK_RAREST,		/* the reason with the fewest exits, which hardly come just now */
	EM_ASK_UNSEEN, EM_ASK_NOT_ENABLED, EM_ASK_UNDEFINED,
	EM_ASK_CYCLES_CPUID, EM_ASK_CYCLES_RAREST,
	EM_ASKS
};

/* How one call of the tool ended. */
enum em_tool_end {
	EM_TOOL_ANSWERED, EM_TOOL_ABSENT, EM_TOOL_UNSTARTED, EM_TOOL_EXITED, EM_TOOL_KILLED, EM_TOOL_LATE,
	EM_TOOL_RUBBISH,
	EM_TOOL_ENDS
};
static const char *const em_tool_end_names[EM_TOOL_ENDS] = {
	"answered", "absent", "unstarted", "exited", "killed", "late", "rubbish",
};

/* The leaf, and the ecx that goes with it. */
struct em_asking {
	uint32_t fn, sub;
};

/* How many calls there are in a layout. */
static inline unsigned int em_asks_of(enum em_layout layout)
{
	return em_leaves_of(layout).reason_cycles ? EM_ASKS : EM_ASK_CYCLES_CPUID;
}

/* What a call asks for; `rarest` is the reason with the fewest exits. */
static inline struct em_asking em_asking_of(enum em_layout layout, enum em_vendor vendor, enum em_ask ask,
					    uint32_t rarest)
{
	struct em_leaves leaves = em_leaves_of(layout);
	bool is_svm = vendor == EM_SVM;
	const uint32_t sub[EM_ASKS] = {
		[EM_ASK_CPUID] = is_svm ? EM_SVM_CPUID : EM_VMX_CPUID,
		[EM_ASK_RAREST] = rarest,
		[EM_ASK_UNSEEN] = is_svm ? EM_SVM_UNSEEN : EM_VMX_UNSEEN,
		[EM_ASK_NOT_ENABLED] = is_svm ? EM_SVM_NOT_ENABLED : EM_VMX_NOT_ENABLED,
		[EM_ASK_UNDEFINED] = EM_UNDEFINED_REASON,
		[EM_ASK_CYCLES_CPUID] = is_svm ? EM_SVM_CPUID : EM_VMX_CPUID,
		[EM_ASK_CYCLES_RAREST] = rarest,
	};

	if (ask == EM_ASK_TOTAL)
		return (struct em_asking){ leaves.total, 0 };
	if (ask == EM_ASK_TOTAL_CYCLES)
		return (struct em_asking){ leaves.total_cycles, 0 };
	return (struct em_asking){ ask < EM_ASK_CYCLES_CPUID ? leaves.reason : leaves.reason_cycles, sub[ask] };
}

#endif
