// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that executes CPUID on all its CPUs at once, from several threads of each,
 * and holds the count it reads against the number it has executed. Then it reboots;
 * that it has done so it knows by the count alone, which must go on. As the micro
 * guest's /init, in layout `split`.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* sched_setaffinity() */
#endif

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define REASON_EXITS 0x4ffffffdu
#define THREADS_PER_CPU 4
#define MAX_THREADS (64 * THREADS_PER_CPU)
#define CPUIDS_PER_THREAD 2000

struct hammerer {
	pthread_t thread;
	int cpu;
	unsigned int shrunk;	/* times that a count came out below an earlier one */
};

static uint32_t reason;
static pthread_barrier_t start;

static uint32_t cpuid(uint32_t leaf, uint32_t *ecx, uint32_t *ebx)
{
	uint32_t edx;

	__asm__ volatile("cpuid" : "+a"(leaf), "=b"(*ebx), "+c"(*ecx), "=d"(edx));
	return leaf;
}

static uint32_t count(void)
{
	uint32_t ecx = reason, ebx;

	return cpuid(REASON_EXITS, &ecx, &ebx);
}

static void *hammer(void *argument)
{
	struct hammerer *h = argument;
	uint32_t last = 0, ecx, ebx;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(h->cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("hammer: sched_setaffinity");
	pthread_barrier_wait(&start);
	for (int i = 0; i < CPUIDS_PER_THREAD / 2; i++) {
		uint32_t now = count();

		h->shrunk += now < last;
		last = now;
		ecx = 0;
		cpuid(0, &ecx, &ebx);
	}
	return NULL;
}

static void hammer_all(int cpus)
{
	static struct hammerer hammerers[MAX_THREADS];
	int n = cpus * THREADS_PER_CPU;
	unsigned int shrunk = 0;
	uint32_t before, after;

	pthread_barrier_init(&start, NULL, n);
	before = count();
	for (int i = 0; i < n; i++) {
		hammerers[i].cpu = i % cpus;
		if (pthread_create(&hammerers[i].thread, NULL, hammer, &hammerers[i])) {
			printf("hammer: no thread %d\n", i);
			return;
		}
	}
	for (int i = 0; i < n; i++) {
		pthread_join(hammerers[i].thread, NULL);
		shrunk += hammerers[i].shrunk;
	}
	after = count();
	/* The last question is in its own answer. */
	printf("hammer: cpus=%d threads=%d issued=%u counted=%u shrunk=%u before=%u after=%u\n", cpus, n,
	       n * CPUIDS_PER_THREAD + 1, after - before, shrunk, before, after);
}

static void setup(void)
{
	uint32_t ecx = 0, ebx;
	int fd;

	mkdir("/dev", 0755);
	mkdir("/sys", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	fd = open("/dev/console", O_RDWR);
	dup2(fd, 1);
	dup2(fd, 2);
	cpuid(0, &ecx, &ebx);
	reason = ebx == 0x756e6547 ? 10 : 0x72;	/* "Genu": VMX */
}

int main(void)
{
	int cpus;

	setup();
	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	if (cpus > MAX_THREADS / THREADS_PER_CPU)
		cpus = MAX_THREADS / THREADS_PER_CPU;
	if (count() > (uint32_t)(cpus * THREADS_PER_CPU * CPUIDS_PER_THREAD)) {
		printf("hammer: second boot at=%u\n", count());
		fflush(stdout);
		reboot(RB_POWER_OFF);
	}
	hammer_all(cpus);
	printf("hammer: rebooting at=%u\n", count());
	fflush(stdout);
	reboot(RB_AUTOBOOT);
	return 1;
}
