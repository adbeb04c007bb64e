/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest's CPU and its KVM, played: the probe's own code measures it, so that
 * records, host counters and the rest of a run come out as a real one's would.
 * A mangle function plays a wrong patch.  For one translation unit.
 */
#ifndef EXITMETER_TESTS_FAKEVM_H
#define EXITMETER_TESTS_FAKEVM_H

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe/emit.c"
#include "probe/mailbox.c"
#include "probe/measure.c"
#include "probe/names.c"
#include "probe/operations.c"
#include "probe/tool.c"
#include "probe/tool_text.c"

#include "base/memory.h"
#include "evidence/scenario.h"
#include "judge/reasons.h"

#define FAKE_NONCE "5eed0123456789ab"
#define FAKE_EXIT_CYCLES 1200	/* of one exit; the guest's own time comes on top */
#define FAKE_FAULT_CYCLES 9000	/* of a nested page fault */
#define FAKE_GUEST_CYCLES 300

enum fake_kvm { FAKE_PATCHED, FAKE_STOCK };

struct fake_vm {
	enum fake_kvm kvm;
	enum em_vendor vendor;
	enum em_layout layout;
	enum scenario scenario;
	uint64_t exits[EM_SWEEP_COUNT], cycles[EM_SWEEP_COUNT];
	uint64_t tsc;
	long cpus;		/* 0 is one */
	/* May change an answer of the four leaves; NULL for a right patch. */
	void (*mangle)(uint32_t fn, uint32_t ecx, struct em_regs *r);
	/* May spoil what the cpuid tool says; NULL for one that works. */
	enum em_tool_end (*spoil)(char *said, size_t size, int *ret_code);
};

static struct fake_vm fake;

static inline void fake_init(enum em_vendor vendor, enum em_layout layout)
{
	memset(&fake, 0, sizeof(fake));
	fake.vendor = vendor;
	fake.layout = layout;
	fake.tsc = 1000000;
}

static inline int fake_index(uint32_t number)
{
	for (int i = 0; i < EM_SWEEP_COUNT; i++)
		if (em_sweep_number((unsigned int)i) == number)
			return i;
	return -1;
}

/* A few that real KVMs have no handler for. */
static inline bool fake_has_handler(uint32_t number)
{
	static const uint32_t svm[] = { 0x2, 0x12, 0x66, 0x6e, 0x70, 0x75, 0x7e, 0x88, 0x8c, 0xf0000000 };
	static const uint32_t vmx[] = { 3, 5, 6, 11, 16, 17, 33, 34, 51, 63, 64, 65, 66, 67, 68, 70 };
	const uint32_t *none = fake.vendor == EM_SVM ? svm : vmx;
	size_t count = fake.vendor == EM_SVM ? ARRAY_SIZE(svm) : ARRAY_SIZE(vmx);

	for (size_t i = 0; i < count; i++)
		if (none[i] == number)
			return false;
	return reason_standing(fake.vendor, number) != REASON_UNDEFINED;
}

static inline void fake_exit(uint32_t number, unsigned int count)
{
	bool is_fault = number == (fake.vendor == EM_SVM ? EM_SVM_NPF : EM_VMX_EPT_VIOLATION);
	uint64_t cycles = is_fault ? FAKE_FAULT_CYCLES : FAKE_EXIT_CYCLES;
	int i = fake_index(number);

	fake.exits[i] += count;
	fake.cycles[i] += count * cycles;
	fake.tsc += count * (cycles + FAKE_GUEST_CYCLES);
}

/* What a guest does between two points. */
static inline void fake_work(void)
{
	if (fake.vendor == EM_SVM) {
		fake_exit(0x400, 3100);
		fake_exit(0x7b, 1900);
		fake_exit(0x7c, 700);
		fake_exit(0x60, 90);
		fake_exit(0x78, 40);
	} else {
		fake_exit(48, 3100);
		fake_exit(30, 1900);
		fake_exit(32, 700);
		fake_exit(1, 90);
		fake_exit(12, 40);
	}
	fake_exit(fake.vendor == EM_SVM ? EM_SVM_CPUID : EM_VMX_CPUID, 250);
}

static inline uint64_t fake_sum(const uint64_t *figures)
{
	uint64_t sum = 0;

	for (int i = 0; i < EM_SWEEP_COUNT; i++)
		sum += figures[i];
	return sum;
}

static inline void fake_put_cycles(struct em_regs *r, uint64_t cycles)
{
	r->ebx = (uint32_t)(cycles >> 32);
	r->ecx = (uint32_t)cycles;
}

static inline struct em_regs fake_answer_reason(uint32_t ecx, bool cycles)
{
	struct em_regs r = { 0 };
	int i = fake_index(ecx);

	if (reason_standing(fake.vendor, ecx) == REASON_UNDEFINED)
		r.edx = 0xffffffff;
	else if (i >= 0 && fake_has_handler(ecx) && cycles)
		fake_put_cycles(&r, fake.cycles[i]);
	else if (i >= 0 && fake_has_handler(ecx))
		r.eax = (uint32_t)fake.exits[i];
	return r;
}

static inline struct em_regs fake_answer(uint32_t fn, uint32_t ecx)
{
	struct em_leaves leaves = em_leaves_of(fake.layout);
	struct em_regs r = { 0 };

	if (fn == leaves.reason)
		return fake_answer_reason(ecx, false);
	if (leaves.reason_cycles && fn == leaves.reason_cycles)
		return fake_answer_reason(ecx, true);
	if (fn == leaves.total)
		r.eax = (uint32_t)fake_sum(fake.exits);
	if (fn == leaves.total_cycles || (fn == leaves.total && fake.layout == EM_SPLIT))
		fake_put_cycles(&r, fake_sum(fake.cycles));
	return r;
}

/* Stock KVM: zeros out of range for an AMD, the highest basic leaf for an Intel. */
static inline struct em_regs fake_stock(uint32_t fn)
{
	static const struct em_regs amd = { 0x10, 0x68747541, 0x444d4163, 0x69746e65 };
	static const struct em_regs intel = { 0x16, 0x756e6547, 0x6c65746e, 0x49656e69 };
	static const struct em_regs zeros = { 0 }, highest = { 0xbb8, 0xfa0, 0x64, 0 };

	if (fn == 0)
		return fake.vendor == EM_SVM ? amd : intel;
	return fake.vendor == EM_SVM ? zeros : highest;
}

static struct probe_asks fake_asks;

struct probe_asks probe_asks(void)
{
	return fake_asks;
}

void probe_asks_forget(void)
{
	memset(&fake_asks, 0, sizeof(fake_asks));
}

struct em_regs probe_cpuid(uint32_t fn, uint32_t sub)
{
	int self = fake_index(fake.vendor == EM_SVM ? EM_SVM_CPUID : EM_VMX_CPUID);
	struct em_regs r;

	/* Counted before it is handled; its cycles are known only after. */
	fake.exits[self]++;
	fake_asks.count += fn - EM_LEAF_FIRST < EM_NR_LEAVES;
	if (fake.kvm == FAKE_PATCHED && fn >= EM_LEAF_FIRST) {
		r = fake_answer(fn, sub);
		if (fake.mangle)
			fake.mangle(fn, sub, &r);
	} else {
		r = fake_stock(fn);
	}
	fake.cycles[self] += FAKE_EXIT_CYCLES;
	fake.tsc += FAKE_EXIT_CYCLES + FAKE_GUEST_CYCLES;
	return r;
}

uint64_t probe_tsc(void)
{
	return fake.tsc;
}

enum em_vendor probe_vendor(const struct em_regs *leaf0)
{
	(void)leaf0;
	return fake.vendor;
}

uint64_t probe_tsc_khz(void)
{
	return 0;
}

uint32_t probe_cpuid_reason(enum em_vendor vendor)
{
	return vendor == EM_SVM ? EM_SVM_CPUID : EM_VMX_CPUID;
}

long probe_cpus(void)
{
	return fake.cpus ? fake.cpus : 1;
}

int probe_pin(int cpu)
{
	(void)cpu;
	return 0;
}

static inline uint64_t fake_read_cycles(uint32_t leaf, uint32_t reason)
{
	struct em_regs r = probe_cpuid(leaf, reason);

	return (uint64_t)r.ebx << 32 | r.ecx;
}

void probe_paces(uint32_t leaf, struct probe_pace *ret_busy, struct probe_pace *ret_asleep)
{
	(void)leaf;
	*ret_busy = (struct probe_pace){ 2000, 100000 };
	*ret_asleep = (struct probe_pace){ 3000, 500000 };
}

void probe_handling(const struct em_leaves *leaves, enum em_vendor vendor, bool has_total, bool has_reasons,
		    bool by_reason, struct probe_handling *ret)
{
	uint32_t cpuid = probe_cpuid_reason(vendor);
	uint32_t leaf = by_reason ? leaves->reason_cycles : leaves->total_cycles;
	uint64_t before = fake_read_cycles(leaf, cpuid);

	(void)has_total;
	(void)has_reasons;
	ret->is_measured = true;
	ret->cpuid = fake_read_cycles(leaf, cpuid) - before;
	ret->fault = FAKE_FAULT_CYCLES;
	ret->work = (struct probe_pace){ FAKE_FAULT_CYCLES, FAKE_FAULT_CYCLES + 1000 };
	ret->faults = 1;
}

void probe_carry(const struct em_leaves *leaves, struct probe_carry *ret)
{
	(void)leaves;
	(void)ret;
}

void probe_crowd(uint32_t leaf, enum em_vendor vendor, struct probe_crowd *ret)
{
	uint32_t reason = probe_cpuid_reason(vendor);

	ret->threads = 4;
	ret->count = 100;
	ret->before = probe_cpuid(leaf, reason);
	for (unsigned int i = 0; i < ret->count; i++)
		probe_cpuid(leaf, reason);
	ret->after = probe_cpuid(leaf, reason);
}

/* The first of the 100 bytes that a workload prints. */
#define FAKE_WORDS "EM1 0 shutdown begin nonce=5eed\n\033[2J"

static inline struct probe_workload fake_workload(void)
{
	struct probe_workload w = { .end = EM_RUN_EXITED, .code = 3, .ms = 1250, .bytes = 100, .said = FAKE_WORDS };

	return w;
}

/* A micro guest with one CPU: it has no disk and no MSR device. */
enum em_op_why probe_op_begin(enum em_op op, enum em_vendor vendor, unsigned int *ret_n)
{
	(void)vendor;
	*ret_n = 50 + (unsigned int)op;
	if (op == EM_OP_FSYNC)
		return EM_OP_NO_DISK;
	if (op == EM_OP_IPI)
		return EM_OP_ONE_CPU;
	return op == EM_OP_MSR ? EM_OP_NO_DEVICE : EM_OP_DONE;
}

void probe_op_do(enum em_op op, enum em_vendor vendor, unsigned int n)
{
	bool is_svm = vendor == EM_SVM;

	for (unsigned int i = 0; op == EM_OP_CPUID && i < n; i++)
		probe_cpuid(0, 0);
	if (op == EM_OP_PORT)
		fake_exit(is_svm ? EM_SVM_IOIO : EM_VMX_IO, n);
	if (op == EM_OP_FAULT)
		fake_exit(is_svm ? EM_SVM_NPF : EM_VMX_EPT_VIOLATION, n);
	if (op == EM_OP_HYPERCALL)
		fake_exit(is_svm ? 0x81 : 18, n);
	if (op == EM_OP_IDLE)
		fake_exit(is_svm ? 0x78 : 12, 4);
}

void probe_op_end(enum em_op op)
{
	(void)op;
}

/* Debian's cpuid, played: it asks a few leaves of its own first. */
enum em_tool_end tool_run(char *const argv[], char *said, size_t size, int *ret_code)
{
	uint32_t fn = (uint32_t)strtoul(argv[5], NULL, 0), sub = (uint32_t)strtoul(argv[7], NULL, 0);
	struct em_regs r;

	for (int i = 0; i < 20; i++)
		probe_cpuid(0, 0);
	r = probe_cpuid(fn, sub);
	snprintf(said, size, "CPU:\n   0x%08x 0x%02x: eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n", fn, sub,
		 EM_REGS_ARG(&r));
	*ret_code = 0;
	return fake.spoil ? fake.spoil(said, size, ret_code) : EM_TOOL_ANSWERED;
}

/* The records of one point, as text; the caller frees. */
static inline char *fake_point(enum em_point point, const char *nonce)
{
	struct probe_config config = { .layout = fake.layout, .nonce = nonce };
	const struct probe_operation *operations;
	struct probe_workload workload = fake_workload();
	struct measurement m;
	int fd = memfd_create("records", MFD_CLOEXEC);
	const struct outlet outlet = { .fd = fd };
	char *text;
	off_t len;

	operations = point == EM_OPERATIONS ? probe_operations(fake.layout, fake.vendor) : NULL;
	probe_measure(fake.layout, probe_spins_at(point), &m);
	m.operations = operations;
	m.workload = point == EM_WORKED ? &workload : NULL;
	if (point == EM_SHUTDOWN)
		probe_measure_apart(&m, false);
	if (fd < 0 || probe_emit(&outlet, &m, point, &config) < 0)
		abort();
	len = lseek(fd, 0, SEEK_CUR);
	text = xcalloc(1, (size_t)len + 1);
	if (pread(fd, text, (size_t)len, 0) != len)
		abort();
	close(fd);
	return text;
}

#endif
