// SPDX-License-Identifier: GPL-2.0-only
/* The stages of a run: their order, and what is undone when one of them fails or a signal comes. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "run/stages.h"

#include <signal.h>
#include <string.h>

/* What the stages did, a word each, and which of them are to fail. */
struct tale {
	char said[256];
	const char *fails; /* such a word, or NULL */
	const char *fails_late; /* another */
	const char *signals; /* the word after which a signal comes */
	bool is_asked;
};

static int say(struct tale *t, const char *word, struct error *err)
{
	size_t len = strlen(t->said);

	snprintf(t->said + len, sizeof(t->said) - len, "%s%s", len ? " " : "", word);
	if (t->signals && !strcmp(t->signals, word))
		raise(SIGTERM);
	if (t->fails && !strcmp(t->fails, word))
		return error_set(err, STATUS_SKIP, "%s failed", word);
	if (t->fails_late && !strcmp(t->fails_late, word))
		return error_set(err, STATUS_LOST, "%s failed", word);
	return 0;
}

#define SAYS(word) \
	static int word(void *tale, struct error *err) \
	{ \
		return say(tale, #word, err); \
	}

SAYS(a)
SAYS(keep_a)
SAYS(end_a)
SAYS(b)
SAYS(end_b)
SAYS(c)
SAYS(keep_c)
SAYS(end_c)
SAYS(d)

static bool is_asked(const void *tale)
{
	return ((const struct tale *)tale)->is_asked;
}

static const struct stage stages[] = {
	{ .phase = "first", .begin = a, .end_phase = "first's end", .keep = keep_a, .end = end_a },
	{ .quiet = "second", .when = is_asked, .begin = b, .end = end_b },
	{ .phase = "third", .begin = c, .keep = keep_c, .end = end_c },
	{ .quiet = "fourth", .begin = d },
};

/* Runs them; what the progress showed, as the protocol tells it, is the caller's to free. */
static int run(struct tale *t, char **ret_shown, struct error *err)
{
	struct progress p;
	size_t len;
	FILE *out = open_memstream(ret_shown, &len);
	int rc;

	assert_non_null(out);
	progress_init(&p, out, true);
	rc = stages_run(stages, ARRAY_SIZE(stages), &p, t, err);
	fclose(out);
	return rc;
}

static void assert_tale(struct tale *t, int want_rc, const char *want_said, const char *want_error)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *shown = NULL;

	assert_int_equal(run(t, &shown, &err), want_rc);
	assert_string_equal(t->said, want_said);
	if (want_error)
		assert_string_equal(err.message, want_error);
	else
		assert_null(err.message);
}

static void stages_end_in_reverse_order(void **state)
{
	struct tale t = { .is_asked = true };

	(void)state;
	assert_tale(&t, 0, "a b c d keep_c end_c end_b keep_a end_a", NULL);
}

static void a_stage_that_is_not_asked_for_neither_begins_nor_ends(void **state)
{
	struct tale t = { 0 };

	(void)state;
	assert_tale(&t, 0, "a c d keep_c end_c keep_a end_a", NULL);
}

static void only_phases_are_shown(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *shown = NULL;
	struct tale t = { .is_asked = true };

	(void)state;
	assert_ok(run(&t, &shown, &err), &err);
	assert_string_equal(shown, "phase first\nphase third\nphase first's end\n");
}

static void a_begin_that_fails_undoes_only_what_began(void **state)
{
	struct tale first = { .fails = "a", .is_asked = true },
		    third = { .fails = "c", .is_asked = true },
		    last = { .fails = "d", .is_asked = true };

	(void)state;
	assert_tale(&first, -1, "a", "a failed");
	assert_tale(&third, -1, "a b c end_b end_a", "c failed");
	assert_tale(&last, -1, "a b c d end_c end_b end_a", "d failed");
}

static void nothing_more_is_kept_once_something_failed(void **state)
{
	struct tale keeping = { .fails = "keep_c" }, ending = { .fails = "end_c" };

	(void)state;
	assert_tale(&keeping, -1, "a c d keep_c end_c end_a", "keep_c failed");
	assert_tale(&ending, -1, "a c d keep_c end_c end_a", "end_c failed");
}

static void errors_of_ends_are_told_with_the_first(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *shown = NULL;
	struct tale t = { .fails = "c", .fails_late = "end_a" };

	(void)state;
	assert_int_equal(run(&t, &shown, &err), -1);
	assert_string_equal(t.said, "a c end_a");
	assert_string_equal(err.message, "end_a failed; and before: c failed");
	assert_int_equal(err.status, STATUS_SKIP);
	assert_string_equal(shown, "phase first\nphase third\nphase first's end\n");
}

/* From here on the signal's flag stays set: these tests are the last of the program. */
static void a_signal_stops_before_the_next_phase(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *shown = NULL;
	struct tale t = { .signals = "a", .is_asked = true };

	(void)state;
	interrupt_install();
	assert_int_equal(run(&t, &shown, &err), -1);
	/* The quiet stage begins all the same. */
	assert_string_equal(t.said, "a b end_b end_a");
	assert_int_equal(err.status, 128 + SIGTERM);
	assert_non_null(strstr(err.message, "stopped by signal 15"));
}

static void a_signal_before_the_first_phase_lets_nothing_begin(void **state)
{
	struct tale t = { .is_asked = true };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *shown = NULL;

	(void)state;
	assert_int_equal(run(&t, &shown, &err), -1);
	assert_string_equal(t.said, "");
	assert_int_equal(err.status, 128 + SIGTERM);
}

static void what_is_measured_when_a_signal_comes_is_kept(void **state)
{
	static const struct stage late[] = {
		{ .quiet = "third", .begin = c, .end_phase = "third's end", .keep = keep_c, .end = end_c },
		{ .quiet = "fourth", .begin = d },
	};
	_cleanup_error_ struct error err = { 0 };
	struct tale t = { 0 };
	struct progress p;
	FILE *nowhere = fopen("/dev/null", "we");

	(void)state;
	assert_non_null(nowhere);
	progress_init(&p, nowhere, true);
	assert_ok(stages_run(late, ARRAY_SIZE(late), &p, &t, &err), &err);
	fclose(nowhere);
	assert_string_equal(t.said, "c d keep_c end_c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages_end_in_reverse_order),
		cmocka_unit_test(a_stage_that_is_not_asked_for_neither_begins_nor_ends),
		cmocka_unit_test(only_phases_are_shown),
		cmocka_unit_test(a_begin_that_fails_undoes_only_what_began),
		cmocka_unit_test(nothing_more_is_kept_once_something_failed),
		cmocka_unit_test(errors_of_ends_are_told_with_the_first),
		cmocka_unit_test(a_signal_stops_before_the_next_phase),
		cmocka_unit_test(a_signal_before_the_first_phase_lets_nothing_begin),
		cmocka_unit_test(what_is_measured_when_a_signal_comes_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
