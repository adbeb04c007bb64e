// SPDX-License-Identifier: GPL-2.0-only
/* The editions that are built in, and what the parser makes of a user's own. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "judge/clause.h"
#include "judge/edition_builtin.h"
#include "judge/edition_parse.h"

static enum weight weight_of(const struct edition *e, const char *id)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, id))
			return e->weight[i];
	fail_msg("no clause %s", id);
	return WEIGHTS;
}

static const struct {
	const char *name;
	enum em_layout layout;
	unsigned int figures;
	const char *required, *practice, *not_asked;	/* one clause of each that tells it from the others */
} wanted[] = {
	{ "a2-2020", EM_COMBINED, FIGURE_EXITS | FIGURE_CYCLES, "total-grows", "regs-totals", "sum-exits" },
	{ "a2-2021", EM_SPLIT, FIGURE_EXITS | FIGURE_CYCLES, "cycles-plausible", "neighbour", "regs-undefined" },
	{ "a2-2022", EM_REVERSED, FIGURE_EXITS | FIGURE_CYCLES, "boot-totals", "host-log", "regs-not-enabled" },
	{ "a3-2020", EM_COMBINED, FIGURE_EXITS | FIGURE_CYCLES | FIGURE_REASON_EXITS, "sum-exits", "regs-valid",
	  "sum-cycles" },
	{ "a3-2020-reasons", EM_COMBINED, FIGURE_REASON_EXITS, "regs-undefined", "regs-valid", "total-grows" },
	{ "a3-2021", EM_SPLIT, FIGURE_EXITS | FIGURE_CYCLES | FIGURE_REASON_EXITS | FIGURE_REASON_CYCLES, "sum-cycles",
	  "regs-totals", NULL },
	{ "a3-2021-reasons", EM_SPLIT, FIGURE_REASON_EXITS | FIGURE_REASON_CYCLES, "cycles-handling", "regs-valid",
	  "regs-totals" },
	{ "a3-2022", EM_REVERSED, FIGURE_EXITS | FIGURE_CYCLES | FIGURE_REASON_EXITS | FIGURE_REASON_CYCLES,
	  "regs-not-enabled", "cpuid-tool", NULL },
	{ "a3-2022-reasons", EM_REVERSED, FIGURE_REASON_EXITS | FIGURE_REASON_CYCLES, "cpuid-counted", "host-log",
	  "boot-totals" },
	{ "exitmeter", EM_SPLIT, FIGURE_EXITS | FIGURE_CYCLES | FIGURE_REASON_EXITS | FIGURE_REASON_CYCLES, "host-log",
	  NULL, NULL },
};

static void each_built_in_edition_weighs_as_its_text_does(void **state)
{
	(void)state;
	assert_int_equal(edition_count, ARRAY_SIZE(wanted));
	for (unsigned int i = 0; i < ARRAY_SIZE(wanted); i++) {
		_cleanup_free_ struct edition *e = edition_builtin(wanted[i].name);

		assert_non_null(e);
		assert_int_equal(e->layout, wanted[i].layout);
		assert_int_equal(e->figures, wanted[i].figures | FIGURE_ANY);
		assert_int_equal(weight_of(e, wanted[i].required), WEIGHT_REQUIRED);
		if (wanted[i].practice)
			assert_int_equal(weight_of(e, wanted[i].practice), WEIGHT_PRACTICE);
		if (wanted[i].not_asked)
			assert_int_equal(weight_of(e, wanted[i].not_asked), WEIGHT_NOT_ASKED);
	}
	assert_null(edition_builtin("a3-2019"));
	assert_null(edition_builtin("auto"));
}

/* The year is that of the assignment; whatever it asks, a run that was lost is not passed. */
static void every_edition_requires_what_a_measurement_needs(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < edition_count; i++) {
		_cleanup_free_ struct edition *e = edition_builtin(edition_name(i));

		assert_int_equal(weight_of(e, "finished"), WEIGHT_REQUIRED);
		assert_int_equal(weight_of(e, "records"), WEIGHT_REQUIRED);
		assert_int_equal(weight_of(e, "implemented"), WEIGHT_REQUIRED);
		assert_int_equal(weight_of(e, "layout"), WEIGHT_REQUIRED);
		assert_true(edition_is_own(e) || !(e->figures & FIGURE_REASON_EXITS) ||
			    (e->sdm >= 2020 && e->sdm <= 2022));
	}
}

#define HEAD "title: T\nlayout: combined\nfigures: exits\n"

static struct edition parsed;

static int parse(const char *text, struct error *err)
{
	return edition_parse("mine", text, strlen(text), &parsed, err);
}

static void an_edition_of_ones_own_is_read(void **state)
{
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(parse("# mine\r\n\r\ntitle: Lab: 4\r\nlayout: reversed\r\n"
			       "figures: exits cycles reason-exits\n"
			       "undefined: 0 any 0xffffffff 7\nnot-enabled: any any any any\nsdm: 2019\ncounted: module\n"
			       "required: sum-exits host-log\nrequired: regs-totals\nnot-asked: neighbour\n", &err), 0);
	assert_string_equal(parsed.title, "Lab: 4");
	assert_int_equal(parsed.layout, EM_REVERSED);
	assert_int_equal(parsed.sdm, 2019);
	assert_int_equal(parsed.counted, EDITION_COUNTS_MODULE);
	assert_true(edition_is_answer(&parsed.undefined, &(struct em_regs){ 0, 5, 0xffffffff, 7 }));
	assert_false(edition_is_answer(&parsed.undefined, &(struct em_regs){ 1, 5, 0xffffffff, 7 }));
	assert_false(edition_is_answer(&parsed.undefined, &(struct em_regs){ 0, 5, 0xffffffff, 8 }));
	assert_true(edition_is_answer(&parsed.not_enabled, &(struct em_regs){ 1, 2, 3, 4 }));
	assert_int_equal(weight_of(&parsed, "host-log"), WEIGHT_REQUIRED);
	assert_int_equal(weight_of(&parsed, "regs-totals"), WEIGHT_REQUIRED);
	assert_int_equal(weight_of(&parsed, "neighbour"), WEIGHT_NOT_ASKED);
	assert_int_equal(weight_of(&parsed, "cpuid-counted"), WEIGHT_PRACTICE);
	assert_int_equal(weight_of(&parsed, "finished"), WEIGHT_REQUIRED);
	assert_int_equal(weight_of(&parsed, "sum-cycles"), WEIGHT_NOT_ASKED);
	assert_false(edition_is_own(&parsed));
}

static void the_word_all_leaves_what_other_lines_name(void **state)
{
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(parse(HEAD "practice: host-log\nrequired: all\n", &err), 0);
	assert_int_equal(weight_of(&parsed, "host-log"), WEIGHT_PRACTICE);
	assert_int_equal(weight_of(&parsed, "cpuid-tool"), WEIGHT_REQUIRED);
	assert_int_equal(parse(HEAD "required: all\npractice: host-log\n", &err), 0);
	assert_int_equal(weight_of(&parsed, "host-log"), WEIGHT_PRACTICE);
}

static void whose_exits_may_be_counted_decides_on_the_neighbour(void **state)
{
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(parse(HEAD "counted: vm\nrequired: layout\n", &err), 0);
	assert_int_equal(weight_of(&parsed, "neighbour"), WEIGHT_REQUIRED);
	assert_int_equal(parse(HEAD "counted: module\nrequired: all\n", &err), 0);
	assert_int_equal(weight_of(&parsed, "neighbour"), WEIGHT_PRACTICE);
	assert_int_equal(parse(HEAD "counted: vm\nrequired: all\nnot-asked: neighbour\n", &err), 0);
	assert_int_equal(weight_of(&parsed, "neighbour"), WEIGHT_NOT_ASKED);
}

static void what_is_wrong_is_refused_with_its_line(void **state)
{
	static const char *const refused[][2] = {
		{ HEAD, "the key required is missing" },
		{ "layout: split\nfigures: exits\nrequired: all\n", "the key title is missing" },
		{ HEAD "required: sum-exit\n", "line 4: there is no clause 'sum-exit'" },
		{ HEAD "required: layout layout\n", "line 4: the clause layout is listed twice" },
		{ HEAD "required: layout\nnot-asked: layout\n", "line 5: the clause layout is listed twice" },
		{ HEAD "not-asked: records\n", "line 4: the clause records is required of every run" },
		{ HEAD "title: again\n", "line 4: the key title is there twice" },
		{ HEAD "weight: 3\n", "line 4: there is no key 'weight'" },
		{ HEAD "required:\n", "line 4: want a key, a colon, a space and a value" },
		{ HEAD "required:   \n", "line 4: want a key, a colon, a space and a value" },
		{ HEAD "required layout\n", "line 4: want a key, a colon, a space and a value" },
		{ HEAD "required: layout\tfinished\n", "line 4: only printable ASCII is allowed" },
		{ HEAD "# \xc3\xa4\n", "line 4: only printable ASCII is allowed" },
		{ "layout: sideways\n", "line 1: 'sideways' is no layout: it is one of split combined reversed" },
		{ "layout: auto\n", "line 1: 'auto' is no layout: it is one of split combined reversed" },
		{ "figures: exit\n", "line 1: 'exit' is no figure: it is one of exits cycles reason-exits reason-cycles" },
		{ "counted: me\n", "line 1: 'me' is no answer to whose exits are counted: it is one of vm module either" },
		{ "sdm: 1999\n", "line 1: '1999' is no year from 2000 to 2099, and not the word newest" },
		{ "sdm: 20x0\n", "line 1: '20x0' is no year from 2000 to 2099, and not the word newest" },
		{ "undefined: 0 0 0\n", "line 1: an answer is four numbers, of eax, ebx, ecx and edx" },
		{ "undefined: 0 0 0 0 0\n", "line 1: an answer is four numbers, of eax, ebx, ecx and edx" },
		{ "undefined: 0 0 0 0x100000000\n", "line 1: '0x100000000' is no number of 32 bits" },
		{ "undefined: 0 0 0 -1\n", "line 1: '-1' is no number of 32 bits" },
		{ "title: T\nlayout: combined\nfigures: reason-cycles\nrequired: all\n",
		  "the layout combined has no leaf for the cycles of a reason" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		_cleanup_error_ struct error err = { 0 };

		assert_int_equal(parse(refused[i][0], &err), -1);
		assert_int_equal(err.status, STATUS_USAGE);
		assert_string_equal(err.message, refused[i][1]);
	}
}

static void names_and_sizes_are_bounded(void **state)
{
	static const char *const bad[] = { "", "-a", "a-", "a--b", "A", "a.b", "a/b", "12345678901234567890123456789012" };
	_cleanup_free_ char *long_text = xcalloc(1, EDITION_TEXT_MAX + 2), *title = NULL;
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(edition_is_name(bad[i]));
	assert_true(edition_is_name("lab-4"));
	memset(long_text, '#', EDITION_TEXT_MAX + 1);
	assert_int_equal(parse(long_text, &err), -1);
	assert_string_equal(err.message, "it is longer than 64 KiB");
	error_clear(&err);
	assert_int_equal(edition_parse("mine", "title: T\0", 9, &parsed, &err), -1);
	assert_string_equal(err.message, "it is no text");
	error_clear(&err);
	title = xasprintf("title: %096d\n", 0);
	assert_int_equal(parse(title, &err), -1);
	assert_string_equal(err.message, "line 1: a title has at most 95 characters");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_built_in_edition_weighs_as_its_text_does),
		cmocka_unit_test(every_edition_requires_what_a_measurement_needs),
		cmocka_unit_test(an_edition_of_ones_own_is_read),
		cmocka_unit_test(the_word_all_leaves_what_other_lines_name),
		cmocka_unit_test(whose_exits_may_be_counted_decides_on_the_neighbour),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(names_and_sizes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
