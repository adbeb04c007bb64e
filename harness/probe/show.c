// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <stdio.h>
#include <string.h>

#include "reasons.gen.h"

static uint64_t cycles_of(const struct em_regs *r)
{
	return (uint64_t)r->ebx << 32 | r->ecx;
}

static bool is_zero(const struct em_regs *r)
{
	return !(r->eax | r->ebx | r->ecx | r->edx);
}

/* An unpatched KVM, to which the leaves are out of range, gives zeros or its highest basic leaf. */
static bool is_unpatched(const struct measurement *m, enum em_tag tag)
{
	const struct em_regs *r = &m->leaf[tag].regs;

	return is_zero(r) || !memcmp(r, &m->leaf[EM_TAG_BEYOND].regs, sizeof(*r));
}

static int tell_unpatched(const struct em_leaves *leaves)
{
	fprintf(stderr,
		"probe: CPUID leaf 0x%08X is not implemented here.\n"
		"This machine is not the guest of a KVM with exit counters, or that KVM has\n"
		"another layout (see --layout).  Load the patched KVM modules and start the guest\n"
		"again.\n",
		leaves->total);
	return 1;
}

static const char *reason_label(enum em_vendor vendor, uint32_t number)
{
	const struct reason_name *names = vendor == EM_SVM ? svm_reasons : vmx_reasons;
	size_t count = vendor == EM_SVM ? sizeof(svm_reasons) / sizeof(*svm_reasons)
					: sizeof(vmx_reasons) / sizeof(*vmx_reasons);

	for (size_t i = 0; i < count; i++)
		if (names[i].number == number)
			return names[i].name;
	return "?";
}

static void show_reasons(const struct measurement *m, bool has_cycles)
{
	printf("\n%10s  %-22s %12s %20s\n", "reason", "name", "exits", has_cycles ? "cycles" : "");
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct probe_answer *a = &m->sweep[i];
		uint32_t number = em_sweep_number(i);

		/* edx is set if the vendor does not define the reason. */
		if (a->exits.edx || !a->exits.eax)
			continue;
		if (m->vendor == EM_SVM)
			printf("%#10x", number);
		else
			printf("%10u", number);
		printf("  %-22s %12u", reason_label(m->vendor, number), a->exits.eax);
		if (has_cycles)
			printf(" %20llu", (unsigned long long)cycles_of(&a->cycles));
		putchar('\n');
	}
}

int probe_show(enum em_layout layout)
{
	static const char *const vendors[] = { "AMD-V (SVM)", "VT-x (VMX)", "unknown CPU vendor" };
	static struct measurement m;
	struct em_leaves leaves;
	const struct em_regs *cycles = &m.leaf[EM_TAG_BEFORE_CYCLES].regs;

	probe_measure(layout, PROBE_SPINS, &m);
	leaves = em_leaves_of(m.layout);
	if (is_unpatched(&m, EM_TAG_FIRST_TOTAL))
		return tell_unpatched(&leaves);
	printf("layout %s, reasons of %s\n", em_layout_names[m.layout], vendors[m.vendor]);
	printf("total exits   %20u   (leaf 0x%08X)\n", m.leaf[EM_TAG_BEFORE_TOTAL].regs.eax,
	       leaves.total);
	printf("total cycles  %20llu   (leaf 0x%08X)\n", (unsigned long long)cycles_of(cycles),
	       leaves.total_cycles);
	show_reasons(&m, leaves.reason_cycles != 0);
	return 0;
}

/* Prints the totals in the one line that the earliest patches of this kind printed. */
int probe_show_classic(enum em_layout layout)
{
	static struct measurement m;
	struct em_leaves leaves;

	probe_measure_totals(layout, &m);
	leaves = em_leaves_of(m.layout);
	if (is_unpatched(&m, EM_TAG_FIRST_TOTAL))
		return tell_unpatched(&leaves);
	printf("CPUID(0x%08X), exits=%u, cycles spent in exit=%llu\n", leaves.total,
	       m.leaf[EM_TAG_FIRST_TOTAL].regs.eax,
	       (unsigned long long)cycles_of(&m.leaf[EM_TAG_FIRST_CYCLES].regs));
	return 0;
}
