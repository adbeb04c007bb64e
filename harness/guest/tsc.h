/* SPDX-License-Identifier: GPL-2.0-only */
/* The time stamp counter of the CPU that this runs on. */
#ifndef EXITMETER_TSC_H
#define EXITMETER_TSC_H

#include <stdint.h>

/* Not before all instructions ahead of it are done. */
static inline uint64_t tsc_read(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

#endif
