// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/host_counters.h"

#include <string.h>

#include "evidence/file_names.h"
#include "evidence/scan.h"

#define VCPUS_MAX 65536

static const char *const scope_names[] = { "vm", "global" };
#define SCOPES 2

static int refuse(struct error *err, const char *want)
{
	return error_set(err, STATUS_LOST, "host counters are malformed: want %s", want);
}

static int take_head(struct scan *s, struct host_counters *h, struct error *err)
{
	unsigned int vendor, layout, scope;
	uint64_t vcpus;

	if (!scan_literal(s, "exitmeter 1\n"))
		return refuse(err, "`exitmeter 1` as the first line");
	if (!scan_format(s, "vendor %n\n", em_vendor_names, EM_VENDORS, &vendor))
		return refuse(err, "`vendor svm|vmx|unknown`");
	if (!scan_format(s, "layout %n\n", em_layout_names, EM_LAYOUTS, &layout))
		return refuse(err, "`layout split|combined|reversed`");
	if (!scan_format(s, "scope %n\n", scope_names, SCOPES, &scope))
		return refuse(err, "`scope vm|global`");
	if (!scan_format(s, "vcpus %d\n", &vcpus) || vcpus > VCPUS_MAX)
		return refuse(err, "`vcpus N`");
	if (!scan_format(s, "exits %d\ncycles %d\n", &h->exits, &h->cycles))
		return refuse(err, "`exits N` and `cycles N`");
	h->vendor = (enum em_vendor)vendor;
	h->layout = (enum em_layout)layout;
	h->is_global = scope == 1;
	h->vcpus = (uint32_t)vcpus;
	return 0;
}

/* Takes what follows `reason `. */
static int take_reason(struct scan *s, struct host_counters *h, struct error *err)
{
	struct host_reason r;

	if (!scan_format(s, "0x%q exits %d cycles %d\n", &r.number, &r.exits, &r.cycles))
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
	/* Without its last line the text was cut off. */
	if (!scan_all(&s, "other exits %d cycles %d\n", &ret->other_exits, &ret->other_cycles))
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
	if (!scan_format(&s, "# vendor %n ", em_vendor_names, EM_UNKNOWN, &vendor))
		return error_set(err, STATUS_LOST,
				 FILE_ENABLED " is malformed: want `# vendor svm|vmx kernel ...`");
	ret->vendor = (enum em_vendor)vendor;
	s.at = memchr(s.at, '\n', (size_t)(s.end - s.at));
	if (!s.at)
		return error_set(err, STATUS_LOST, FILE_ENABLED " holds no number");
	s.at++;
	while (!scan_at_end(&s)) {
		scan_literal(&s, "0x");
		if (!scan_format(&s, "%q\n", &number))
			return error_set(err, STATUS_LOST,
					 FILE_ENABLED " is malformed: want one hexadecimal number a line");
		enable(ret, number);
	}
	return 0;
}
