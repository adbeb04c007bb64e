/* SPDX-License-Identifier: GPL-2.0-only */
/* The records of a saved run, line by line, to be spoilt.  For one translation unit. */
#ifndef EXITMETER_TESTS_SAVEDRECORDS_H
#define EXITMETER_TESTS_SAVEDRECORDS_H

#include "support/savedrun.h"

#include "base/memory.h"
#include "evidence/records.h"

#define RECORD_LINES_MAX 512

static char *line[RECORD_LINES_MAX];	/* of records.log, newline included */
static unsigned int lines;

static inline int records_setup(void **state)
{
	const char *at, *end;

	/* What the cpuid tool told is in it. */
	if (tempdir_setup(state) < 0 || saved_open("pass-tool") < 0)
		return -1;
	lines = 0;
	for (at = saved_text[saved_index("records.log")]; *at; at = end + 1) {
		end = strchr(at, '\n');
		if (!end || lines == RECORD_LINES_MAX)
			return -1;
		line[lines++] = xasprintf("%.*s", (int)(end + 1 - at), at);
	}
	return 0;
}

static inline int records_teardown(void **state)
{
	while (lines)
		free(line[--lines]);
	return saved_teardown(state);
}

static inline void put_range(FILE *out, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		fputs(line[i], out);
}

static inline void put_part(FILE *out, unsigned int i, size_t bytes)
{
	fwrite(line[i], 1, bytes, out);
}

/* Writes a valid checksum over a line that was changed. */
static inline void reseal(char *text)
{
	size_t body = strlen(text) - strlen(" ~00000000\n");

	sprintf(text + body, " ~%08x\n", em_crc32(text, body));
}

static inline enum exit_status judge_mutant(void (*write)(FILE *out, unsigned int i), unsigned int i)
{
	_cleanup_free_ char *path = tempdir_path("records.log");
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	write(out, i);
	assert_int_equal(fclose(out), 0);
	return saved_judge(NULL);
}

static inline void unchanged(FILE *out, unsigned int i)
{
	(void)i;
	put_range(out, 0, lines);
}

#define records_test(f) cmocka_unit_test_setup_teardown(f, records_setup, records_teardown)

#endif
