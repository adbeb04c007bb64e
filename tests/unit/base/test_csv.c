// SPDX-License-Identifier: GPL-2.0-only
/* Tables as spreadsheets save them, and what is no table. */
#include "support/helpers.h"

#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/memory.h"

/* The table as "field|field/field|field", which the caller frees. */
static char *flat(const char *text)
{
	struct error err = { 0 };
	char *all = xstrdup("");
	struct csv csv;

	if (csv_parse(text, strlen(text), &csv, &err) < 0) {
		free(all);
		all = xstrdup(err.message);
		error_clear(&err);
		return all;
	}
	for (size_t i = 0; i < csv.count; i++)
		for (size_t k = 0; k < csv.rows[i].count; k++) {
			char *longer = xasprintf("%s%s%s", all, k ? "|" : i ? "/" : "", csv.rows[i].fields[k]);

			free(all);
			all = longer;
		}
	csv_deinit(&csv);
	return all;
}

static void what_spreadsheets_write_is_read(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "name,source\nann,a\n", "name|source/ann|a" },
		{ "name,source\nann,a", "name|source/ann|a" },
		{ "\xef\xbb\xbfname,source\r\nann,a\r\n", "name|source/ann|a" },
		{ "name;source\r\n\"M\xc3\xbcller; Anna\";a,b\r\n", "name|source/M\xc3\xbcller; Anna|a,b" },
		{ "name,source\n\"a \"\"b\"\" c\",\"x\ny\"\n", "name|source/a \"b\" c|x\ny" },
		{ "name,\"a;b\"\n1,2\n", "name|a;b/1|2" },
		{ "name,source\n\n\r\n,\n\"\",x\n", "name|source/|x" },
		{ "\n\nname;source\na;b\n;;;\n ; \n", "name|source/a|b" },
		{ "one\n", "one" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *got = flat(cases[i].text);

		assert_string_equal(got, cases[i].want);
	}
}

static void what_is_no_table_is_refused_by_its_line(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "", "it is empty" },
		{ "\n\r\n", "it is empty" },
		{ "a,b\nc,\"d\n\ne", "line 2: a quote is never closed" },
		{ "a,b\n\nc,d\"e\n", "line 3: there is a quote in the middle" },
		{ "a,b\n\"c\"d,e\n", "line 2: there is text behind a closing quote" },
		{ "a,b\rc,d\n", "line 1: there is a carriage return" },
		{ "a,b\n\"x\ny\",z\nc,\"\"\"\n", "line 4: a quote is never closed" },
		{ "a\xff,b\n", "it is not UTF-8" },
		{ "\xff\xfe" "a", "it is not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *got = flat(cases[i].text);

		if (strncmp(got, cases[i].want, strlen(cases[i].want)))
			fail_msg("case %zu: wanted '%s', got '%s'", i, cases[i].want, got);
	}
}

static void a_nul_and_a_row_beyond_measure_are_refused(void **state)
{
	_cleanup_free_ char *wide = xcalloc(1, CSV_FIELDS_MAX + 2);
	struct error err = { 0 };
	struct csv csv;

	(void)state;
	assert_int_equal(csv_parse("a\0b", 3, &csv, &err), -1);
	error_clear(&err);
	memset(wide, ',', CSV_FIELDS_MAX);
	assert_int_equal(csv_parse(wide, CSV_FIELDS_MAX, &csv, &err), -1);
	assert_non_null(strstr(err.message, "more than"));
	error_clear(&err);
	wide[0] = 'x';
	wide[1] = ',';
	assert_int_equal(csv_parse(wide, CSV_FIELDS_MAX, &csv, &err), 0);
	assert_int_equal(csv.rows[0].count, CSV_FIELDS_MAX);
	csv_deinit(&csv);
}

static void columns_are_found_by_name(void **state)
{
	static const char text[] = "Name, SOURCE ,section\nann,a\n";
	struct error err = { 0 };
	struct csv csv;

	(void)state;
	assert_int_equal(csv_parse(text, strlen(text), &csv, &err), 0);
	assert_string_equal(csv_field(&csv.rows[1], csv_column(&csv, "source")), "a");
	assert_string_equal(csv_field(&csv.rows[1], csv_column(&csv, "name")), "ann");
	assert_null(csv_field(&csv.rows[1], csv_column(&csv, "section")));
	assert_null(csv_field(&csv.rows[1], csv_column(&csv, "none")));
	csv_deinit(&csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_spreadsheets_write_is_read),
		cmocka_unit_test(what_is_no_table_is_refused_by_its_line),
		cmocka_unit_test(a_nul_and_a_row_beyond_measure_are_refused),
		cmocka_unit_test(columns_are_found_by_name),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
