// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/host_histogram.h"

#include <inttypes.h>
#include <string.h>

#include "evidence/scan.h"

static void skip_spaces(struct scan *s)
{
	while (s->at < s->end && *s->at == ' ')
		s->at++;
}

/* Takes a label, spaces and a number: "LABEL   123". */
static bool scan_figure(struct scan *s, const char *label, uint64_t *ret)
{
	skip_spaces(s);
	if (!scan_literal(s, label))
		return false;
	skip_spaces(s);
	return scan_dec(s, ret);
}

/* Takes an entry: "{ exit_reason:        114 } hitcount:       4317". */
static bool parse_entry(struct scan s, struct host_histogram *t)
{
	uint64_t number, hits;

	if (!scan_literal(&s, "{") || !scan_figure(&s, "exit_reason:", &number) ||
	    number > UINT32_MAX)
		return false;
	skip_spaces(&s);
	if (!scan_literal(&s, "}") || !scan_figure(&s, "hitcount:", &hits) || !scan_at_end(&s))
		return false;
	if (t->reason_count == HOSTTRACE_REASONS_MAX)
		return false;
	t->reason[t->reason_count++] = (struct trace_reason){ (uint32_t)number, hits };
	return true;
}

static size_t line_length(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	size_t len = (size_t)((newline ? newline : end) - at);

	while (len && at[len - 1] == ' ')
		len--;
	return len;
}

/* The figures at the end, each of which must be there once. */
struct totals {
	unsigned int seen;	/* a bit each */
	uint64_t entries;
};

static bool parse_total(struct scan s, struct host_histogram *t, struct totals *totals)
{
	static const char *const labels[] = { "Hits:", "Entries:", "Dropped:" };
	uint64_t *const figures[] = { &t->hits, &totals->entries, &t->dropped };

	for (unsigned int i = 0; i < 3; i++) {
		struct scan try = s;

		if (!scan_figure(&try, labels[i], figures[i]))
			continue;
		if (!scan_at_end(&try) || totals->seen & 1u << i)
			return false;
		totals->seen |= 1u << i;
		return true;
	}
	return false;
}

static bool is_frame(const char *line, size_t len)
{
	return !len || *line == '#' || (len == 7 && !memcmp(line, "Totals:", 7));
}

int host_histogram_parse(const char *text, size_t len, struct host_histogram *ret, struct error *err)
{
	const char *at = text, *end = text + len;
	struct totals totals = { 0 };
	unsigned long number = 0;

	memset(ret, 0, sizeof(*ret));
	while (at < end) {
		size_t n = line_length(at, end);
		struct scan s = scan_over(at, n);
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		number++;
		if (!is_frame(at, n) &&
		    !(*at == '{' ? parse_entry(s, ret) : parse_total(s, ret, &totals)))
			return error_set(err, STATUS_USAGE, "line %lu does not belong to a histogram", number);
		at = newline ? newline + 1 : end;
	}
	if (totals.seen != 7 || totals.entries != ret->reason_count)
		return error_set(err, STATUS_USAGE, "the histogram is cut short");
	return 0;
}

int hoststat_parse(const char *text, size_t len, uint64_t *ret, struct error *err)
{
	struct scan s = scan_over(text, len && text[len - 1] == '\n' ? len - 1 : len);

	if (!scan_dec(&s, ret) || !scan_at_end(&s))
		return error_set(err, STATUS_USAGE, "it does not hold one number");
	return 0;
}

uint64_t host_histogram_hits(const struct host_histogram *t, uint64_t number)
{
	uint64_t hits = 0;

	for (unsigned int i = 0; i < t->reason_count; i++)
		if (t->reason[i].number == number)
			hits += t->reason[i].hits;
	return hits;
}

uint64_t host_histogram_hits_basic(const struct host_histogram *t, uint64_t number)
{
	uint64_t hits = 0;

	for (unsigned int i = 0; i < t->reason_count; i++)
		if ((t->reason[i].number & 0xffff) == number)
			hits += t->reason[i].hits;
	return hits;
}
