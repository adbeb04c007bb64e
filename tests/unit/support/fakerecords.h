/* SPDX-License-Identifier: GPL-2.0-only */
/* The records of every point there is, to be spoilt.  For one translation unit. */
#ifndef EXITMETER_TESTS_FAKERECORDS_H
#define EXITMETER_TESTS_FAKERECORDS_H

#include "support/helpers.h"
#include "support/fakevm.h"

#include "evidence/records.h"

static struct records r;
static char *texts[EM_POINTS];
static const struct records_expect expect = { .nonce = FAKE_NONCE, .layout = EM_SPLIT,
					      .points = (1u << EM_POINTS) - 1 };

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < EM_POINTS; i++)
		free(texts[i]);
	return 0;
}

static inline void feed(const char *text)
{
	records_feed(&r, text, strlen(text));
}

static inline void feed_all(void)
{
	for (int i = 0; i < EM_POINTS; i++)
		feed(texts[i]);
	records_finish(&r);
}

/* The status of each point, as letters: Complete, Torn, Missing. */
static inline void assert_points(const char *want)
{
	char got[EM_POINTS + 1] = "";

	for (int i = 0; i < EM_POINTS; i++)
		got[i] = "MOTC"[r.point[i].status];
	assert_string_equal(got, want);
}

/* The begin of the n-th line of a text. */
static inline char *line_at(char *text, unsigned int n)
{
	while (n--)
		text = strchr(text, '\n') + 1;
	return text;
}

#endif
