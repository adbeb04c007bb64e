// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comparisons whose answer is known.  tests/fixtures/samples/micro-svm.csv has the figures of real runs that were asked
 * for the same; a trial draws runs of it, whole, so that figures that hang together go on to do so.
 *
 * `test_compare N` makes N trials of the same against the same in place of 100, and tells how many have a finding.
 */
#include "support/helpers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "stats/compare.h"
#include "stats/random.h"
#include "stats/samples_text.h"

#define N 10
static size_t trials = 100;
static struct samples pool;

static enum measure measure_of(const char *name)
{
	return strcmp(name, measure_names[MEASURE_EXITS]) ? MEASURE_CYCLES : MEASURE_EXITS;
}

/* A line is scenario,reason,measure, and a figure of each run. */
static int load_pool(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct error err = { 0 };
	size_t len;
	char *save = NULL, *fields = NULL;

	(void)state;
	text = file_read("tests/fixtures/samples/micro-svm.csv", 1 << 20, &len, &err);
	assert_non_null(text);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct series s = { 0 };
		size_t n = 0;

		s.scenario = xstrdup(strtok_r(line, ",", &fields));
		s.reason = xstrdup(strtok_r(NULL, ",", &fields));
		s.measure = measure_of(strtok_r(NULL, ",", &fields));
		for (char *word; (word = strtok_r(NULL, ",", &fields)); n++) {
			s.values = xrealloc(s.values, (n + 1) * sizeof(uint64_t));
			s.values[n] = strtoull(word, NULL, 10);
		}
		assert_true(!pool.runs || pool.runs == n);
		pool.runs = n;
		pool.list = xrealloc(pool.list, (pool.count + 1) * sizeof(s));
		pool.list[pool.count++] = s;
	}
	return pool.count ? 0 : -1;
}

static int drop_pool(void **state)
{
	(void)state;
	samples_deinit(&pool);
	return 0;
}

static void draw(struct samples *ret, struct random *random)
{
	*ret = (struct samples){ .name = xstrdup("drawn") };
	for (size_t i = 0; i < N; i++) {
		size_t run = random_below(random, pool.runs);

		samples_begin_run(ret);
		for (size_t k = 0; k < pool.count; k++)
			samples_put(ret, pool.list[k].scenario, pool.list[k].reason, pool.list[k].measure,
				    pool.list[k].values[run]);
	}
}

/* As a mutant that adds 3 % to one reason of the boot would, and so to the total. */
static void add_3_percent(struct samples *s, const char *reason)
{
	const struct series like = { .scenario = (char *)"boot", .reason = (char *)reason };
	const struct series whole = { .scenario = (char *)"boot", .reason = (char *)REASON_TOTAL };
	const struct series *one = samples_find(s, &like), *total = samples_find(s, &whole);

	assert_true(one && total);
	for (size_t i = 0; i < s->runs; i++) {
		uint64_t more = one->values[i] * 3 / 100;

		one->values[i] += more;
		total->values[i] += more;
	}
}

static bool is_found(const struct comparison *c, const char *reason)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].is_finding && c->list[i].of->measure == MEASURE_EXITS &&
		    !strcmp(c->list[i].of->reason, reason) && !strcmp(c->list[i].of->scenario, "boot"))
			return true;
	return false;
}

static void the_same_against_the_same_has_no_finding(void **state)
{
	size_t with_findings = 0;

	(void)state;
	for (unsigned long seed = 1; seed <= trials; seed++) {
		struct random *random = random_new(seed);
		struct samples a, b;
		struct comparison c;

		draw(&a, random);
		draw(&b, random);
		compare(&a, &b, seed, &c);
		with_findings += comparison_findings(&c) > 0;
		comparison_deinit(&c);
		samples_deinit(&a);
		samples_deinit(&b);
		random_free(random);
	}
	if (with_findings * 100 > 5 * trials)
		fail_msg("%zu of %zu trials have a finding", with_findings, trials);
	print_message("%zu of %zu trials have a finding\n", with_findings, trials);
}

static void three_percent_of_one_reason_are_found_with_n_10(void **state)
{
	static const char *const reason = "IOIO 0x7b";
	size_t found = 0, others = 0;

	(void)state;
	for (unsigned long seed = 1; seed <= 20; seed++) {
		struct random *random = random_new(seed);
		struct samples a, b;
		struct comparison c;

		draw(&a, random);
		draw(&b, random);
		add_3_percent(&b, reason);
		compare(&a, &b, seed, &c);
		found += is_found(&c, reason);
		others += comparison_findings(&c) > (size_t)is_found(&c, reason) + is_found(&c, REASON_TOTAL);
		comparison_deinit(&c);
		samples_deinit(&a);
		samples_deinit(&b);
		random_free(random);
	}
	assert_int_equal(found, 20);
	assert_true(others <= 1);
}

static void put(struct samples *s, const char *name, bool is_exact, const uint64_t *values, size_t n)
{
	*s = (struct samples){ .name = xstrdup(name), .is_exact = is_exact };
	for (size_t i = 0; i < n; i++) {
		samples_begin_run(s);
		samples_put(s, "boot", REASON_TOTAL, MEASURE_EXITS, values[i]);
	}
}

/* The caller frees the sentence. */
static char *sentence_of(const struct samples *a, const struct samples *b, size_t *ret_findings)
{
	struct comparison c;
	char *sentence;

	compare(a, b, SAMPLES_SEED, &c);
	sentence = comparison_sentence(&c);
	*ret_findings = comparison_findings(&c);
	comparison_deinit(&c);
	return sentence;
}

static void one_exit_of_exact_figures_is_a_finding(void **state)
{
	const uint64_t same[] = { 44229, 44229 }, more[] = { 44230, 44230 }, unsteady[] = { 44229, 44230 };
	struct samples a, b, c;
	size_t findings;

	(void)state;
	put(&a, "A", true, same, 2);
	put(&b, "B", true, more, 2);
	put(&c, "C", true, unsteady, 2);
	_cleanup_free_ char *one = sentence_of(&a, &b, &findings);
	assert_int_equal(findings, 1);
	assert_string_equal(one, "B differs from A in boot's exits of total by +1 (44229 and 44230).");
	_cleanup_free_ char *none = sentence_of(&a, &a, &findings);
	assert_int_equal(findings, 0);
	assert_string_equal(none, "A and B are the same, to the last exit and cycle.");
	_cleanup_free_ char *moves = sentence_of(&a, &c, &findings);
	assert_int_equal(findings, 1);
	assert_non_null(strstr(moves, "differ from run to run, though they should repeat"));
	samples_deinit(&a);
	samples_deinit(&b);
	samples_deinit(&c);
}

static void the_sentence_tells_by_how_much_and_where_n_is_too_small(void **state)
{
	const uint64_t few[] = { 1000, 1001, 999 }, more[] = { 1100, 1101, 1099 };
	const uint64_t low[] = { 1000, 1001, 999, 1002, 998, 1000, 1001, 999, 1003, 997 };
	uint64_t high[10], wild_a[10], wild_b[10];
	struct samples a, b;
	size_t findings;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		high[i] = low[i] * 11 / 10;
		wild_a[i] = 1000 + 100 * i;
		wild_b[i] = 1000 + 100 * (9 - i);
	}
	put(&a, "A", false, low, 10);
	put(&b, "B", false, high, 10);
	_cleanup_free_ char *differs = sentence_of(&a, &b, &findings);
	assert_int_equal(findings, 1);
	assert_non_null(strstr(differs, "B differs from A in boot's exits of total by +10.0 % (+9."));
	samples_deinit(&a);
	samples_deinit(&b);
	/* Of three runs each there are 20 ways to deal them out, so that p is never small enough. */
	put(&a, "A", false, few, 3);
	put(&b, "B", false, more, 3);
	_cleanup_free_ char *small = sentence_of(&a, &b, &findings);
	assert_int_equal(findings, 0);
	assert_non_null(strstr(small, "N is too small to tell a difference of 5 % in exits of 1 figure, most of all boot's "
			       "total, for which N="));
	samples_deinit(&a);
	samples_deinit(&b);
	/* Figures that vary that much want more runs than ten. */
	put(&a, "A", false, wild_a, 10);
	put(&b, "B", false, wild_b, 10);
	_cleanup_free_ char *wild = sentence_of(&a, &b, &findings);
	assert_int_equal(findings, 0);
	assert_non_null(strstr(wild, "N is too small"));
	samples_deinit(&a);
	samples_deinit(&b);
}

/* A sum of twelve uniform numbers is as good as normal. */
static uint64_t draw_normal(struct random *random, double mean, double deviation)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += (double)random_below(random, 1000000) / 1e6;
	return (uint64_t)(mean + deviation * sum);
}

/* 30 figures of 10,000 exits, of which the first has `more` percent more on side B. */
static void draw_figures(struct samples *ret, size_t n, double deviation, double more, struct random *random)
{
	*ret = (struct samples){ .name = xstrdup("drawn") };
	for (size_t i = 0; i < n; i++) {
		samples_begin_run(ret);
		for (int k = 0; k < 30; k++) {
			_cleanup_free_ char *reason = xasprintf("R%d", k);

			samples_put(ret, "boot", k ? reason : REASON_TOTAL, MEASURE_EXITS,
				    draw_normal(random, 10000 * (k ? 1 : 1 + more / 100), 100 * deviation));
		}
	}
}

/* Of 60 comparisons, how many say that N is large enough for the figure that differs by 5 %, and how many find it. */
static void count_told(size_t n, double deviation, size_t *ret_enough, size_t *ret_found)
{
	*ret_enough = *ret_found = 0;
	for (unsigned long seed = 1; seed <= 60; seed++) {
		struct random *random = random_new(seed);
		struct samples a, b;
		struct comparison c;

		draw_figures(&a, n, deviation, 0, random);
		draw_figures(&b, n, deviation, 5, random);
		compare(&a, &b, seed, &c);
		for (size_t i = 0; i < c.count; i++) {
			if (strcmp(c.list[i].of->reason, REASON_TOTAL) != 0)
				continue;
			*ret_found += c.list[i].is_finding;
			*ret_enough += !c.list[i].is_too_small;
		}
		comparison_deinit(&c);
		samples_deinit(&a);
		samples_deinit(&b);
		random_free(random);
	}
}

/* A finding is never called too small, so that whoever is told "large enough" and has no finding can rely on it. */
static void where_n_is_called_large_enough_five_percent_are_found(void **state)
{
	size_t enough, found;

	(void)state;
	count_told(10, 4, &enough, &found);
	assert_true(found < 20);
	assert_true(enough - found <= 3);
	count_told(40, 4, &enough, &found);
	assert_true(enough >= 55);
	assert_true(found >= 48);
}

/* The text has no cycles, and its exits have the intervals that the JSON has. */
static void text_and_json_tell_the_same_interval(void **state)
{
	struct random *random = random_new(1);
	_cleanup_free_ char *text = NULL;
	struct samples s;
	const json_t *figure;
	size_t len, i, told = 0;
	FILE *out = open_memstream(&text, &len);
	json_t *json;

	(void)state;
	draw(&s, random);
	samples_describe(&s);
	samples_print(out, &s);
	fclose(out);
	json = samples_to_json(&s);
	json_array_foreach(json_object_get(json, "figures"), i, figure) {
		const json_t *interval = json_object_get(figure, "interval");
		char low[32], high[32];

		assert_int_equal(json_array_size(json_object_get(figure, "values")), N);
		if (strcmp(json_string_value(json_object_get(figure, "measure")), "exits"))
			continue;
		text_group_digits((uint64_t)llround(json_number_value(json_array_get(interval, 0))), low);
		text_group_digits((uint64_t)llround(json_number_value(json_array_get(interval, 1))), high);
		_cleanup_free_ char *both = xasprintf("%14s %14s", low, high);

		assert_non_null(strstr(text, both));
		told++;
	}
	assert_true(told > 10);
	json_decref(json);
	samples_deinit(&s);
	random_free(random);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_against_the_same_has_no_finding),
		cmocka_unit_test(three_percent_of_one_reason_are_found_with_n_10),
		cmocka_unit_test(one_exit_of_exact_figures_is_a_finding),
		cmocka_unit_test(text_and_json_tell_the_same_interval),
		cmocka_unit_test(where_n_is_called_large_enough_five_percent_are_found),
		cmocka_unit_test(the_sentence_tells_by_how_much_and_where_n_is_too_small),
	};

	if (argc > 1)
		trials = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, load_pool, drop_pool);
}
