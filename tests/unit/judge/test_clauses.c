// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wrong patches, played: each fails with the clauses named, and with no other.
 */
#include "support/fakejudge.h"

static void try_mangled(enum em_vendor vendor, enum em_layout layout,
			void (*mangle)(uint32_t, uint32_t, struct em_regs *), const char *list)
{
	fake_init(vendor, layout);
	fake.mangle = mangle;
	live_and_judge();
	assert_fails(list);
	clean();
}

static void check_unpatched(void)
{
	fake.kvm = FAKE_STOCK;
	fake_live(&texts);
	free(texts.host);
	texts.host = NULL;
	judge_texts();
	assert_fails("implemented");
	assert_int_equal(verdict_of("sum-exits"), VERDICT_SKIP);
	assert_int_equal(verdict_of("host-agrees"), VERDICT_SKIP);
	assert_int_equal(verdicts.status, STATUS_FAIL);
	assert_non_null(strstr(run.implementation_why,
			       fake.vendor == EM_SVM ? "zeros" : "highest basic leaf (0x16)"));
}

static void an_unpatched_kvm_fails_in_both_ways(void **state)
{
	(void)state;
	in_each_layout(check_unpatched);
}

static void half_done(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4ffffffc || fn == 0x4ffffffe)
		memset(r, 0, sizeof(*r));
}

static void a_half_done_patch_is_told(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = half_done;
	live_and_judge();
	assert_int_equal(verdict_of("implemented"), VERDICT_FAIL);
	assert_int_equal(run.implementation, IMPLEMENTATION_PARTIAL);
	assert_non_null(strstr(run.implementation_why, "0x4FFFFFFE (total cycles), 0x4FFFFFFC"));
	assert_int_equal(verdict_of("sum-exits"), VERDICT_PASS);
	clean();
}

static void stuck_total(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4fffffff)
		r->eax = 500000;
}

static void a_total_that_stands_still_fails(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_SPLIT, stuck_total, "total-grows sum-exits host-agrees");
}

static void short_by_one(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == 0x7b)
		r->eax -= 1;
}

static void uncounted_cpuid(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == 10)
		r->eax = 7;
}

static void a_reason_short_by_one_fails_the_sum(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_SPLIT, short_by_one, "sum-exits");
	try_mangled(EM_VMX, EM_SPLIT, uncounted_cpuid, "cpuid-counted sum-exits");
}

static void far_too_many(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == 0x7b)
		r->eax += 5000;
}

static void one_too_many(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffe && ecx == 30)
		r->eax += 1;
}

static void a_reason_above_the_total_fails_the_sum(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_SPLIT, far_too_many, "sum-exits host-agrees");
	try_mangled(EM_VMX, EM_COMBINED, one_too_many, "sum-exits");
}

static void entry_cycles(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4ffffffc && !r->edx && (r->ebx || r->ecx))
		r->ecx = 1;
}

static void swapped_halves(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	uint32_t low = r->ecx;

	(void)ecx;
	if (fn == 0x4ffffffe) {
		r->ecx = r->ebx;
		r->ebx = low;
	}
}

static void cycles_that_are_none_fail(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_SPLIT, entry_cycles, "sum-cycles cycles-handling");
	try_mangled(EM_VMX, EM_SPLIT, swapped_halves,
		    "sum-cycles cycles-plausible both-totals host-agrees");
}

static void narrow_cycles(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	(void)fn;
	if (!r->edx)
		r->ebx = 0;
}

static void a_lost_high_half_fails_once_it_carries(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = narrow_cycles;
	fake.exits[fake_index(0x400)] = fake.exits[fake_index(0x7b)] = 1;
	fake.cycles[fake_index(0x400)] = fake.cycles[fake_index(0x7b)] = 0xc0000000;
	fake.tsc = 1ull << 41;
	live_and_judge();
	assert_int_equal(verdict_of("sum-cycles"), VERDICT_FAIL);
	clean();
}

static void no_sentinel(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4ffffffd)
		r->edx = 0;
}

static void sentinel_in_eax(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4ffffffd && r->edx)
		r->eax = r->edx, r->edx = 0;
}

static void hole_defined(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if ((fn == 0x4ffffffd || fn == 0x4ffffffc) && ecx == 35)
		memset(r, 0, sizeof(*r));
}

static void wrong_sentinels_fail(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_SPLIT, no_sentinel, "regs-undefined");
	try_mangled(EM_VMX, EM_SPLIT, sentinel_in_eax, "regs-undefined");
	try_mangled(EM_VMX, EM_SPLIT, hole_defined, "regs-undefined");
}

static void sentinel_not_enabled(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if ((fn == 0x4ffffffd || fn == 0x4ffffffc) && !fake_has_handler(ecx))
		r->edx = 0xffffffff;
}

static void stale_not_enabled(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == 0x66)
		r->eax = 4711;
}

static void not_enabled_is_zero_in_all_registers(void **state)
{
	(void)state;
	try_mangled(EM_VMX, EM_SPLIT, sentinel_not_enabled, "regs-not-enabled");
	try_mangled(EM_SVM, EM_SPLIT, stale_not_enabled, "regs-not-enabled sum-exits");
}

static void leak(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == 0x72)
		r->ebx = 0xffff8881;
}

static void sentinel_on_valid(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4ffffffd && r->eax)
		r->edx = 0xffffffff;
}

static void valid_reasons_leak_nothing(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_SPLIT, leak, "regs-valid");
	try_mangled(EM_VMX, EM_SPLIT, sentinel_on_valid, "sentinel-valid regs-valid");
}

static void leak_total(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4fffffff)
		r->edx = 1;
}

static void no_cycles_in_first(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4fffffff)
		r->ebx = r->ecx = 0;
}

static void totals_define_all_registers(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_SPLIT, leak_total, "regs-totals");
	try_mangled(EM_SVM, EM_COMBINED, leak_total, "regs-totals");
	try_mangled(EM_VMX, EM_SPLIT, no_cycles_in_first, "both-totals");
}

static void leak_reversed(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4ffffffc)
		r->ecx = 9;
}

static void reversed_totals_define_all_registers(void **state)
{
	(void)state;
	try_mangled(EM_SVM, EM_REVERSED, leak_reversed, "regs-totals");
}

static void disputed_reasons_are_never_failed(void **state)
{
	(void)state;
	/* ENCLV, 70, is in the fake's list of those without handler. */
	assert_int_equal(reason_standing(EM_VMX, 70), REASON_DISPUTED);
	try_mangled(EM_VMX, EM_SPLIT, NULL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unpatched_kvm_fails_in_both_ways),
		cmocka_unit_test(a_half_done_patch_is_told),
		cmocka_unit_test(a_total_that_stands_still_fails),
		cmocka_unit_test(a_reason_short_by_one_fails_the_sum),
		cmocka_unit_test(a_reason_above_the_total_fails_the_sum),
		cmocka_unit_test(cycles_that_are_none_fail),
		cmocka_unit_test(a_lost_high_half_fails_once_it_carries),
		cmocka_unit_test(wrong_sentinels_fail),
		cmocka_unit_test(not_enabled_is_zero_in_all_registers),
		cmocka_unit_test(valid_reasons_leak_nothing),
		cmocka_unit_test(totals_define_all_registers),
		cmocka_unit_test(reversed_totals_define_all_registers),
		cmocka_unit_test(disputed_reasons_are_never_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
