// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

static struct probe_asks asks;

struct probe_asks probe_asks(void)
{
	return asks;
}

void probe_asks_forget(void)
{
	memset(&asks, 0, sizeof(asks));
}

/* CPUID clears the high halves, unless the register was not written at all. */
static uint32_t high_half(uint64_t r, uint64_t seed)
{
	return r == seed ? 0 : (uint32_t)(r >> 32);
}

/* Threads may ask at once; which of them was first does not matter. */
static void note_ask(uint32_t fn, uint32_t sub, const struct em_regs *high)
{
	__atomic_fetch_add(&asks.count, 1, __ATOMIC_RELAXED);
	if (!(high->eax | high->ebx | high->ecx | high->edx) ||
	    __atomic_fetch_add(&asks.high, 1, __ATOMIC_RELAXED))
		return;
	asks.first_high = (struct em_asking){ fn, sub };
	asks.high_halves = *high;
}

struct em_regs probe_cpuid(uint32_t fn, uint32_t sub)
{
	uint64_t a = fn, b = EM_SEED_RBX, c = sub, d = EM_SEED_RDX;

	__asm__ volatile("cpuid" : "+a"(a), "+b"(b), "+c"(c), "+d"(d) : : "memory");
	if (fn - EM_LEAF_FIRST < EM_NR_LEAVES) {
		const struct em_regs high = {
			(uint32_t)(a >> 32), high_half(b, EM_SEED_RBX), (uint32_t)(c >> 32), high_half(d, EM_SEED_RDX)
		};

		note_ask(fn, sub, &high);
	}
	return (struct em_regs){ (uint32_t)a, (uint32_t)b, (uint32_t)c, (uint32_t)d };
}

uint64_t probe_tsc(void)
{
	uint32_t low, high;

	/* The fence keeps the TSC from being read before the CPUID that comes first. */
	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

enum em_vendor probe_vendor(const struct em_regs *leaf0)
{
	char name[12];

	memcpy(name, &leaf0->ebx, 4);
	memcpy(name + 4, &leaf0->edx, 4);
	memcpy(name + 8, &leaf0->ecx, 4);
	if (!memcmp(name, "AuthenticAMD", 12) || !memcmp(name, "HygonGenuine", 12))
		return EM_SVM;
	if (!memcmp(name, "GenuineIntel", 12) || !memcmp(name, "  Shanghai  ", 12) ||
	    !memcmp(name, "CentaurHauls", 12))
		return EM_VMX;
	return EM_UNKNOWN;
}

uint32_t probe_cpuid_reason(enum em_vendor vendor)
{
	return vendor == EM_SVM ? EM_SVM_CPUID : EM_VMX_CPUID;
}

/* The TSC's rate as CPUID gives it, in leaf 0x15 or in the hypervisor's timing leaf. */
uint64_t probe_tsc_khz(void)
{
	struct em_regs r;

	if (probe_cpuid(0, 0).eax >= 0x15) {
		r = probe_cpuid(0x15, 0);
		if (r.eax && r.ebx && r.ecx)
			return (uint64_t)r.ecx * r.ebx / r.eax / 1000;
	}
	if (probe_cpuid(1, 0).ecx >> 31) {
		r = probe_cpuid(0x40000000, 0);
		if (r.eax >= 0x40000010 && r.eax < 0x40000100)
			return probe_cpuid(0x40000010, 0).eax;
	}
	return 0;
}

long probe_cpus(void)
{
	static long cpus;

	if (!cpus)
		cpus = sysconf(_SC_NPROCESSORS_ONLN);
	return cpus;
}

int probe_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}
