// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clauses against a played machine: a right patch passes all in each
 * layout, and each wrong one fails with the clause named, and only with those.
 */
#include "helpers.h"

#include "fakevm.h"
#include "judge.h"

static struct run run;
static struct judgement verdicts;
static struct fake_run texts;

static void judge_texts(void)
{
	fake_parse(&texts, &run);
	judge(&run, &verdicts);
}

static void clean(void)
{
	judgement_deinit(&verdicts);
	run_deinit(&run);
	fake_run_deinit(&texts);
}

static void live_and_judge(void)
{
	fake_live(&texts);
	judge_texts();
}

static enum verdict verdict_of(const char *id)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, id))
			return verdicts.findings[i].verdict;
	fail_msg("no clause %s", id);
	return VERDICT_LOST;
}

static bool is_listed(const char *list, const char *id)
{
	size_t len = strlen(id);

	for (const char *at = list; (at = strstr(at, id)); at += len)
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* Exactly the listed clauses fail. */
static void assert_fails(const char *list)
{
	for (unsigned int i = 0; i < clause_count; i++) {
		bool failed = verdicts.findings[i].verdict == VERDICT_FAIL;

		if (failed != is_listed(list, clauses[i].id))
			fail_msg("%s: %s (wanted %s, got %s)", clauses[i].id,
				 failed ? "failed" : "did not fail", verdicts.findings[i].wanted,
				 verdicts.findings[i].got);
	}
}

static void try_mangled(enum em_vendor vendor, enum em_layout layout,
			void (*mangle)(uint32_t, uint32_t, struct em_regs *), const char *list)
{
	fake_init(vendor, layout);
	fake.mangle = mangle;
	live_and_judge();
	assert_fails(list);
	clean();
}

static void a_right_patch_passes_in_each_layout(void **state)
{
	(void)state;
	for (int vendor = EM_SVM; vendor <= EM_VMX; vendor++) {
		for (int layout = 0; layout < EM_LAYOUTS; layout++) {
			fake_init((enum em_vendor)vendor, (enum em_layout)layout);
			live_and_judge();
			assert_fails("");
			assert_int_equal(verdicts.status, STATUS_PASS);
			assert_int_equal(verdict_of("sum-cycles"),
					 layout == EM_COMBINED ? VERDICT_SKIP : VERDICT_PASS);
			assert_int_equal(verdict_of("host-agrees"), VERDICT_PASS);
			clean();
		}
	}
}

static void counts_that_pass_32_bits_are_right(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.exits[fake_index(0x400)] = 0xfffff000;	/* wraps in eax between the points */
	fake.cycles[fake_index(0x400)] = 1ull << 40;
	fake.tsc = 1ull << 41;
	live_and_judge();
	assert_fails("");
	clean();
}

static void an_unpatched_kvm_fails_in_both_ways(void **state)
{
	(void)state;
	for (int vendor = EM_SVM; vendor <= EM_VMX; vendor++) {
		for (int layout = 0; layout < EM_LAYOUTS; layout++) {
			fake_init((enum em_vendor)vendor, (enum em_layout)layout);
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
					       vendor == EM_SVM ? "zeros" : "highest basic leaf (0x16)"));
			clean();
		}
	}
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
	try_mangled(EM_SVM, EM_SPLIT, entry_cycles, "sum-cycles");
	try_mangled(EM_VMX, EM_SPLIT, swapped_halves,
		    "sum-cycles cycles-plausible regs-totals host-agrees");
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
	try_mangled(EM_SVM, EM_SPLIT, stale_not_enabled, "regs-not-enabled");
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
	try_mangled(EM_VMX, EM_SPLIT, sentinel_on_valid, "regs-valid");
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
	try_mangled(EM_VMX, EM_SPLIT, no_cycles_in_first, "regs-totals");
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

static void counters_reset_between_points_fail(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	for (int i = 0; i < EM_POINTS; i++) {
		if (i == EM_SHUTDOWN) {
			memset(fake.exits, 0, sizeof(fake.exits));
			memset(fake.cycles, 0, sizeof(fake.cycles));
		} else {
			fake_work();
		}
		texts.point[i] = fake_point((enum em_point)i, FAKE_NONCE);
	}
	texts.host = fake_host_counters();
	judge_texts();
	assert_fails("boot-totals");
	clean();
}

/* Each figure alone, so that no other stands in for it. */
static void one_figure_that_shrinks_fails(void **state)
{
	(void)state;
	for (int figure = 0; figure < 5; figure++) {
		struct point *p = &run.records.point[EM_SHUTDOWN];
		struct sweep_answer *npf;

		fake_init(EM_SVM, EM_SPLIT);
		fake_live(&texts);
		fake_parse(&texts, &run);
		npf = &p->sweep[fake_index(0x400)];
		if (figure == 0)
			p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax -= 8000;
		if (figure == 1)
			p->leaf[EM_TAG_BEFORE_CYCLES].regs.ecx -= 10000000;
		if (figure == 2)
			npf->exits.eax -= 3101;
		if (figure == 3)
			npf->cycles.ecx -= 3101 * FAKE_EXIT_CYCLES;
		if (figure == 4)
			run.records.point[EM_EARLY].leaf[EM_TAG_BEFORE_TOTAL].regs.eax = 0;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("boot-totals"), VERDICT_FAIL);
		clean();
	}
}

static void judge_growth_of_cycles(uint32_t add, uint32_t vcpus, enum verdict want)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake.tsc = 1ull << 41;
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.vcpus = vcpus;
	run.records.point[EM_BOOT].leaf[EM_TAG_AGAIN_CYCLES].regs.ecx += add;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("cycles-plausible"), want);
	clean();
}

static void growth_is_held_against_the_time_it_took(void **state)
{
	(void)state;
	judge_growth_of_cycles(0, 1, VERDICT_PASS);
	judge_growth_of_cycles(100000000, 1, VERDICT_FAIL);
	judge_growth_of_cycles(100000000, 2, VERDICT_PASS);
	judge_growth_of_cycles(-10000000u, 2, VERDICT_FAIL);
}

static void one_host_figure_below_the_guests_fails(void **state)
{
	(void)state;
	for (int figure = 0; figure < 4; figure++) {
		struct point *p = &run.records.point[EM_SHUTDOWN];
		struct sweep_answer *npf;

		fake_init(EM_SVM, EM_SPLIT);
		fake_live(&texts);
		fake_parse(&texts, &run);
		npf = &p->sweep[fake_index(0x400)];
		if (figure == 0)
			p->leaf[EM_TAG_AFTER_TOTAL].regs.eax = (uint32_t)run.host.exits + 1;
		if (figure == 1)
			p->leaf[EM_TAG_AFTER_CYCLES].regs.ecx = (uint32_t)run.host.cycles + 1;
		if (figure == 2)
			npf->exits.eax += 3101;
		if (figure == 3)
			npf->cycles.ecx += 3101 * FAKE_EXIT_CYCLES;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("host-agrees"), VERDICT_FAIL);
		clean();
	}
}

static void more_cycles_than_time_fail(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.cycles[fake_index(0x400)] = 1ull << 40;
	live_and_judge();
	assert_fails("cycles-plausible");
	clean();
}

/* An oracle that differs by one, each figure in turn. */
static void a_host_off_by_one_fails(void **state)
{
	(void)state;
	for (int figure = 0; figure < 4; figure++) {
		fake_init(EM_SVM, EM_SPLIT);
		fake_live(&texts);
		fake_parse(&texts, &run);
		run.host.exits -= figure == 0;
		run.host.cycles += figure == 1;
		run.host.reason[0].exits += figure == 2;
		run.host.other_cycles += figure == 3;
		judge(&run, &verdicts);
		assert_fails("host-agrees");
		clean();
	}
}

static void a_host_below_the_guest_fails(void **state)
{
	char *early;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_work();
	early = fake_host_counters();
	fake_live(&texts);
	free(texts.host);
	texts.host = early;
	judge_texts();
	assert_fails("host-agrees");
	clean();
}

static void a_missing_input_skips(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	free(texts.host);
	free(texts.enabled);
	texts.host = texts.enabled = NULL;
	judge_texts();
	assert_fails("");
	assert_int_equal(verdict_of("host-agrees"), VERDICT_SKIP);
	assert_int_equal(verdict_of("regs-not-enabled"), VERDICT_SKIP);
	assert_int_equal(verdict_of("regs-valid"), VERDICT_PASS);
	clean();
}

static void a_broken_input_is_lost(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.host_state = INPUT_DAMAGED;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("host-agrees"), VERDICT_LOST);
	assert_int_equal(verdicts.status, STATUS_LOST);
	clean();
}

static void lost_points_are_never_a_pass(void **state)
{
	(void)state;
	for (int lost = 0; lost < EM_POINTS; lost++) {
		fake_init(EM_VMX, EM_SPLIT);
		fake_live(&texts);
		texts.point[lost][10]++;
		judge_texts();
		assert_int_equal(verdicts.status, STATUS_LOST);
		for (unsigned int i = 0; i < clause_count; i++)
			if (clauses[i].judge_point)
				assert_int_equal(verdicts.findings[i].verdict, VERDICT_LOST);
		assert_int_equal(verdict_of("records"), VERDICT_LOST);
		assert_int_equal(verdict_of("boot-totals"), VERDICT_LOST);
		assert_int_equal(verdict_of("host-agrees"),
				 lost == EM_SHUTDOWN ? VERDICT_LOST : VERDICT_PASS);
		clean();
	}
}

static void an_unfinished_guest_is_lost(void **state)
{
	(void)state;
	for (int outcome = 1; outcome < OUTCOMES; outcome++) {
		fake_init(EM_VMX, EM_SPLIT);
		fake_live(&texts);
		fake_parse(&texts, &run);
		run.evidence.outcome = (enum outcome)outcome;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("finished"), VERDICT_LOST);
		assert_int_equal(verdicts.status,
				 outcome == OUTCOME_TIMEOUT ? STATUS_TIMEOUT : STATUS_LOST);
		clean();
	}
}

static void a_failure_outranks_a_loss(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = leak;
	fake_live(&texts);
	texts.point[EM_SHUTDOWN][10]++;
	judge_texts();
	assert_int_equal(verdict_of("regs-valid"), VERDICT_FAIL);
	assert_int_equal(verdicts.status, STATUS_FAIL);
	clean();
}

static void every_clause_says_what_it_is(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < clause_count; i++) {
		assert_non_null(clauses[i].title);
		assert_non_null(clauses[i].source);
		assert_non_null(clauses[i].hint);
		assert_true(!clauses[i].judge_run != !clauses[i].judge_point);
		for (unsigned int k = 0; k < i; k++)
			assert_string_not_equal(clauses[i].id, clauses[k].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_patch_passes_in_each_layout),
		cmocka_unit_test(counts_that_pass_32_bits_are_right),
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
		cmocka_unit_test(counters_reset_between_points_fail),
		cmocka_unit_test(one_figure_that_shrinks_fails),
		cmocka_unit_test(growth_is_held_against_the_time_it_took),
		cmocka_unit_test(one_host_figure_below_the_guests_fails),
		cmocka_unit_test(more_cycles_than_time_fail),
		cmocka_unit_test(a_host_off_by_one_fails),
		cmocka_unit_test(a_host_below_the_guest_fails),
		cmocka_unit_test(a_missing_input_skips),
		cmocka_unit_test(a_broken_input_is_lost),
		cmocka_unit_test(lost_points_are_never_a_pass),
		cmocka_unit_test(an_unfinished_guest_is_lost),
		cmocka_unit_test(a_failure_outranks_a_loss),
		cmocka_unit_test(every_clause_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
