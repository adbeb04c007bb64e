// SPDX-License-Identifier: GPL-2.0-only
/* The records' parser, against what a hostile or broken guest may send. */
#include "helpers.h"

#include "fakevm.h"
#include "records.h"

static struct records r;
static char *texts[EM_POINTS];
static const struct records_expect expect = { .nonce = FAKE_NONCE, .layout = EM_SPLIT };

static int set_up(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	for (int i = 0; i < EM_POINTS; i++) {
		fake_work();
		texts[i] = fake_point((enum em_point)i, FAKE_NONCE);
	}
	records_init(&r, &expect);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < EM_POINTS; i++)
		free(texts[i]);
	return 0;
}

static void feed(const char *text)
{
	records_feed(&r, text, strlen(text));
}

static void feed_all(void)
{
	for (int i = 0; i < EM_POINTS; i++)
		feed(texts[i]);
	records_finish(&r);
}

/* The status of each point, as letters: Complete, Torn, Missing. */
static void assert_points(const char *want)
{
	char got[EM_POINTS + 1] = "";

	for (int i = 0; i < EM_POINTS; i++)
		got[i] = "MOTC"[r.point[i].status];
	assert_string_equal(got, want);
}

/* The begin of the n-th line of a text. */
static char *line_at(char *text, unsigned int n)
{
	while (n--)
		text = strchr(text, '\n') + 1;
	return text;
}

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

static void what_the_probe_writes_is_read_whole(void **state)
{
	(void)state;
	feed_all();
	assert_points("CCC");
	assert_int_equal(r.noise + r.damaged, 0);
	assert_int_equal(r.point[EM_BOOT].vendor, EM_SVM);
	assert_int_equal(r.point[EM_BOOT].cpus, 1);
	assert_int_equal(r.point[EM_BOOT].spin_count, 1000);
	assert_int_equal(r.point[EM_BOOT].sweep[fake_index(0x400)].exits.eax, 6200);
	assert_int_equal(regs_cycles(&r.point[EM_BOOT].sweep[fake_index(0x400)].cycles),
			 6200 * FAKE_EXIT_CYCLES);
	assert_int_equal(r.point[EM_BOOT].sweep[fake_index(0xffffffff)].exits.edx, 0xffffffff);
}

static void pieces_of_any_size_are_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < EM_POINTS; i++)
		for (const char *p = texts[i]; *p; p++)
			records_feed(&r, p, 1);
	assert_points("CCC");
	records_finish(&r);
	assert_points("CCC");
}

static void noise_is_counted_and_harmless(void **state)
{
	char *long_line = malloc(3 << 20);

	(void)state;
	memset(long_line, 'x', 3 << 20);
	records_feed(&r, "\0\377\n", 3);
	records_feed(&r, long_line, 3 << 20);
	feed("\n");
	feed_all();
	assert_points("CCC");
	assert_int_equal(r.noise, 2);
	free(long_line);
}

static void noise_within_a_point_is_harmless_between_lines(void **state)
{
	char *cut = line_at(texts[0], 5);

	(void)state;
	records_feed(&r, texts[0], (size_t)(cut - texts[0]));
	feed("getty: hello\n");
	feed(cut);
	records_finish(&r);
	assert_points("CMM");
	assert_int_equal(r.noise, 1);
}

static void silence_is_missing(void **state)
{
	(void)state;
	records_finish(&r);
	assert_points("MMM");
}

static void a_cut_anywhere_is_torn(void **state)
{
	size_t len = strlen(texts[1]);

	(void)state;
	for (size_t cut = 0; cut < len; cut += cut < len - 200 ? 37 : 1) {
		records_init(&r, &expect);
		feed(texts[0]);
		records_feed(&r, texts[1], cut);
		records_finish(&r);
		/* Less than the magic cannot be told from noise. */
		assert_points(cut < strlen(EM_MAGIC) ? "CMM" : "CTM");
	}
}

static void any_flipped_bit_is_torn(void **state)
{
	size_t len = strlen(texts[0]);

	(void)state;
	for (size_t at = 0; at < len; at += 3) {
		char saved = texts[0][at];

		texts[0][at] = (char)(saved ^ (1 << at % 7));
		records_init(&r, &expect);
		feed(texts[0]);
		records_finish(&r);
		assert_int_not_equal(r.point[0].status, POINT_COMPLETE);
		texts[0][at] = saved;
	}
}

static void a_lost_line_is_torn(void **state)
{
	(void)state;
	for (unsigned int n = 0; line_at(texts[0], n)[0]; n++) {
		char *line = line_at(texts[0], n), *next = line_at(line, 1);

		records_init(&r, &expect);
		records_feed(&r, texts[0], (size_t)(line - texts[0]));
		feed(next);
		feed(texts[1]);
		records_finish(&r);
		assert_int_not_equal(r.point[0].status, POINT_COMPLETE);
	}
}

static void doubled_and_swapped_lines_are_torn(void **state)
{
	char *a = line_at(texts[0], 3), *b = line_at(texts[0], 4), *c = line_at(texts[0], 5);

	(void)state;
	records_feed(&r, texts[0], (size_t)(b - texts[0]));
	feed(a);
	records_finish(&r);
	assert_points("TMM");
	assert_int_equal(r.point[0].line, 5);

	records_init(&r, &expect);
	records_feed(&r, texts[0], (size_t)(a - texts[0]));
	records_feed(&r, b, (size_t)(c - b));
	records_feed(&r, a, (size_t)(b - a));
	feed(c);
	records_finish(&r);
	assert_points("TMM");
	assert_string_equal(r.point[0].reason, "record 4 in place of 3");
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

static void a_point_that_leaves_something_out_is_torn(void **state)
{
	unsigned int lines = 0;

	(void)state;
	while (line_at(texts[0], lines)[0])
		lines++;
	feed_renumbered_without(texts[0], lines);
	assert_int_equal(r.point[0].status, POINT_COMPLETE);
	for (unsigned int drop = 0; drop < lines; drop++) {
		records_init(&r, &expect);
		feed_renumbered_without(texts[0], drop);
		records_finish(&r);
		if (r.point[0].status != POINT_TORN)
			fail_msg("line %u was not missed", drop);
	}
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
	assert_points("TMM");
}

static void a_point_told_twice_is_torn(void **state)
{
	(void)state;
	feed(texts[0]);
	feed_all();
	assert_points("TCC");
}

static void points_out_of_order_are_torn(void **state)
{
	(void)state;
	feed(texts[1]);
	feed(texts[0]);
	records_finish(&r);
	assert_points("TCM");
}

static void points_within_each_other_are_torn(void **state)
{
	char *cut = line_at(texts[0], 6);

	(void)state;
	records_feed(&r, texts[0], (size_t)(cut - texts[0]));
	feed(texts[1]);
	feed(cut);
	records_finish(&r);
	assert_points("TTM");
}

static void a_forged_nonce_is_torn(void **state)
{
	char *forged;

	(void)state;
	forged = fake_point(EM_EARLY, "5eed0123456789ac");
	feed(forged);
	feed(texts[0]);
	records_finish(&r);
	assert_points("TMM");
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
	assert_points("TMM");
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
		{ 15, "n=1000", "n=0000" },
		{ 15, "n=1000", "n=1e+3" },
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
	assert_points("TMM");
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
	assert_points("TMM");
}

static void a_damaged_line_after_a_whole_point_tears_what_it_names(void **state)
{
	(void)state;
	feed(texts[0]);
	feed("EM1 gibberish\n");
	assert_int_equal(r.point[0].status, POINT_COMPLETE);
	feed("EM1 0 early begin ~00000000\n");
	records_finish(&r);
	assert_points("TMM");
	assert_int_equal(r.damaged, 2);
}

static void the_longest_record_fits_and_a_longer_is_refused(void **state)
{
	const size_t room = EM_RECORD_MAX - strlen("EM1 0 early end " " ~01234567\n");
	char line[EM_RECORD_MAX + 1], text[EM_RECORD_MAX];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[room] = '\0';
	assert_int_equal(em_record_format(line, 0, EM_EARLY, EM_END, "%s", text), EM_RECORD_MAX);
	assert_int_equal(line[EM_RECORD_MAX - 1], '\n');
	text[room] = 'x';
	text[room + 1] = '\0';
	assert_int_equal(em_record_format(line, 0, EM_EARLY, EM_END, "%s", text), -1);
}

static void the_checksum_is_the_common_one(void **state)
{
	(void)state;
	assert_int_equal(em_crc32("123456789", 9), 0xcbf43926);
}

static void the_sweep_holds_its_numbers(void **state)
{
	(void)state;
	assert_int_equal(em_sweep_number(0), 0);
	assert_int_equal(em_sweep_number(0xff), 0xff);
	assert_int_equal(em_sweep_number(0x100), 0x3ff);
	assert_int_equal(em_sweep_number(0x111), 0x410);
	assert_int_equal(em_sweep_number(EM_SWEEP_COUNT - 2), 0xfffffffe);
	assert_int_equal(em_sweep_number(EM_SWEEP_COUNT - 1), 0xffffffff);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_the_probe_writes_is_read_whole),
		T(pieces_of_any_size_are_the_same),
		T(noise_is_counted_and_harmless),
		T(noise_within_a_point_is_harmless_between_lines),
		T(silence_is_missing),
		T(a_cut_anywhere_is_torn),
		T(any_flipped_bit_is_torn),
		T(a_lost_line_is_torn),
		T(doubled_and_swapped_lines_are_torn),
		T(a_point_that_leaves_something_out_is_torn),
		T(a_second_end_is_torn),
		T(a_point_told_twice_is_torn),
		T(points_out_of_order_are_torn),
		T(points_within_each_other_are_torn),
		T(a_forged_nonce_is_torn),
		T(another_layout_is_torn),
		T(well_sealed_nonsense_is_torn),
		T(numbers_beyond_their_bounds_are_torn),
		T(absurd_ranges_are_refused_at_once),
		T(an_early_end_is_torn),
		T(a_long_or_dirty_record_is_torn),
		T(a_damaged_line_after_a_whole_point_tears_what_it_names),
		T(the_longest_record_fits_and_a_longer_is_refused),
		T(the_checksum_is_the_common_one),
		T(the_sweep_holds_its_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
