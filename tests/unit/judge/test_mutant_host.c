// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutants of what the host and the kernel counted of a real run that passed:
 * an oracle that disagrees by one, lines lost, doubled or in another order.
 */
#include "support/savedrun.h"

#include "base/memory.h"

#include <ctype.h>
#include <inttypes.h>

#define LINES_MAX 64

/* The lines of one file, newlines included. */
static char *line[LINES_MAX];
static unsigned int lines;

static void open_lines(const char *name)
{
	const char *at = saved_text[saved_index(name)], *end;

	for (lines = 0; *at; at = end) {
		size_t len = strcspn(at, "\n");

		end = at + len + (at[len] == '\n');
		assert_true(lines < LINES_MAX);
		line[lines++] = xasprintf("%.*s", (int)(end - at), at);
	}
}

static void close_lines(void)
{
	while (lines)
		free(line[--lines]);
}

/* Writes the lines in this order; negative numbers are left out. */
static enum exit_status judge_order(const char *name, const int *order, unsigned int count)
{
	_cleanup_free_ char *path = tempdir_path(name);
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	for (unsigned int i = 0; i < count; i++)
		if (order[i] >= 0)
			fputs(line[order[i]], out);
	assert_int_equal(fclose(out), 0);
	return saved_judge(NULL);
}

/* Lines that say nothing: comments and empty ones of the kernel's histogram. */
static bool is_idle(unsigned int i)
{
	return line[i][0] == '#' || line[i][0] == '\n' || !strncmp(line[i], "Totals:", 7);
}

static void each_line_lost_doubled_or_swapped(const char *name, bool is_ordered)
{
	int order[LINES_MAX + 1];

	open_lines(name);
	for (unsigned int i = 0; i < lines; i++) {
		enum exit_status lost, doubled, swapped = STATUS_LOST;

		if (is_idle(i))
			continue;
		for (unsigned int k = 0; k < lines; k++)
			order[k] = k == i ? -1 : (int)k;
		lost = judge_order(name, order, lines);
		for (unsigned int k = 0; k <= lines; k++)
			order[k] = k <= i ? (int)k : (int)k - 1;
		doubled = judge_order(name, order, lines + 1);
		if (i + 1 < lines) {
			for (unsigned int k = 0; k < lines; k++)
				order[k] = (int)k;
			order[i] = (int)i + 1;
			order[i + 1] = (int)i;
			swapped = judge_order(name, order, lines);
		}
		if (lost == STATUS_PASS || doubled == STATUS_PASS)
			fail_msg("%s passed with this line %s: %s", name,
				 lost == STATUS_PASS ? "lost" : "doubled", line[i]);
		if (is_ordered && swapped == STATUS_PASS)
			fail_msg("%s passed with this line behind the next: %s", name, line[i]);
	}
	close_lines();
	saved_restore(name);
	assert_int_equal(saved_judge(NULL), STATUS_PASS);
}

static void no_spoilt_line_ends_as_a_pass(void **state)
{
	(void)state;
	each_line_lost_doubled_or_swapped("host-counters.txt", true);
	each_line_lost_doubled_or_swapped("host-trace.txt", false);
	each_line_lost_doubled_or_swapped("host-exits.txt", false);
}

/* Whether the figure at `at` counts something: the others only describe the run. */
static bool is_count(const char *name, const char *text, const char *start)
{
	static const char *const labels[] = { "exits ", "cycles ", "hitcount: ", "Hits: ", "Entries: ",
					      "Dropped: ", "reason 0x", "exit_reason: " };
	const char *end = start;

	if (!strcmp(name, "host-exits.txt"))
		return true;
	while (end - text > 1 && end[-1] == ' ' && end[-2] == ' ')
		end--;
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
		size_t len = strlen(labels[i]);

		if ((size_t)(end - text) >= len && !strncmp(end - len, labels[i], len))
			return true;
	}
	return false;
}

/* Every figure of a file, one more and one less, with all else as it was. */
static unsigned int each_figure_off_by_one(const char *name)
{
	const char *text = saved_text[saved_index(name)];
	unsigned int figures = 0;

	for (const char *at = text; *at; at++) {
		bool is_hex = at > text + 1 && !strncmp(at - 2, "0x", 2);
		uint64_t value;
		char *end;

		if (!isdigit((unsigned char)*at) || (at > text && !strchr(" \nx", at[-1])))
			continue;
		value = strtoull(at, &end, is_hex ? 16 : 10);
		if (!is_count(name, text, at) || (*end && !strchr(" \n", *end)))
			continue;
		for (int by = -1; by <= 1; by += 2) {
			_cleanup_free_ char *mutant = NULL;

			if (!value && by < 0)
				continue;
			mutant = xasprintf(is_hex ? "%.*s%" PRIx64 "%s" : "%.*s%" PRIu64 "%s",
					   (int)(at - text), text, value + (uint64_t)by, end);
			saved_put_text(name, mutant);
			if (saved_judge(NULL) == STATUS_PASS)
				fail_msg("%s passed, off by %d at %.30s", name, by, at);
		}
		figures++;
		at = end - 1;
	}
	saved_restore(name);
	return figures;
}

/* Lines of the file that begin so. */
static unsigned int count_lines(const char *name, const char *begin)
{
	unsigned int count = 0;

	open_lines(name);
	for (unsigned int i = 0; i < lines; i++)
		count += !strncmp(line[i], begin, strlen(begin));
	close_lines();
	assert_true(count > 5);
	return count;
}

static void an_oracle_that_disagrees_by_one_never_passes(void **state)
{
	unsigned int traced = count_lines("host-trace.txt", "{ exit_reason:");
	unsigned int counted = count_lines("host-counters.txt", "reason ");

	(void)state;
	assert_int_equal(each_figure_off_by_one("host-exits.txt"), 1);
	assert_int_equal(each_figure_off_by_one("host-trace.txt"), 2 * traced + 3);
	assert_int_equal(each_figure_off_by_one("host-counters.txt"), 3 * counted + 4);
}

/* The total right, one exit of one reason counted as another's: each pair. */
static void an_exit_counted_as_anothers_never_passes(void **state)
{
	unsigned int mutants = 0, reasons = count_lines("host-trace.txt", "{ exit_reason:");

	(void)state;
	open_lines("host-trace.txt");
	for (unsigned int a = 0; a < lines; a++) {
		for (unsigned int b = 0; b < lines; b++) {
			unsigned int number[2], hits[2];
			_cleanup_free_ char *text = NULL, *was_a = line[a], *was_b = line[b];
			const char *form = "{ exit_reason: %u } hitcount: %u";

			if (a == b || sscanf(line[a], form, &number[0], &hits[0]) != 2 ||
			    sscanf(line[b], form, &number[1], &hits[1]) != 2) {
				was_a = was_b = NULL;
				continue;
			}
			line[a] = xasprintf("{ exit_reason: %u } hitcount: %u\n", number[0], hits[0] + 1);
			line[b] = xasprintf("{ exit_reason: %u } hitcount: %u\n", number[1], hits[1] - 1);
			text = xstrdup("");
			for (unsigned int i = 0; i < lines; i++) {
				char *longer = xasprintf("%s%s", text, line[i]);

				free(text);
				text = longer;
			}
			saved_put_text("host-trace.txt", text);
			if (saved_judge(NULL) != STATUS_FAIL)
				fail_msg("one exit of %u counted as %u's passed", number[1], number[0]);
			free(line[a]);
			free(line[b]);
			line[a] = take_ptr(was_a);
			line[b] = take_ptr(was_b);
			mutants++;
		}
	}
	close_lines();
	assert_int_equal(mutants, reasons * (reasons - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		saved_test(no_spoilt_line_ends_as_a_pass),
		saved_test(an_oracle_that_disagrees_by_one_never_passes),
		saved_test(an_exit_counted_as_anothers_never_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
