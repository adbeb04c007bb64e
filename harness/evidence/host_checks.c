// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/host_checks.h"

#include <string.h>

#include "evidence/file_names.h"
#include "evidence/scan.h"

static int refuse(struct error *err, const char *want)
{
	return error_set(err, STATUS_LOST, FILE_HOST_CHECKS " is malformed: want %s", want);
}

static bool take_u32(struct scan *s, uint32_t *ret)
{
	uint64_t value;

	if (!scan_hex(s, 8, 8, &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

/* A space, and four registers. */
static bool take_regs(struct scan *s, struct em_regs *ret)
{
	return scan_literal(s, " ") && take_u32(s, &ret->eax) && scan_literal(s, ":") &&
	       take_u32(s, &ret->ebx) && scan_literal(s, ":") && take_u32(s, &ret->ecx) &&
	       scan_literal(s, ":") && take_u32(s, &ret->edx);
}

static bool take_log(struct scan *s, struct host_checks *i)
{
	i->has_log = true;
	return scan_dec(s, &i->log_lines) && scan_literal(s, "\n");
}

static bool take_neighbour(struct scan *s, struct host_checks *i)
{
	i->has_neighbour = true;
	return scan_hex(s, 1, 16, &i->neighbour_reason) && scan_literal(s, " ") &&
	       scan_dec(s, &i->neighbour_exits) && scan_literal(s, "\n");
}

static bool take_kernel(struct scan *s, struct host_checks *i)
{
	i->has_kernel = true;
	return scan_dec(s, &i->kernel_n) && take_regs(s, &i->kernel_total) &&
	       take_regs(s, &i->kernel_again) && take_regs(s, &i->kernel_reason) &&
	       take_regs(s, &i->kernel_undefined) && scan_literal(s, "\n");
}

static bool take_leaf(struct scan *s, struct host_checks *i)
{
	struct inspected_leaf *leaf = &i->leaf[i->leaf_count];

	if (i->leaf_count == INSPECTION_LEAVES_MAX)
		return false;
	i->leaf_count++;
	return take_u32(s, &leaf->fn) && scan_literal(s, " ") && take_u32(s, &leaf->sub) &&
	       take_regs(s, &leaf->stock) && take_regs(s, &leaf->now) && scan_literal(s, "\n");
}

int host_checks_parse(const char *text, size_t len, struct host_checks *ret, struct error *err)
{
	struct scan s = scan_over(text, len);

	memset(ret, 0, sizeof(*ret));
	if (!scan_literal(&s, "inspect 1\n"))
		return refuse(err, "`inspect 1` as the first line");
	if (scan_literal(&s, "log ") && !take_log(&s, ret))
		return refuse(err, "`log N`");
	if (scan_literal(&s, "neighbour ") && !take_neighbour(&s, ret))
		return refuse(err, "`neighbour REASON N`");
	if (scan_literal(&s, "kernel ") && !take_kernel(&s, ret))
		return refuse(err, "`kernel N REGS REGS REGS REGS`");
	while (scan_literal(&s, "leaf "))
		if (!take_leaf(&s, ret))
			return refuse(err, "`leaf NUMBER SUBLEAF REGS REGS`, and not too many");
	/* Without it the text was cut off. */
	if (!scan_literal(&s, "end\n") || !scan_at_end(&s))
		return refuse(err, "`end` as the last line");
	return 0;
}
