// SPDX-License-Identifier: GPL-2.0-only
/*
 * The init of a machine whose TSC counts instructions (QEMU's -icount shift=0): how many one CPUID
 * of a guest costs, from the guest's instruction to its next. Prints
 *
 *	calibration INSTRUCTIONS-BY-TSC of INSTRUCTIONS
 *	cost HUNDREDTHS
 *
 * and "done". With a file /trace the tracepoint kvm_exit is on, with a histogram by exit reason.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "vm.h"

#define TRIGGER "/sys/kernel/tracing/events/kvm/kvm_exit/trigger"
#define HISTOGRAM "hist:keys=exit_reason:size=256"
#define ROUNDS 40
#define CPUIDS 500	/* fewer than fit between two timer ticks */
#define LOOPS 10000

static uint64_t rdtsc(void)
{
	return __builtin_ia32_rdtsc();
}

/* Of the rounds the cheapest: the others have a timer tick in them. */
static uint64_t min_spin(struct vm *vm, uint16_t n)
{
	uint64_t min = UINT64_MAX;

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t begun = rdtsc(), took;

		vm_spin(vm, 0, n);
		took = rdtsc() - begun;
		if (took < min)
			min = took;
	}
	return min;
}

static uint64_t min_loop(void)
{
	uint64_t min = UINT64_MAX;

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t begun = rdtsc(), took, n = LOOPS;

		/* Two instructions a round. */
		asm volatile("1: dec %0\n\tjnz 1b" : "+r"(n));
		took = rdtsc() - begun;
		if (took < min)
			min = took;
	}
	return min;
}

static void trace(void)
{
	int fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, HISTOGRAM, strlen(HISTOGRAM)) < 0)
		give_up("writing %s to %s", HISTOGRAM, TRIGGER);
	close(fd);
}

int main(void)
{
	struct vm vm;
	uint64_t none, many;

	machine_start();
	kvm_load("");
	if (!access("/trace", F_OK))
		trace();
	vm_create(&vm, 1);
	none = min_spin(&vm, 1);
	many = min_spin(&vm, 1 + CPUIDS);
	printf("calibration %llu of %d\n", (unsigned long long)min_loop(), 2 * LOOPS);
	printf("cost %llu\n", (unsigned long long)((many - none) * 100 / CPUIDS));
	vm_destroy(&vm);
	printf("done\n");
	return 0;
}
