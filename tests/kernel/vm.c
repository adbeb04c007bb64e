// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

#define MEMORY_BYTES 0x10000
#define ASK_RIP 0x1000
#define SPIN_RIP 0x1100

/* Real mode, 16 bits. */
static const uint8_t ask_code[] = {
	0x0f, 0xa2,		/* cpuid */
	0xf4,			/* hlt */
};

static const uint8_t spin_code[] = {
	0x66, 0x89, 0xf8,	/* again: mov eax, edi */
	0x66, 0x89, 0xe9,	/* mov ecx, ebp */
	0x0f, 0xa2,		/* cpuid */
	0x44,			/* inc sp */
	0x4e,			/* dec si */
	0x75, 0xf4,		/* jnz again */
	0xf4,			/* hlt */
};

#define HLT 0xf4

void give_up(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("FAIL: ");
	vprintf(format, args);
	printf(" (%s)\n", strerror(errno));
	va_end(args);
	fflush(stdout);
	exit(1);
}

int vm_ioctl(int fd, const char *what, unsigned long request, void *argument)
{
	int result = ioctl(fd, request, argument);

	if (result < 0)
		give_up("%s", what);
	return result;
}

struct regs vm_stock_answer(uint32_t leaf)
{
	return (struct regs){ leaf ^ 0x1111, leaf ^ 0x2222, leaf ^ 0x3333, leaf ^ 0x4444 };
}

/* So that a leaf which is not the patch's has an answer of its own to be recognised by. */
static void set_stock_cpuid(int vcpu)
{
	const uint32_t first = 0x4ffffffb, last = 0x50000000;
	struct kvm_cpuid2 *cpuid;

	cpuid = calloc(1, sizeof(*cpuid) + (last - first + 1) * sizeof(cpuid->entries[0]));
	if (!cpuid)
		give_up("memory for CPUID");
	cpuid->nent = last - first + 1;
	for (uint32_t leaf = first; leaf <= last; leaf++) {
		struct regs regs = vm_stock_answer(leaf);

		cpuid->entries[leaf - first] = (struct kvm_cpuid_entry2){
			.function = leaf,
			.eax = regs.eax,
			.ebx = regs.ebx,
			.ecx = regs.ecx,
			.edx = regs.edx,
		};
	}
	VM_IOCTL(vcpu, KVM_SET_CPUID2, cpuid);
	free(cpuid);
}

void vm_add_vcpu(struct vm *vm)
{
	int index = vm->n_vcpus++, fd = VM_IOCTL(vm->fd, KVM_CREATE_VCPU, index);
	struct kvm_sregs sregs;

	vm->vcpus[index] = fd;
	vm->runs[index] = mmap(NULL, vm->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (vm->runs[index] == MAP_FAILED)
		give_up("mapping a vCPU");
	VM_IOCTL(fd, KVM_GET_SREGS, &sregs);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	VM_IOCTL(fd, KVM_SET_SREGS, &sregs);
	set_stock_cpuid(fd);
}

void vm_create(struct vm *vm, int n_vcpus)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_BYTES };

	*vm = (struct vm){ .kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), };
	if (vm->kvm < 0)
		give_up("opening /dev/kvm");
	vm->fd = VM_IOCTL(vm->kvm, KVM_CREATE_VM, 0);
	vm->run_bytes = VM_IOCTL(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	vm->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (vm->memory == MAP_FAILED)
		give_up("mapping memory");
	/* A guest that has lost its way ends at once, and its RIP tells where. */
	memset(vm->memory, HLT, MEMORY_BYTES);
	memcpy(vm->memory + ASK_RIP, ask_code, sizeof(ask_code));
	memcpy(vm->memory + SPIN_RIP, spin_code, sizeof(spin_code));
	region.userspace_addr = (uintptr_t)vm->memory;
	VM_IOCTL(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
	for (int i = 0; i < n_vcpus; i++)
		vm_add_vcpu(vm);
}

void vm_close_vcpu(struct vm *vm, int vcpu)
{
	munmap(vm->runs[vcpu], vm->run_bytes);
	close(vm->vcpus[vcpu]);
	vm->vcpus[vcpu] = -1;
}

void vm_destroy(struct vm *vm)
{
	for (int i = 0; i < vm->n_vcpus; i++)
		if (vm->vcpus[i] >= 0)
			vm_close_vcpu(vm, i);
	close(vm->fd);
	close(vm->kvm);
	munmap(vm->memory, MEMORY_BYTES);
}

/* to: where the code ends, behind its HLT.  What a guest executed that ends elsewhere is not known. */
static void run_to_halt(struct vm *vm, int vcpu, struct kvm_regs *regs, uint64_t to)
{
	uint32_t why;

	VM_IOCTL(vm->vcpus[vcpu], KVM_SET_REGS, regs);
	VM_IOCTL(vm->vcpus[vcpu], KVM_RUN, 0);
	VM_IOCTL(vm->vcpus[vcpu], KVM_GET_REGS, regs);
	why = vm->runs[vcpu]->exit_reason;
	if (why != KVM_EXIT_HLT || regs->rip != to)
		give_up("vCPU %d stopped at 0x%llx with userspace exit %u, not at 0x%" PRIx64 " with HLT", vcpu,
			regs->rip, why, to);
}

struct regs vm_ask(struct vm *vm, uint32_t leaf, uint32_t ecx)
{
	/* Filled, so that a register that is not written shows. */
	struct kvm_regs regs = {
		.rip = ASK_RIP, .rflags = 2,
		.rax = leaf, .rcx = ecx, .rbx = 0xbbbbbbbb, .rdx = 0xdddddddd,
	};

	run_to_halt(vm, 0, &regs, ASK_RIP + sizeof(ask_code));
	return (struct regs){ regs.rax, regs.rbx, regs.rcx, regs.rdx };
}

static void ask_on(struct vm *vm, int vcpu, uint16_t n, uint32_t leaf, uint32_t ecx)
{
	struct kvm_regs regs = { .rip = SPIN_RIP, .rflags = 2, .rsi = n, .rdi = leaf, .rbp = ecx };

	run_to_halt(vm, vcpu, &regs, SPIN_RIP + sizeof(spin_code));
	if (regs.rsp != n || regs.rsi)
		give_up("of %u times the guest went round %llu, with %llu left", n, regs.rsp, regs.rsi);
}

void vm_spin(struct vm *vm, int vcpu, uint16_t n)
{
	ask_on(vm, vcpu, n, 0, 0);
}

struct spinner {
	struct vm *vm;
	int vcpu;
	uint16_t n;
	uint32_t leaf, ecx;
};

static void *spin(void *argument)
{
	struct spinner *spinner = argument;

	ask_on(spinner->vm, spinner->vcpu, spinner->n, spinner->leaf, spinner->ecx);
	return NULL;
}

void vm_ask_all(struct vm *vm, uint16_t n, uint32_t leaf, uint32_t ecx)
{
	struct spinner spinners[VM_MAX_VCPUS];
	pthread_t threads[VM_MAX_VCPUS];

	for (int i = 0; i < vm->n_vcpus; i++) {
		spinners[i] = (struct spinner){ vm, i, n, leaf, ecx };
		if (pthread_create(&threads[i], NULL, spin, &spinners[i]))
			give_up("starting a vCPU's thread");
	}
	for (int i = 0; i < vm->n_vcpus; i++)
		pthread_join(threads[i], NULL);
}

void vm_spin_all(struct vm *vm, uint16_t n)
{
	vm_ask_all(vm, n, 0, 0);
}

void vm_host_path(const struct vm *vm, const char *name, char *path, size_t size)
{
	if (vm)
		snprintf(path, size, "/sys/kernel/debug/kvm/%d-%d/%s", getpid(), vm->fd, name);
	else
		snprintf(path, size, "/sys/kernel/debug/kvm/%s", name);
}

static FILE *open_host_file(const struct vm *vm, const char *name)
{
	char path[64];
	FILE *file;

	vm_host_path(vm, name, path, sizeof(path));
	file = fopen(path, "re");
	if (!file)
		give_up("opening %s", path);
	return file;
}

static void read_line(struct host_figures *figures, const char *line)
{
	uint64_t exits, cycles;
	unsigned int reason;

	if (sscanf(line, "reason 0x%x exits %" SCNu64 " cycles %" SCNu64, &reason, &exits, &cycles) == 3) {
		if (reason < 256)
			figures->low[reason] = exits;
	} else if (sscanf(line, "other exits %" SCNu64 " cycles %" SCNu64, &exits, &cycles) != 2) {
		if (sscanf(line, "exits %" SCNu64, &figures->exits) == 1 ||
		    sscanf(line, "cycles %" SCNu64, &figures->cycles) == 1 ||
		    sscanf(line, "vcpus %d", &figures->vcpus) == 1 ||
		    sscanf(line, "vendor %15s", figures->vendor) == 1 ||
		    sscanf(line, "layout %15s", figures->layout) == 1 ||
		    sscanf(line, "scope %15s", figures->scope) == 1 || !strcmp(line, "exitmeter 1\n"))
			return;
		give_up("a line of the host's file that is not in its format: %s", line);
	}
	figures->sum_exits += exits;
	figures->sum_cycles += cycles;
}

void vm_host_figures(const struct vm *vm, struct host_figures *ret)
{
	FILE *file = open_host_file(vm, "exitmeter");
	char line[128];

	memset(ret, 0, sizeof(*ret));
	while (fgets(line, sizeof(line), file))
		read_line(ret, line);
	fclose(file);
	if (!vm)
		return;

	file = open_host_file(vm, "exits");
	if (fscanf(file, "%" SCNu64, &ret->stat_exits) != 1)
		give_up("reading KVM's statistic");
	fclose(file);
}
