// SPDX-License-Identifier: GPL-2.0-only
#include "guest/tiny_vm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "base/memory.h"

#define MEMORY_BYTES 0x10000
#define ASK_AT 0x1000
#define SPIN_AT 0x1100
#define VMMCALL_AT 0x1200
#define VMCALL_AT 0x1300
#define TOUCH_AT 0x1400
#define CPUID_ENTRIES 256
#define HIGHEST_LEAF 0x2f
/* Three pages that KVM needs on VMX for a guest without paging, and that nothing else uses. */
#define TSS_ADDRESS 0xfffbd000

/* The code runs in 32-bit protected mode with flat segments and without paging. */
static const unsigned char ask_code[] = {
	0x0f, 0xa2,				/* cpuid */
	0xf4,					/* hlt */
};

static const unsigned char spin_code[] = {
	0x31, 0xc0,				/* again: xor eax, eax */
	0x31, 0xc9,				/* xor ecx, ecx */
	0x0f, 0xa2,				/* cpuid */
	0x4e,					/* dec esi */
	0x75, 0xf7,				/* jnz again */
	0xf4,					/* hlt */
};

static const unsigned char vmmcall_code[] = {
	0xb8, 0xff, 0xff, 0xff, 0x7f,		/* again: mov eax, 0x7fffffff */
	0x0f, 0x01, 0xd9,			/* vmmcall */
	0x4e,					/* dec esi */
	0x75, 0xf5,				/* jnz again */
	0xf4,					/* hlt */
};

static const unsigned char vmcall_code[] = {
	0xb8, 0xff, 0xff, 0xff, 0x7f,		/* again: mov eax, 0x7fffffff */
	0x0f, 0x01, 0xc1,			/* vmcall */
	0x4e,					/* dec esi */
	0x75, 0xf5,				/* jnz again */
	0xf4,					/* hlt */
};

static const unsigned char touch_code[] = {
	0x8a, 0x06,				/* mov al, [esi] */
	0xf4,					/* hlt */
};

static int fail(const char *what, struct error *err)
{
	return error_errno(err, STATUS_SKIP, "a tiny VM cannot be run: %s", what);
}

static int make_memory(struct tiny_vm *t, struct error *err)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_BYTES };

	t->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t->memory == MAP_FAILED) {
		t->memory = NULL;
		return fail("memory", err);
	}
	memcpy(t->memory + ASK_AT, ask_code, sizeof(ask_code));
	memcpy(t->memory + SPIN_AT, spin_code, sizeof(spin_code));
	memcpy(t->memory + VMMCALL_AT, vmmcall_code, sizeof(vmmcall_code));
	memcpy(t->memory + VMCALL_AT, vmcall_code, sizeof(vmcall_code));
	memcpy(t->memory + TOUCH_AT, touch_code, sizeof(touch_code));
	region.userspace_addr = (uintptr_t)t->memory;
	if (ioctl(t->vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return fail("KVM_SET_USER_MEMORY_REGION", err);
	return 0;
}

/*
 * On an Intel-like CPU, KVM answers a leaf that is out of range with the highest basic one.  That shows
 * only if it is not all zeros, as the one of an emulated CPU is.
 */
static void add_highest_leaf(struct kvm_cpuid2 *cpuid)
{
	const struct kvm_cpuid_entry2 highest = {
		.function = HIGHEST_LEAF, .eax = 0x11aaaa11, .ebx = 0x22bbbb22, .ecx = 0x33cccc33, .edx = 0x44dddd44,
	};
	struct kvm_cpuid_entry2 *first = &cpuid->entries[0];

	if (!cpuid->nent || first->function || first->eax >= HIGHEST_LEAF)
		return;
	first->eax = HIGHEST_LEAF;
	memcpy(&first->ebx, "Genu", 4);
	memcpy(&first->edx, "ineI", 4);
	memcpy(&first->ecx, "ntel", 4);
	cpuid->entries[cpuid->nent++] = highest;
}

static int set_cpuid(struct tiny_vm *t, struct error *err)
{
	t->cpuid = xcalloc(1, sizeof(*t->cpuid) + (CPUID_ENTRIES + 1) * sizeof(t->cpuid->entries[0]));
	t->cpuid->nent = CPUID_ENTRIES;
	if (ioctl(t->kvm, KVM_GET_SUPPORTED_CPUID, t->cpuid) < 0)
		return fail("KVM_GET_SUPPORTED_CPUID", err);
	add_highest_leaf(t->cpuid);
	if (ioctl(t->vcpu, KVM_SET_CPUID2, t->cpuid) < 0)
		return fail("KVM_SET_CPUID2", err);
	return 0;
}

static int set_mode(const struct tiny_vm *t, struct error *err)
{
	const struct kvm_segment code = { .limit = 0xffffffff, .selector = 8, .type = 11,
					  .present = 1, .db = 1, .s = 1, .g = 1 };
	struct kvm_segment data = code;
	struct kvm_sregs sregs;

	data.selector = 16;
	data.type = 3;
	if (ioctl(t->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return fail("KVM_GET_SREGS", err);
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.cr0 |= 1;		/* protected mode */
	if (ioctl(t->vcpu, KVM_SET_SREGS, &sregs) < 0)
		return fail("KVM_SET_SREGS", err);
	return 0;
}

static int make_vcpu(struct tiny_vm *t, struct error *err)
{
	int bytes = ioctl(t->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	t->vcpu = ioctl(t->vm, KVM_CREATE_VCPU, 0);
	if (t->vcpu < 0 || bytes < 0)
		return fail("KVM_CREATE_VCPU", err);
	t->run_bytes = (size_t)bytes;
	t->run = mmap(NULL, t->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, t->vcpu, 0);
	if (t->run == MAP_FAILED) {
		t->run = NULL;
		return fail("mapping its vCPU", err);
	}
	if (set_cpuid(t, err) < 0)
		return -1;
	return set_mode(t, err);
}

int tiny_vm_open(struct tiny_vm *ret, struct error *err)
{
	int rc;

	*ret = (struct tiny_vm)TINY_VM_CLOSED;
	ret->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (ret->kvm < 0)
		return fail("/dev/kvm", err);
	ret->vm = ioctl(ret->kvm, KVM_CREATE_VM, 0);
	if (ret->vm < 0)
		rc = fail("KVM_CREATE_VM", err);
	else if (ioctl(ret->vm, KVM_SET_TSS_ADDR, TSS_ADDRESS) < 0)
		rc = fail("KVM_SET_TSS_ADDR", err);
	else
		rc = make_memory(ret, err) < 0 || make_vcpu(ret, err) < 0 ? -1 : 0;
	if (rc < 0)
		tiny_vm_close(ret);
	return rc;
}

void tiny_vm_close(struct tiny_vm *t)
{
	const int fds[] = { t->vcpu, t->vm, t->kvm };

	if (t->run)
		munmap(t->run, t->run_bytes);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (t->memory)
		munmap(t->memory, MEMORY_BYTES);
	free(t->cpuid);
	*t = (struct tiny_vm)TINY_VM_CLOSED;
}

/* Runs from regs->rip on to the next HLT. */
static int run_to_halt(const struct tiny_vm *t, struct kvm_regs *regs, struct error *err)
{
	int rc;

	regs->rflags = 2;
	if (ioctl(t->vcpu, KVM_SET_REGS, regs) < 0)
		return fail("KVM_SET_REGS", err);
	do {
		rc = ioctl(t->vcpu, KVM_RUN, 0);
	} while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return fail("KVM_RUN", err);
	if (t->run->exit_reason != KVM_EXIT_HLT)
		return error_set(err, STATUS_SKIP, "a tiny VM stopped with userspace exit %u in place of HLT",
				 t->run->exit_reason);
	if (ioctl(t->vcpu, KVM_GET_REGS, regs) < 0)
		return fail("KVM_GET_REGS", err);
	return 0;
}

int tiny_vm_cpuid(struct tiny_vm *t, uint32_t fn, uint32_t sub, struct em_regs *ret, struct error *err)
{
	/* They are filled, so that a register which is not written shows. */
	struct kvm_regs regs = { .rip = ASK_AT, .rax = fn, .rcx = sub, .rbx = EM_SEED_RBX,
				 .rdx = EM_SEED_RDX };

	if (run_to_halt(t, &regs, err) < 0)
		return -1;
	*ret = (struct em_regs){ (uint32_t)regs.rax, (uint32_t)regs.rbx, (uint32_t)regs.rcx,
				 (uint32_t)regs.rdx };
	return 0;
}

int tiny_vm_add_memory(const struct tiny_vm *t, uint32_t at, void *from, size_t bytes, struct error *err)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1, .guest_phys_addr = at, .memory_size = bytes, .userspace_addr = (uintptr_t)from,
	};

	return ioctl(t->vm, KVM_SET_USER_MEMORY_REGION, &region) < 0 ? fail("KVM_SET_USER_MEMORY_REGION", err) : 0;
}

int tiny_vm_touch(struct tiny_vm *t, uint32_t at, struct error *err)
{
	struct kvm_regs regs = { .rip = TOUCH_AT, .rsi = at };

	return run_to_halt(t, &regs, err);
}

int tiny_vm_spin(struct tiny_vm *t, uint32_t n, struct error *err)
{
	struct kvm_regs regs = { .rip = SPIN_AT, .rsi = n };

	return run_to_halt(t, &regs, err);
}

int tiny_vm_hypercalls(struct tiny_vm *t, bool is_svm, uint32_t n, struct error *err)
{
	struct kvm_regs regs = { .rip = is_svm ? VMMCALL_AT : VMCALL_AT, .rsi = n };

	return run_to_halt(t, &regs, err);
}
