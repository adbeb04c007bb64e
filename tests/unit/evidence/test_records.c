// SPDX-License-Identifier: GPL-2.0-only
/* Records that a line or a guest spoils: lost, cut, doubled, swapped, noisy. */
#include "support/fakerecords.h"

static void what_the_probe_writes_is_read_whole(void **state)
{
	(void)state;
	feed_all();
	assert_points("CCCCCCCCC");
	assert_int_equal(r.noise + r.damaged, 0);
	assert_int_equal(r.point[EM_BOOT].vendor, EM_SVM);
	assert_int_equal(r.point[EM_BOOT].cpus, 1);
	/* What is executed before the last point stands in the figures of the boot. */
	assert_int_equal(r.point[EM_BOOT].spin_count, 16);
	assert_int_equal(r.point[EM_SHUTDOWN].spin_count, 1000);
	assert_int_equal(r.point[EM_BOOT].sweep[fake_index(0x400)].exits.eax, 6200);
	assert_int_equal(regs_cycles(&r.point[EM_BOOT].sweep[fake_index(0x400)].cycles),
			 6200 * FAKE_FAULT_CYCLES);
	assert_int_equal(r.point[EM_BOOT].sweep[fake_index(0xffffffff)].exits.edx, 0xffffffff);
}

static void pieces_of_any_size_are_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < EM_POINTS; i++)
		for (const char *p = texts[i]; *p; p++)
			records_feed(&r, p, 1);
	assert_points("CCCCCCCCC");
	records_finish(&r);
	assert_points("CCCCCCCCC");
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
	assert_points("CCCCCCCCC");
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
	assert_points("CMMMMMMMM");
	assert_int_equal(r.noise, 1);
}

static void silence_is_missing(void **state)
{
	(void)state;
	records_finish(&r);
	assert_points("MMMMMMMMM");
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
		assert_points(cut < strlen(EM_MAGIC) ? "CMMMMMMMM" : "CTMMMMMMM");
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
	assert_points("TMMMMMMMM");
	assert_int_equal(r.point[0].line, 5);

	records_init(&r, &expect);
	records_feed(&r, texts[0], (size_t)(a - texts[0]));
	records_feed(&r, b, (size_t)(c - b));
	records_feed(&r, a, (size_t)(b - a));
	feed(c);
	records_finish(&r);
	assert_points("TMMMMMMMM");
	assert_string_equal(r.point[0].reason, "record 4 in place of 3");
}

static void a_point_told_twice_is_torn(void **state)
{
	(void)state;
	feed(texts[0]);
	feed_all();
	assert_points("TCCCCCCCC");
}

static void points_out_of_order_are_torn(void **state)
{
	(void)state;
	feed(texts[1]);
	feed(texts[0]);
	records_finish(&r);
	assert_points("TCMMMMMMM");
}

static void points_within_each_other_are_torn(void **state)
{
	char *cut = line_at(texts[0], 6);

	(void)state;
	records_feed(&r, texts[0], (size_t)(cut - texts[0]));
	feed(texts[1]);
	feed(cut);
	records_finish(&r);
	assert_points("TTMMMMMMM");
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
		T(a_point_told_twice_is_torn),
		T(points_out_of_order_are_torn),
		T(points_within_each_other_are_torn),
		T(the_longest_record_fits_and_a_longer_is_refused),
		T(the_checksum_is_the_common_one),
		T(the_sweep_holds_its_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
