// SPDX-License-Identifier: GPL-2.0-only
/*
 * Points that are missing or in another order, a guest that stops early, and
 * forgeries: on the console, of another run, and with right checksums.
 */
#include "support/savedrecords.h"

#include "base/memory.h"
#include "judge/reasons.h"

/* --- points ---------------------------------------------------------------------- */

/* The first line of a point; of the one behind the last: how many lines there are. */
static unsigned int start_of(unsigned int point)
{
	static const char *const begins[] = { "EM1 0 early begin", "EM1 0 boot begin",
					      "EM1 0 shutdown begin" };
	unsigned int i = 0;

	while (i < lines && point < 3 && strncmp(line[i], begins[point], strlen(begins[point])))
		i++;
	return point < 3 ? i : lines;
}

static enum exit_status judge_points(const char *order)
{
	_cleanup_free_ char *path = tempdir_path("records.log");
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	for (; *order; order++)
		put_range(out, start_of((unsigned int)(*order - '0')),
			  start_of((unsigned int)(*order - '0') + 1));
	assert_int_equal(fclose(out), 0);
	return saved_judge(NULL);
}

static void points_in_another_order_or_number_never_pass(void **state)
{
	static const char *const orders[] = {
		"021", "102", "120", "201", "210", "01", "02", "12", "0", "1", "2", "", "0012", "0112",
		"0122", "012012", "0120",
	};

	(void)state;
	assert_int_equal(judge_points("012"), STATUS_PASS);
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++)
		if (judge_points(orders[i]) == STATUS_PASS)
			fail_msg("points in the order '%s' passed", orders[i]);
}

static void set_outcome(const char *outcome)
{
	size_t i = saved_index("evidence.json");
	json_t *json = json_loadb(saved_text[i], saved_len[i], 0, NULL);
	char *text;

	json_object_set_new(json, "outcome", json_string(outcome));
	text = json_dumps(json, 0);
	saved_put_text("evidence.json", text);
	free(text);
	json_decref(json);
}

/* Whatever the watcher made of it: off, silent or still running when time was up. */
static void a_guest_that_stops_after_the_first_probe_never_passes(void **state)
{
	static const struct {
		const char *outcome;
		enum exit_status status;
	} ends[] = {
		{ "finished", STATUS_LOST }, { "hang", STATUS_LOST }, { "silent", STATUS_LOST },
		{ "died", STATUS_LOST }, { "timeout", STATUS_TIMEOUT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		set_outcome(ends[i].outcome);
		assert_int_equal(judge_points("0"), ends[i].status);
		assert_int_equal(judge_points("01"), ends[i].status);
	}
}

/* --- forgeries -------------------------------------------------------------------- */

static void put_console(unsigned int from, unsigned int to, bool forged)
{
	_cleanup_free_ char *path = tempdir_path("console.log");
	size_t console = saved_index("console.log");
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	fwrite(saved_text[console], 1, saved_len[console], out);
	for (unsigned int i = from; i < to; i++) {
		_cleanup_free_ char *text = xstrdup(line[i]);
		char *exits = strstr(text, " x=0000");

		if (forged && exits) {
			exits[9]++;
			reseal(text);
		}
		fputs(text, out);
	}
	assert_int_equal(fclose(out), 0);
}

static void all_but(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	put_range(out, i + 1, lines);
}

/* Records count on their own port: on ttyS0 they fill no gap... */
static void a_record_on_the_console_is_none(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < lines; i++) {
		put_console(i, i + 1, false);
		if (judge_mutant(all_but, i) == STATUS_PASS)
			fail_msg("record %u was taken from the console", i);
	}
	put_console(0, lines, false);
	assert_int_equal(judge_points(""), STATUS_LOST);
	assert_int_equal(judge_points("0"), STATUS_LOST);
}

/* ... and change no figure. */
static void records_forged_on_the_console_change_nothing(void **state)
{
	char *figures;

	(void)state;
	put_console(0, lines, true);
	assert_int_equal(saved_judge(&figures), STATUS_PASS);
	assert_string_equal(figures, saved_figures);
	free(figures);
}

static void records_of_another_run_never_pass(void **state)
{
	_cleanup_free_ char *text = get_text(SAVED_FIXTURES "pass-cloud/records.log");
	_cleanup_free_ char *both = xasprintf("%s%s", saved_text[saved_index("records.log")], text);

	(void)state;
	saved_put_text("records.log", text);
	assert_int_equal(saved_judge(NULL), STATUS_LOST);
	saved_put_text("records.log", both);
	assert_int_equal(saved_judge(NULL), STATUS_LOST);
}

/*
 * Forged with all that the guest knows: each count, of every reason asked for,
 * by more than the guest can have left while it asked.  Less is in nobody's power
 * to tell: an interrupt in the midst of the sweep looks the same.
 */
static void a_forged_count_never_passes(void **state)
{
	unsigned int forged = 0;

	(void)state;
	for (unsigned int i = 0; i < lines; i++) {
		const char *exits = strstr(line[i], " x=");
		_cleanup_free_ char *text = NULL, *was = NULL;
		unsigned int eax, lo;

		/* What the manual's editions dispute is never failed. */
		if (!exits || sscanf(exits, " x=%8x", &eax) != 1 ||
		    sscanf(strstr(line[i], " lo="), " lo=%x", &lo) != 1 ||
		    reason_standing(EM_SVM, lo) == REASON_DISPUTED)
			continue;
		text = xasprintf("%.*s x=%08x%s", (int)(exits - line[i]), line[i], eax + 0x1000, exits + 11);
		reseal(text);
		was = line[i];
		line[i] = text;
		if (judge_mutant(unchanged, 0) == STATUS_PASS)
			fail_msg("a forged count passed: %s", text);
		line[i] = take_ptr(was);
		forged++;
	}
	assert_true(forged > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		records_test(points_in_another_order_or_number_never_pass),
		records_test(a_guest_that_stops_after_the_first_probe_never_passes),
		records_test(a_record_on_the_console_is_none),
		records_test(records_forged_on_the_console_change_nothing),
		records_test(records_of_another_run_never_pass),
		records_test(a_forged_count_never_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
