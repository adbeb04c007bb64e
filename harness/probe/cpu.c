// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

struct em_regs probe_cpuid(uint32_t fn, uint32_t sub)
{
	struct em_regs r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(fn), "c"(sub)
			 : "memory");
	return r;
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
