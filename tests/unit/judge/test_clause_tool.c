// SPDX-License-Identifier: GPL-2.0-only
/* What Debian's cpuid tool tells in the guest: taken apart, sent as records, judged. */
#include "support/fakejudge.h"

#include "base/memory.h"

#define ANSWER "CPU:\n   0x4ffffffd 0x72: eax=0x00001234 ebx=0x00000000 ecx=0xabcdef98 edx=0xffffffff\n"

static const struct em_asking asked = { 0x4ffffffd, 0x72 };

/* --- its own words ------------------------------------------------------------------ */

static void an_answer_is_read(void **state)
{
	const struct em_asking high = { 0x4ffffffc, 0xffffffff };
	struct em_regs r;

	(void)state;
	assert_true(tool_text_read(ANSWER, &asked, &r));
	assert_int_equal(r.eax, 0x1234);
	assert_int_equal(r.ebx, 0);
	assert_int_equal(r.ecx, 0xabcdef98);
	assert_int_equal(r.edx, 0xffffffff);
	assert_true(tool_text_read("CPU:\n   0x4ffffffc 0xffffffff: eax=0x00000000 ebx=0x00000001 "
				   "ecx=0x00000002 edx=0x00000003\n", &high, &r));
	assert_int_equal(r.edx, 3);
}

static void whatever_else_it_says_is_no_answer(void **state)
{
	static const char *const rubbish[] = {
		"", "\n", "CPU:\n", "cpuid: invalid option -- 's'\n",
		"CPU 0:\n   0x4ffffffd 0x72: eax=0x00001234 ebx=0x00000000 ecx=0xabcdef98 edx=0xffffffff\n",
		"CPU:\n   0x4ffffffc 0x72: eax=0x00001234 ebx=0x00000000 ecx=0xabcdef98 edx=0xffffffff\n",
		"CPU:\n   0x4ffffffd 0x73: eax=0x00001234 ebx=0x00000000 ecx=0xabcdef98 edx=0xffffffff\n",
		"CPU:\n   0x4ffffffd 0x72: eax=0x1234 ebx=0x00000000 ecx=0xabcdef98 edx=0xffffffff\n",
		"CPU:\n   0x4ffffffd 0x72: eax=0x00001234 ebx=0x00000000 ecx=0xABCDEF98 edx=0xffffffff\n",
		"CPU:\n   0x4ffffffd 0x72: eax=0x000012340 ebx=0x00000000 ecx=0xabcdef98 edx=0xffffffff\n",
		"CPU:\n   0x4ffffffd 0x72: ebx=0x00000000 eax=0x00001234 ecx=0xabcdef98 edx=0xffffffff\n",
		ANSWER "\n", ANSWER ANSWER,
	};
	struct em_regs r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rubbish); i++)
		if (tool_text_read(rubbish[i], &asked, &r))
			fail_msg("taken: %s", rubbish[i]);
	for (size_t cut = 0; cut < strlen(ANSWER); cut++) {
		_cleanup_free_ char *text = xasprintf("%.*s", (int)cut, ANSWER);

		assert_false(tool_text_read(text, &asked, &r));
	}
}

/* --- the records -------------------------------------------------------------------- */

static bool is_of(const char *line, const char *kind)
{
	_cleanup_free_ char *words = xasprintf(" %s ", kind);
	const char *end = strchr(line, '\n'), *at = strstr(line, words);

	return at && at < end;
}

/* Writes a line again as record number seq of its point. */
static void put_record(FILE *out, const char *line, unsigned int seq)
{
	size_t len = strcspn(line, "\n") - strlen(" ~00000000"), skip = strlen(EM_MAGIC);
	char record[EM_RECORD_MAX + 1];

	skip += strcspn(line + skip, " ");
	if (is_of(line, "end"))
		snprintf(record, sizeof(record), EM_MAGIC "%u shutdown end records=%u%.*s", seq, seq + 1,
			 (int)(len - (size_t)(strstr(line, " tsc=") - line)), strstr(line, " tsc="));
	else
		snprintf(record, sizeof(record), EM_MAGIC "%u%.*s", seq, (int)(len - skip), line + skip);
	fprintf(out, "%s ~%08x\n", record, em_crc32(record, strlen(record)));
}

/*
 * The point's text without the tool records from the from-th to before the to-th,
 * numbered as if they had never been; `extra` (kind and fields) comes where they ended.
 */
static char *without_tools(const char *text, unsigned int from, unsigned int to, const char *extra)
{
	unsigned int seq = 0, tool = 0;
	char *again = NULL;
	size_t len;
	FILE *out = open_memstream(&again, &len);

	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		if (is_of(line, "tool") && tool++ >= from && tool <= to)
			continue;
		if (is_of(line, "end") && extra) {
			_cleanup_free_ char *more = xasprintf(EM_MAGIC "0 shutdown %s ~00000000\n", extra);

			put_record(out, more, seq++);
		}
		put_record(out, line, seq++);
	}
	fclose(out);
	return again;
}

/* The fake's shutdown, spoilt so; the parsed run is clean()'s to free. */
static const struct point *spoilt(unsigned int from, unsigned int to, const char *extra)
{
	char *whole;

	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	whole = texts.point[EM_SHUTDOWN];
	texts.point[EM_SHUTDOWN] = without_tools(whole, from, to, extra);
	free(whole);
	judge_texts();
	return &run.records.point[EM_SHUTDOWN];
}

static void expect_torn(unsigned int from, unsigned int to, const char *extra, const char *why)
{
	const struct point *p = spoilt(from, to, extra);

	assert_int_equal(p->status, POINT_TORN);
	assert_string_equal(p->reason, why);
	assert_int_equal(verdict_of("cpuid-tool"), VERDICT_LOST);
	assert_int_not_equal(verdicts.status, STATUS_PASS);
	clean();
}

#define ZEROS "00000000:00000000:00000000:00000000"
#define TOTAL "tool fn=4fffffff sub=00000000 before=" ZEROS " says=" ZEROS " after=" ZEROS
#define NEXT "a tool record is not of the leaf that comes next"

static void records_have_their_order_and_number(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < EM_ASKS; i++)
		expect_torn(i, i + 1, NULL, i + 1 < EM_ASKS ? NEXT : "what the tool told is not whole");
	expect_torn(3, EM_ASKS, NULL, "what the tool told is not whole");
	expect_torn(0, 0, TOTAL, NEXT);
	expect_torn(1, EM_ASKS, TOTAL, NEXT);
	expect_torn(1, EM_ASKS, "tool fn=4ffffffe", "a tool record is malformed");
	/* The rarest reason is the guest's to choose, once. */
	expect_torn(EM_ASK_CYCLES_RAREST, EM_ASKS, "tool fn=4ffffffc sub=00000001 before=" ZEROS " says=" ZEROS
		    " after=" ZEROS, NEXT);
}

static void a_notool_is_of_what_comes_next_and_the_last(void **state)
{
	(void)state;
	expect_torn(0, 0, "notool why=late code=0 fn=4fffffff sub=00000000",
		    "the notool record is not of the leaf that comes next");
	expect_torn(2, EM_ASKS, "notool why=late code=0 fn=4fffffff sub=00000000",
		    "the notool record is not of the leaf that comes next");
	expect_torn(0, EM_ASKS, "notool why=answered code=0 fn=4fffffff sub=00000000",
		    "the notool record is malformed");
	expect_torn(0, EM_ASKS, "notool why=late code=-1 fn=4fffffff sub=00000000",
		    "the notool record is malformed");
	assert_int_equal(spoilt(2, EM_ASKS, "notool why=late code=0 fn=4ffffffd sub=00000072")->tool_count, 2);
	clean();
}

/* --- the clause --------------------------------------------------------------------- */

static struct tool_record *tool_at(enum em_ask ask)
{
	return &run.records.point[EM_SHUTDOWN].tool[ask];
}

static void check_right_patch(void)
{
	live_and_judge();
	assert_fails("");
	assert_int_equal(verdict_of("cpuid-tool"), VERDICT_PASS);
	assert_int_equal(run.records.point[EM_SHUTDOWN].tool_count, fake.layout == EM_COMBINED ? 7 : 9);
	/* The one that came least, with a figure of its own. */
	assert_int_equal(tool_at(EM_ASK_RAREST)->asked.sub, fake.vendor == EM_SVM ? 0x78 : 12);
	assert_int_equal(tool_at(EM_ASK_RAREST)->says.eax, 120);
}

static void a_right_patch_passes_in_every_layout(void **state)
{
	(void)state;
	in_each_layout(check_right_patch);
}

/* Judges again, after a test has changed what was read. */
static enum verdict judge_again(void)
{
	judgement_deinit(&verdicts);
	judge(&run, &verdicts);
	for (unsigned int i = 0; i < clause_count; i++)
		if (strcmp(clauses[i].id, "cpuid-tool"))
			assert_int_not_equal(verdicts.findings[i].verdict, VERDICT_FAIL);
	return verdict_of("cpuid-tool");
}

static void no_register_may_be_off_by_one(void **state)
{
	(void)state;
	for (int layout = 0; layout < EM_LAYOUTS; layout++) {
		fake_init(EM_VMX, (enum em_layout)layout);
		live_and_judge();
		for (unsigned int ask = 0; ask < em_asks_of((enum em_layout)layout); ask++) {
			struct tool_record *t = tool_at((enum em_ask)ask), saved = *t;
			uint32_t *said[] = { &t->says.eax, &t->says.ebx, &t->says.ecx, &t->says.edx };

			for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
				/* What has moved lies somewhere between; else there is one right value. */
				t->before = t->after = t->says;
				++*said[i];
				assert_int_equal(judge_again(), VERDICT_FAIL);
				*said[i] -= 2;
				assert_int_equal(judge_again(), VERDICT_FAIL);
				*t = saved;
			}
		}
		assert_int_equal(judge_again(), VERDICT_PASS);
		clean();
	}
}

static void what_has_moved_is_between(void **state)
{
	struct tool_record *count = tool_at(EM_ASK_TOTAL), *cycles = tool_at(EM_ASK_CYCLES_CPUID);

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_and_judge();
	assert_true(count->before.eax < count->says.eax && count->says.eax < count->after.eax);
	count->says.eax = count->before.eax;
	assert_int_equal(judge_again(), VERDICT_PASS);
	count->says.eax = count->after.eax;
	assert_int_equal(judge_again(), VERDICT_PASS);
	count->says.eax = count->after.eax + 1;
	assert_int_equal(judge_again(), VERDICT_FAIL);
	count->says.eax = count->before.eax - 1;
	assert_int_equal(judge_again(), VERDICT_FAIL);
	count->says.eax = count->before.eax;

	cycles->says = cycles->after;
	assert_int_equal(judge_again(), VERDICT_PASS);
	cycles->says.ecx++;
	assert_int_equal(judge_again(), VERDICT_FAIL);
	cycles->says = cycles->before;
	cycles->says.ecx--;
	assert_int_equal(judge_again(), VERDICT_FAIL);
	clean();
}

/* eax wraps, ebx takes what ecx carries. */
static void figures_may_wrap_and_carry_in_between(void **state)
{
	struct tool_record *count = tool_at(EM_ASK_CPUID), *cycles = tool_at(EM_ASK_CYCLES_CPUID);

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_and_judge();
	count->before.eax = 0xfffffff0;
	count->says.eax = 2;
	count->after.eax = 9;
	assert_int_equal(judge_again(), VERDICT_PASS);
	count->says.eax = 10;
	assert_int_equal(judge_again(), VERDICT_FAIL);
	count->says.eax = 0xffffffef;
	assert_int_equal(judge_again(), VERDICT_FAIL);
	/* And a total that shrinks is never right. */
	count->before.eax = 9;
	count->says.eax = 5;
	count->after.eax = 2;
	assert_int_equal(judge_again(), VERDICT_FAIL);
	count->before.eax = count->says.eax = count->after.eax;

	cycles->before = (struct em_regs){ .ebx = 1, .ecx = 0xfffffff0 };
	cycles->after = (struct em_regs){ .ebx = 2, .ecx = 0x10 };
	cycles->says = (struct em_regs){ .ebx = 2, .ecx = 1 };
	assert_int_equal(judge_again(), VERDICT_PASS);
	cycles->says = (struct em_regs){ .ebx = 1, .ecx = 1 };
	assert_int_equal(judge_again(), VERDICT_FAIL);
	clean();
}

/* A leaked register has in the tool what the tool had in it. */
static enum em_tool_end leak_edx(char *said, size_t size, int *ret_code)
{
	char *edx = strstr(said, "edx=0x");

	(void)size;
	(void)ret_code;
	if (strstr(said, "0x4fffffff"))
		memcpy(edx, "edx=0x00000007", strlen("edx=0x00000007"));
	return EM_TOOL_ANSWERED;
}

static void a_register_that_leaks_in_the_tool_alone_is_this_clauses(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.spoil = leak_edx;
	live_and_judge();
	assert_fails("cpuid-tool");
	assert_int_equal(verdicts.status, STATUS_FAIL);
	clean();
}

static void expect_told(unsigned int from, const char *extra, enum verdict want, const char *got)
{
	spoilt(from, EM_ASKS, extra);
	assert_int_equal(verdict_of("cpuid-tool"), want);
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, "cpuid-tool"))
			assert_string_equal(verdicts.findings[i].got, got);
	assert_int_equal(verdicts.status, want == VERDICT_SKIP ? STATUS_PASS :
			 want == VERDICT_FAIL ? STATUS_FAIL : STATUS_LOST);
	clean();
}

static void a_tool_that_does_not_work_is_told(void **state)
{
	(void)state;
	expect_told(0, NULL, VERDICT_SKIP, "an older probe does not ask it");
	expect_told(0, "notool why=absent code=2 fn=4fffffff sub=00000000", VERDICT_SKIP,
		    "the guest has no cpuid tool");
	expect_told(0, "notool why=exited code=127 fn=4fffffff sub=00000000", VERDICT_LOST,
		    "/usr/bin/cpuid in the guest exited with code 127, asked for leaf 0x4FFFFFFF, ecx 0x0");
	expect_told(1, "notool why=killed code=11 fn=4ffffffe sub=00000000", VERDICT_LOST,
		    "/usr/bin/cpuid in the guest was ended by signal 11, asked for leaf 0x4FFFFFFE, ecx 0x0");
	expect_told(2, "notool why=late code=0 fn=4ffffffd sub=00000072", VERDICT_LOST,
		    "/usr/bin/cpuid in the guest did not end in time, asked for leaf 0x4FFFFFFD, ecx 0x72");
	expect_told(0, "notool why=rubbish code=0 fn=4fffffff sub=00000000", VERDICT_LOST,
		    "/usr/bin/cpuid in the guest printed something that is no answer, asked for leaf 0x4FFFFFFF, ecx 0x0");
	expect_told(0, "notool why=unstarted code=12 fn=4fffffff sub=00000000", VERDICT_LOST,
		    "/usr/bin/cpuid in the guest could not be started (errno 12), asked for leaf 0x4FFFFFFF, ecx 0x0");
}

static enum em_tool_end print_rubbish(char *said, size_t size, int *ret_code)
{
	(void)ret_code;
	snprintf(said, size, "cpuid: what?\n");
	return EM_TOOL_ANSWERED;
}

static enum em_tool_end exit_3(char *said, size_t size, int *ret_code)
{
	(void)said;
	(void)size;
	*ret_code = 3;
	return EM_TOOL_EXITED;
}

/* As the probe itself tells them. */
static void the_probe_tells_what_became_of_the_tool(void **state)
{
	static const struct {
		enum em_tool_end (*spoil)(char *said, size_t size, int *ret_code);
		enum em_tool_end why;
		uint64_t code;
	} ways[] = { { print_rubbish, EM_TOOL_RUBBISH, 0 }, { exit_3, EM_TOOL_EXITED, 3 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		const struct point *p = &run.records.point[EM_SHUTDOWN];

		fake_init(EM_VMX, EM_REVERSED);
		fake.spoil = ways[i].spoil;
		live_and_judge();
		assert_int_equal(p->status, POINT_COMPLETE);
		assert_int_equal(p->tool_count, 0);
		assert_int_equal(p->notool.why, ways[i].why);
		assert_int_equal(p->notool.code, ways[i].code);
		assert_int_equal(verdict_of("cpuid-tool"), VERDICT_LOST);
		assert_int_equal(verdicts.status, STATUS_LOST);
		clean();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_read),
		cmocka_unit_test(whatever_else_it_says_is_no_answer),
		cmocka_unit_test(records_have_their_order_and_number),
		cmocka_unit_test(a_notool_is_of_what_comes_next_and_the_last),
		cmocka_unit_test(a_right_patch_passes_in_every_layout),
		cmocka_unit_test(no_register_may_be_off_by_one),
		cmocka_unit_test(what_has_moved_is_between),
		cmocka_unit_test(figures_may_wrap_and_carry_in_between),
		cmocka_unit_test(a_register_that_leaks_in_the_tool_alone_is_this_clauses),
		cmocka_unit_test(a_tool_that_does_not_work_is_told),
		cmocka_unit_test(the_probe_tells_what_became_of_the_tool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
