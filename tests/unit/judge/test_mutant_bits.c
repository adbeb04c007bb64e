// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bits turned in the files of a real run that passed, without the seal that
 * would tell at once (test_seal.c): by themselves the clauses let no figure
 * change and the run pass.
 *
 * What they cannot see, since nothing else tells it: comments; what the run was
 * made of (names, versions, hashes, durations, memory); a handler more or less for
 * a reason that never came; more vCPUs than there are, which only widens
 * cycles-plausible.
 */
#include "support/savedrun.h"

#include "base/memory.h"

/* The bit's number in turn with the byte's, so that a file is covered in all of them. */
static void turn_bits(const char *name, size_t step, int fixed_bit)
{
	size_t f = saved_index(name);
	unsigned int caught = 0, passed = 0;

	for (size_t at = 0; at < saved_len[f]; at += step) {
		char bit = (char)(1 << (fixed_bit < 0 ? (int)(at / step % 8) : fixed_bit));
		char *figures;

		saved_text[f][at] ^= bit;
		saved_put(name, saved_text[f], saved_len[f]);
		saved_text[f][at] ^= bit;
		if (saved_judge(&figures) != STATUS_PASS) {
			caught++;
		} else {
			passed++;
			if (strcmp(figures, saved_figures))
				fail_msg("%s: bit %d of byte %zu turned, and other figures passed: %s",
					 name, bit, at, figures);
		}
		free(figures);
	}
	saved_restore(name);
	print_message("# %s: %u caught, %u passed with the same figures\n", name, caught, passed);
	assert_true(caught > passed || !strcmp(name, "evidence.json"));
}

/* The lowest bit makes a digit its neighbour: the least that a figure can change. */
static void no_bit_changes_a_figure_that_passes(void **state)
{
	(void)state;
	turn_bits("host-counters.txt", 1, 0);
	turn_bits("host-counters.txt", 1, -1);
	turn_bits("host-trace.txt", 1, -1);
	turn_bits("enabled.txt", 1, -1);
	for (int bit = 0; bit < 8; bit++)
		turn_bits("host-exits.txt", 1, bit);
	turn_bits("evidence.json", 5, -1);
}

/* What outcome, layout and nonce say is held against the rest. */
static void every_bit_that_judging_heeds_counts(void **state)
{
	static const char *const keys[] = { "\"outcome\": \"", "\"layout\": \"", "\"nonce\": \"" };
	size_t f = saved_index("evidence.json");

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
		char *value = strstr(saved_text[f], keys[k]);

		assert_non_null(value);
		for (value += strlen(keys[k]); *value != '"'; value++) {
			for (int bit = 0; bit < 8; bit++) {
				*value ^= (char)(1 << bit);
				saved_put("evidence.json", saved_text[f], saved_len[f]);
				*value ^= (char)(1 << bit);
				assert_int_not_equal(saved_judge(NULL), STATUS_PASS);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		saved_test(no_bit_changes_a_figure_that_passes),
		saved_test(every_bit_that_judging_heeds_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
