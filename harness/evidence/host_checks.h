/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host found out beside the guest (guest/host_checks_gather.h), as host-inspect.txt has
 * it. The text may come from a stranger's kernel: it is parsed strictly, in bounded memory.  Every
 * line but the first and the last may be missing:
 *
 *	inspect 1
 *	cpus <CPUs of the host>
 *	log <lines of the kernel's log while the guest ran>
 *	logs <n> <lines that n CPUIDs made which ask none of the leaves> <m> <lines of m that ask one>
 *	neighbour <reason> <exits of that reason of a VM beside the guest>
 *	others <n> <tsc> <the four leaves, as a fresh VM reads them for the CPUID reason after n CPUIDs
 *		of another VM> <the same after n more; the two readings took `tsc` cycles>
 *	kernel <n> <total> <total after n CPUIDs> <the CPUID reason> <an undefined reason>
 *	wait <leaf of total cycles> <leaf of a reason's, or 0> <cycles that a page fault waited>
 *		<cycles in the calls of KVM_RUN around it> <total cycles before> <after>
 *		<cycles of the page faults' reasons before> <after>
 *	leaf <number> <subleaf> <as stock KVM answers> <as the KVM under test does>
 *	end
 */
#ifndef EXITMETER_HOST_CHECKS_H
#define EXITMETER_HOST_CHECKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "probe/speaks.h"

#define INSPECTION_LEAVES_MAX 512

struct inspected_leaf {
	uint32_t fn, sub;
	struct em_regs stock, now;
};

#define INSPECTION_WAITS_MAX 8

struct inspected_wait {
	uint32_t total_leaf, reason_leaf;
	uint64_t waited, inside;
	uint64_t total[2], reason[2];
};

struct host_checks {
	bool has_log, has_logs, has_neighbour, has_others, has_kernel;
	uint64_t cpus;			/* 0: it is not told */
	uint64_t log_lines;
	uint64_t plain_cpuids, plain_lines, asking_cpuids, asking_lines;
	uint64_t neighbour_reason, neighbour_exits;
	uint64_t others_n, others_tsc;
	struct em_regs fresh[EM_NR_LEAVES], beside[EM_NR_LEAVES];
	uint64_t kernel_n;
	struct em_regs kernel_total, kernel_again, kernel_reason, kernel_undefined;
	unsigned int wait_count;
	struct inspected_wait wait[INSPECTION_WAITS_MAX];
	unsigned int leaf_count;
	struct inspected_leaf leaf[INSPECTION_LEAVES_MAX];
};

/* Parses host-inspect.txt.  STATUS_LOST: it is malformed. */
int host_checks_parse(const char *text, size_t len, struct host_checks *ret, struct error *err);

#endif
