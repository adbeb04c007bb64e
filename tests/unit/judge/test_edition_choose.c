// SPDX-License-Identifier: GPL-2.0-only
/* From what each leaf tells, the edition that fits best is chosen, or none. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "judge/edition_choose.h"

#define E FIGURE_EXITS
#define C FIGURE_CYCLES
#define R FIGURE_REASON_EXITS
#define RC FIGURE_REASON_CYCLES

static const struct {
	unsigned int told[EM_NR_LEAVES];	/* of 0x4FFFFFFC to 0x4FFFFFFF */
	enum em_layout layout;
	const char *edition;
	const char *why;	/* how it ends */
} cases[] = {
	{ { 0, 0, 0, E | C }, EM_COMBINED, "a2-2020", ": that is all that a2-2020 asks for, and no more" },
	{ { 0, 0, R, E | C }, EM_COMBINED, "a3-2020", ": that is all that a3-2020 asks for, and no more" },
	{ { 0, 0, R, 0 }, EM_COMBINED, "a3-2020-reasons", ": that is all that a3-2020-reasons asks for, and no more" },
	{ { 0, 0, C, E }, EM_SPLIT, "a2-2021", ": that is all that a2-2021 asks for, and no more" },
	{ { RC, R, C, E }, EM_SPLIT, "a3-2021", ": that is all that a3-2021 asks for, and no more" },
	/* Our own modules answer so. */
	{ { RC, R, C, E | C }, EM_SPLIT, "a3-2021", ": that is all that a3-2021 asks for, and no more" },
	{ { RC, R, 0, 0 }, EM_SPLIT, "a3-2021-reasons", ": that is all that a3-2021-reasons asks for, and no more" },
	{ { E, C, 0, 0 }, EM_REVERSED, "a2-2022", ": that is all that a2-2022 asks for, and no more" },
	{ { E, C, R, RC }, EM_REVERSED, "a3-2022", ": that is all that a3-2022 asks for, and no more" },
	{ { 0, 0, R, RC }, EM_REVERSED, "a3-2022-reasons", ": that is all that a3-2022-reasons asks for, and no more" },
	/* A leaf is missing, or broken. */
	{ { RC, R, 0, E }, EM_SPLIT, "a3-2021", ": a3-2021 fits best, though not all: of its 4 figures 3 are where "
	  "they belong, and 0 are told that it does not have there" },
	{ { RC, E, C, E }, EM_SPLIT, "a3-2021", ": a3-2021 fits best, though not all: of its 4 figures 3 are where "
	  "they belong, and 1 are told that it does not have there" },
	{ { 0, 0, 0, 0 }, EM_SPLIT, "none", ": no edition has it so" },
	{ { 0, 0, E, C }, EM_SPLIT, "none", ": no edition has it so" },
	/* What another layout has is not what the guest has read. */
	{ { E, C, R, RC }, EM_SPLIT, "none", ": no edition has it so" },
};

static void the_edition_that_fits_best_is_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *why = NULL;
		_cleanup_free_ struct edition *e = edition_choose(cases[i].told, cases[i].layout, &why);
		size_t len = strlen(why), tail = strlen(cases[i].why);

		assert_string_equal(e->name, cases[i].edition);
		assert_true(len > tail);
		assert_string_equal(why + len - tail, cases[i].why);
		assert_int_equal(edition_is_none(e), !strcmp(e->name, "none"));
		assert_int_equal(e->layout, cases[i].layout);
	}
}

static void what_each_leaf_tells_is_said(void **state)
{
	static const struct {
		unsigned int told[EM_NR_LEAVES];
		const char *text;
	} tellings[] = {
		{ { 0, R, RC, E | C }, "0x4FFFFFFF tells total exits and total cycles, 0x4FFFFFFE tells cycles of a reason, "
				       "0x4FFFFFFD tells exits of a reason, the fourth leaf nothing that is known" },
		{ { 0, 0, 0, E }, "0x4FFFFFFF tells total exits, the other leaves nothing that is known" },
		{ { 0, 0, 0, 0 }, "no leaf tells a figure that is known" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tellings); i++) {
		_cleanup_free_ char *text = edition_tell_leaves(tellings[i].told);

		assert_string_equal(text, tellings[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_edition_that_fits_best_is_chosen),
		cmocka_unit_test(what_each_leaf_tells_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
