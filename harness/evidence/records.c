// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/records.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "evidence/record_fields.h"
#include "evidence/scan.h"

#define SEAL_LEN 10	/* the length of " ~" and eight digits */


const char *point_status_name(enum point_status status)
{
	static const char *const names[] = {
		[POINT_MISSING] = "missing",
		[POINT_OPEN] = "open",
		[POINT_TORN] = "torn",
		[POINT_COMPLETE] = "complete",
	};

	return names[status];
}

void records_init(struct records *r, const struct records_expect *expect)
{
	memset(r, 0, sizeof(*r));
	r->expect = *expect;
	r->open = -1;
}

/* Tears a point.  Only the first damage is told: what follows is its consequence. */
static void __attribute__((format(printf, 3, 4)))
tear(struct records *r, unsigned int index, const char *fmt, ...)
{
	struct point *p = &r->point[index];
	va_list ap;

	if (r->open == (int)index)
		r->open = -1;
	if (p->status == POINT_TORN)
		return;
	p->status = POINT_TORN;
	p->line = r->lines;
	va_start(ap, fmt);
	text_vfit(p->reason, sizeof(p->reason), fmt, ap);
	va_end(ap);
}

/* A line began as a record and is none.  Its head says which point it may have belonged to. */
static void tear_damaged(struct records *r, const char *why)
{
	struct scan s = scan_over(r->line, r->line_len);
	unsigned int index;
	uint64_t seq;

	r->damaged++;
	if (scan_format(&s, EM_MAGIC "%d %n", &seq, em_point_names, EM_POINTS, &index))
		tear(r, index, "%s", why);
	if (r->open >= 0)
		tear(r, (unsigned int)r->open, "%s", why);
}

static bool is_printable(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] < 0x20 || line[i] > 0x7e)
			return false;
	return true;
}

/* Checks the checksum, and returns the length of what it covers. */
static bool check_seal(const char *line, size_t len, size_t *ret_body)
{
	struct scan s;
	uint64_t crc;

	if (len <= SEAL_LEN)
		return false;
	s = scan_over(line + len - SEAL_LEN, SEAL_LEN);
	if (!scan_literal(&s, " ~") || !scan_hex(&s, 8, 8, &crc) || !scan_at_end(&s))
		return false;
	*ret_body = len - SEAL_LEN;
	return crc == em_crc32(line, *ret_body);
}

static void take_begin(struct records *r, unsigned int index, struct scan *s)
{
	struct point *p = &r->point[index];
	const char *why;

	if (r->open >= 0) {
		tear(r, index, "begins within the point %s", em_point_names[r->open]);
		tear(r, (unsigned int)r->open, "cut off by the point %s", em_point_names[index]);
		return;
	}
	for (unsigned int later = index + 1; later < EM_POINTS; later++) {
		if (r->point[later].status != POINT_MISSING) {
			tear(r, index, "comes after the point %s", em_point_names[later]);
			return;
		}
	}
	why = record_take_begin(p, s, r->expect.nonce, r->expect.layout);
	if (why) {
		tear(r, index, "%s", why);
		return;
	}
	p->status = POINT_OPEN;
	p->next_seq = 1;
	r->open = (int)index;
}

static void take_inner(struct records *r, unsigned int index, unsigned int kind, struct scan *s)
{
	struct point *p = &r->point[index];
	const char *why = record_take_inner(p, (enum em_kind)kind, s);

	if (why) {
		tear(r, index, "%s", why);
		return;
	}
	p->next_seq++;
	if (kind == EM_END) {
		p->status = POINT_COMPLETE;
		r->open = -1;
	}
}

static void take_record(struct records *r, unsigned int index, uint64_t seq, unsigned int kind,
			struct scan *s)
{
	struct point *p = &r->point[index];

	if (p->status == POINT_TORN)
		return;
	if (!(r->expect.points & 1u << index))
		tear(r, index, "no point of this run's scenario");
	else if (p->status == POINT_COMPLETE)
		tear(r, index, "a record (%s) comes after its end", em_kind_names[kind]);
	else if (seq != p->next_seq)
		tear(r, index, "record %llu in place of %u", (unsigned long long)seq, p->next_seq);
	else if ((kind == EM_BEGIN) != (seq == 0))
		tear(r, index, "record %llu is a %s", (unsigned long long)seq, em_kind_names[kind]);
	else if (kind == EM_BEGIN)
		take_begin(r, index, s);
	else
		take_inner(r, index, kind, s);
}

static void take_line(struct records *r)
{
	struct scan s;
	unsigned int index, kind;
	uint64_t seq;
	size_t body;

	r->lines++;
	if (r->line_len < strlen(EM_MAGIC) || memcmp(r->line, EM_MAGIC, strlen(EM_MAGIC))) {
		r->noise++;
		return;
	}
	if (r->line_overlong || !is_printable(r->line, r->line_len)) {
		tear_damaged(r, "a line is too long, or holds bytes that no record has");
		return;
	}
	if (!check_seal(r->line, r->line_len, &body)) {
		tear_damaged(r, "a record's checksum is wrong");
		return;
	}
	s = scan_over(r->line, body);
	if (!scan_format(&s, EM_MAGIC "%d %n %n ", &seq, em_point_names, EM_POINTS, &index, em_kind_names,
			 EM_KINDS, &kind)) {
		tear_damaged(r, "a record's head is malformed");
		return;
	}
	take_record(r, index, seq, kind, &s);
}

void records_feed(struct records *r, const void *data, size_t len)
{
	const char *p = data;

	for (; len > 0; p++, len--) {
		if (*p == '\n') {
			take_line(r);
			r->line_len = 0;
			r->line_overlong = false;
		} else if (r->line_len < EM_RECORD_MAX - 1) {
			r->line[r->line_len++] = *p;
		} else {
			r->line_overlong = true;
		}
	}
}

void records_finish(struct records *r)
{
	if (r->line_len > 0) {
		r->lines++;
		if (r->line_len >= strlen(EM_MAGIC) && !memcmp(r->line, EM_MAGIC, strlen(EM_MAGIC)))
			tear_damaged(r, "the last line is cut off");
		else
			r->noise++;
		r->line_len = 0;
	}
	if (r->open >= 0)
		tear(r, (unsigned int)r->open, "its end is missing");
}
