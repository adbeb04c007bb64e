// SPDX-License-Identifier: GPL-2.0-only
/*
 * Let a guest read its VM's exit counts with CPUID, and the host in debugfs.
 *
 * asm/exitmeter.h counts; this file only reads.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <linux/moduleparam.h>
#include <linux/nospec.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "exitmeter-reasons.h"

#define EXITMETER_FIRST_LEAF	0x4ffffffcu
#define EXITMETER_NR_LEAVES	4

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
	return sprintf(buffer, "%s\n", exitmeter_layout->name);
}

static const struct kernel_param_ops exitmeter_layout_ops = {
	.set = exitmeter_layout_set,
	.get = exitmeter_layout_get,
};

module_param_cb(exitmeter_layout, &exitmeter_layout_ops, NULL, 0444);
MODULE_PARM_DESC(exitmeter_layout,
		 "which CPUID leaf says what: split (default), combined or reversed");

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

static struct exitmeter_count exitmeter_sum(struct kvm *kvm, unsigned int slot)
{
	struct exitmeter_count sum = {};
	struct kvm_vcpu *vcpu;
	unsigned long i;

	slot = array_index_nospec(slot, EXITMETER_SLOTS);
	kvm_for_each_vcpu(i, vcpu, kvm) {
		const struct exitmeter_count *count = &vcpu->arch.exitmeter.counts[slot];

		sum.exits += READ_ONCE(count->exits);
		sum.cycles += READ_ONCE(count->cycles);
	}

	return sum;
}

/**
 * exitmeter_cpuid - answer a CPUID of the guest's if it asks for exit counts
 * @vcpu: the vCPU that executed CPUID
 * @eax: the leaf; exits, or 0
 * @ebx: high half of the cycles, or 0
 * @ecx: the exit reason; low half of the cycles, or 0
 * @edx: all ones if the vendor's manual does not define the reason, else 0
 *
 * The CPUID counts as an exit already, its cycles appear in the next answer. On
 * nested virtualization these are the exits of L1 and of its guests together.
 *
 * Return: true if answered, with all four registers written; false if the leaf
 * is not one of the layout's, with none written.
 */
bool exitmeter_cpuid(struct kvm_vcpu *vcpu, u32 *eax, u32 *ebx, u32 *ecx, u32 *edx)
{
	const struct exitmeter_vendor *vendor = vcpu->arch.exitmeter.vendor;
	u32 leaf = *eax - EXITMETER_FIRST_LEAF, reason = *ecx;
	unsigned int slot = EXITMETER_TOTAL;
	struct exitmeter_count sum;
	u8 what;

	if (leaf >= EXITMETER_NR_LEAVES)
		return false;

	what = exitmeter_layout->leaves[array_index_nospec(leaf, EXITMETER_NR_LEAVES)];
	if (!what)
		return false;

	*eax = 0;
	*ebx = 0;
	*ecx = 0;
	*edx = 0;

	if (what & LEAF_REASON) {
		if (!exitmeter_is_defined(vendor, reason)) {
			*edx = ~0u;
			return true;
		}
		if (!exitmeter_is_enabled(vendor, reason))
			return true;
		slot = exitmeter_slot(reason);
	}

	sum = exitmeter_sum(vcpu->kvm, slot);
	if (what & LEAF_EXITS)
		*eax = lower_32_bits(sum.exits);
	if (what & LEAF_CYCLES) {
		*ebx = upper_32_bits(sum.cycles);
		*ecx = lower_32_bits(sum.cycles);
	}

	return true;
}

static const char *exitmeter_vendor_name(struct kvm *kvm)
{
	const struct exitmeter_vendor *vendor;
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm) {
		vendor = READ_ONCE(vcpu->arch.exitmeter.vendor);
		if (vendor)
			return exitmeter_vendors[vendor->id].name;
	}

	return "unknown";
}

static u32 exitmeter_slot_reason(unsigned int slot)
{
	if (slot < EXITMETER_LOW_REASONS)
		return slot;

	return EXITMETER_HIGH_BASE + (slot - EXITMETER_LOW_REASONS);
}

static int exitmeter_show(struct seq_file *m, void *unused)
{
	struct kvm *kvm = m->private;
	struct exitmeter_count sum;
	unsigned int slot;

	seq_puts(m, "exitmeter 1\n");
	seq_printf(m, "vendor %s\n", exitmeter_vendor_name(kvm));
	seq_printf(m, "layout %s\n", exitmeter_layout->name);
	seq_puts(m, "scope vm\n");
	seq_printf(m, "vcpus %d\n", atomic_read(&kvm->online_vcpus));

	sum = exitmeter_sum(kvm, EXITMETER_TOTAL);
	seq_printf(m, "exits %llu\ncycles %llu\n", sum.exits, sum.cycles);

	for (slot = 0; slot < EXITMETER_OTHER; slot++) {
		sum = exitmeter_sum(kvm, slot);
		if (sum.exits)
			seq_printf(m, "reason 0x%x exits %llu cycles %llu\n",
				   exitmeter_slot_reason(slot), sum.exits, sum.cycles);
	}

	sum = exitmeter_sum(kvm, EXITMETER_OTHER);
	seq_printf(m, "other exits %llu cycles %llu\n", sum.exits, sum.cycles);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(exitmeter);

/**
 * exitmeter_vcpu_postcreate - create the VM's debugfs file with its first vCPU
 * @vcpu: a vCPU just created
 *
 * The file needs no reference to the VM: kvm_destroy_vm() removes the VM's folder
 * before it frees anything, and debugfs waits there for those who are reading and
 * refuses those who come later.
 */
void exitmeter_vcpu_postcreate(struct kvm_vcpu *vcpu)
{
	struct kvm *kvm = vcpu->kvm;

	if (vcpu->vcpu_idx != 0 || IS_ERR_OR_NULL(kvm->debugfs_dentry))
		return;

	debugfs_create_file("exitmeter", 0444, kvm->debugfs_dentry, kvm, &exitmeter_fops);
}
