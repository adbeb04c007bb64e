// SPDX-License-Identifier: GPL-2.0-only
#include "report/likeness.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define SHARED_MIN \
	4 /* of fewer subjects, those that more than half have in common may be one copy */

/* A line within a text, without the blanks around it. */
struct line {
	const char *at;
	size_t len;
};

struct lines {
	struct line *lines;
	size_t count;
};

static int compare_lines(const void *left, const void *right)
{
	const struct line *a = left, *b = right;
	int order = memcmp(a->at, b->at, a->len < b->len ? a->len : b->len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static bool has_line(const struct lines *sorted, const struct line *line)
{
	return sorted->count &&
	       bsearch(line, sorted->lines, sorted->count, sizeof(*line), compare_lines);
}

static struct line trim(const char *at, size_t len)
{
	while (len && strchr(" \t\r", *at)) {
		at++;
		len--;
	}
	while (len && strchr(" \t\r", at[len - 1]))
		len--;
	return (struct line){ at, len };
}

static void add(struct lines *l, struct line line)
{
	if (l->count % 256 == 0)
		l->lines = xrealloc(l->lines, (l->count + 256) * sizeof(*l->lines));
	l->lines[l->count++] = line;
}

static void sort(struct lines *l)
{
	if (l->count)
		qsort(l->lines, l->count, sizeof(*l->lines), compare_lines);
}

/* Moves on to the next line, and returns how long this one is, without its newline. */
static size_t take_line(const char **at)
{
	size_t len = strcspn(*at, "\n");

	*at += len + ((*at)[len] == '\n');
	return len;
}

/* "3,5" begins at line 3 and has 5 lines; "3" has one. */
static bool take_range(const char **at, char sign, unsigned int *ret_count)
{
	unsigned int from, count;
	int used = 0, more = 0;

	if (**at != sign || sscanf(*at + 1, "%u%n,%u%n", &from, &used, &count, &more) < 1)
		return false;
	*ret_count = more ? count : 1;
	*at += 1 + (more ? more : used);
	return true;
}

/* How many of the old and of the new file's lines a hunk has, "@@ -1,2 +3,4 @@"; 0 where none begins. */
static void begin_hunk(const char *line, unsigned int *old, unsigned int *new)
{
	*old = *new = 0;
	if (strncmp(line, "@@ ", 3) != 0)
		return;
	line += 3;
	if (!take_range(&line, '-', old) || *line++ != ' ' || !take_range(&line, '+', new))
		*old = *new = 0;
}

/* Sorts the lines of all hunks into those that are added, and those that the base has. */
static void split_patch(const char *patch, struct lines *added, struct lines *base)
{
	unsigned int old = 0, new = 0;

	while (*patch) {
		const char *line = patch;
		size_t len = take_line(&patch);

		if (!old && !new) {
			begin_hunk(line, &old, &new);
			continue;
		}
		if (len && *line == '\\')	/* "No newline at end of file" */
			continue;
		if (len && *line == '+') {
			add(added, trim(line + 1, len - 1));
			new -= new > 0;
			continue;
		}
		add(base, trim(line + (len > 0), len - (len > 0)));
		old -= old > 0;
		if (!len || *line != '-')
			new -= new > 0;
	}
}

/* Joins the lines that `without`, which is sorted, does not have. */
static char *join(const struct lines *l, const struct lines *without, unsigned int *ret_count)
{
	struct text t;
	FILE *out = text_open(&t);

	*ret_count = 0;
	for (size_t i = 0; i < l->count; i++) {
		if (!l->lines[i].len || has_line(without, &l->lines[i]))
			continue;
		fprintf(out, "%.*s\n", (int)l->lines[i].len, l->lines[i].at);
		(*ret_count)++;
	}
	return text_close(&t);
}

char *likeness_added_lines(const char *patch)
{
	struct lines added = { 0 }, base = { 0 };
	unsigned int count;
	char *text;

	split_patch(patch, &added, &base);
	sort(&base);
	text = join(&added, &base, &count);
	free(added.lines);
	free(base.lines);
	return text;
}

static struct lines split(const char *text)
{
	struct lines l = { 0 };

	while (*text) {
		const char *line = text;
		size_t len = take_line(&text);

		add(&l, (struct line){ line, len });
	}
	return l;
}

/* Adds each line of a part once. */
static void add_once(struct lines *all, const char *part)
{
	struct lines l = split(part);

	sort(&l);
	for (size_t i = 0; i < l.count; i++)
		if (!i || compare_lines(&l.lines[i], &l.lines[i - 1]) != 0)
			add(all, l.lines[i]);
	free(l.lines);
}

/* The lines that more than half of the parts have, sorted. */
static struct lines find_shared(char *const *parts, size_t count)
{
	struct lines all = { 0 }, shared = { 0 };
	size_t there = 0, run = 1;

	for (size_t i = 0; i < count; i++) {
		if (!parts[i])
			continue;
		add_once(&all, parts[i]);
		there++;
	}
	sort(&all);
	for (size_t i = 1; i <= all.count; i++, run++) {
		if (i < all.count && !compare_lines(&all.lines[i], &all.lines[i - 1]))
			continue;
		if (run >= SHARED_MIN && run * 2 > there)
			add(&shared, all.lines[i - 1]);
		run = 0;
	}
	free(all.lines);
	return shared;
}

void likeness_drop_shared(char **parts, size_t count, struct likeness *ret)
{
	struct lines shared = find_shared(parts, count);
	char **kept = xcalloc(count + 1, sizeof(*kept));

	ret->lines = xcalloc(count + 1, sizeof(*ret->lines));
	for (size_t i = 0; i < count; i++) {
		struct lines l = { 0 };

		if (!parts[i])
			continue;
		l = split(parts[i]);
		kept[i] = join(&l, &shared, &ret->lines[i]);
		free(l.lines);
	}
	for (size_t i = 0; i < count; i++) {
		free(parts[i]);	/* `shared` has lines of all of them */
		parts[i] = kept[i];
	}
	free(shared.lines);
	free(kept);
}

/* The number in ".../12.c", which ends at `end`. */
static bool take_row(const char *text, const char *end, size_t rows, size_t *ret)
{
	const char *at = end - 2;

	if (end - text < 3 || strncmp(at, ".c", 2) != 0)
		return false;
	while (at > text && at[-1] >= '0' && at[-1] <= '9')
		at--;
	if (at == end - 2 || end - at > 8 || (at > text && at[-1] != '/'))
		return false;
	*ret = strtoul(at, NULL, 10);
	return *ret < rows;
}

static struct likeness_pair *find_pair(struct likeness *l, size_t a, size_t b)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->pairs[i].a == a && l->pairs[i].b == b)
			return &l->pairs[i];
	if (l->count % 64 == 0)
		l->pairs = xrealloc(l->pairs, (l->count + 64) * sizeof(*l->pairs));
	l->pairs[l->count] = (struct likeness_pair){ .a = a, .b = b };
	return &l->pairs[l->count++];
}

static void take_pair(struct likeness *l, const char *line, size_t len, size_t rows)
{
	static const char middle[] = " consists for ", last[] = " material";
	const char *end = line + len, *at = memmem(line, len, middle, sizeof(middle) - 1), *of;
	unsigned long percent;
	size_t row, other;
	char *rest;

	if (!at || !take_row(line, at, rows, &row) || len < sizeof(last) ||
	    strncmp(end - (sizeof(last) - 1), last, sizeof(last) - 1) != 0)
		return;
	percent = strtoul(at + sizeof(middle) - 1, &rest, 10);
	of = rest;
	end -= sizeof(last) - 1;
	if (strncmp(of, " % of ", 6) != 0 || of + 6 > end || !take_row(of + 6, end, rows, &other) ||
	    row == other || percent > 100)
		return;
	if (row < other)
		find_pair(l, row, other)->a_in_b = (unsigned int)percent;
	else
		find_pair(l, other, row)->b_in_a = (unsigned int)percent;
}

static unsigned int more(const struct likeness_pair *p)
{
	return p->a_in_b > p->b_in_a ? p->a_in_b : p->b_in_a;
}

static int by_likeness(const void *left, const void *right)
{
	const struct likeness_pair *a = left, *b = right;

	if (more(a) != more(b))
		return more(a) < more(b) ? 1 : -1;
	if (a->a_in_b + a->b_in_a != b->a_in_b + b->b_in_a)
		return a->a_in_b + a->b_in_a < b->a_in_b + b->b_in_a ? 1 : -1;
	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

void likeness_parse(struct likeness *l, const char *output, size_t rows)
{
	while (*output) {
		const char *line = output;
		size_t len = take_line(&output);

		take_pair(l, line, len, rows);
	}
	if (l->count)
		qsort(l->pairs, l->count, sizeof(*l->pairs), by_likeness);
}

void likeness_deinit(struct likeness *l)
{
	free(l->pairs);
	free(l->lines);
	free(l->why_not);
	*l = (struct likeness){ 0 };
}
