/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Debian's cpuid tool is asked in the guest: the totals, and reasons of every
 * standing.  What has moved while it ran lies between the probe's own readings;
 * all else has to be the same.  The one header of this that guest and host share.
 */
#ifndef EXITMETER_ASKS_H
#define EXITMETER_ASKS_H

#include "speaks.h"

#define EM_TOOL_PATH "/usr/bin/cpuid"

/* Task switches by hardware, which 64-bit guests have none of: handled, and never seen. */
#define EM_SVM_UNSEEN 0x7d
#define EM_VMX_UNSEEN 9
/* PUSHF, RSM: no KVM handles them. */
#define EM_SVM_NOT_ENABLED 0x70
#define EM_VMX_NOT_ENABLED 17

/* The order; where a reason's cycles have no leaf, it ends before them. */
enum em_ask {
	EM_ASK_TOTAL, EM_ASK_TOTAL_CYCLES, EM_ASK_CPUID,
	EM_ASK_RAREST,		/* of those that came: it hardly comes again just now */
	EM_ASK_UNSEEN, EM_ASK_NOT_ENABLED, EM_ASK_UNDEFINED,
	EM_ASK_CYCLES_CPUID, EM_ASK_CYCLES_RAREST,
	EM_ASKS
};

/* How asking once ended. */
enum em_tool_end {
	EM_TOOL_ANSWERED, EM_TOOL_ABSENT, EM_TOOL_UNSTARTED, EM_TOOL_EXITED, EM_TOOL_KILLED, EM_TOOL_LATE,
	EM_TOOL_RUBBISH,
	EM_TOOL_ENDS
};
#define EM_TOOL_END_NAMES { "answered", "absent", "unstarted", "exited", "killed", "late", "rubbish" }

struct em_asking {
	uint32_t fn, sub;
};

/* How many there are in a layout. */
static inline unsigned int em_asks_of(enum em_layout layout)
{
	return em_leaves_of(layout).reason_cycles ? EM_ASKS : EM_ASK_CYCLES_CPUID;
}

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
