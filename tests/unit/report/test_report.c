// SPDX-License-Identifier: GPL-2.0-only
/* What people and programs read: evidence, summary, verdicts and the table. */
#include "support/helpers.h"
#include "support/fakerun.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "judge/judge.h"
#include "report/page.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/table_verdicts.h"

static struct case_file run;
static struct judgement verdicts;

static void live(enum em_vendor vendor, enum em_layout layout, bool with_host)
{
	struct fake_run texts = { 0 };

	fake_init(vendor, layout);
	fake_live(&texts);
	if (!with_host) {
		free(texts.host);
		texts.host = NULL;
	}
	fake_parse(&texts, &run);
	judge(&run, &verdicts);
	fake_run_deinit(&texts);
}

static int tear_down(void **state)
{
	(void)state;
	judgement_deinit(&verdicts);
	case_file_deinit(&run);
	return 0;
}

static void evidence_survives_a_round_trip(void **state)
{
	struct evidence e, back;
	struct error err = { 0 };
	char *text, *again;

	(void)state;
	fake_init(EM_SVM, EM_REVERSED);
	fake_evidence(&e);
	e.outcome = OUTCOME_REBOOT_LOOP;
	e.detail = xstrdup("three \"boots\"\n");
	e.versions = json_pack("{s:s}", "qemu", "7.2");
	evidence_add_duration(&e, "guest", 30);
	text = evidence_format(&e);
	assert_int_equal(evidence_parse(text, strlen(text), &back, &err), 0);
	assert_int_equal(back.outcome, OUTCOME_REBOOT_LOOP);
	assert_int_equal(back.layout, EM_REVERSED);
	assert_string_equal(back.detail, e.detail);
	assert_int_equal(json_integer_value(json_object_get(back.durations_ms, "guest")), 4030);
	again = evidence_format(&back);
	assert_string_equal(text, again);
	free(text);
	free(again);
	evidence_deinit(&e);
	evidence_deinit(&back);
}

/* An L1 writes it: what it says is masked, also within what we only pass on, and cut off. */
static void what_an_l1_says_in_its_evidence_is_masked_and_bounded(void **state)
{
	struct evidence e, back;
	struct error err = { 0 };
	char *text;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_evidence(&e);
	e.detail = xcalloc(1, 3 * EVIDENCE_TEXT_MAX);
	memset(e.detail, 'x', 3 * EVIDENCE_TEXT_MAX - 1);
	memcpy(e.detail, "\x1b[2J\xc2\x9b\x7f\xff", 8);
	e.versions = json_pack("{s:[s]}", "q\xe2\x80\xae", "\x1b[2J");
	text = evidence_format(&e);
	for (const char *c = text; *c; c++)
		assert_true(*c == '\n' || (*c >= ' ' && *c < 0x7f));
	assert_non_null(strstr(text, "\"q.\": ["));
	assert_int_equal(evidence_parse(text, strlen(text), &back, &err), 0);
	assert_memory_equal(back.detail, ".[2J...xxx", 10);
	assert_int_equal(strlen(back.detail), EVIDENCE_TEXT_MAX);
	free(text);
	evidence_deinit(&e);
	evidence_deinit(&back);
}

static void what_is_no_evidence_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{}", "7", "{\"outcome\":\"finished\"}", "{\"outcome\":\"won\",\"layout\":\"split\",\"nonce\":\"1\"}",
		"{\"outcome\":\"finished\",\"layout\":\"split\"}", "{\"outcome\":\"finished\",\"layout\":\"split\",\"nonce\":\"\"}",
		"{\"outcome\":1,\"layout\":[],\"nonce\":{}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct error err = { 0 };
		struct evidence e;

		if (evidence_parse(bad[i], strlen(bad[i]), &e, &err) == 0)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(err.status, STATUS_USAGE);
		error_clear(&err);
	}
}

static json_int_t number_at(json_t *json, const char *a, const char *b, const char *c)
{
	json_t *at = json_object_get(json_object_get(json, a), b);

	return json_integer_value(json_object_get(at, c));
}

static void the_summary_holds_each_points_figures(void **state)
{
	json_t *json, *point;

	(void)state;
	live(EM_SVM, EM_SPLIT, true);
	json = summary_to_json(&run);
	point = json_object_get(json_object_get(json, "points"), "boot");
	assert_int_equal(number_at(point, "reasons", "0x400", "count"), 6200);
	assert_int_equal(number_at(json_object_get(json, "host_counters"), "reasons", "0x7b", "count"), 7600);
	assert_int_equal(number_at(json_object_get(json, "host_counters"), "reasons", "0x7b", "cycles"),
			 7600 * FAKE_EXIT_CYCLES);
	assert_true(json_integer_value(json_object_get(point, "exits")) > 0);
	assert_null(json_object_get(json_object_get(point, "reasons"), "0xffff"));
	json_decref(json);
}

static void the_summary_holds_the_evidence(void **state)
{
	json_t *json, *evidence, *value;
	const char *key;

	(void)state;
	live(EM_SVM, EM_SPLIT, true);
	json = summary_to_json(&run);
	evidence = evidence_to_json(&run.evidence);
	assert_true(json_object_size(evidence) > 15);
	json_object_foreach(evidence, key, value)
		assert_true(json_equal(json_object_get(json, key), value));
	json_decref(evidence);
	json_decref(json);
}

static void verdicts_tell_all_of_a_clause(void **state)
{
	static const char *const keys[] = { "id", "title", "verdict", "wanted", "got", "hint", "source" };
	json_t *json, *list, *one;
	size_t i;

	(void)state;
	live(EM_VMX, EM_SPLIT, false);
	json = judgement_to_json(&run, &verdicts);
	list = json_object_get(json, "clauses");
	/* fast-path, which is not asked, stands in the list alone. */
	assert_int_equal(json_array_size(list), judgement_told(&verdicts) + 1);
	assert_int_equal(json_array_size(list), clause_count - 7);	/* no reboot, source, L1 host, operations, paging */
	json_array_foreach(list, i, one)
		for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++)
			assert_true(json_is_string(json_object_get(one, keys[k])));
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "pass");
	json_decref(json);
}

static void assert_width(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len > PAGE_WIDTH)
			fail_msg("%zu columns: %.*s", len, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void the_table_fits_and_is_plain(void **state)
{
	(void)state;
	for (int layout = 0; layout < EM_LAYOUTS; layout++) {
		for (int with_host = 0; with_host < 2; with_host++) {
			char *text;

			live(EM_SVM, (enum em_layout)layout, with_host);
			text = table_format(&run, &verdicts, false);
			assert_width(text);
			assert_null(strchr(text, 0x1b));
			assert_non_null(strstr(text, with_host ? "host side, after the guest's last" :
								 "read by the guest at shutdown"));
			assert_non_null(strstr(text, "NPF "));
			assert_non_null(strstr(text, "verdict: pass"));
			free(text);
			tear_down(NULL);
		}
	}
}

static void a_failure_comes_first_with_wanted_and_got(void **state)
{
	char *text, *color;

	(void)state;
	live(EM_SVM, EM_SPLIT, true);
	run.host.exits++;
	judgement_deinit(&verdicts);
	judge(&run, &verdicts);
	text = table_format(&run, &verdicts, false);
	color = table_format(&run, &verdicts, true);
	assert_width(text);
	assert_int_equal(strncmp(text, "FAILED  host-agrees: ", 21), 0);
	assert_true(strstr(text, "wanted") < strstr(text, "got") &&
		    strstr(text, "got") < strstr(text, "Exits by reason"));
	assert_non_null(strstr(text, "verdict: fail (23 passed, 1 failed"));
	assert_non_null(strstr(color, "\033[1;31mFAILED\033[0m"));
	free(text);
	free(color);
}

static void long_names_do_not_widen_the_table(void **state)
{
	char *text;

	(void)state;
	live(EM_SVM, EM_COMBINED, true);
	free(run.evidence.host_kernel);
	run.evidence.host_kernel = xstrdup("6.12.48+deb13-cloud-amd64-with-a-suffix-of-forty-characters-and-more");
	run.evidence.image = json_pack("{s:s,s:s,s:s}", "name", "a name of several words and a serial, in all",
				       "serial", "20261120.1 or whatever else a list of images says of it",
				       "sha256", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	text = table_format(&run, &verdicts, false);
	assert_width(text);
	assert_non_null(strstr(text, "Measured: layout combined, 1 vCPU, host emulated-svm\n          6.12.48+"));
	assert_non_null(strstr(text, "\n       SHA-256 0123"));
	assert_null(strstr(text, "  inputs "));
	free(text);
	run.evidence.inputs = xstrdup("89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567");
	text = table_format(&run, &verdicts, false);
	assert_width(text);
	assert_non_null(strstr(text, "\n  inputs SHA-256 89ab"));
	free(text);
}

static void foreign_text_cannot_command_the_terminal(void **state)
{
	char *text;

	(void)state;
	live(EM_SVM, EM_SPLIT, true);
	run.evidence.outcome = OUTCOME_PANIC;
	free(run.evidence.detail);
	run.evidence.detail = xcalloc(1, 5000);
	memset(run.evidence.detail, 'w', 4999);
	memcpy(run.evidence.detail, "\033[2J\r\n\303\251 ", 10);
	judgement_deinit(&verdicts);
	judge(&run, &verdicts);
	text = table_format(&run, &verdicts, false);
	assert_null(strchr(text, 0x1b));
	assert_width(text);
	assert_non_null(strstr(text, "LOST  finished"));
	free(text);
}

static void unpatched_answers_are_no_figures(void **state)
{
	struct fake_run texts = { 0 };
	json_t *json, *point;
	char *text;

	(void)state;
	fake_init(EM_VMX, EM_SPLIT);
	fake.kvm = FAKE_STOCK;
	fake_live(&texts);
	free(texts.host);
	texts.host = NULL;
	fake_parse(&texts, &run);
	judge(&run, &verdicts);
	text = table_format(&run, &verdicts, false);
	assert_null(strstr(text, "Exits by reason"));
	json = summary_to_json(&run);
	point = json_object_get(json_object_get(json, "points"), "boot");
	assert_null(json_object_get(point, "exits"));
	json_decref(json);
	free(text);
	fake_run_deinit(&texts);
}

/* The text with one space for each run of spaces and newlines; the caller frees it. */
static char *squeeze(const char *text)
{
	char *ret = xcalloc(1, strlen(text) + 1), *to = ret;

	for (; *text; text++)
		if (!strchr(" \n", *text))
			*to++ = *text;
		else if (to > ret && to[-1] != ' ')
			*to++ = ' ';
	return ret;
}

static char *print_verdicts(size_t width)
{
	_cleanup_text_ struct text text;

	table_print_verdicts(text_open(&text), &verdicts, width, false);
	return text_close(&text);
}

/* Has every clause skipped with the longest texts that there are: its own. */
static void skip_all_with(const char *(*text_of)(const struct clause *))
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (verdicts.findings[i].verdict != VERDICT_NONE)
			finding_set(&verdicts.findings[i], VERDICT_SKIP, "%s", text_of(&clauses[i]));
}

static const char *hint_of(const struct clause *c)
{
	return c->hint;
}

static const char *source_of(const struct clause *c)
{
	return c->source;
}

static const char *short_of(const struct clause *c)
{
	(void)c;
	return "the run holds no host-inspect.txt";
}

static void assert_nothing_is_cut(size_t width)
{
	_cleanup_free_ char *text = print_verdicts(width), *words = squeeze(text);

	for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
		assert_true(strcspn(at, "\n") <= width);
	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &verdicts.findings[i];
		_cleanup_free_ char *all = xasprintf(" %s %s %s (%s) ", verdict_name(f->verdict),
						     f->clause->id, f->clause->title, f->got);

		if (f->verdict != VERDICT_NONE && !strstr(words, all))
			fail_msg("%zu columns lack: %s", width, all);
	}
}

static void no_text_of_a_clause_is_cut(void **state)
{
	const char *(*const texts[])(const struct clause *) = { hint_of, source_of, short_of };

	(void)state;
	live(EM_SVM, EM_SPLIT, true);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		skip_all_with(texts[i]);
		assert_nothing_is_cut(80);
		assert_nothing_is_cut(100);
	}
}

/* What is wanted and got, and the hint, in full: each word of them, in its order. */
static void no_text_of_a_failure_is_cut(void **state)
{
	_cleanup_free_ char *text = NULL, *words = NULL;

	(void)state;
	live(EM_SVM, EM_SPLIT, true);
	for (unsigned int i = 0; i < clause_count; i++)
		if (verdicts.findings[i].verdict != VERDICT_NONE)
			finding_set(&verdicts.findings[i], VERDICT_FAIL, "%s", clauses[i].source);
	text = table_format(&run, &verdicts, false);
	words = squeeze(text);
	assert_width(text);
	for (unsigned int i = 0; i < clause_count; i++) {
		_cleanup_free_ char *hint = xasprintf(" hint: %s ", clauses[i].hint);
		_cleanup_free_ char *title = xasprintf("FAILED %s: %s ", clauses[i].id, clauses[i].title);

		if (verdicts.findings[i].verdict == VERDICT_NONE)
			continue;
		if (!strstr(words, hint) || !strstr(words, title))
			fail_msg("cut: %s or %s", hint, title);
	}
}

#define T(test) cmocka_unit_test_teardown(test, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_survives_a_round_trip),
		cmocka_unit_test(what_an_l1_says_in_its_evidence_is_masked_and_bounded),
		cmocka_unit_test(what_is_no_evidence_is_refused),
		T(the_summary_holds_each_points_figures),
		T(the_summary_holds_the_evidence),
		T(verdicts_tell_all_of_a_clause),
		T(the_table_fits_and_is_plain),
		T(no_text_of_a_clause_is_cut),
		T(no_text_of_a_failure_is_cut),
		T(a_failure_comes_first_with_wanted_and_got),
		T(long_names_do_not_widen_the_table),
		T(foreign_text_cannot_command_the_terminal),
		T(unpatched_answers_are_no_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
