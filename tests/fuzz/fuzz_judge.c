// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole run through judge and reports.  The input is the run's files, a form
 * feed between them: evidence.json, records.log, host-counters.txt, enabled.txt,
 * host-trace.txt, host-exits.txt, console.log.
 */
#include "fuzz.h"

#include "judge/case_file_load.h"
#include "judge/judge.h"
#include "report/page.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/table.h"
#include "base/memory.h"

/* Of the table: forged figures of 20 digits, in three columns, widen a row. */
#define FORGED_WIDTH (PAGE_WIDTH + 60)

/* The next file: up to a form feed. */
static const char *judge_next(const char **at, size_t *left, size_t *ret_len)
{
	const char *start = *at, *end = memchr(start, '\f', *left);

	*ret_len = end ? (size_t)(end - start) : *left;
	*left -= *ret_len + (end ? 1 : 0);
	*at = start + *ret_len + (end ? 1 : 0);
	return start;
}

static enum input_state judge_state(int rc, struct error *err, char **ret_why)
{
	*ret_why = take_ptr(err->message);
	return rc < 0 ? INPUT_DAMAGED : INPUT_READ;
}

static bool judge_load(const char *at, size_t left, struct case_file *run)
{
	struct error err = { 0 };
	size_t len;
	const char *text = judge_next(&at, &left, &len);
	struct records_expect expect;

	memset(run, 0, sizeof(*run));
	if (evidence_parse(text, len, &run->evidence, &err) < 0) {
		error_clear(&err);
		return false;
	}
	expect = (struct records_expect){ run->evidence.nonce, run->evidence.layout,
					  scenario_points(run->evidence.scenario) };
	records_init(&run->records, &expect);
	text = judge_next(&at, &left, &len);
	records_feed(&run->records, text, len);
	records_finish(&run->records);
	text = judge_next(&at, &left, &len);
	run->input[CASE_HOST].state = judge_state(host_counters_parse(text, len, &run->host, &err), &err, &run->input[CASE_HOST].why);
	text = judge_next(&at, &left, &len);
	run->input[CASE_ENABLED].state = judge_state(enabled_parse(text, len, &run->enabled, &err), &err,
					 &run->input[CASE_ENABLED].why);
	text = judge_next(&at, &left, &len);
	run->input[CASE_TRACE].state = judge_state(host_histogram_parse(text, len, &run->trace, &err), &err,
				       &run->input[CASE_TRACE].why);
	text = judge_next(&at, &left, &len);
	run->input[CASE_STAT].state = judge_state(hoststat_parse(text, len, &run->stat_exits, &err), &err,
				      &run->input[CASE_STAT].why);
	run->console_name = "console.log";
	console_init(&run->console);
	console_feed(&run->console, at, left);
	console_finish(&run->console);
	case_file_derive(run);
	return true;
}

/* Printable, and for people in no line wider than the table. */
static void judge_check_text(char *text, size_t width)
{
	size_t column = 0;

	for (const char *c = text; *c; c++) {
		ALWAYS(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
		column = *c == '\n' ? 0 : column + 1;
		ALWAYS(column <= width);
	}
	free(text);
}

static void judge_check_json(json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(2));

	ALWAYS(text);
	free(text);
	json_decref(json);
}

static void judge_check(const struct case_file *run, const struct judgement *j)
{
	if (j->verdict == VERDICT_PASS) {
		ALWAYS(run->evidence.outcome == OUTCOME_FINISHED && j->status == STATUS_PASS);
		for (int i = 0; i < EM_POINTS; i++)
			ALWAYS(case_has_point(run, (enum em_point)i) ||
			       !case_wants_point(run, (enum em_point)i));
	}
	ALWAYS((j->verdict == VERDICT_PASS) == (j->status == STATUS_PASS));
	for (unsigned int i = 0; i < clause_count; i++)
		ALWAYS((j->findings[i].wanted && j->findings[i].got) ||
		       j->findings[i].verdict == VERDICT_NONE);
	judge_check_text(table_format(run, j, false), FORGED_WIDTH);
	judge_check_text(report_tap(run, j), SIZE_MAX);
	judge_check_text(report_junit(run, j), SIZE_MAX);
	judge_check_json(judgement_to_json(run, j));
	judge_check_json(summary_to_json(run));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct case_file run;	/* large */
	struct judgement j = { 0 };

	if (judge_load((const char *)data, size, &run)) {
		judge(&run, &j);
		judge_check(&run, &j);
		judgement_deinit(&j);
		case_file_deinit(&run);
	}
	return 0;
}
