// SPDX-License-Identifier: GPL-2.0-only
#include "stats/samples_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

char *samples_told(const struct samples *s)
{
	const struct {
		size_t count;
		const char *word;
	} out[] = { { s->woken, "woken" },
		    { s->retried, "retried" },
		    { s->lost, "lost" },
		    { s->missing, "missing" } };
	char *text = xasprintf("%zu %s", s->runs, s->runs == 1 ? "run" : "runs");
	const char *separator = "; beside them: ";

	if (s->failed)
		text_join(&text, ", ", "of which %zu failed a clause", s->failed);
	if (s->by_port)
		text_join(&text, ", ", "of which %zu sent their records by the serial port, at two exits a byte", s->by_port);
	for (size_t i = 0; i < ARRAY_SIZE(out); i++) {
		if (!out[i].count)
			continue;
		text_join(&text, separator, "%zu %s", out[i].count, out[i].word);
		separator = ", ";
	}
	if (s->is_exact && samples_unsteady(s))
		text_join(&text, "; ", "deterministic, and yet %zu figures differ from run to run: that is a fault, and no noise",
			  samples_unsteady(s));
	else if (s->is_exact)
		text_join(&text, "; ", "deterministic, so that figures are exact and have no interval");
	return text;
}

static int by_frequency(const void *x, const void *y)
{
	const struct series *a = *(const struct series *const *)x,
			    *b = *(const struct series *const *)y;
	int order = strcmp(a->scenario, b->scenario);

	if (order)
		return order;
	if (a->measure != b->measure)
		return a->measure < b->measure ? -1 : 1;
	if (a->told.mean != b->told.mean)
		return a->told.mean > b->told.mean ? -1 : 1;
	return strcmp(a->reason, b->reason);
}

/* The caller frees the list, which points into the samples. */
static const struct series **sort(const struct samples *s)
{
	const struct series **sorted = xcalloc(s->count + 1, sizeof(*sorted));

	for (size_t i = 0; i < s->count; i++)
		sorted[i] = &s->list[i];
	qsort(sorted, s->count, sizeof(*sorted), by_frequency);
	return sorted;
}

static const char *grouped(double value, char buf[32])
{
	return text_group_digits(value > 0 ? (uint64_t)llround(value) : 0, buf);
}

static void print_series(FILE *out, const struct series *s)
{
	char median[32], mean[32], low[32], high[32], least[32], most[32];
	const struct description *d = &s->told;

	fprintf(out, "  %-26s %5zu %14s %14s ", s->reason, d->n, grouped(d->median, median),
		grouped(d->mean, mean));
	if (d->has_interval)
		fprintf(out, "%14s %14s", grouped(d->interval.low, low), grouped(d->interval.high, high));
	else
		fprintf(out, "%14s %14s", "", "");
	fprintf(out, " %14s %14s\n", text_group_digits(d->min, least), text_group_digits(d->max, most));
}

void samples_print(FILE *out, const struct samples *s)
{
	_cleanup_free_ char *told = samples_told(s);
	_cleanup_free_ const struct series **sorted = sort(s);
	const char *scenario = "";

	fprintf(out, "%s: %s\n", s->name, told);
	for (size_t i = 0; i < s->count && s->runs; i++) {
		if (sorted[i]->measure != MEASURE_EXITS)
			continue;
		if (strcmp(scenario, sorted[i]->scenario))
			fprintf(out, "\n  %-26s %5s %14s %14s %29s %14s %14s\n",
				sorted[i]->scenario, "n", "median", "mean",
				s->is_exact ? "" : "95 % interval of the mean", "least", "most");
		scenario = sorted[i]->scenario;
		print_series(out, sorted[i]);
	}
	fputc('\n', out);
}

static const char *mark_of(const struct difference *d)
{
	return d->is_unsteady  ? "UNSTEADY" :
	       d->is_finding   ? "DIFFERS" :
	       d->is_too_small ? "N too small" :
				 "";
}

static void print_difference(FILE *out, const struct difference *d)
{
	double percent = d->mean_a > 0 ? 100 / d->mean_a : 0;
	char a[32], b[32];

	fprintf(out, "  %-26s %16s %16s ", d->of->reason, grouped(d->mean_a, a), grouped(d->mean_b, b));
	if (d->mean_a > 0)
		fprintf(out, "%+9.2f %%", percent * (d->mean_b - d->mean_a));
	else
		fprintf(out, "%11s", "new");
	if (d->has_interval && d->mean_a > 0)
		fprintf(out, " %+9.2f to %+8.2f %%", percent * d->interval.low,
			percent * d->interval.high);
	else
		fprintf(out, "%24s", "");
	fprintf(out, " %9.2g  %s\n", d->p_corrected, mark_of(d));
}

void comparison_print(FILE *out, const struct comparison *c)
{
	_cleanup_free_ char *a = samples_told(c->a), *b = samples_told(c->b),
			    *sentence = comparison_sentence(c);
	const struct difference *last = NULL;

	fprintf(out, "A: %s, %s\nB: %s, %s\n", c->a->name, a, c->b->name, b);
	for (size_t i = 0; i < c->count; i++) {
		const struct difference *d = &c->list[i];

		if (!last || strcmp(last->of->scenario, d->of->scenario) ||
		    last->of->measure != d->of->measure)
			fprintf(out, "\n  %-10s %-15s %16s %16s %11s %24s %9s\n", d->of->scenario,
				measure_names[d->of->measure], "mean of A", "mean of B", "difference",
				c->is_exact ? "" : "95 % interval", c->is_exact ? "" : "p (Holm)");
		last = d;
		print_difference(out, d);
	}
	fprintf(out, "\n%s\n", sentence);
}

static json_t *series_to_json(const struct series *s)
{
	const struct description *d = &s->told;
	json_t *values = json_array(), *json;

	for (size_t i = 0; i < d->n; i++)
		json_array_append_new(values, json_integer((json_int_t)s->values[i]));
	json = json_pack("{ss ss ss sI sf sf sI sI so}", "scenario", s->scenario, "reason",
			 s->reason, "measure", measure_names[s->measure], "n", (json_int_t)d->n,
			 "median", d->median, "mean", d->mean, "min", (json_int_t)d->min, "max",
			 (json_int_t)d->max, "values", values);
	json_object_set_new(json, "interval",
			    d->has_interval ? json_pack("[ff]", d->interval.low, d->interval.high) :
					     json_null());
	return json;
}

json_t *samples_to_json(const struct samples *s)
{
	_cleanup_free_ const struct series **sorted = sort(s);
	json_t *list = json_array();

	for (size_t i = 0; i < s->count && s->runs; i++)
		json_array_append_new(list, series_to_json(sorted[i]));
	return json_pack("{ss sb sI sI sI sI sI sI sI sI so}", "name", s->name, "exact", s->is_exact, "unsteady",
			 (json_int_t)(s->is_exact ? samples_unsteady(s) : 0), "runs",
			 (json_int_t)s->runs, "failed", (json_int_t)s->failed, "by_port", (json_int_t)s->by_port,
			 "woken", (json_int_t)s->woken, "retried", (json_int_t)s->retried, "lost", (json_int_t)s->lost,
			 "missing", (json_int_t)s->missing, "figures", list);
}

static json_t *difference_to_json(const struct difference *d)
{
	json_t *json = json_pack("{ss ss ss sf sf sf sf sb sb sb}", "scenario", d->of->scenario,
				 "reason", d->of->reason, "measure", measure_names[d->of->measure],
				 "mean_a", d->mean_a, "mean_b", d->mean_b, "p", d->p, "p_corrected",
				 d->p_corrected, "finding", d->is_finding, "unsteady",
				 d->is_unsteady, "too_small", d->is_too_small);

	json_object_set_new(json, "interval",
			    d->has_interval ? json_pack("[ff]", d->interval.low, d->interval.high) :
					      json_null());
	json_object_set_new(json, "wanted_n",
			    d->is_too_small ? json_integer((json_int_t)d->wanted_n) : json_null());
	return json;
}

json_t *comparison_to_json(const struct comparison *c)
{
	_cleanup_free_ char *a = samples_told(c->a), *b = samples_told(c->b),
			    *sentence = comparison_sentence(c);
	json_t *list = json_array();

	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(list, difference_to_json(&c->list[i]));
	return json_pack("{ss ss ss ss sI sI sb ss so}", "a", c->a->name, "b", c->b->name, "told_a", a, "told_b", b,
			 "runs_a", (json_int_t)c->a->runs, "runs_b", (json_int_t)c->b->runs, "exact",
			 c->is_exact, "sentence", sentence, "figures", list);
}
