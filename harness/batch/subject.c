// SPDX-License-Identifier: GPL-2.0-only
#include "batch/subject.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_text.h"
#include "base/memory.h"
#include "batch/safe_name.h"

/* The columns of a list that are for us. */
enum column { COLUMN_NAME, COLUMN_SOURCE, COLUMN_BASE, COLUMN_OPTIONS, COLUMN_BUILT, COLUMNS };

static const char *const column_names[COLUMNS] = { "name", "source", "base", "options", "built" };

void subjects_deinit(struct subjects *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->list[i].name);
		free(s->list[i].folder);
		free(s->list[i].source);
		free(s->list[i].base);
		free(s->list[i].options);
		free(s->list[i].why_not);
		json_decref(s->list[i].columns);
	}
	free(s->list);
	memset(s, 0, sizeof(*s));
}

static void put_reason(struct subject *subject, bool is_lost, const char *fmt, va_list ap)
{
	if (subject->why_not)
		return;
	subject->why_not = xvasprintf(fmt, ap);
	subject->is_lost = is_lost;
}

void subject_refuse(struct subject *subject, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_reason(subject, false, fmt, ap);
	va_end(ap);
}

void subject_lose(struct subject *subject, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_reason(subject, true, fmt, ap);
	va_end(ap);
}

bool subject_is_url(const char *source)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
	size_t scheme = strspn(source, letters);

	if (scheme > 0 && !strncmp(source + scheme, "://", 3))
		return true;
	/* git@server.test:bob/linux.git, as ssh has it. The builder says what to write in its place. */
	if (source[scheme] != '@')
		return false;
	source += scheme + 1;
	return source[strspn(source, letters)] == ':';
}

static struct subject *add(struct subjects *s, const char *name)
{
	struct subject *subject;

	if (s->count % 64 == 0)
		s->list = xrealloc(s->list, (s->count + 64) * sizeof(*s->list));
	subject = &s->list[s->count++];
	*subject = (struct subject){ .name = xstrdup(name), .folder = safe_name(name),
				     .columns = json_object() };
	return subject;
}

static const struct subject *find_folder(const struct subjects *s, const char *folder, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (!strcmp(s->list[i].folder, folder))
			return &s->list[i];
	return NULL;
}

/* Of two with one name, nobody knows who has which mark.  The second gets a folder of its own all the same. */
static void refuse_if_twice(struct subjects *s, unsigned int line)
{
	struct subject *subject = &s->list[s->count - 1];
	_cleanup_free_ char *other = NULL;

	if (!find_folder(s, subject->folder, s->count - 1))
		return;
	subject_lose(subject, "the name is in the list twice, the second time in line %u", line);
	other = xasprintf("%s (line %u)", subject->name, line);
	free(subject->folder);
	subject->folder = safe_name(other);
}

static char *copy_or_null(const char *text)
{
	return text && *text ? xstrdup(text) : NULL;
}

static char *resolve(const char *dir, const char *source)
{
	return *source == '/' || subject_is_url(source) ? xstrdup(source) : xasprintf("%s/%s", dir, source);
}

/* Without a name, that of what was handed in stands for it. */
static const char *name_of(const char *name, const char *source)
{
	const char *slash = source ? strrchr(source, '/') : NULL;

	if (name && *name)
		return name;
	return slash && slash[1] ? slash + 1 : source ? source : "";
}

static void keep_columns(const struct csv *csv, const struct csv_row *row, const int columns[COLUMNS],
			 struct subject *subject)
{
	for (size_t i = 0; i < csv->rows[0].count; i++) {
		bool is_known = false;

		for (size_t k = 0; k < COLUMNS; k++)
			is_known = is_known || columns[k] == (int)i;
		if (!is_known && i < row->count)
			json_object_set_new(subject->columns, csv->rows[0].fields[i], json_text(row->fields[i]));
	}
}

static void take_row(const struct csv *csv, const struct csv_row *row, const int columns[COLUMNS],
		     const char *dir, struct subjects *ret)
{
	const char *source = csv_field(row, columns[COLUMN_SOURCE]);
	const char *built = csv_field(row, columns[COLUMN_BUILT]);
	struct subject *s = add(ret, name_of(csv_field(row, columns[COLUMN_NAME]), source));

	s->base = copy_or_null(csv_field(row, columns[COLUMN_BASE]));
	s->options = copy_or_null(csv_field(row, columns[COLUMN_OPTIONS]));
	s->is_ours = built && !strcmp(built, "here");
	keep_columns(csv, row, columns, s);
	if (row->count > csv->rows[0].count)
		subject_lose(s, "line %u of the list has %zu fields, and its header has %zu", row->line,
			     row->count, csv->rows[0].count);
	if (!source || !*source)
		subject_lose(s, "line %u of the list names no source", row->line);
	else
		s->source = resolve(dir, source);
	refuse_if_twice(ret, row->line);
}

int subjects_from_csv(const struct csv *csv, const char *dir, struct subjects *ret, struct error *err)
{
	int columns[COLUMNS];

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = csv_column(csv, column_names[i]);
	if (columns[COLUMN_SOURCE] < 0)
		return error_set(err, STATUS_USAGE, "no column is called `source`: the first row names the "
				 "columns, of which `name` and `source` are needed");
	if (csv->count - 1 > SUBJECTS_MAX)
		return error_set(err, STATUS_USAGE, "it has more than %d subjects", SUBJECTS_MAX);
	for (size_t i = 1; i < csv->count; i++)
		take_row(csv, &csv->rows[i], columns, dir, ret);
	return ret->count ? 0 : error_set(err, STATUS_USAGE, "it has no row but its header");
}

static int load_list(const char *path, struct subjects *ret, struct error *err)
{
	_cleanup_free_ char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	struct csv csv;
	int rc;

	*(slash == dir ? slash + 1 : slash) = '\0';
	if (csv_read(path, &csv, err) < 0)
		return -1;
	rc = subjects_from_csv(&csv, dir, ret, err);
	csv_deinit(&csv);
	return rc < 0 ? error_wrap(err, "%s", path) : 0;
}

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_folder(const char *dir, struct subjects *ret, struct error *err)
{
	struct dirent **entries = NULL;
	int count = scandir(dir, &entries, is_visible, by_bytes);

	if (count < 0)
		return error_errno(err, STATUS_USAGE, "cannot read the folder of subjects %s", dir);
	for (int i = 0; i < count; i++) {
		if (i < SUBJECTS_MAX)
			add(ret, entries[i]->d_name)->source = xasprintf("%s/%s", dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (count > SUBJECTS_MAX)
		return error_set(err, STATUS_USAGE, "%s has more than %d subjects", dir, SUBJECTS_MAX);
	return count ? 0 : error_set(err, STATUS_USAGE, "%s is empty: want an entry for each subject, or a "
				     "list, say class.csv", dir);
}

int subjects_load(const char *path, struct subjects *ret, struct error *err)
{
	struct stat st;
	int rc;

	memset(ret, 0, sizeof(*ret));
	if (stat(path, &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot read the subjects %s", path);
	rc = S_ISDIR(st.st_mode) ? load_folder(path, ret, err) : load_list(path, ret, err);
	if (rc < 0)
		subjects_deinit(ret);
	return rc;
}
