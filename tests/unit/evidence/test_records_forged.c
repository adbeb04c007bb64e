// SPDX-License-Identifier: GPL-2.0-only
/* Records that somebody made up: with right checksums, the grammar must refuse them. */
#include "support/fakerecords.h"

/* Writes a valid checksum over a line that was changed. */
static void reseal(char *line)
{
	char *end = strchr(line, '\n'), crc[12];

	sprintf(crc, "%08x", em_crc32(line, (size_t)(end - 10 - line)));
	memcpy(end - 8, crc, 8);
}

static void change(char *line, const char *from, const char *to)
{
	char *at = strstr(line, from);

	assert_non_null(at);
	assert_true(at < strchr(line, '\n') && strlen(from) == strlen(to));
	memcpy(at, to, strlen(to));
	reseal(line);
}

/* Feeds a point without its n-th line, as if the probe had never meant to write it. */
static void feed_renumbered_without(const char *text, unsigned int drop)
{
	char line[EM_RECORD_MAX + 1], body[EM_RECORD_MAX + 1];
	unsigned int seq = 0, n = 0, records;
	unsigned long long tsc;

	for (const char *at = text; *at; at = strchr(at, '\n') + 1, n++) {
		int skipped = 0, len;

		if (n == drop)
			continue;
		assert_int_equal(sscanf(at, "EM1 %*u %n", &skipped), 0);
		snprintf(body, sizeof(body), "%.*s", (int)(strchr(at, '\n') - at) - skipped - 10,
			 at + skipped);
		if (sscanf(body, "early end records=%u tsc=%llu", &records, &tsc) == 2)
			snprintf(body, sizeof(body), "early end records=%u tsc=%llu",
				 records - (drop < n), tsc);
		len = snprintf(line, sizeof(line) - 10, "EM1 %u %s", seq++, body);
		sprintf(line + len, " ~%08x\n", em_crc32(line, (size_t)len));
		feed(line);
	}
}

/* An older probe has not written it. */
static bool is_optional(const char *line)
{
	int kind = 0;

	sscanf(line, "EM1 %*u %*s %n", &kind);
	return !strncmp(line + kind, "ask ", 4) || !strncmp(line + kind, "handling ", 9);
}

static void a_point_that_leaves_something_out_is_torn(void **state)
{
	unsigned int lines = 0;

	(void)state;
	while (line_at(texts[0], lines)[0])
		lines++;
	feed_renumbered_without(texts[0], lines);
	assert_int_equal(r.point[0].status, POINT_COMPLETE);
	for (unsigned int drop = 0; drop < lines; drop++) {
		if (is_optional(line_at(texts[0], drop)))
			continue;
		records_init(&r, &expect);
		feed_renumbered_without(texts[0], drop);
		records_finish(&r);
		if (r.point[0].status != POINT_TORN)
			fail_msg("line %u was not missed", drop);
	}
}

/* The record with `line` in it has `to` in place of `from`. */
struct lie {
	const char *line, *from, *to;
};

static bool is_believed(enum em_point point, const struct lie *lie)
{
	_cleanup_free_ char *text = xstrdup(texts[point]);
	char *line = strstr(text, lie->line);

	assert_non_null(line);
	while (line > text && line[-1] != '\n')
		line--;
	change(line, lie->from, lie->to);
	records_init(&r, &expect);
	feed(text);
	records_finish(&r);
	return r.point[point].status != POINT_TORN;
}

static void operations_that_do_not_fit_are_torn(void **state)
{
	static const struct lie lies[] = {
		{ " op name=cpuid ", "cpuid", "fault" },	/* not in their order */
		{ " op name=cpuid ", "cpuid", "cpuip" },
		{ " op name=cpuid ", "n=52", "n=00" },
		{ " op name=cpuid ", "why=done", "why=gone" },
		{ " op name=fsync ", "n=0", "n=1" },		/* carried out, and not */
		{ " op name=hypercall ", " op ", " hi " },
		{ " part sub=78 ", "78", "71" },		/* below that before it */
		{ " part sub=78 ", "78", "7g" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++)
		if (is_believed(EM_OPERATIONS, &lies[i]))
			fail_msg("lie %zu is believed", i);
}

static void words_of_a_workload_that_do_not_fit_are_torn(void **state)
{
	static const struct lie lies[] = {
		{ " ran end=", "bytes=100", "bytes=101" },
		{ " ran end=", "bytes=100", "bytes=099" },
		{ " ran end=", "exited", "exitus" },
		{ " said at=0 ", "at=0", "at=1" },
		{ " said at=0 ", "hex=45", "hex=4g" },
		{ " said at=0 ", "hex=45", "hex=4E" },
		{ " said at=80 ", "at=80", "at=79" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++)
		if (is_believed(EM_WORKED, &lies[i]))
			fail_msg("lie %zu is believed", i);
}

/* It prints what looks like a record, and an escape; both stay bytes of its own. */
static void words_of_a_workload_are_no_records(void **state)
{
	const struct ran_record *ran = &r.point[EM_WORKED].ran;

	(void)state;
	feed_all();
	assert_int_equal(ran->said_len, 100);
	assert_memory_equal(ran->said, FAKE_WORDS, strlen(FAKE_WORDS));
	assert_int_equal(r.noise, 0);
	assert_int_equal(r.damaged, 0);
}

static void a_second_end_is_torn(void **state)
{
	char line[EM_RECORD_MAX + 1];
	unsigned int lines = 0;

	(void)state;
	while (line_at(texts[0], lines)[0])
		lines++;
	feed(texts[0]);
	assert_true(em_record_format(line, lines, EM_EARLY, EM_END, "records=%u tsc=1", lines + 1) > 0);
	feed(line);
	records_finish(&r);
	assert_points("TMMMMMMMM");
}

static void a_forged_nonce_is_torn(void **state)
{
	char *forged;

	(void)state;
	forged = fake_point(EM_EARLY, "5eed0123456789ac");
	feed(forged);
	feed(texts[0]);
	records_finish(&r);
	assert_points("TMMMMMMMM");
	assert_non_null(strstr(r.point[0].reason, "nonce"));
	free(forged);
}

static void another_layout_is_torn(void **state)
{
	char *reversed;

	(void)state;
	fake.layout = EM_REVERSED;
	reversed = fake_point(EM_EARLY, FAKE_NONCE);
	feed(reversed);
	records_finish(&r);
	assert_points("TMMMMMMMM");
	free(reversed);
}

/* Each with a right checksum: the grammar itself must refuse them. */
static void well_sealed_nonsense_is_torn(void **state)
{
	static const struct {
		unsigned int line;
		const char *from, *to;
	} lies[] = {
		{ 0, "cpus=1", "cpus=0" },
		{ 0, "cpus=1", "cpus=x" },
		{ 0, "vendor=svm", "vendor=abc" },
		{ 0, " tsc=", " tsx=" },
		{ 1, "fn=00000000", "fn=00000001" },
		{ 3, "tag=first.total", "tag=again.total" },
		{ 3, "fn=4fffffff", "fn=4ffffffe" },
		{ 3, "regs=0000", "regs=000g" },
		{ 3, "regs=0000", "regs=000A" },
		{ 15, "n=16", "n=00" },
		{ 15, "n=16", "n=1e" },
		{ 15, "spin", "leaf" },
		{ 16, "lo=0", "lo=1" },
		{ 16, "hi=5f", "hi=60" },
		{ 16, "lo=0 hi=", "lo=0 h1=" },
		{ 16, " c=00000000", " c=0000000x" },
		{ 16, "early", "earlz" },
		{ 16, "EM1 16", "EM1 17" },
		{ 16, "EM1 16", "EM1 -6" },
		{ 16, "sweep", "begin" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		char *copy = strdup(texts[0]);

		change(line_at(copy, lies[i].line), lies[i].from, lies[i].to);
		records_init(&r, &expect);
		feed(copy);
		records_finish(&r);
		if (r.point[0].status != POINT_TORN)
			fail_msg("%s was taken for %s", lies[i].to, lies[i].from);
		free(copy);
	}
}

static void put(unsigned int seq, enum em_kind kind, const char *text)
{
	char line[EM_RECORD_MAX + 1];

	assert_true(em_record_format(line, seq, EM_EARLY, kind, "%s", text) > 0);
	feed(line);
}

static void numbers_beyond_their_bounds_are_torn(void **state)
{
	static const char *const begins[] = {
		"tsc=18446744073709551616 tsc_khz=0", "tsc=-1 tsc_khz=0", "tsc=01 tsc_khz=0", "tsc= tsc_khz=0",
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i <= sizeof(begins) / sizeof(*begins); i++) {
		snprintf(text, sizeof(text), "nonce=" FAKE_NONCE " layout=split vendor=svm cpus=1 %s kernel=6",
			 i ? begins[i - 1] : "tsc=18446744073709551615 tsc_khz=0");
		records_init(&r, &expect);
		put(0, EM_BEGIN, text);
		assert_int_equal(r.point[0].status, i ? POINT_TORN : POINT_OPEN);
	}
}

#define R "00000000:00000000:00000000:00000000"

static void absurd_ranges_are_refused_at_once(void **state)
{
	static const char *const sweeps[] = {
		"lo=0 hi=ffffffff x=" R " c=" R, "lo=5 hi=4 x=" R " c=" R, "lo=0 hi=100000000 x=" R " c=" R,
		"lo=0 hi=100 x=" R " c=" R, "lo=0 hi=ff x=" R " c=-", "lo=0 hi=ff x=- c=" R,
		"lo=ffffffff hi=ffffffff x=" R " c=" R,
	};

	(void)state;
	for (size_t i = 0; i <= sizeof(sweeps) / sizeof(*sweeps); i++) {
		records_init(&r, &expect);
		put(0, EM_BEGIN, "nonce=" FAKE_NONCE " layout=split vendor=svm cpus=1 tsc=1 tsc_khz=0 kernel=6");
		put(1, EM_SWEEP, i ? sweeps[i - 1] : "lo=0 hi=ff x=" R " c=" R);
		assert_int_equal(r.point[0].status, i ? POINT_TORN : POINT_OPEN);
	}
}

static void an_early_end_is_torn(void **state)
{
	(void)state;
	put(0, EM_BEGIN, "nonce=" FAKE_NONCE " layout=split vendor=svm cpus=1 tsc=1 tsc_khz=0 kernel=6");
	put(1, EM_END, "records=2 tsc=2");
	records_finish(&r);
	assert_points("TMMMMMMMM");
	assert_string_equal(r.point[0].reason, "a leaf was never read");
}

static void a_long_or_dirty_record_is_torn(void **state)
{
	char line[400];

	(void)state;
	records_feed(&r, texts[0], (size_t)(line_at(texts[0], 2) - texts[0]));
	memset(line, ' ', sizeof(line));
	memcpy(line, "EM1 2 early", 11);
	records_feed(&r, line, sizeof(line));
	feed("\n");
	assert_int_equal(r.damaged, 1);
	assert_int_equal(r.point[0].status, POINT_TORN);

	records_init(&r, &expect);
	texts[0][6] = '\0';
	records_feed(&r, texts[0], strlen(texts[1]));
	records_finish(&r);
	assert_points("TMMMMMMMM");
}

static void a_damaged_line_after_a_whole_point_tears_what_it_names(void **state)
{
	(void)state;
	feed(texts[0]);
	feed("EM1 gibberish\n");
	assert_int_equal(r.point[0].status, POINT_COMPLETE);
	feed("EM1 0 early begin ~00000000\n");
	records_finish(&r);
	assert_points("TMMMMMMMM");
	assert_int_equal(r.damaged, 2);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_point_that_leaves_something_out_is_torn),
		T(operations_that_do_not_fit_are_torn),
		T(words_of_a_workload_that_do_not_fit_are_torn),
		T(words_of_a_workload_are_no_records),
		T(a_second_end_is_torn),
		T(a_forged_nonce_is_torn),
		T(another_layout_is_torn),
		T(well_sealed_nonsense_is_torn),
		T(numbers_beyond_their_bounds_are_torn),
		T(absurd_ranges_are_refused_at_once),
		T(an_early_end_is_torn),
		T(a_long_or_dirty_record_is_torn),
		T(a_damaged_line_after_a_whole_point_tears_what_it_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
