// SPDX-License-Identifier: GPL-2.0-only
#include "base/csv.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct reader {
	const char *at, *end;
	char separator;
	unsigned int line;
};

static void row_deinit(struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		free(row->fields[i]);
	free(row->fields);
}

void csv_deinit(struct csv *csv)
{
	for (size_t i = 0; i < csv->count; i++)
		row_deinit(&csv->rows[i]);
	free(csv->rows);
	memset(csv, 0, sizeof(*csv));
}

static bool is_line_end(const struct reader *r)
{
	return r->at == r->end || *r->at == '\n' ||
	       (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
}

static void skip_line_end(struct reader *r)
{
	if (r->at < r->end && *r->at == '\r')
		r->at++;
	if (r->at < r->end)
		r->at++;
	r->line++;
}

/* Looks only at the header, and there only outside of quotes. */
static char find_separator(const struct reader *begin)
{
	struct reader r = *begin;

	for (bool is_quoted = false; r.at < r.end && (is_quoted || !is_line_end(&r)); r.at++) {
		if (*r.at == '"')
			is_quoted = !is_quoted;
		else if (*r.at == ';' && !is_quoted)
			return ';';
	}
	return ',';
}

/* Reads what stands in quotes, of which two stand for one.  The first one is behind us. */
static int read_quoted(struct reader *r, FILE *out, struct error *err)
{
	unsigned int line = r->line;

	for (; r->at < r->end; r->at++) {
		if (*r->at == '"' && (r->at + 1 == r->end || r->at[1] != '"')) {
			r->at++;
			return 0;
		}
		if (*r->at == '"')
			r->at++;
		if (*r->at == '\n')
			r->line++;
		fputc(*r->at, out);
	}
	return error_set(err, STATUS_USAGE, "line %u: a quote is never closed", line);
}

static int read_plain(struct reader *r, FILE *out, struct error *err)
{
	for (; !is_line_end(r) && *r->at != r->separator; r->at++) {
		if (*r->at == '"' || *r->at == '\r')
			return error_set(err, STATUS_USAGE, "line %u: there is a %s in the middle of a field",
					 r->line, *r->at == '"' ? "quote" : "carriage return");
		fputc(*r->at, out);
	}
	return 0;
}

/* Reads a field, and stops at the separator or at the line's end. */
static char *read_field(struct reader *r, struct error *err)
{
	_cleanup_text_ struct text text = { 0 };
	FILE *out = text_open(&text);

	if (r->at < r->end && *r->at == '"') {
		r->at++;
		if (read_quoted(r, out, err) < 0)
			return NULL;
		if (!is_line_end(r) && *r->at != r->separator) {
			error_set(err, STATUS_USAGE, "line %u: there is text behind a closing quote", r->line);
			return NULL;
		}
	} else if (read_plain(r, out, err) < 0) {
		return NULL;
	}
	return text_close(&text);
}

static int read_row(struct reader *r, struct csv_row *ret, struct error *err)
{
	*ret = (struct csv_row){ .line = r->line };
	for (;;) {
		char *field = read_field(r, err);

		if (!field)
			return -1;
		if (ret->count % 16 == 0)
			ret->fields = xrealloc(ret->fields, (ret->count + 16) * sizeof(*ret->fields));
		ret->fields[ret->count++] = field;
		if (is_line_end(r)) {
			skip_line_end(r);
			return 0;
		}
		if (ret->count == CSV_FIELDS_MAX)
			return error_set(err, STATUS_USAGE, "line %u: it has more than %d fields", ret->line,
					 CSV_FIELDS_MAX);
		r->at++;
	}
}

/* Spreadsheets write the empty rows below a table, too. */
static bool is_empty(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->fields[i][strspn(row->fields[i], " \t")])
			return false;
	return true;
}

static int read_rows(struct reader *r, struct csv *csv, struct error *err)
{
	while (r->at < r->end) {
		if (is_line_end(r)) {
			skip_line_end(r);
			continue;
		}
		if (csv->count == CSV_ROWS_MAX)
			return error_set(err, STATUS_USAGE, "it has more than %d rows", CSV_ROWS_MAX);
		if (csv->count % 64 == 0)
			csv->rows = xrealloc(csv->rows, (csv->count + 64) * sizeof(*csv->rows));
		if (read_row(r, &csv->rows[csv->count++], err) < 0)
			return -1;
		if (is_empty(&csv->rows[csv->count - 1]))
			row_deinit(&csv->rows[--csv->count]);
	}
	return csv->count ? 0 : error_set(err, STATUS_USAGE, "it is empty: the first row names the columns");
}

static int check_text(const char *text, size_t len, struct error *err)
{
	json_t *json;

	if (len > CSV_BYTES_MAX)
		return error_set(err, STATUS_USAGE, "it is larger than %u bytes", CSV_BYTES_MAX);
	json = memchr(text, '\0', len) ? NULL : json_stringn(text, len);	/* NULL: no UTF-8 */
	if (!json)
		return error_set(err, STATUS_USAGE, "it is not UTF-8: save it as \"CSV UTF-8\"");
	json_decref(json);
	return 0;
}

int csv_parse(const char *text, size_t len, struct csv *ret, struct error *err)
{
	struct reader r = { .at = text, .end = text + len, .line = 1 };

	memset(ret, 0, sizeof(*ret));
	if (check_text(text, len, err) < 0)
		return -1;
	if (len >= strlen(BYTE_ORDER_MARK) && !memcmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)))
		r.at += strlen(BYTE_ORDER_MARK);
	while (r.at < r.end && is_line_end(&r))
		skip_line_end(&r);
	r.separator = find_separator(&r);
	if (read_rows(&r, ret, err) == 0)
		return 0;
	csv_deinit(ret);
	return -1;
}

int csv_read(const char *path, struct csv *ret, struct error *err)
{
	size_t len;
	_cleanup_free_ char *text = file_read(path, CSV_BYTES_MAX, &len, err);

	if (!text)
		return -1;
	return csv_parse(text, len, ret, err) < 0 ? error_wrap(err, "%s", path) : 0;
}

/* Whether a field is that word, but for its case and blanks around it. */
static bool is_word(const char *field, const char *word)
{
	size_t begin = strspn(field, " \t"), len = strlen(word);

	return !strncasecmp(field + begin, word, len) && !field[begin + len + strspn(field + begin + len, " \t")];
}

int csv_column(const struct csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->rows[0].count; i++)
		if (is_word(csv->rows[0].fields[i], name))
			return (int)i;
	return -1;
}

size_t csv_drop_comments(char *text, size_t len)
{
	bool is_quoted = false, is_comment = false;
	size_t left = 0, i = 0;
	char before = '\n';

	if (len >= strlen(BYTE_ORDER_MARK) && !memcmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)))
		left = i = strlen(BYTE_ORDER_MARK);
	for (; i < len; before = text[i++]) {
		if (before == '\n')
			is_comment = !is_quoted && text[i] == '#';
		if (is_comment && text[i] != '\n')
			continue;
		is_quoted ^= text[i] == '"';
		text[left++] = text[i];
	}
	return left;
}

const char *csv_field(const struct csv_row *row, int column)
{
	return column >= 0 && (size_t)column < row->count ? row->fields[column] : NULL;
}
