// SPDX-License-Identifier: GPL-2.0-only
#include "judge/operations.h"

#include <stdlib.h>
#include <string.h>

#include "judge/figures.h"

bool operations_are_told(const struct case_file *cf)
{
	return case_has_point(cf, EM_OPERATIONS) && cf->records.point[EM_OPERATIONS].operation_count == EM_OPS &&
	       case_has_figures(cf);
}

const char *operation_title(enum em_op op)
{
	static const char *const titles[EM_OPS] = {
		[EM_OP_READINGS] = "one reading of all figures",
		[EM_OP_IDLE] = "nothing, for a second",
		[EM_OP_CPUID] = "CPUID",
		[EM_OP_PORT] = "access to a port",
		[EM_OP_FAULT] = "first touch of a page",
		[EM_OP_TIMER] = "sleep of 1 ms",
		[EM_OP_CONSOLE] = "byte on the console",
		[EM_OP_FORK] = "fork and exec",
		[EM_OP_FSYNC] = "write of 4 KiB, and fsync",
		[EM_OP_IPI] = "interrupt to another vCPU",
		[EM_OP_MSR] = "read of an MSR (0x1b)",
		[EM_OP_RDTSC] = "RDTSC",
		[EM_OP_HYPERCALL] = "hypercall",
	};

	return titles[op];
}

const char *operation_why(enum em_op_why why)
{
	static const char *const words[EM_OP_WHYS] = {
		[EM_OP_DONE] = "done",
		[EM_OP_NO_DEVICE] = "the guest has no device for it, or forbids it",
		[EM_OP_NO_DISK] = "the guest has no disk",
		[EM_OP_ONE_CPU] = "the guest has one CPU",
		[EM_OP_REFUSED] = "the guest's kernel or CPU refuses it",
	};

	return words[why];
}

static uint32_t cpuid_of(const struct case_file *cf)
{
	return cf->vendor == EM_SVM ? EM_SVM_CPUID : EM_VMX_CPUID;
}

static const struct operation_part *find_part(const struct operation_record *o, uint32_t reason)
{
	for (unsigned int i = 0; i < o->part_count; i++)
		if (o->part[i].reason == reason)
			return &o->part[i];
	return NULL;
}

uint32_t operation_exits(const struct case_file *cf, enum em_op op, uint32_t reason, uint32_t *ret_readings)
{
	const struct point *p = &cf->records.point[EM_OPERATIONS];
	const struct operation_part *part = find_part(&p->operation[op], reason);

	*ret_readings = reason == cpuid_of(cf) ? em_reading_cpuids(p->layout) : 0;
	return part ? part->exits : 0;
}

/* A wrong patch may have counted less than the readings alone are. */
static uint64_t without(uint64_t figure, uint64_t readings)
{
	return figure > readings ? figure - readings : 0;
}

static void take_reasons(const struct case_file *cf, enum em_op op, struct operation_figures *ret)
{
	const struct point *p = &cf->records.point[EM_OPERATIONS];
	const struct operation_part *own = find_part(&p->operation[EM_OP_READINGS], cpuid_of(cf));
	bool is_reading = op == EM_OP_READINGS;

	for (unsigned int i = 0; i < ret->record->part_count; i++) {
		const struct operation_part *part = &ret->record->part[i];
		bool is_own = part->reason == cpuid_of(cf) && !is_reading;
		uint64_t exits = without(part->exits, is_own ? em_reading_cpuids(p->layout) : 0);
		uint64_t cycles = without(part->cycles, is_own && own ? own->cycles : 0);

		if (exits)
			ret->row[ret->count++] = (struct host_reason){ part->reason, exits, cycles };
	}
	qsort(ret->row, ret->count, sizeof(ret->row[0]), figures_by_exits);
}

/* What the readings' CPUIDs took differs from time to time, so that it is better left out than taken off. */
static uint64_t sum_cycles(const struct operation_figures *f)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < f->count; i++)
		sum += f->row[i].cycles;
	return sum;
}

void operation_figures(const struct case_file *cf, enum em_op op, struct operation_figures *ret)
{
	const struct point *p = &cf->records.point[EM_OPERATIONS];
	const struct operation_record *base = &p->operation[EM_OP_READINGS];
	bool is_reading = op == EM_OP_READINGS;

	memset(ret, 0, sizeof(*ret));
	ret->record = &p->operation[op];
	ret->has_exits = case_tells(cf, FIGURE_EXITS);
	ret->has_cycles = case_tells(cf, FIGURE_CYCLES);
	ret->has_reasons = case_tells(cf, FIGURE_REASON_EXITS);
	ret->has_reason_cycles = case_tells(cf, FIGURE_REASON_CYCLES);
	if (ret->record->why != EM_OP_DONE)
		return;
	ret->exits = without(ret->record->exits, is_reading ? 0 : em_reading_cpuids(p->layout));
	ret->cycles = without(ret->record->cycles, is_reading ? 0 : base->cycles);
	if (ret->has_reasons)
		take_reasons(cf, op, ret);
	if (ret->has_reason_cycles && !is_reading)
		ret->cycles = sum_cycles(ret);
}

static void add(struct operation_reasons *all, const struct host_reason *row)
{
	unsigned int i = 0;

	while (i < all->count && all->reason[i].number != row->number)
		i++;
	if (i == all->count)
		all->reason[all->count++] = (struct host_reason){ .number = row->number };
	all->reason[i].exits += row->exits;
}

void operation_reasons(const struct case_file *cf, struct operation_reasons *ret)
{
	struct operation_figures f;

	memset(ret, 0, sizeof(*ret));
	for (int op = EM_OP_READINGS + 1; op < EM_OPS; op++) {
		operation_figures(cf, (enum em_op)op, &f);
		for (unsigned int i = 0; i < f.count; i++)
			add(ret, &f.row[i]);
	}
	qsort(ret->reason, ret->count, sizeof(ret->reason[0]), figures_by_exits);
}

uint64_t operation_figures_exits(const struct operation_figures *f, uint64_t number)
{
	for (unsigned int i = 0; i < f->count; i++)
		if (f->row[i].number == number)
			return f->row[i].exits;
	return 0;
}
