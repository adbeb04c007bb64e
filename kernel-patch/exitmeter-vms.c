// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sum up what the vCPUs have counted, for a VM or for all, and show it to the host
 * in debugfs.
 *
 * Only a vCPU writes its own counters, so a reset cannot set them to 0. Instead it
 * keeps their current values, which are subtracted from every later sum.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/rculist.h>
#include <linux/seq_file.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "exitmeter-internal.h"

/*
 * Guards all that is not written by the vCPUs: the list of VMs, the figures of
 * destroyed VMs, and the values that resets have kept. Readers take no lock; they
 * read again if a writer was active meanwhile.
 */
static DEFINE_SEQLOCK(exitmeter_lock);
static LIST_HEAD(exitmeter_vms);

/*
 * What the destroyed VMs have counted. A reset of all VMs sets it to minus what the
 * existing VMs have counted so far, so that the sums, modulo 2^64, begin at 0.
 */
static struct exitmeter_count exitmeter_gone[EXITMETER_SLOTS];
static const char *exitmeter_gone_vendor;

static const char *const exitmeter_vendor_names[] = {
	[EXITMETER_VMX] = "vmx",
	[EXITMETER_SVM] = "svm",
};

static void exitmeter_add_counts(struct exitmeter_count *sum, const struct exitmeter_count *count)
{
	sum->exits += READ_ONCE(count->exits);
	sum->cycles += READ_ONCE(count->cycles);
}

static void exitmeter_add_vm(struct exitmeter_count *sum, struct kvm *kvm, unsigned int slot)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm)
		exitmeter_add_counts(sum, &vcpu->exitmeter.counts[slot]);
}

static void exitmeter_add_live(struct exitmeter_count *sum, unsigned int slot)
{
	struct exitmeter_vm *vm;

	list_for_each_entry_rcu(vm, &exitmeter_vms, link, lockdep_is_held(&exitmeter_lock.lock))
		exitmeter_add_vm(sum, vm->kvm, slot);
}

static struct exitmeter_count exitmeter_read_vm(struct kvm *kvm, unsigned int slot)
{
	const struct exitmeter_count *base;
	struct exitmeter_count sum;
	unsigned int seq;

	do {
		seq = read_seqbegin(&exitmeter_lock);
		memset(&sum, 0, sizeof(sum));
		exitmeter_add_vm(&sum, kvm, slot);
		base = READ_ONCE(kvm->arch.exitmeter.base);
		if (base) {
			sum.exits -= READ_ONCE(base[slot].exits);
			sum.cycles -= READ_ONCE(base[slot].cycles);
		}
	} while (read_seqretry(&exitmeter_lock, seq));

	return sum;
}

static struct exitmeter_count exitmeter_read_all(unsigned int slot)
{
	struct exitmeter_count sum;
	unsigned int seq;

	rcu_read_lock();
	do {
		seq = read_seqbegin(&exitmeter_lock);
		memset(&sum, 0, sizeof(sum));
		exitmeter_add_counts(&sum, &exitmeter_gone[slot]);
		exitmeter_add_live(&sum, slot);
	} while (read_seqretry(&exitmeter_lock, seq));
	rcu_read_unlock();

	return sum;
}

/**
 * exitmeter_read - sum up one slot
 * @kvm: a VM that the caller keeps from being destroyed, or NULL for all VMs,
 *	 destroyed ones included
 * @slot: the slot; a guest may have chosen it
 *
 * Return: the exits and cycles since the last reset.
 */
struct exitmeter_count exitmeter_read(struct kvm *kvm, unsigned int slot)
{
	slot = array_index_nospec(slot, EXITMETER_SLOTS);

	return kvm ? exitmeter_read_vm(kvm, slot) : exitmeter_read_all(slot);
}

static void exitmeter_reset_all(void)
{
	struct exitmeter_count sum;
	unsigned int slot;

	write_seqlock(&exitmeter_lock);
	for (slot = 0; slot < EXITMETER_SLOTS; slot++) {
		memset(&sum, 0, sizeof(sum));
		exitmeter_add_live(&sum, slot);
		WRITE_ONCE(exitmeter_gone[slot].exits, -sum.exits);
		WRITE_ONCE(exitmeter_gone[slot].cycles, -sum.cycles);
	}
	write_sequnlock(&exitmeter_lock);
}

static int exitmeter_reset_vm(struct kvm *kvm)
{
	struct exitmeter_vm *vm = &kvm->arch.exitmeter;
	struct exitmeter_count *fresh, sum;
	unsigned int slot;

	/* Only the first reset of a VM needs the memory; a later one frees it again. */
	fresh = kcalloc(EXITMETER_SLOTS, sizeof(*fresh), GFP_KERNEL);
	if (!fresh)
		return -ENOMEM;

	write_seqlock(&exitmeter_lock);
	if (!vm->base) {
		WRITE_ONCE(vm->base, fresh);
		fresh = NULL;
	}
	for (slot = 0; slot < EXITMETER_SLOTS; slot++) {
		memset(&sum, 0, sizeof(sum));
		exitmeter_add_vm(&sum, kvm, slot);
		WRITE_ONCE(vm->base[slot].exits, sum.exits);
		WRITE_ONCE(vm->base[slot].cycles, sum.cycles);
	}
	write_sequnlock(&exitmeter_lock);

	kfree(fresh);
	return 0;
}

static const char *exitmeter_vm_vendor(struct kvm *kvm)
{
	const struct exitmeter_vendor *vendor;
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm) {
		vendor = READ_ONCE(vcpu->exitmeter.vendor);
		if (vendor)
			return exitmeter_vendor_names[vendor->id];
	}

	return NULL;
}

static void exitmeter_show_head(struct seq_file *m, struct kvm *kvm)
{
	const char *vendor = NULL;
	struct exitmeter_vm *vm;
	int vcpus = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(vm, &exitmeter_vms, link) {
		if (kvm && vm->kvm != kvm)
			continue;
		vcpus += atomic_read(&vm->kvm->online_vcpus);
		if (!vendor)
			vendor = exitmeter_vm_vendor(vm->kvm);
	}
	rcu_read_unlock();

	if (!vendor && !kvm)
		vendor = READ_ONCE(exitmeter_gone_vendor);

	seq_puts(m, "exitmeter 1\n");
	seq_printf(m, "vendor %s\n", vendor ?: "unknown");
	seq_printf(m, "layout %s\n", exitmeter_layout.names[exitmeter_layout.chosen]);
	seq_printf(m, "scope %s\n", exitmeter_scope.names[kvm ? EXITMETER_VM : EXITMETER_GLOBAL]);
	seq_printf(m, "vcpus %d\n", vcpus);
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

	exitmeter_show_head(m, kvm);

	sum = exitmeter_read(kvm, EXITMETER_TOTAL);
	seq_printf(m, "exits %llu\ncycles %llu\n", sum.exits, sum.cycles);

	for (slot = 0; slot < EXITMETER_OTHER; slot++) {
		sum = exitmeter_read(kvm, slot);
		/* A reset while an exit is handled leaves cycles without an exit. */
		if (sum.exits || sum.cycles)
			seq_printf(m, "reason 0x%x exits %llu cycles %llu\n",
				   exitmeter_slot_reason(slot), sum.exits, sum.cycles);
	}

	sum = exitmeter_read(kvm, EXITMETER_OTHER);
	seq_printf(m, "other exits %llu cycles %llu\n", sum.exits, sum.cycles);

	return 0;
}

static int exitmeter_open(struct inode *inode, struct file *file)
{
	return single_open(file, exitmeter_show, inode->i_private);
}

static ssize_t exitmeter_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct kvm *kvm = ((struct seq_file *)file->private_data)->private;
	char command[8] = {};
	int r = 0;

	if (len >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, from, len))
		return -EFAULT;
	if (!sysfs_streq(command, "reset"))
		return -EINVAL;

	if (kvm)
		r = exitmeter_reset_vm(kvm);
	else
		exitmeter_reset_all();

	return r ?: len;
}

static const struct file_operations exitmeter_fops = {
	.owner = THIS_MODULE,
	.open = exitmeter_open,
	.read = seq_read,
	.write = exitmeter_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/*
 * KVM's debugfs folder is removed with the vendor module and made again with it,
 * so every new VM looks whether the file is there.
 */
static void exitmeter_create_global_file(struct dentry *folder)
{
	static DEFINE_MUTEX(lock);
	struct dentry *file;

	mutex_lock(&lock);
	file = debugfs_lookup("exitmeter", folder);
	if (file)
		dput(file);
	else
		debugfs_create_file("exitmeter", 0644, folder, NULL, &exitmeter_fops);
	mutex_unlock(&lock);
}

/**
 * exitmeter_vcpu_postcreate - add a VM to the list when its first vCPU is created
 * @vcpu: a vCPU that was just created
 *
 * The VM's file needs no reference to the VM: kvm_destroy_vm() removes the VM's
 * debugfs folder before it frees anything, and the removal waits for readers and
 * keeps later ones out.
 */
void exitmeter_vcpu_postcreate(struct kvm_vcpu *vcpu)
{
	struct kvm *kvm = vcpu->kvm;

	if (vcpu->vcpu_idx != 0)
		return;

	kvm->arch.exitmeter.kvm = kvm;
	write_seqlock(&exitmeter_lock);
	list_add_tail_rcu(&kvm->arch.exitmeter.link, &exitmeter_vms);
	write_sequnlock(&exitmeter_lock);

	if (IS_ERR_OR_NULL(kvm->debugfs_dentry))
		return;

	debugfs_create_file("exitmeter", 0644, kvm->debugfs_dentry, kvm, &exitmeter_fops);
	exitmeter_create_global_file(kvm->debugfs_dentry->d_parent);
}

/**
 * exitmeter_destroy_vm - keep the figures of a VM that is about to be freed
 * @kvm: a VM for which no descriptor is open any more, nor one for its vCPUs
 *
 * The vCPUs still exist but no longer run. Readers see one step: the VM is off the
 * list, and its figures are part of those of the destroyed VMs.
 */
void exitmeter_destroy_vm(struct kvm *kvm)
{
	struct exitmeter_vm *vm = &kvm->arch.exitmeter;
	struct exitmeter_count sum;
	unsigned int slot;

	/* The VM never had a vCPU, so it is not on the list. */
	if (!vm->kvm)
		return;

	write_seqlock(&exitmeter_lock);
	for (slot = 0; slot < EXITMETER_SLOTS; slot++) {
		memset(&sum, 0, sizeof(sum));
		exitmeter_add_vm(&sum, kvm, slot);
		WRITE_ONCE(exitmeter_gone[slot].exits, exitmeter_gone[slot].exits + sum.exits);
		WRITE_ONCE(exitmeter_gone[slot].cycles, exitmeter_gone[slot].cycles + sum.cycles);
	}
	list_del_rcu(&vm->link);
	WRITE_ONCE(exitmeter_gone_vendor, exitmeter_vm_vendor(kvm) ?: exitmeter_gone_vendor);
	write_sequnlock(&exitmeter_lock);

	/* Readers that found the VM on the list before may still be using it. */
	synchronize_rcu();
	kfree(vm->base);
}
