// SPDX-License-Identifier: GPL-2.0-only
#include "linux-vm.h"

#include <asm/bootparam.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm.h"

#define MEMORY_BYTES (192u << 20)
#define LOW_MEMORY_END 0x9fc00u
#define PARAMETERS 0x10000u
#define CMDLINE 0x20000u
#define KERNEL 0x100000u
#define SERIAL_PORT 0x3f8
#define PIC_MASK_PORT 0x21
#define PIT_PORT 0x40
#define TIMER_VECTOR 0x30	/* ISA_IRQ_VECTOR(0) of arch/x86/include/asm/irq_vectors.h */
#define TIMER_MASK 1
#define EVENTS_PER_TICK 64
/* Where Intel's KVM may put what real mode needs: below the BIOS, where this machine has nothing. */
#define TSS 0xfffbd000u

static size_t read_file(const char *path, uint8_t **ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		give_up("opening %s", path);
	*ret = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (*ret == MAP_FAILED)
		give_up("reading %s", path);
	close(fd);
	return st.st_size;
}

/* By the kernel's own boot protocol (Documentation/x86/boot.rst). */
static void load_kernel(struct linux_vm *vm, const char *path, struct boot_params *parameters)
{
	uint8_t *file;
	size_t size = read_file(path, &file), setup, header_end;

	memcpy(&parameters->hdr, file + offsetof(struct boot_params, hdr), sizeof(parameters->hdr));
	setup = (parameters->hdr.setup_sects + 1) * 512;
	header_end = 0x202 + file[0x201];
	if (memcmp(&parameters->hdr.header, "HdrS", 4) || setup >= size)
		give_up("%s is no bzImage", path);
	memset((uint8_t *)parameters + header_end, 0, sizeof(*parameters) - header_end);
	memcpy(vm->memory + KERNEL, file + setup, size - setup);
	munmap(file, size);
}

static void load_initrd(struct linux_vm *vm, const char *path, struct boot_params *parameters)
{
	uint8_t *file;
	size_t size = read_file(path, &file);
	uint32_t at = (MEMORY_BYTES - size) & ~0xfffu;

	memcpy(vm->memory + at, file, size);
	munmap(file, size);
	parameters->hdr.ramdisk_image = at;
	parameters->hdr.ramdisk_size = size;
}

static void describe_memory(struct boot_params *parameters)
{
	parameters->e820_entries = 2;
	parameters->e820_table[0] = (struct boot_e820_entry){ 0, LOW_MEMORY_END, 1 };
	parameters->e820_table[1] = (struct boot_e820_entry){ KERNEL, MEMORY_BYTES - KERNEL, 1 };
}

/* Flat 32-bit protected mode, without paging: where the kernel wants to be entered. */
static void set_registers(struct linux_vm *vm)
{
	struct kvm_segment code = {
		.limit = 0xffffffff, .selector = 0x10, .type = 11, .present = 1, .s = 1, .db = 1, .g = 1,
	};
	struct kvm_segment data = code;
	struct kvm_regs regs = { .rip = KERNEL, .rsi = PARAMETERS, .rflags = 2 };
	struct kvm_sregs sregs;

	data.selector = 0x18;
	data.type = 3;
	VM_IOCTL(vm->vcpu, KVM_GET_SREGS, &sregs);
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.cr0 |= 1;
	VM_IOCTL(vm->vcpu, KVM_SET_SREGS, &sregs);
	VM_IOCTL(vm->vcpu, KVM_SET_REGS, &regs);
}

/* TSC, APIC; x2APIC, deadline timer, and that this is a KVM, which brings a clock of its own; RDTSCP. */
static void remove_clocks(struct kvm_cpuid2 *cpuid)
{
	for (unsigned int i = 0; i < cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *e = &cpuid->entries[i];

		if (e->function == 1) {
			e->edx &= ~(1u << 4 | 1u << 9);
			e->ecx &= ~(1u << 21 | 1u << 24 | 1u << 31);
		} else if (e->function == 0x80000001) {
			e->edx &= ~(1u << 27);
		}
	}
}

static void set_cpuid(struct linux_vm *vm)
{
	const unsigned int most = 256;
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + most * sizeof(cpuid->entries[0]));

	if (!cpuid)
		give_up("memory for CPUID");
	cpuid->nent = most;
	VM_IOCTL(vm->kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
	remove_clocks(cpuid);
	VM_IOCTL(vm->vcpu, KVM_SET_CPUID2, cpuid);
	free(cpuid);
}

static void create_machine(struct linux_vm *vm)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_BYTES };

	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0)
		give_up("opening /dev/kvm");
	vm->fd = VM_IOCTL(vm->kvm, KVM_CREATE_VM, 0);
	VM_IOCTL(vm->fd, KVM_SET_TSS_ADDR, TSS);
	vm->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vm->memory == MAP_FAILED)
		give_up("mapping memory");
	region.userspace_addr = (uintptr_t)vm->memory;
	VM_IOCTL(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
	vm->vcpu = VM_IOCTL(vm->fd, KVM_CREATE_VCPU, 0);
	vm->run_bytes = VM_IOCTL(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	vm->run = mmap(NULL, vm->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpu, 0);
	if (vm->run == MAP_FAILED)
		give_up("mapping the vCPU");
	set_cpuid(vm);
	set_registers(vm);
}

void linux_vm_create(struct linux_vm *vm, const char *kernel, const char *initrd, const char *cmdline)
{
	struct boot_params parameters = { 0 };

	memset(vm, 0, sizeof(*vm));
	create_machine(vm);
	load_kernel(vm, kernel, &parameters);
	load_initrd(vm, initrd, &parameters);
	describe_memory(&parameters);
	strcpy((char *)vm->memory + CMDLINE, cmdline);
	parameters.hdr.cmd_line_ptr = CMDLINE;
	parameters.hdr.type_of_loader = 0xff;
	memcpy(vm->memory + PARAMETERS, &parameters, sizeof(parameters));
}

/*
 * A device that is not there: reads give all ones, which a serial port takes for "ready".  The timer's are
 * none, since a kernel in want of random numbers waits for its counter to be loaded.
 */
static void read_port(struct linux_vm *vm, uint8_t *data)
{
	memset(data, vm->run->io.port == PIT_PORT ? 0 : 0xff, vm->run->io.size * vm->run->io.count);
	if (vm->run->io.port == PIC_MASK_PORT)
		*data = vm->masked;
}

/* True at the end of the boot. */
static bool write_port(struct linux_vm *vm, const uint8_t *data)
{
	if (vm->run->io.port == SERIAL_PORT && vm->console_length < sizeof(vm->console) - 1)
		vm->console[vm->console_length++] = *data;
	/* The words that set the controller up come by that port too, and then the mask. */
	if (vm->run->io.port == PIC_MASK_PORT)
		vm->masked = *data;
	return vm->run->io.port == LINUX_VM_END_PORT;
}

static bool handle_port(struct linux_vm *vm)
{
	uint8_t *data = (uint8_t *)vm->run + vm->run->io.data_offset;

	if (vm->run->io.direction == KVM_EXIT_IO_OUT)
		return write_port(vm, data);
	read_port(vm, data);
	return false;
}

/* Now, if the guest takes interrupts; else as soon as it does. */
static void give_tick(struct linux_vm *vm)
{
	static const struct kvm_interrupt timer = { .irq = TIMER_VECTOR };
	bool is_wanted = vm->is_tick_due && !(vm->masked & TIMER_MASK);

	if (is_wanted && vm->run->ready_for_interrupt_injection) {
		VM_IOCTL(vm->vcpu, KVM_INTERRUPT, &timer);
		vm->is_tick_due = is_wanted = false;
	}
	vm->run->request_interrupt_window = is_wanted;
}

bool linux_vm_boot(struct linux_vm *vm)
{
	vm->masked = 0xff;
	for (;;) {
		/* A signal ends a boot that goes nowhere. */
		if (ioctl(vm->vcpu, KVM_RUN, 0) < 0)
			return false;
		switch (vm->run->exit_reason) {
		case KVM_EXIT_MMIO:
			memset(vm->run->mmio.data, 0xff, sizeof(vm->run->mmio.data));
			break;
		case KVM_EXIT_IO:
			if (handle_port(vm))
				return true;
			break;
		case KVM_EXIT_HLT:
			/* With interrupts off it would sleep for ever. */
			if (!vm->run->if_flag)
				return false;
			vm->is_tick_due = true;
			break;
		case KVM_EXIT_IRQ_WINDOW_OPEN:
			break;
		default:
			return false;
		}
		if (++vm->events % EVENTS_PER_TICK == 0)
			vm->is_tick_due = true;
		give_tick(vm);
	}
}

uint64_t linux_vm_exits(const struct linux_vm *vm)
{
	char path[64];
	uint64_t exits;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/kvm/%d-%d/exits", getpid(), vm->fd);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%" SCNu64, &exits) != 1)
		give_up("reading %s", path);
	fclose(file);
	return exits;
}

void linux_vm_destroy(struct linux_vm *vm)
{
	munmap(vm->run, vm->run_bytes);
	close(vm->vcpu);
	close(vm->fd);
	close(vm->kvm);
	munmap(vm->memory, MEMORY_BYTES);
}
