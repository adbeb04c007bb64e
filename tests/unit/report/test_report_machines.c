// SPDX-License-Identifier: GPL-2.0-only
/* What test runners read.  That it is valid by schema is a matter of tests/cli/reports.bats. */
#include "support/fakejudge.h"

#include "base/error.h"
#include "base/memory.h"
#include "report/report.h"
#include "report/summary.h"

static int tear_down(void **state)
{
	(void)state;
	clean();
	return 0;
}

static unsigned int count(const char *text, const char *words)
{
	unsigned int n = 0;

	for (const char *at = text; (at = strstr(at, words)); at += strlen(words))
		n++;
	return n;
}

/* A run whose guest panicked; the detail and the console are a stranger's. */
static void panic_with(const char *detail, const char *console)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.evidence.outcome = OUTCOME_PANIC;
	free(run.evidence.detail);
	run.evidence.detail = xstrdup(detail);
	console_feed(&run.console, console, strlen(console));
	console_finish(&run.console);
	judge(&run, &verdicts);
}

static void tap_has_a_test_for_each_clause(void **state)
{
	_cleanup_free_ char *text = NULL, *plan = NULL;

	(void)state;
	fake_init(EM_SVM, EM_COMBINED);
	live_and_judge();
	plan = xasprintf("TAP version 13\n1..%u\n", judgement_told(&verdicts));
	text = report_tap(&run, &verdicts);
	assert_int_equal(strncmp(text, plan, strlen(plan)), 0);
	assert_int_equal(count(text, "\nok "), judgement_told(&verdicts));
	assert_int_equal(count(text, " # SKIP "), judgement_count(&verdicts, VERDICT_SKIP));
	assert_non_null(strstr(text, "sum-cycles: Cycles per reason sum to the total cycles # SKIP this layout"));
	assert_int_equal(count(text, "not ok"), 0);
}

static void what_failed_or_was_lost_is_not_ok(void **state)
{
	_cleanup_free_ char *text = NULL;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	texts.point[EM_SHUTDOWN][10]++;
	fake_parse(&texts, &run);
	run.host.exits++;
	judge(&run, &verdicts);
	text = report_tap(&run, &verdicts);
	assert_int_equal(verdict_of("host-agrees"), VERDICT_FAIL);
	assert_int_equal(count(text, "\nnot ok "), judgement_count(&verdicts, VERDICT_FAIL) +
							   judgement_count(&verdicts, VERDICT_LOST));
	assert_int_equal(count(text, "  verdict: \"fail\"\n  wanted: \""), 1);
	assert_int_equal(count(text, "\n  ---\n"), count(text, "\n  ...\n"));
}

/* A result that a guest prints is none. */
static void a_guest_cannot_write_results(void **state)
{
	_cleanup_free_ char *tap = NULL, *junit = NULL;

	(void)state;
	panic_with("x\"\n  ...\nok 99 - forged\n\\\" # SKIP </error></testcase><testcase name=\"&\xff\x01",
		   "ok 98 - forged\n]]></system-out><forged>&amp;\001\033[2J\377\n");
	tap = report_tap(&run, &verdicts);
	junit = report_junit(&run, &verdicts);
	assert_int_equal(count(tap, "\nok ") + count(tap, "\nnot ok "), judgement_told(&verdicts));
	assert_int_equal(count(tap, "\n  ---\n"), count(tap, "\n  ...\n"));
	assert_non_null(strstr(tap, "got: \"panic: x\\\".  ....ok 99 - forged.\\\\\\\" # SKIP </error>"));
	assert_int_equal(count(junit, "<testcase "), judgement_told(&verdicts));
	assert_int_equal(count(junit, "<forged>"), 0);
	assert_non_null(strstr(junit, "]]&gt;&lt;/system-out&gt;&lt;forged&gt;&amp;amp;."));
	for (const char *c = junit; *c; c++)
		assert_true((*c >= 0x20 && *c < 0x7f) || *c == '\n');
	for (const char *c = tap; *c; c++)
		assert_true((*c >= 0x20 && *c < 0x7f) || *c == '\n');
}

static void assert_figure(const char *junit, const char *name, unsigned int value)
{
	_cleanup_free_ char *words = xasprintf(" %s=\"%u\"", name, value);

	if (!strstr(junit, words))
		fail_msg("no%s in %.300s", words, junit);
}

static void junit_counts_what_it_holds(void **state)
{
	_cleanup_free_ char *text = NULL;

	(void)state;
	fake_init(EM_VMX, EM_COMBINED);
	fake_live(&texts);
	texts.point[EM_SHUTDOWN][10]++;
	fake_parse(&texts, &run);
	run.host.exits++;
	run.evidence.started = 1795174323;
	judge(&run, &verdicts);
	text = report_junit(&run, &verdicts);
	assert_figure(text, "tests", count(text, "<testcase "));
	assert_figure(text, "failures", count(text, "<failure "));
	assert_figure(text, "errors", count(text, "<error "));
	assert_figure(text, "skipped", count(text, "<skipped "));
	assert_true(count(text, "<failure ") && count(text, "<error ") && count(text, "<skipped "));
	assert_non_null(strstr(text, " time=\"9.000\""));
	assert_non_null(strstr(text, " timestamp=\"2026-11-20T11:32:03\""));
}

static void the_console_is_shown_where_the_guest_was_lost(void **state)
{
	_cleanup_free_ char *lost = NULL, *finished = NULL;

	(void)state;
	panic_with("Kernel panic", "last words\n");
	lost = report_junit(&run, &verdicts);
	assert_non_null(strstr(lost, "<system-out>last words\n</system-out>"));
	run.evidence.outcome = OUTCOME_FINISHED;
	finished = report_junit(&run, &verdicts);
	assert_non_null(strstr(finished, "<system-out/>"));
}

/* A path may be anything; the file must still come to be, with all its keys. */
static void a_text_that_is_no_utf8_costs_no_key(void **state)
{
	json_t *json, *got;

	(void)state;
	panic_with("caf\xe9", "");
	free(run.evidence.host_kernel);
	run.evidence.host_kernel = xstrdup("6.1\xff");
	json = judgement_to_json(&run, &verdicts);
	got = json_object_get(json_array_get(json_object_get(json, "clauses"), 1), "got");
	assert_string_equal(json_string_value(got), "panic: caf.");
	json_decref(json);
	json = summary_to_json(&run);
	got = json_object_get(json_object_get(json, "kernel"), "host");
	assert_string_equal(json_string_value(got), "6.1.");
	json_decref(json);
}

static int64_t date_of(const char *date)
{
	_cleanup_free_ char *text = xasprintf("{\"outcome\":\"finished\",\"layout\":\"split\","
					      "\"nonce\":\"1\",\"started\":%s}", date);
	struct error err = { 0 };
	struct evidence e;
	int64_t started;

	assert_int_equal(evidence_parse(text, strlen(text), &e, &err), 0);
	started = e.started;
	evidence_deinit(&e);
	return started;
}

static void a_date_is_one_or_not_known(void **state)
{
	static const char *const bad[] = {
		"null", "7", "\"\"", "\"2026-11-20\"", "\"2026-11-20T11:32:03\"", "\"2026-13-20T11:32:03Z\"",
		"\"2026-11-20T11:32:03Zx\"", "\"1969-12-31T23:59:59Z\"", "\"12026-11-20T11:32:03Z\"",
	};

	(void)state;
	assert_int_equal(date_of("\"2026-11-20T11:32:03Z\""), 1795174323);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (date_of(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

#define T(test) cmocka_unit_test_teardown(test, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(tap_has_a_test_for_each_clause),
		T(what_failed_or_was_lost_is_not_ok),
		T(a_guest_cannot_write_results),
		T(junit_counts_what_it_holds),
		T(the_console_is_shown_where_the_guest_was_lost),
		T(a_text_that_is_no_utf8_costs_no_key),
		cmocka_unit_test(a_date_is_one_or_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
