// SPDX-License-Identifier: GPL-2.0-only
/* Tables of a course: what is read, written out with every field in quotes, is read as the same. */
#include "fuzz.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"

static char *csv_write_quoted(const struct csv *csv, size_t *ret_len)
{
	struct text text;
	FILE *out = text_open(&text);
	char *all;

	for (size_t i = 0; i < csv->count; i++)
		for (size_t k = 0; k < csv->rows[i].count; k++) {
			fputc('"', out);
			for (const char *c = csv->rows[i].fields[k]; *c; c++)
				fputs(*c == '"' ? "\"\"" : (char[]){ *c, '\0' }, out);
			fputs(k + 1 < csv->rows[i].count ? "\"," : "\"\r\n", out);
		}
	all = text_close(&text);
	*ret_len = text.len;
	return all;
}

static void csv_check_same(const struct csv *a, const struct csv *b)
{
	ALWAYS(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		ALWAYS(a->rows[i].count == b->rows[i].count && a->rows[i].count <= CSV_FIELDS_MAX);
		for (size_t k = 0; k < a->rows[i].count; k++)
			ALWAYS(!strcmp(a->rows[i].fields[k], b->rows[i].fields[k]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = { 0 };
	struct csv csv, again;
	char *text = xcalloc(size + 1, 1);
	size_t len;

	memcpy(text, data, size);
	len = csv_drop_comments(text, size);
	ALWAYS(len <= size && csv_drop_comments(text, len) == len);
	free(text);
	if (csv_parse((const char *)data, size, &csv, &err) < 0) {
		ALWAYS(err.message && fuzz_is_printable(err.message) && !csv.rows);
		error_clear(&err);
		return 0;
	}
	text = csv_write_quoted(&csv, &len);
	ALWAYS(csv_parse(text, len, &again, &err) == 0);
	csv_check_same(&csv, &again);
	csv_deinit(&again);
	csv_deinit(&csv);
	free(text);
	return 0;
}
