// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executes CPUIDs on all CPUs at once.  A KVM that counts them by a plain read and
 * write of one shared counter loses some.  Each thread also looks whether the count
 * ever shrinks.
 */
#include "probe.h"

#include <pthread.h>

#define THREADS_PER_CPU 2
#define THREADS_MAX 64
#define CPUIDS_PER_THREAD 1000

struct member {
	pthread_t thread;
	int cpu;
	uint32_t leaf, reason;
	pthread_barrier_t *start;
	unsigned int shrunk;
};

static void *run_member(void *argument)
{
	struct member *m = argument;
	uint32_t last = 0;

	(void)probe_pin(m->cpu);
	pthread_barrier_wait(m->start);
	for (int i = 0; i < CPUIDS_PER_THREAD; i++) {
		uint32_t now = probe_cpuid(m->leaf, m->reason).eax;

		m->shrunk += i && (int32_t)(now - last) < 0;
		last = now;
	}
	return NULL;
}

void probe_crowd(uint32_t leaf, enum em_vendor vendor, struct probe_crowd *ret)
{
	static struct member members[THREADS_MAX];
	pthread_barrier_t start;
	uint32_t reason = probe_cpuid_reason(vendor);
	unsigned int count = (unsigned int)probe_cpus() * THREADS_PER_CPU, made = 0;

	if (count > THREADS_MAX)
		count = THREADS_MAX;
	/* The barrier counts this thread too, so no thread starts before all are created. */
	pthread_barrier_init(&start, NULL, count + 1);
	while (made < count) {
		members[made] = (struct member){ .cpu = (int)(made / THREADS_PER_CPU),
						 .leaf = leaf, .reason = reason, .start = &start };
		if (pthread_create(&members[made].thread, NULL, run_member, &members[made]))
			return;		/* no crowd record; the waiting threads end with the process */
		made++;
	}
	ret->before = probe_cpuid(leaf, reason);
	pthread_barrier_wait(&start);
	for (unsigned int i = 0; i < count; i++) {
		pthread_join(members[i].thread, NULL);
		ret->shrunk += members[i].shrunk;
	}
	ret->after = probe_cpuid(leaf, reason);
	ret->threads = count;
	ret->count = count * CPUIDS_PER_THREAD;
	pthread_barrier_destroy(&start);
}
