// SPDX-License-Identifier: GPL-2.0-only
/*
 * Causes VM exits of several reasons, so that a micro guest, which runs no services, has
 * something to count between its points.
 */
#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#define CPUID_ROUNDS 2000
#define PORT_ROUNDS 500
#define SLEEP_ROUNDS 10
#define MEMORY_BYTES (16u << 20)
#define PAGE_BYTES 4096

/*
 * Writes to port 0x80, which takes the BIOS's diagnostic codes and does nothing.  The
 * writes go through /dev/port, and so come from kernel mode: after ioperm(), an OUT of
 * user mode gets #GP in a guest of an emulated SVM host (images/README.md, ERRATA, Q8).
 */
static void work_ports(void)
{
	int fd = open("/dev/port", O_WRONLY | O_CLOEXEC);
	const char byte = 0;

	if (fd < 0)
		return;
	for (int i = 0; i < PORT_ROUNDS; i++)
		if (pwrite(fd, &byte, 1, 0x80) != 1)
			break;
	close(fd);
}

/* The first touch of a page causes a nested page fault, if the host has not backed it yet. */
static void work_memory(void)
{
	volatile char *p = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return;
	for (size_t at = 0; at < MEMORY_BYTES; at += PAGE_BYTES)
		p[at] = 1;
	munmap((void *)p, MEMORY_BYTES);
}

/* Each sleep sets the timer by an MSR write, halts, and ends with an interrupt. */
static void work_timer(void)
{
	struct timespec ts = { .tv_nsec = 1000000 };

	for (int i = 0; i < SLEEP_ROUNDS; i++)
		nanosleep(&ts, NULL);
}

void work_on_every_cpu(void)
{
	for (int cpu = 0; cpu < probe_cpus(); cpu++) {
		if (probe_pin(cpu) < 0)
			continue;
		for (int i = 0; i < CPUID_ROUNDS; i++)
			probe_cpuid(0, 0);
		work_ports();
		work_memory();
		work_timer();
	}
	(void)probe_pin(0);
}
