// SPDX-License-Identifier: GPL-2.0-only
/* Paging that was asked for: by the module's parameter, and by the exits that only nested paging has. */
#include "support/fakejudge.h"

#include "base/text.h"

#define NPF 0x400
#define EPT_VIOLATION 48

static const struct host_reason *find_fault(void)
{
	return host_counters_find(&run.host, fake.vendor == EM_SVM ? NPF : EPT_VIOLATION);
}

/* What kvm:kvm_exit had counted; on VMX, flags are in the high bits. */
static void trace_faults(uint64_t hits)
{
	run.input[CASE_TRACE].state = INPUT_READ;
	run.trace = (struct host_histogram){ .hits = hits + 1, .reason_count = hits ? 2 : 1 };
	run.trace.reason[0] = (struct trace_reason){ 1, 1 };
	run.trace.reason[1] = (struct trace_reason){ fake.vendor == EM_SVM ? NPF : 0x80000000u | EPT_VIOLATION, hits };
}

static void drop_reason(const struct host_reason *r)
{
	if (r)
		((struct host_reason *)r)->exits = 0;
}

static void live_with(enum em_vendor vendor, enum paging asked, const char *loaded)
{
	fake_init(vendor, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.evidence.paging = asked;
	run.evidence.guest_machine = loaded ? json_pack("{ss}", "paging", loaded) : NULL;
}

static void comes_to(enum verdict wanted, const char *words)
{
	judge(&run, &verdicts);
	if (verdict_of("paging") != wanted)
		fail_msg("wanted %s, got %s", verdict_name(wanted), verdict_name(verdict_of("paging")));
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, "paging") && !strstr(verdicts.findings[i].got, words))
			fail_msg("wanted '%s', got '%s'", words, verdicts.findings[i].got);
	clean();
}

static void what_nobody_asked_for_is_not_judged(void **state)
{
	(void)state;
	live_with(EM_SVM, PAGING_AUTO, "shadow");
	comes_to(VERDICT_NONE, "no paging was asked for");
}

static void the_parameter_must_be_what_was_asked_for(void **state)
{
	(void)state;
	live_with(EM_SVM, PAGING_SHADOW, "npt");
	comes_to(VERDICT_FAIL, "the module's parameter says npt");
	live_with(EM_VMX, PAGING_NESTED, "shadow");
	comes_to(VERDICT_FAIL, "the module's parameter says shadow");
}

static void what_was_not_read_is_lost(void **state)
{
	(void)state;
	live_with(EM_SVM, PAGING_SHADOW, NULL);
	comes_to(VERDICT_LOST, "was not read");
	live_with(EM_SVM, PAGING_NESTED, "\033[2J");
	comes_to(VERDICT_LOST, "was not read");
}

static void the_kernel_s_own_count_decides_before_the_patch_s(void **state)
{
	(void)state;
	for (int vendor = EM_SVM; vendor <= EM_VMX; vendor++) {
		const char *nested = vendor == EM_SVM ? "npt" : "ept";

		live_with((enum em_vendor)vendor, PAGING_NESTED, nested);
		drop_reason(find_fault());
		trace_faults(9);
		comes_to(VERDICT_PASS, "there were 9 exits of");
		live_with((enum em_vendor)vendor, PAGING_NESTED, nested);
		trace_faults(0);
		comes_to(VERDICT_FAIL, "there were 0 exits of");
		live_with((enum em_vendor)vendor, PAGING_SHADOW, "shadow");
		trace_faults(0);
		comes_to(VERDICT_PASS, "there were 0 exits of");
		live_with((enum em_vendor)vendor, PAGING_SHADOW, "shadow");
		trace_faults(1);
		comes_to(VERDICT_FAIL, "there were 1 exits of");
	}
}

static void without_it_the_host_s_counters_tell(void **state)
{
	(void)state;
	live_with(EM_SVM, PAGING_SHADOW, "shadow");
	drop_reason(find_fault());
	comes_to(VERDICT_PASS, "there were 0 exits of NPF");
	/* A histogram that has dropped hits tells nothing. */
	live_with(EM_SVM, PAGING_SHADOW, "shadow");
	drop_reason(find_fault());
	trace_faults(1);
	run.trace.dropped = 1;
	comes_to(VERDICT_PASS, "there were 0 exits of NPF");
	live_with(EM_SVM, PAGING_SHADOW, "shadow");
	run.input[CASE_HOST].state = INPUT_ABSENT;
	comes_to(VERDICT_PASS, "nobody has counted its exits");
}

/* A guest that was given up before its first instruction has no nested fault either. */
static void a_guest_that_came_to_no_point_proves_nothing(void **state)
{
	(void)state;
	live_with(EM_SVM, PAGING_NESTED, "npt");
	case_file_deinit(&run);
	for (int i = 0; i < EM_POINTS; i++)
		text_replace(&texts.point[i], NULL);
	fake_parse(&texts, &run);
	run.evidence.paging = PAGING_NESTED;
	run.evidence.guest_machine = json_pack("{ss}", "paging", "npt");
	trace_faults(0);
	comes_to(VERDICT_LOST, "no point's records are whole");
}

/* It counts what KVM emulates in place of an entry. */
static void kvms_statistic_is_no_count_without_an_unrestricted_guest(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		live_with(EM_VMX, PAGING_SHADOW, "shadow");
		json_object_set_new(run.evidence.guest_machine, "unrestricted_guest", json_string(i ? "yes" : "no"));
		run.input[CASE_STAT].state = INPUT_READ;
		run.stat_exits = run.host.exits + 179;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("oracle-stat"), i ? VERDICT_FAIL : VERDICT_SKIP);
		clean();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_asked_for_is_not_judged),
		cmocka_unit_test(the_parameter_must_be_what_was_asked_for),
		cmocka_unit_test(what_was_not_read_is_lost),
		cmocka_unit_test(the_kernel_s_own_count_decides_before_the_patch_s),
		cmocka_unit_test(without_it_the_host_s_counters_tell),
		cmocka_unit_test(kvms_statistic_is_no_count_without_an_unrestricted_guest),
		cmocka_unit_test(a_guest_that_came_to_no_point_proves_nothing),
	};

	return cmocka_run_group_tests_name("paging", tests, NULL, NULL);
}
