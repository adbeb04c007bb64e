// SPDX-License-Identifier: GPL-2.0-only
/*
 * Let a guest read exit counts with CPUID.
 *
 * asm/exitmeter.h counts, exitmeter-vms.c sums up; here is what the leaves mean.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <linux/moduleparam.h>
#include <linux/nospec.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "exitmeter-internal.h"
#include "exitmeter-reasons.h"

#define CREATE_TRACE_POINTS
#include "exitmeter-trace.h"

/*
 * The modules are built without the kernel around them, and kernel/entry/kvm.c in
 * there counts signals in vcpu->stat: that must be where it always was.
 */
static_assert(offsetof(struct kvm_vcpu, exitmeter) > offsetof(struct kvm_vcpu, stat) &&
	      offsetof(struct kvm_vcpu, exitmeter) > offsetof(struct kvm_vcpu, arch));

/* What a leaf answers; 0 is a leaf that is not ours. */
#define LEAF_EXITS	0x1	/* exits in eax */
#define LEAF_CYCLES	0x2	/* cycles in ebx:ecx */
#define LEAF_REASON	0x4	/* of the reason in ecx, not of all */

struct exitmeter_layout {
	const char *name;
	u8 leaves[EXITMETER_NR_LEAVES];		/* from EXITMETER_FIRST_LEAF on */
};

static const struct exitmeter_layout exitmeter_layouts[] = {
	{ "split", {
		LEAF_REASON | LEAF_CYCLES, LEAF_REASON | LEAF_EXITS,
		LEAF_CYCLES, LEAF_EXITS | LEAF_CYCLES,
	} },
	{ "combined", {
		0, 0, LEAF_REASON | LEAF_EXITS, LEAF_EXITS | LEAF_CYCLES,
	} },
	{ "reversed", {
		LEAF_EXITS, LEAF_CYCLES,
		LEAF_REASON | LEAF_EXITS, LEAF_REASON | LEAF_CYCLES,
	} },
};

static const struct exitmeter_layout *exitmeter_layout = &exitmeter_layouts[0];

const char *exitmeter_layout_name(void)
{
	return exitmeter_layout->name;
}

static int exitmeter_layout_set(const char *value, const struct kernel_param *kp)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exitmeter_layouts); i++) {
		if (sysfs_streq(value, exitmeter_layouts[i].name)) {
			exitmeter_layout = &exitmeter_layouts[i];
			return 0;
		}
	}

	return -EINVAL;
}

static int exitmeter_layout_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%s\n", exitmeter_layout_name());
}

static const struct kernel_param_ops exitmeter_layout_ops = {
	.set = exitmeter_layout_set,
	.get = exitmeter_layout_get,
};

module_param_cb(exitmeter_layout, &exitmeter_layout_ops, NULL, 0444);
MODULE_PARM_DESC(exitmeter_layout,
		 "which CPUID leaf says what: split (default), combined or reversed");

const char *const exitmeter_scopes[] = { "vm", "global" };
static bool exitmeter_is_global;

static int exitmeter_scope_set(const char *value, const struct kernel_param *kp)
{
	int scope = __sysfs_match_string(exitmeter_scopes, ARRAY_SIZE(exitmeter_scopes), value);

	if (scope < 0)
		return scope;

	exitmeter_is_global = scope;
	return 0;
}

static int exitmeter_scope_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%s\n", exitmeter_scopes[exitmeter_is_global]);
}

static const struct kernel_param_ops exitmeter_scope_ops = {
	.set = exitmeter_scope_set,
	.get = exitmeter_scope_get,
};

module_param_cb(exitmeter_scope, &exitmeter_scope_ops, NULL, 0444);
MODULE_PARM_DESC(exitmeter_scope,
		 "whose exits a guest reads: vm (its own, default) or global (all guests')");

static bool exitmeter_log;
module_param(exitmeter_log, bool, 0644);
MODULE_PARM_DESC(exitmeter_log, "log what guests read, rate-limited (default off)");

static const struct {
	const char *name;
	const struct exitmeter_range *defined;
	size_t nr_defined;
} exitmeter_vendors[] = {
	[EXITMETER_VMX] = {
		"vmx", exitmeter_vmx_defined, ARRAY_SIZE(exitmeter_vmx_defined)
	},
	[EXITMETER_SVM] = {
		"svm", exitmeter_svm_defined, ARRAY_SIZE(exitmeter_svm_defined)
	},
};

const char *exitmeter_vendor_name(const struct exitmeter_vendor *vendor)
{
	return exitmeter_vendors[vendor->id].name;
}

static bool exitmeter_is_defined(const struct exitmeter_vendor *vendor, u32 reason)
{
	const struct exitmeter_range *range = exitmeter_vendors[vendor->id].defined;
	size_t i;

	for (i = 0; i < exitmeter_vendors[vendor->id].nr_defined; i++) {
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

/* One answer, as the log and the tracepoint tell it. */
struct exitmeter_reply {
	u32 leaf;
	u32 reason;
	u8 what;
	bool undefined;
	struct exitmeter_count sum;
};

/* In the words of those who printed it before us. */
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

/* Find the figures that @reply's leaf and reason ask for. */
static void exitmeter_look_up(struct kvm_vcpu *vcpu, struct exitmeter_reply *reply)
{
	const struct exitmeter_vendor *vendor = vcpu->exitmeter.vendor;
	unsigned int slot = EXITMETER_TOTAL;

	if (reply->what & LEAF_REASON) {
		reply->undefined = !exitmeter_is_defined(vendor, reply->reason);
		if (reply->undefined || !exitmeter_is_enabled(vendor, reply->reason))
			return;
		slot = exitmeter_slot(reply->reason);
	}

	reply->sum = exitmeter_read(exitmeter_is_global ? NULL : vcpu->kvm, slot);
}

/**
 * exitmeter_answer - answer a CPUID of the guest's that asks for exit counts
 * @vcpu: the vCPU that executed CPUID
 * @eax: the leaf, one of the four that may be ours; exits, or 0
 * @ebx: high half of the cycles, or 0
 * @ecx: the exit reason; low half of the cycles, or 0
 * @edx: all ones if the vendor's manual does not define the reason, else 0
 *
 * The CPUID counts as an exit already, its cycles appear in the next reply. On
 * nested virtualization these are the exits of L1 and of its guests together.
 *
 * Return: true if answered, with all four registers written; false if the leaf
 * is not one of the layout's, with none written.
 */
bool exitmeter_answer(struct kvm_vcpu *vcpu, u32 *eax, u32 *ebx, u32 *ecx, u32 *edx)
{
	struct exitmeter_reply reply = { .leaf = *eax, .reason = *ecx };
	u32 leaf = *eax - EXITMETER_FIRST_LEAF;

	reply.what = exitmeter_layout->leaves[array_index_nospec(leaf, EXITMETER_NR_LEAVES)];
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
