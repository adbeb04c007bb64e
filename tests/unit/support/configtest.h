/* SPDX-License-Identifier: GPL-2.0-only */
/* A configuration for each test, and the command line that fills it. */
#ifndef EXITMETER_TESTS_CONFIGTEST_H
#define EXITMETER_TESTS_CONFIGTEST_H

#include "support/tempdir.h"

#include "base/error.h"
#include "run/config_json.h"
#include "run/config_parse.h"

static struct config c;

static inline int setup(void **state)
{
	config_init(&c);
	return tempdir_setup(state);
}

static inline int teardown(void **state)
{
	config_deinit(&c);
	return tempdir_teardown(state);
}

#define config_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Up to three words after the command's name; NULL ends them. */
static inline int parse(struct error *err, const char *a, const char *b, const char *d)
{
	const char *argv[] = { "run", a, b, d, NULL };
	int argc = 1;
	struct command_line line = { .read_file = config_read };

	while (argv[argc])
		argc++;
	return config_parse(&c, &line, argc, (char **)argv, err) < 0 ? -1 : line.wants_help;
}

static inline void accepts(const char *a, const char *b)
{
	struct error err = { 0 };

	assert_ok(parse(&err, a, b, NULL), &err);
}

static inline void refuses(const char *a, const char *b, const char *message)
{
	struct error err = { 0 };

	assert_int_equal(parse(&err, a, b, NULL), -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_string_equal(err.message, message);
	error_clear(&err);
}

#endif
