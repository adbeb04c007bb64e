// SPDX-License-Identifier: GPL-2.0-only
#include "report/stat_print.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/csv_put.h"
#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "judge/reasons.h"

#define VM_WIDTH 22
#define COLUMN_WIDTH 9 /* and a blank before it */
/* Exits per second, cycles per exit, and other reasons have a column in each row. */
#define FIXED_WIDTH (VM_WIDTH + 3 * (COLUMN_WIDTH + 1))

unsigned int stat_columns_that_fit(unsigned int width)
{
	unsigned int count = width > FIXED_WIDTH ? (width - FIXED_WIDTH) / (COLUMN_WIDTH + 1) : 0;

	return count < 1 ? 1 : count > STAT_COLUMNS_MAX ? STAT_COLUMNS_MAX : count;
}

/* A reason that the vendor's manual does not have, or whose vendor is not known yet, is told by its number. */
static const char *name_of(enum em_vendor vendor, uint64_t number, char buf[24])
{
	const char *name = vendor == EM_UNKNOWN ? "?" : reason_name(vendor, number);

	return name[0] == '?' ? reason_number(vendor, number, buf) : name;
}

static void put_head(FILE *out, const char *word)
{
	fprintf(out, " %*.*s", COLUMN_WIDTH, COLUMN_WIDTH, word);
}

void stat_print_head(FILE *out, const struct stat_columns *c)
{
	char buf[24];

	fprintf(out, "%-*s", VM_WIDTH, "VM");
	put_head(out, "exits/s");
	put_head(out, "cyc/exit");
	for (unsigned int i = 0; i < c->count; i++)
		put_head(out, name_of(c->vendor, c->number[i], buf));
	put_head(out, "other");
	fputc('\n', out);
}

static uint64_t per_second(uint64_t count, const struct stat_delta *d)
{
	return d->seconds > 0 ? (uint64_t)llround((double)count / d->seconds) : 0;
}

static void put_figure(FILE *out, uint64_t value)
{
	char buf[32];

	fprintf(out, " %*s", COLUMN_WIDTH, text_group_digits(value, buf));
}

/* Its own name, as far as there is room, and the process. */
static void put_vm(FILE *out, const struct stat_vm *vm)
{
	_cleanup_free_ char *process = xasprintf("%d", vm->pid);
	_cleanup_free_ char *name = printable_copy(vm->name ? vm->name : "");
	int room = VM_WIDTH - (int)snprintf(NULL, 0, "%s ", process);
	_cleanup_free_ char *words = xasprintf("%s %.*s", process, room, name);

	fprintf(out, "%-*s", VM_WIDTH, words);
}

void stat_print_row(FILE *out, const struct stat_columns *c, const struct stat_delta *d)
{
	uint64_t shown = 0;

	put_vm(out, d->vm);
	put_figure(out, per_second(d->exits, d));
	if (d->exits)
		put_figure(out, d->cycles / d->exits);
	else
		put_head(out, "-");
	for (unsigned int i = 0; i < c->count; i++) {
		const struct stat_reason *r = stat_delta_find(d, c->number[i]);

		put_figure(out, per_second(r ? r->exits : 0, d));
		shown += r ? r->exits : 0;
	}
	put_figure(out, per_second(d->exits > shown ? d->exits - shown : 0, d));
	fputc('\n', out);
}

void stat_print_csv_head(FILE *out)
{
	fputs("time,pid,fd,vm,seconds,reason,number,exits,exits_per_second,cycles\n", out);
}

static void put_csv(FILE *out, const struct stat_delta *d, const char *when, const char *reason, const char *number,
		    uint64_t exits, uint64_t cycles)
{
	fprintf(out, "%s,%d,%d,", when, d->vm->pid, d->vm->fd);
	csv_put(out, d->vm->name ? d->vm->name : "");
	fprintf(out, ",%.3f,%s,%s,%" PRIu64 ",%.1f,%" PRIu64 "\n", d->seconds, reason, number, exits,
		d->seconds > 0 ? (double)exits / d->seconds : 0.0, cycles);
}

void stat_print_csv(FILE *out, const struct stat_delta *d, time_t when)
{
	enum em_vendor vendor = d->vm->counters.vendor;
	char date[32], number[24], name[24];
	struct tm utc;

	gmtime_r(&when, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	put_csv(out, d, date, "total", "", d->exits, d->cycles);
	for (unsigned int i = 0; i < d->count; i++) {
		const struct stat_reason *r = &d->reason[i];

		if (r->exits)
			put_csv(out, d, date, name_of(vendor, r->number, name), reason_number(vendor, r->number, number),
				r->exits, r->cycles);
	}
	if (d->other_exits)
		put_csv(out, d, date, "other", "", d->other_exits, d->other_cycles);
}
