/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Count VM exits and the cycles spent on them, per exit reason.
 *
 * Each vCPU has its own struct exitmeter, and only the vCPU writes there, so the
 * exit path needs no locked instruction and shares no cache line. A reader sums up
 * the vCPUs of a VM.
 *
 * Each exit takes three steps, all in the vCPU's own thread:
 *
 *	exitmeter_stamp()	The CPU has just left guest mode: take the time.
 *	exitmeter_record()	The reason is known: count the exit.
 *	exitmeter_close()	KVM has handled the exit, or is about to enter the
 *				guest again without a handler: add the cycles
 *				since the stamp.
 */
#ifndef _ASM_X86_EXITMETER_H
#define _ASM_X86_EXITMETER_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/tsc.h>

struct kvm;
struct kvm_vcpu;

#define EXITMETER_FIRST_LEAF	0x4ffffffcu
#define EXITMETER_NR_LEAVES	4

enum exitmeter_vendor_id {
	EXITMETER_VMX,
	EXITMETER_SVM,
};

/*
 * Each exit reason has a slot: first the low reasons, which are all of VMX's and
 * SVM's intercepts, then SVM's codes from 0x400 on. Two slots follow: one for all
 * other codes, and one for the total, which is counted apart from the reasons so
 * that their sum can be checked against it.
 */
#define EXITMETER_LOW_REASONS	0x100
#define EXITMETER_HIGH_BASE	0x400
#define EXITMETER_HIGH_REASONS	0x10
#define EXITMETER_OTHER		(EXITMETER_LOW_REASONS + EXITMETER_HIGH_REASONS)
#define EXITMETER_TOTAL		(EXITMETER_OTHER + 1)
#define EXITMETER_SLOTS		(EXITMETER_TOTAL + 1)

struct exitmeter_count {
	u64 exits;
	u64 cycles;
};

/* What a vendor module says about itself; this is part of that module's memory. */
struct exitmeter_vendor {
	enum exitmeter_vendor_id id;
	unsigned int nr_handlers;
	void *const *handlers;
};

/* A vCPU's counters: the last field of struct kvm_vcpu, zero when it is created. */
struct exitmeter {
	const struct exitmeter_vendor *vendor;	/* NULL until the first exit */
	struct exitmeter_count *open;		/* exit that is being handled, or NULL */
	u64 stamp;				/* TSC when that exit began */
	struct exitmeter_count counts[EXITMETER_SLOTS];
};

/* A field of struct kvm_arch, which is zero until the VM has a vCPU. */
struct exitmeter_vm {
	struct kvm *kvm;
	struct list_head link;			/* of all VMs that have a vCPU */
	struct exitmeter_count *base;		/* figures at the last reset, or NULL */
};

/* Describe a vendor; its array of exit handlers has NULL where there is none. */
#define EXITMETER_VENDOR(_id, _handlers)				\
({									\
	static const struct exitmeter_vendor __vendor = {		\
		.id = (_id),						\
		.nr_handlers = ARRAY_SIZE(_handlers),			\
		.handlers = (void *const *)(_handlers),			\
	};								\
	&__vendor;							\
})

static __always_inline unsigned int exitmeter_slot(u64 reason)
{
	if (likely(reason < EXITMETER_LOW_REASONS))
		return reason;
	if (reason - EXITMETER_HIGH_BASE < EXITMETER_HIGH_REASONS)
		return EXITMETER_LOW_REASONS + (reason - EXITMETER_HIGH_BASE);
	return EXITMETER_OTHER;
}

/* Only the vCPU's own thread calls this; a reader sees the old or the new figure. */
static __always_inline void exitmeter_add(u64 *figure, u64 n)
{
	WRITE_ONCE(*figure, *figure + n);
}

static __always_inline void exitmeter_stamp(struct exitmeter *em)
{
	em->stamp = rdtsc();
}

static __always_inline void exitmeter_record(struct exitmeter *em, u64 reason,
					     const struct exitmeter_vendor *vendor)
{
	struct exitmeter_count *count = &em->counts[exitmeter_slot(reason)];

	WRITE_ONCE(em->vendor, vendor);
	exitmeter_add(&count->exits, 1);
	exitmeter_add(&em->counts[EXITMETER_TOTAL].exits, 1);
	em->open = count;
}

static __always_inline void exitmeter_close(struct exitmeter *em)
{
	struct exitmeter_count *count = em->open;
	s64 cycles;

	if (!count)
		return;

	em->open = NULL;
	cycles = rdtsc() - em->stamp;
	/* The thread may have moved to a CPU whose TSC is behind. */
	if (unlikely(cycles < 0))
		return;
	exitmeter_add(&count->cycles, cycles);
	exitmeter_add(&em->counts[EXITMETER_TOTAL].cycles, cycles);
}

bool __must_check exitmeter_answer(struct kvm_vcpu *vcpu, u32 *eax, u32 *ebx,
				   u32 *ecx, u32 *edx);

/* KVM calls this for every CPUID; one that is not for exitmeter costs no call. */
static __always_inline bool __must_check exitmeter_cpuid(struct kvm_vcpu *vcpu, u32 *eax, u32 *ebx,
							 u32 *ecx, u32 *edx)
{
	return unlikely(*eax - EXITMETER_FIRST_LEAF < EXITMETER_NR_LEAVES) &&
	       exitmeter_answer(vcpu, eax, ebx, ecx, edx);
}

void exitmeter_vcpu_postcreate(struct kvm_vcpu *vcpu);
void exitmeter_destroy_vm(struct kvm *kvm);

#endif /* _ASM_X86_EXITMETER_H */
