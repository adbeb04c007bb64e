// SPDX-License-Identifier: GPL-2.0-only
#include "report/rubric.h"

#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "judge/clause.h"

#define POINTS_MAX 1000000	/* hundredths */

enum column { COLUMN_CLAUSE, COLUMN_POINTS, COLUMN_TEXT, COLUMNS };

static const char *const columns[COLUMNS] = { "clause", "points", "text" };

static int find_columns(const struct csv *csv, int at[COLUMNS], struct error *err)
{
	for (int i = 0; i < COLUMNS; i++) {
		at[i] = csv_column(csv, columns[i]);
		if (at[i] < 0 && i != COLUMN_TEXT)
			return error_set(err, STATUS_USAGE,
					 "its first line names no column '%s' (wanted: "
					 "clause,points,text)",
					 columns[i]);
	}
	return 0;
}

static const char *cell(const struct csv_row *row, int at)
{
	const char *text = csv_field(row, at);

	return text ? text : "";
}

/* Without the blanks around it, and in small letters, as ids of clauses and groups are; the caller frees. */
static char *trimmed(const char *text)
{
	char *copy = xstrdup(text + strspn(text, " \t"));
	size_t len = strlen(copy);

	while (len && strchr(" \t", copy[len - 1]))
		copy[--len] = '\0';
	for (char *c = copy; *c; c++)
		*c += *c >= 'A' && *c <= 'Z' ? 'a' - 'A' : 0;
	return copy;
}

/* Reads "12", "12.5" or, as some spreadsheets write it, "12,5". */
static int take_points(const char *text, long *ret)
{
	char *end, *fraction;
	long whole;

	if (*text < '0' || *text > '9')
		return -1;
	whole = strtol(text, &end, 10);
	if (whole > POINTS_MAX / 100)
		return -1;
	*ret = whole * 100;
	if (*end == '.' || *end == ',') {
		fraction = end + 1;
		end = fraction + strspn(fraction, "0123456789");
		if (end == fraction || end - fraction > 2)
			return -1;
		*ret += (fraction[0] - '0') * 10 + (end - fraction > 1 ? fraction[1] - '0' : 0);
	}
	return *end ? -1 : 0;
}

static bool is_clause(const char *id)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, id))
			return true;
	return false;
}

static const char *nearest_item(const char *id)
{
	struct nearest nearest = { .word = id };

	for (unsigned int i = 0; i < clause_count; i++)
		nearest_try(&nearest, clauses[i].id);
	for (int i = 0; i < CLAUSE_GROUPS; i++)
		nearest_try(&nearest, clause_group_name((enum clause_group)i));
	return nearest.best;
}

static int take_item(const struct csv_row *row, const int at[COLUMNS], struct rubric_item *ret,
		     struct error *err)
{
	_cleanup_free_ char *id = trimmed(cell(row, at[COLUMN_CLAUSE]));
	_cleanup_free_ char *points = trimmed(cell(row, at[COLUMN_POINTS]));

	ret->group = clause_group_find(id);
	if (ret->group == CLAUSE_GROUPS && !is_clause(id))
		return error_set(err, STATUS_USAGE,
				 "'%s' is neither a clause nor a group of clauses; did you mean "
				 "'%s'?",
				 id, nearest_item(id));
	if (take_points(points, &ret->points) < 0)
		return error_set(err, STATUS_USAGE,
				 "'%s' is no number of points: wanted 0 to %d, with at most two "
				 "digits behind the point",
				 points, POINTS_MAX / 100);
	ret->clause = ret->group == CLAUSE_GROUPS ? xstrdup(id) : NULL;
	ret->text = xstrdup(cell(row, at[COLUMN_TEXT]));
	return 0;
}

/* An item that stands twice would count twice. */
static bool has_item(const struct rubric *rubric, const struct rubric_item *item)
{
	for (size_t i = 0; i < rubric->count; i++) {
		const struct rubric_item *other = &rubric->items[i];

		if (item->clause ? other->clause && !strcmp(other->clause, item->clause) :
				   other->group == item->group)
			return true;
	}
	return false;
}

static int add_item(struct rubric *rubric, const struct csv_row *row, const int at[COLUMNS],
		    struct error *err)
{
	struct rubric_item item = { 0 };

	if (take_item(row, at, &item, err) < 0)
		return -1;
	if (has_item(rubric, &item)) {
		error_set(err, STATUS_USAGE, "'%s' stands there twice", cell(row, at[COLUMN_CLAUSE]));
		free(item.clause);
		free(item.text);
		return -1;
	}
	rubric->items = xrealloc(rubric->items, (rubric->count + 1) * sizeof(*rubric->items));
	rubric->items[rubric->count++] = item;
	return 0;
}

static int take_rows(const struct csv *csv, struct rubric *ret, struct error *err)
{
	int at[COLUMNS] = { -1, -1, -1 };

	if (find_columns(csv, at, err) < 0)
		return -1;
	for (size_t i = 1; i < csv->count; i++) {
		const struct csv_row *row = &csv->rows[i];

		if (add_item(ret, row, at, err) < 0)
			return error_wrap(err, "line %u", row->line);
	}
	return ret->count ? 0 : error_set(err, STATUS_USAGE, "it gives no points");
}

static int take_table(struct csv *csv, struct rubric *ret, struct error *err)
{
	int rc = take_rows(csv, ret, err);

	csv_deinit(csv);
	if (rc < 0)
		rubric_deinit(ret);
	return rc;
}

int rubric_parse(const char *text, size_t len, struct rubric *ret, struct error *err)
{
	_cleanup_free_ char *copy = xcalloc(len + 1, 1);
	struct csv csv;

	*ret = (struct rubric){ 0 };
	memcpy(copy, text, len);
	return csv_parse(copy, csv_drop_comments(copy, len), &csv, err) < 0 ? -1 : take_table(&csv, ret, err);
}

int rubric_read(const char *path, struct rubric *ret, struct error *err)
{
	size_t len;
	_cleanup_free_ char *text = file_read(path, CSV_BYTES_MAX, &len, err);

	*ret = (struct rubric){ 0 };
	if (!text)
		return -1;
	return rubric_parse(text, len, ret, err) < 0 ? error_wrap(err, "%s", path) : 0;
}

void rubric_deinit(struct rubric *rubric)
{
	for (size_t i = 0; i < rubric->count; i++) {
		free(rubric->items[i].clause);
		free(rubric->items[i].text);
	}
	free(rubric->items);
	*rubric = (struct rubric){ 0 };
}

const char *points_format(long hundredths, char buf[24])
{
	long whole = hundredths / 100, rest = hundredths % 100;

	if (!rest)
		snprintf(buf, 24, "%ld", whole);
	else if (rest % 10)
		snprintf(buf, 24, "%ld.%02ld", whole, rest);
	else
		snprintf(buf, 24, "%ld.%ld", whole, rest / 10);
	return buf;
}
