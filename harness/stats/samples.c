// SPDX-License-Identifier: GPL-2.0-only
#include "stats/samples.h"

#include <string.h>

#include "base/memory.h"

const char *const measure_names[MEASURES] = { [MEASURE_EXITS] = "exits", [MEASURE_CYCLES] = "cycles" };

void samples_begin_run(struct samples *samples)
{
	samples->runs++;
	for (size_t i = 0; i < samples->count; i++) {
		struct series *s = &samples->list[i];

		s->values = xrealloc(s->values, samples->runs * sizeof(*s->values));
		s->values[samples->runs - 1] = 0;
	}
}

const struct series *samples_find(const struct samples *samples, const struct series *like)
{
	for (size_t i = 0; i < samples->count; i++) {
		const struct series *s = &samples->list[i];

		if (s->measure == like->measure && !strcmp(s->reason, like->reason) &&
		    !strcmp(s->scenario, like->scenario))
			return s;
	}
	return NULL;
}

static struct series *add(struct samples *samples, const struct series *like)
{
	struct series *s;

	samples->list = xrealloc(samples->list, (samples->count + 1) * sizeof(*s));
	s = &samples->list[samples->count++];
	*s = (struct series){ .scenario = xstrdup(like->scenario),
			      .reason = xstrdup(like->reason),
			      .measure = like->measure,
			      .values = xcalloc(samples->runs, sizeof(uint64_t)) };
	return s;
}

void samples_put(struct samples *samples, const char *scenario, const char *reason,
		 enum measure measure, uint64_t value)
{
	const struct series like = { .scenario = (char *)scenario, .reason = (char *)reason, .measure = measure };
	const struct series *s = samples_find(samples, &like);

	if (!s)
		s = add(samples, &like);
	s->values[samples->runs - 1] = value;
}

void samples_describe(struct samples *samples)
{
	for (size_t i = 0; i < samples->count; i++) {
		struct random *random = samples->is_exact ? NULL : random_new(SAMPLES_SEED);

		describe(samples->list[i].values, samples->runs, random, &samples->list[i].told);
		if (random)
			random_free(random);
	}
}

bool values_are_steady(const uint64_t *values, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (values[i] != values[0])
			return false;
	return true;
}

size_t samples_unsteady(const struct samples *samples)
{
	size_t count = 0;

	for (size_t i = 0; i < samples->count; i++)
		count += !values_are_steady(samples->list[i].values, samples->runs);
	return count;
}

void samples_deinit(struct samples *samples)
{
	for (size_t i = 0; i < samples->count; i++) {
		free(samples->list[i].scenario);
		free(samples->list[i].reason);
		free(samples->list[i].values);
	}
	free(samples->list);
	free(samples->name);
	memset(samples, 0, sizeof(*samples));
}
