/* SPDX-License-Identifier: GPL-2.0-only */
/* What a watch is given in a test: a progress that nobody sees, the default config, and ports that grow. */
#ifndef EXITMETER_TESTS_WATCHTEST_H
#define EXITMETER_TESTS_WATCHTEST_H

#include "support/tempdir.h"

#include "base/error.h"
#include "run/config.h"
#include "run/progress.h"

struct watch_given {
	FILE *nowhere;
	struct progress progress;
	struct config config;
};

static inline void watch_given_init(struct watch_given *given)
{
	struct error err = { 0 };

	given->nowhere = fopen("/dev/null", "we");
	assert_non_null(given->nowhere);
	progress_init(&given->progress, given->nowhere, false);
	config_init(&given->config);
	assert_ok(config_resolve(&given->config, &err), &err);
}

static inline void watch_given_deinit(struct watch_given *given)
{
	config_deinit(&given->config);
	fclose(given->nowhere);
}

/* Adds to the port's file, which is made where there is none; NULL is nothing. */
static inline void say(const char *path, const char *text)
{
	FILE *f = fopen(path, "ae");

	assert_non_null(f);
	fputs(text ? text : "", f);
	fclose(f);
}

#endif
