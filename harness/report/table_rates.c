// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_rates.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/reasons.h"
#include "report/page.h"

static void print_phase(FILE *out, const struct case_file *cf, const struct rate_phase *p)
{
	char exits[32], rate[32];

	fprintf(out, "  %-19s %8.1f %8.1f %11s %9s %8.2f", boot_mark_name(p->mark),
		(double)p->from_ms / 1000, (double)(p->to_ms - p->from_ms) / 1000,
		text_group_digits(p->exits, exits),
		text_group_digits((uint64_t)p->per_second, rate), p->per_mcycle);
	for (unsigned int i = 0; i < p->top_count; i++)
		fprintf(out, "%s%s %.0f %%", i ? ", " : "  ",
			reason_name(cf->vendor, p->top[i].number),
			100.0 * (double)p->top[i].exits / (double)p->exits);
	fputc('\n', out);
}

static void tell_stability(FILE *out, const struct rates *r)
{
	char busiest[32], median[32];
	const struct rate_phase *p;

	if (r->variation < 0) {
		fprintf(out,
			"The run was sampled for %.1f s, which is too short to tell whether the rate is stable.\n",
			(double)r->duration_ms / 1000);
		return;
	}
	fprintf(out,
		"The number of exits %s at a stable rate: over %u spans of %" PRIu64
		" ms the coefficient of variation "
		"is %.2f, and below %.2f counts as stable.\n",
		r->variation < RATES_STABLE_CV ? "increases" : "does not increase", r->bins,
		r->bin_ms, r->variation, RATES_STABLE_CV);
	if (!r->has_seconds)
		return;
	p = rates_phase_at(r, r->busiest_ms);
	fprintf(out,
		"The busiest second begins at %.1f s%s%s%s and has %s exits; the median second has %s",
		(double)r->busiest_ms / 1000, p ? ", in the phase " : "",
		p ? boot_mark_name(p->mark) : "", p ? "," : "",
		text_group_digits(r->busiest, busiest), text_group_digits(r->median, median));
	if (r->median)
		fprintf(out, ", so the ratio is %.1f", (double)r->busiest / (double)r->median);
	fputs(".\n", out);
}

static void tell_extremes(FILE *out, const struct rates *r)
{
	const struct rate_phase *most = NULL, *least = NULL;
	char high[32], low[32];

	/* A phase of a few samples has a rate that one exit changes much. */
	for (unsigned int i = 0; i < r->phase_count; i++) {
		const struct rate_phase *p = &r->phase[i];

		if (p->bins < RATES_BINS_MIN)
			continue;
		most = !most || p->per_second > most->per_second ? p : most;
		least = !least || p->per_second < least->per_second ? p : least;
	}
	if (!most || most == least)
		return;
	fprintf(out,
		"Of the phases of at least %d such spans, %s has the highest rate, %s exits a second, and %s the "
		"lowest, %s.\n",
		RATES_BINS_MIN, boot_mark_name(most->mark),
		text_group_digits((uint64_t)most->per_second, high), boot_mark_name(least->mark),
		text_group_digits((uint64_t)least->per_second, low));
}

static void tell_unstable(FILE *out, const struct rates *r)
{
	_cleanup_free_ char *list = NULL;
	unsigned int judged = 0, unstable = 0;

	for (unsigned int i = 0; i < r->phase_count; i++) {
		const struct rate_phase *p = &r->phase[i];

		judged += p->variation >= 0;
		if (p->variation < RATES_STABLE_CV)
			continue;
		unstable++;
		text_join(&list, ", ", "%s (%.2f)", boot_mark_name(p->mark), p->variation);
	}
	if (judged)
		fprintf(out, "Within %u of these %u phases the rate is not stable%s%s.\n", unstable,
			judged, list ? ": " : "", list ? list : "");
}

static void tell_cost(FILE *out, const struct phases *p, const struct rates *r)
{
	if (!p->samples || !r->duration_ms)
		return;
	fprintf(out,
		"%" PRIu64
		" samples were taken, of %s; they took the host %.1f ms in all, %.2f %% of the time.\n",
		p->samples,
		p->source == TIMELINE_COUNTERS ? "the counters under test" :
						 "the kernel's tracepoint kvm:kvm_exit",
		(double)p->spent_us / 1000, (double)p->spent_us / 10.0 / (double)r->duration_ms);
}

char *rates_sentences(const struct case_file *cf, const struct rates *r)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	tell_stability(out, r);
	tell_extremes(out, r);
	tell_unstable(out, r);
	tell_cost(out, &cf->phases, r);
	return text_close(&text);
}

static void print_sentences(FILE *out, const struct case_file *cf, const struct rates *r)
{
	_cleanup_free_ char *words = rates_sentences(cf, r);

	for (char *line = words, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		page_print_wrapped(out, "", line);
	}
}

void table_print_rates(FILE *out, const struct case_file *cf)
{
	const struct rates *r = cf->rates;

	if (r) {
		fprintf(out, "\nOver time (%s)\n  %-19s %8s %8s %11s %9s %8s  %s\n",
			"host time since the first instruction", "phase, from", "at s", "lasts s",
			"exits", "exits/s", "/Mcycle", "leading reasons");
		for (unsigned int i = 0; i < r->phase_count; i++)
			print_phase(out, cf, &r->phase[i]);
		print_sentences(out, cf, r);
	}
}
