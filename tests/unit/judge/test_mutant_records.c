// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutants of the harness' input: a real run that passed, its records spoilt, at
 * every record in turn, in each way in which a serial port, a dying guest or a
 * forger spoils them.  None may end as a pass.
 */
#include "support/savedrecords.h"

#include "base/memory.h"

/* --- what may happen at a record -------------------------------------------------- */

static void drop(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	put_range(out, i + 1, lines);
}

static void twice(FILE *out, unsigned int i)
{
	put_range(out, 0, i + 1);
	put_range(out, i, lines);
}

static void again_at_the_end(FILE *out, unsigned int i)
{
	put_range(out, 0, lines);
	fputs(line[i], out);
}

static void torn(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	put_part(out, i, strlen(line[i]) / 2);
	fputc('\n', out);
	put_range(out, i + 1, lines);
}

static void torn_into_the_next(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	put_part(out, i, strlen(line[i]) / 2);
	put_range(out, i + 1, lines);
}

static void no_newline(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	put_part(out, i, strlen(line[i]) - 1);
	put_range(out, i + 1, lines);
}

static void begin_lost(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	fputs(line[i] + 1, out);
	put_range(out, i + 1, lines);
}

/* The last has no next: it comes first. */
static void behind_the_next(FILE *out, unsigned int i)
{
	if (i + 1 == lines) {
		fputs(line[i], out);
		put_range(out, 0, i);
		return;
	}
	put_range(out, 0, i);
	fputs(line[i + 1], out);
	fputs(line[i], out);
	put_range(out, i + 2, lines);
}

/* The first is moved, else it would be where it was. */
static void to_the_front(FILE *out, unsigned int i)
{
	put_range(out, i ? 0 : 1, i ? 0 : 2);
	fputs(line[i], out);
	put_range(out, i ? 0 : 2, i);
	put_range(out, i ? i + 1 : 2, lines);
}

static void one_digit_other(FILE *out, unsigned int i)
{
	_cleanup_free_ char *text = xstrdup(line[i]);
	char *digit = text + strcspn(text + 4, "0123456789") + 4;

	*digit ^= 1;
	put_range(out, 0, i);
	fputs(text, out);
	put_range(out, i + 1, lines);
}

static void turned_to_noise(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	fputs("\001\377\303(\033[2J\r\n", out);
	put_range(out, i + 1, lines);
}

static void noise_inside(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	put_part(out, i, 20);
	fputs("[   12.345678] a kernel message\r\n", out);
	fputs(line[i] + 20, out);
	put_range(out, i + 1, lines);
}

static void nothing_from_here(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
}

static void nothing_from_its_middle(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	put_part(out, i, strlen(line[i]) / 2);
}

/* Numbered as if the one before it had never been. */
static void renumbered(FILE *out, unsigned int i)
{
	unsigned int seq;
	int skipped;

	if (sscanf(line[i], "EM1 %u %n", &seq, &skipped) == 1) {
		_cleanup_free_ char *text = xasprintf("EM1 %u %s", seq ? seq - 1 : 1, line[i] + skipped);

		reseal(text);
		put_range(out, 0, i);
		fputs(text, out);
		put_range(out, i + 1, lines);
	}
}

/* Another point's name, else the record as it was, with a right checksum. */
static void of_another_point(FILE *out, unsigned int i)
{
	static const char *const names[] = { " early ", " boot ", " shutdown " };
	const char *at;

	for (int p = 0; p < 3; p++) {
		_cleanup_free_ char *text = NULL;

		at = strstr(line[i], names[p]);
		if (!at)
			continue;
		text = xasprintf("%.*s%s%s", (int)(at - line[i]), line[i], names[(p + 1) % 3],
				 at + strlen(names[p]));
		reseal(text);
		put_range(out, 0, i);
		fputs(text, out);
		put_range(out, i + 1, lines);
	}
}

static const struct mutation {
	const char *name;
	void (*write)(FILE *out, unsigned int i);
} mutations[] = {
	{ "dropped", drop },
	{ "doubled", twice },
	{ "there again at the end", again_at_the_end },
	{ "torn", torn },
	{ "torn into the next", torn_into_the_next },
	{ "without its newline", no_newline },
	{ "without its first byte", begin_lost },
	{ "behind the next", behind_the_next },
	{ "moved to the front", to_the_front },
	{ "other in one digit", one_digit_other },
	{ "turned to noise", turned_to_noise },
	{ "with a kernel message inside", noise_inside },
	{ "the first that is missing", nothing_from_here },
	{ "the last, and cut", nothing_from_its_middle },
	{ "renumbered", renumbered },
	{ "another point's", of_another_point },
};

static void no_spoilt_record_ends_as_a_pass(void **state)
{
	unsigned int mutants = 0;

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(mutations); m++) {
		for (unsigned int i = 0; i < lines; i++, mutants++)
			if (judge_mutant(mutations[m].write, i) == STATUS_PASS)
				fail_msg("record %u %s, and the run passed: %s", i, mutations[m].name,
					 line[i]);
	}
	print_message("# %u mutants of %u records\n", mutants, lines);
}

/* --- the controls: what harms nothing must still pass ------------------------------- */

static void noise_before(FILE *out, unsigned int i)
{
	put_range(out, 0, i);
	fputs("[   12.345678] a kernel message\r\nEM2 0 early\n\n", out);
	put_range(out, i, lines);
}

static void whole_records_pass_noise_or_not(void **state)
{
	(void)state;
	assert_int_equal(judge_mutant(unchanged, 0), STATUS_PASS);
	for (unsigned int i = 0; i <= lines; i++)
		assert_int_equal(judge_mutant(noise_before, i), STATUS_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		records_test(no_spoilt_record_ends_as_a_pass),
		records_test(whole_records_pass_noise_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
