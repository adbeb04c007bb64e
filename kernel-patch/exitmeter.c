// SPDX-License-Identifier: GPL-2.0-only
/*
 * Let a guest read exit counts with CPUID.
 *
 * asm/exitmeter.h counts the exits and exitmeter-vms.c sums them up. This file
 * knows the leaves: what each of them asks for, and what it answers.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <linux/nospec.h>
#include <linux/printk.h>

#include "exitmeter-internal.h"
#include "exitmeter-reasons.h"

#define CREATE_TRACE_POINTS
#include "exitmeter-trace.h"

/*
 * The modules can be built for a kernel that was compiled without exitmeter. Its
 * kernel/entry/kvm.c counts signals in vcpu->stat, so the new field must not move
 * any other field of struct kvm_vcpu: it stands behind them all.
 */
static_assert(offsetof(struct kvm_vcpu, exitmeter) > offsetof(struct kvm_vcpu, stat) &&
	      offsetof(struct kvm_vcpu, exitmeter) > offsetof(struct kvm_vcpu, arch));

/* What a leaf answers with; 0 is a leaf that is not exitmeter's. */
#define LEAF_EXITS	0x1	/* exits in eax */
#define LEAF_CYCLES	0x2	/* cycles in ebx:ecx */
#define LEAF_REASON	0x4	/* only those of the reason in ecx */

/* Each layout's leaves, from EXITMETER_FIRST_LEAF on. */
static const u8 exitmeter_leaves[EXITMETER_NR_LAYOUTS][EXITMETER_NR_LEAVES] = {
	[EXITMETER_SPLIT] = {
		LEAF_REASON | LEAF_CYCLES, LEAF_REASON | LEAF_EXITS,
		LEAF_CYCLES, LEAF_EXITS | LEAF_CYCLES,
	},
	[EXITMETER_COMBINED] = {
		0, 0, LEAF_REASON | LEAF_EXITS, LEAF_EXITS | LEAF_CYCLES,
	},
	[EXITMETER_REVERSED] = {
		LEAF_EXITS, LEAF_CYCLES,
		LEAF_REASON | LEAF_EXITS, LEAF_REASON | LEAF_CYCLES,
	},
};

/* The exit reasons that each vendor's manual defines. */
static const struct {
	const struct exitmeter_range *ranges;
	size_t nr_ranges;
} exitmeter_defined[] = {
	[EXITMETER_VMX] = { exitmeter_vmx_defined, ARRAY_SIZE(exitmeter_vmx_defined) },
	[EXITMETER_SVM] = { exitmeter_svm_defined, ARRAY_SIZE(exitmeter_svm_defined) },
};

static bool exitmeter_is_defined(const struct exitmeter_vendor *vendor, u32 reason)
{
	const struct exitmeter_range *range = exitmeter_defined[vendor->id].ranges;
	size_t i;

	for (i = 0; i < exitmeter_defined[vendor->id].nr_ranges; i++) {
		if (reason >= range[i].first && reason <= range[i].last)
			return true;
	}

	return false;
}

static bool exitmeter_is_enabled(const struct exitmeter_vendor *vendor, u32 reason)
{
	if (reason >= vendor->nr_handlers)
		return false;

	return vendor->handlers[array_index_nospec(reason, vendor->nr_handlers)];
}

/* One answer, with all that the log and the tracepoint say about it. */
struct exitmeter_reply {
	u32 leaf;
	u32 reason;
	u8 what;
	bool undefined;
	struct exitmeter_count sum;
};

/* The wording is that of the earlier patches that logged these figures. */
static void exitmeter_log_reply(const struct exitmeter_reply *reply)
{
	if (!(reply->what & LEAF_REASON))
		pr_info_ratelimited("CPUID(0x%X), exits=%llu, cycles spent in exit=%llu\n",
				    reply->leaf, reply->sum.exits, reply->sum.cycles);
	else if (reply->undefined)
		pr_info_ratelimited("CPUID(0x%X) EXIT(%u) is not defined.\n",
				    reply->leaf, reply->reason);
	else if (reply->what & LEAF_EXITS)
		pr_info_ratelimited("CPUID(0x%X) EXIT(%u) is called %llu times.\n",
				    reply->leaf, reply->reason, reply->sum.exits);
	else
		pr_info_ratelimited("CPUID(0x%X) EXIT(%u), cycles spent in exit=%llu\n",
				    reply->leaf, reply->reason, reply->sum.cycles);
}

/* Fill in the figures that @reply's leaf and reason ask for. */
static void exitmeter_look_up(struct kvm_vcpu *vcpu, struct exitmeter_reply *reply)
{
	struct kvm *kvm = exitmeter_scope.chosen == EXITMETER_GLOBAL ? NULL : vcpu->kvm;
	const struct exitmeter_vendor *vendor = vcpu->exitmeter.vendor;
	unsigned int slot = EXITMETER_TOTAL;

	if (reply->what & LEAF_REASON) {
		reply->undefined = !exitmeter_is_defined(vendor, reply->reason);
		if (reply->undefined || !exitmeter_is_enabled(vendor, reply->reason))
			return;
		slot = exitmeter_slot(reply->reason);
	}

	reply->sum = exitmeter_read(kvm, slot);
}

/**
 * exitmeter_answer - answer a guest's CPUID that asks for exit counts
 * @vcpu: the vCPU that executed CPUID
 * @eax: in: the leaf, one of the four from EXITMETER_FIRST_LEAF on;
 *	 out: the exits, or 0
 * @ebx: out: the high half of the cycles, or 0
 * @ecx: in: the exit reason; out: the low half of the cycles, or 0
 * @edx: out: all ones if the vendor's manual does not define the reason, else 0
 *
 * The answer counts this CPUID's own exit already; the exit's cycles appear in
 * the next answer. If the guest runs guests of its own, the figures include the
 * exits of those.
 *
 * Return: true if the CPUID is answered and all four registers are written; false
 * if the layout does not have the leaf, and no register is written.
 */
bool exitmeter_answer(struct kvm_vcpu *vcpu, u32 *eax, u32 *ebx, u32 *ecx, u32 *edx)
{
	struct exitmeter_reply reply = { .leaf = *eax, .reason = *ecx };
	u32 leaf = *eax - EXITMETER_FIRST_LEAF;

	leaf = array_index_nospec(leaf, EXITMETER_NR_LEAVES);
	reply.what = exitmeter_leaves[exitmeter_layout.chosen][leaf];
	if (!reply.what)
		return false;

	exitmeter_look_up(vcpu, &reply);

	*eax = reply.what & LEAF_EXITS ? lower_32_bits(reply.sum.exits) : 0;
	*ebx = reply.what & LEAF_CYCLES ? upper_32_bits(reply.sum.cycles) : 0;
	*ecx = reply.what & LEAF_CYCLES ? lower_32_bits(reply.sum.cycles) : 0;
	*edx = reply.undefined ? ~0u : 0;

	trace_kvm_exitmeter(vcpu->vcpu_id, reply.leaf, reply.reason, reply.sum.exits,
			    reply.sum.cycles, reply.undefined);
	if (READ_ONCE(exitmeter_log))
		exitmeter_log_reply(&reply);

	return true;
}
