// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/host_counters.h"

#include <string.h>

#include "evidence/scan.h"

#define VCPUS_MAX 65536

static const char *const scope_names[] = { "vm", "global" };

static int refuse(struct error *err, const char *want)
{
	return error_set(err, STATUS_LOST, "host counters are malformed: want %s", want);
}

/* `key value\n` with a value out of names. */
static bool take_choice(struct scan *s, const char *key, const char *const *names,
			unsigned int count, unsigned int *ret)
{
	for (*ret = 0; *ret < count; ++*ret) {
		struct scan t = *s;

		if (scan_literal(&t, key) && scan_literal(&t, names[*ret]) &&
		    scan_literal(&t, "\n")) {
			*s = t;
			return true;
		}
	}
	return false;
}

static bool take_figure(struct scan *s, const char *key, uint64_t *ret)
{
	return scan_literal(s, key) && scan_dec(s, ret);
}

static int take_head(struct scan *s, struct host_counters *h, struct error *err)
{
	unsigned int vendor, layout, scope;
	uint64_t vcpus;

	if (!scan_literal(s, "exitmeter 1\n"))
		return refuse(err, "`exitmeter 1` as the first line");
	if (!take_choice(s, "vendor ", em_vendor_names, EM_VENDORS, &vendor))
		return refuse(err, "`vendor svm|vmx|unknown`");
	if (!take_choice(s, "layout ", em_layout_names, EM_LAYOUTS, &layout))
		return refuse(err, "`layout split|combined|reversed`");
	if (!take_choice(s, "scope ", scope_names, 2, &scope))
		return refuse(err, "`scope vm|global`");
	if (!take_figure(s, "vcpus ", &vcpus) || !scan_literal(s, "\n") || vcpus > VCPUS_MAX)
		return refuse(err, "`vcpus N`");
	if (!take_figure(s, "exits ", &h->exits) || !take_figure(s, "\ncycles ", &h->cycles) ||
	    !scan_literal(s, "\n"))
		return refuse(err, "`exits N` and `cycles N`");
	h->vendor = (enum em_vendor)vendor;
	h->layout = (enum em_layout)layout;
	h->is_global = scope == 1;
	h->vcpus = (uint32_t)vcpus;
	return 0;
}

/* After `reason `. */
static int take_reason(struct scan *s, struct host_counters *h, struct error *err)
{
	struct host_reason r;

	if (!scan_literal(s, "0x") || !scan_hex(s, 1, 16, &r.number) ||
	    !take_figure(s, " exits ", &r.exits) || !take_figure(s, " cycles ", &r.cycles) ||
	    !scan_literal(s, "\n"))
		return refuse(err, "`reason 0xN exits N cycles N`");
	if (h->reason_count == HOSTCOUNT_REASONS_MAX)
		return refuse(err, "fewer reasons");
	if (h->reason_count && h->reason[h->reason_count - 1].number >= r.number)
		return refuse(err, "the reasons in ascending order, each once");
	h->reason[h->reason_count++] = r;
	return 0;
}

int host_counters_parse(const char *text, size_t len, struct host_counters *ret, struct error *err)
{
	struct scan s = scan_over(text, len);

	memset(ret, 0, sizeof(*ret));
	if (take_head(&s, ret, err) < 0)
		return -1;
	while (scan_literal(&s, "reason "))
		if (take_reason(&s, ret, err) < 0)
			return -1;
	/* The last line: without it the text was cut off. */
	if (!take_figure(&s, "other exits ", &ret->other_exits) ||
	    !take_figure(&s, " cycles ", &ret->other_cycles) || !scan_literal(&s, "\n") ||
	    !scan_at_end(&s))
		return refuse(err, "`other exits N cycles N` as the last line");
	return 0;
}

const struct host_reason *host_counters_find(const struct host_counters *h, uint64_t number)
{
	for (unsigned int i = 0; i < h->reason_count; i++)
		if (h->reason[i].number == number)
			return &h->reason[i];
	return NULL;
}

static void enable(struct enabled *e, uint64_t number)
{
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (em_sweep_number(i) == number)
			e->has_handler[i] = true;
}

int enabled_parse(const char *text, size_t len, struct enabled *ret, struct error *err)
{
	struct scan s = scan_over(text, len);
	unsigned int vendor;
	uint64_t number;

	memset(ret, 0, sizeof(*ret));
	if (!scan_literal(&s, "# vendor ") || !scan_name(&s, em_vendor_names, EM_UNKNOWN, &vendor))
		return error_set(err, STATUS_LOST,
				 "enabled.txt is malformed: want `# vendor svm|vmx kernel ...`");
	ret->vendor = (enum em_vendor)vendor;
	s.at = memchr(s.at, '\n', (size_t)(s.end - s.at));
	if (!s.at)
		return error_set(err, STATUS_LOST, "enabled.txt holds no number");
	s.at++;
	while (!scan_at_end(&s)) {
		scan_literal(&s, "0x");
		if (!scan_hex(&s, 1, 16, &number) || !scan_literal(&s, "\n"))
			return error_set(err, STATUS_LOST,
					 "enabled.txt is malformed: want one hexadecimal number a line");
		enable(ret, number);
	}
	return 0;
}
