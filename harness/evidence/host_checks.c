// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/host_checks.h"

#include <string.h>

#include "evidence/file_names.h"
#include "evidence/scan.h"

static int refuse(struct error *err, const char *want)
{
	return error_set(err, STATUS_LOST, FILE_HOST_CHECKS " is malformed: want %s", want);
}

static bool take_log(struct scan *s, struct host_checks *c)
{
	c->has_log = true;
	return scan_format(s, "%d\n", &c->log_lines);
}

static bool take_logs(struct scan *s, struct host_checks *c)
{
	c->has_logs = true;
	return scan_format(s, "%d %d %d %d\n", &c->plain_cpuids, &c->plain_lines, &c->asking_cpuids,
			   &c->asking_lines) && c->plain_cpuids && c->asking_cpuids;
}

static bool take_others(struct scan *s, struct host_checks *c)
{
	struct em_regs *f = c->fresh, *b = c->beside;

	c->has_others = true;
	return scan_format(s, "%d %d %r %r %r %r %r %r %r %r\n", &c->others_n, &c->others_tsc, &f[0], &f[1], &f[2],
			   &f[3], &b[0], &b[1], &b[2], &b[3]) && c->others_n;
}

static bool take_neighbour(struct scan *s, struct host_checks *c)
{
	c->has_neighbour = true;
	return scan_format(s, "%q %d\n", &c->neighbour_reason, &c->neighbour_exits);
}

static bool take_kernel(struct scan *s, struct host_checks *c)
{
	c->has_kernel = true;
	return scan_format(s, "%d %r %r %r %r\n", &c->kernel_n, &c->kernel_total, &c->kernel_again,
			   &c->kernel_reason, &c->kernel_undefined);
}

static bool take_wait(struct scan *s, struct host_checks *c)
{
	struct inspected_wait *w = &c->wait[c->wait_count];

	if (c->wait_count == INSPECTION_WAITS_MAX)
		return false;
	c->wait_count++;
	return scan_format(s, "%x %x %d %d %d %d %d %d\n", &w->total_leaf, &w->reason_leaf, &w->waited, &w->inside,
			   &w->total[0], &w->total[1], &w->reason[0], &w->reason[1]);
}

static bool take_leaf(struct scan *s, struct host_checks *c)
{
	struct inspected_leaf *leaf = &c->leaf[c->leaf_count];

	if (c->leaf_count == INSPECTION_LEAVES_MAX)
		return false;
	c->leaf_count++;
	return scan_format(s, "%x %x %r %r\n", &leaf->fn, &leaf->sub, &leaf->stock, &leaf->now);
}

int host_checks_parse(const char *text, size_t len, struct host_checks *ret, struct error *err)
{
	struct scan s = scan_over(text, len);

	memset(ret, 0, sizeof(*ret));
	if (!scan_literal(&s, "inspect 1\n"))
		return refuse(err, "`inspect 1` as the first line");
	if (scan_literal(&s, "cpus ") && (!scan_format(&s, "%d\n", &ret->cpus) || !ret->cpus))
		return refuse(err, "`cpus N`");
	if (scan_literal(&s, "log ") && !take_log(&s, ret))
		return refuse(err, "`log N`");
	if (scan_literal(&s, "logs ") && !take_logs(&s, ret))
		return refuse(err, "`logs N LINES M LINES`");
	if (scan_literal(&s, "neighbour ") && !take_neighbour(&s, ret))
		return refuse(err, "`neighbour REASON N`");
	if (scan_literal(&s, "others ") && !take_others(&s, ret))
		return refuse(err, "`others N TSC` and eight REGS");
	if (scan_literal(&s, "kernel ") && !take_kernel(&s, ret))
		return refuse(err, "`kernel N REGS REGS REGS REGS`");
	while (scan_literal(&s, "wait "))
		if (!take_wait(&s, ret))
			return refuse(err, "`wait LEAF LEAF` and six figures, and not too many");
	while (scan_literal(&s, "leaf "))
		if (!take_leaf(&s, ret))
			return refuse(err, "`leaf NUMBER SUBLEAF REGS REGS`, and not too many");
	/* Without its last line the text was cut off. */
	if (!scan_literal(&s, "end\n") || !scan_at_end(&s))
		return refuse(err, "`end` as the last line");
	return 0;
}
