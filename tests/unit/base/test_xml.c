// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "base/xml.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void elements_are_indented_by_level(void **state)
{
	struct xml *x = xml_new();
	_cleanup_free_ char *got = NULL;

	(void)state;
	xml_begin(x, "a", "one", "1", "two", "2", NULL);
	xml_attribute(x, "three", "%d", 3);
	xml_element(x, "b", "%s and %s", "this", "that");
	xml_begin(x, "c", NULL);
	xml_empty(x, "d", "e", "f", NULL);
	xml_empty(x, "g", NULL);
	got = xml_finish(x);
	assert_string_equal(got, DECLARATION
		"<a one=\"1\" two=\"2\" three=\"3\">\n"
		"  <b>this and that</b>\n"
		"  <c>\n"
		"    <d e=\"f\"/>\n"
		"    <g/>\n"
		"  </c>\n"
		"</a>\n");
}

static void lines_of_text_stay_as_they_are(void **state)
{
	struct xml *x = xml_new();
	_cleanup_free_ char *got = NULL;

	(void)state;
	xml_begin(x, "a", NULL);
	xml_text(x, "one\n");
	xml_text(x, "two\n");
	xml_end(x);
	got = xml_finish(x);
	assert_string_equal(got, DECLARATION "<a>one\ntwo\n</a>\n");
}

/* Returns how `text` is written as the text of an element. */
static char *written(const char *text)
{
	struct xml *x = xml_new();
	_cleanup_free_ char *got = NULL;
	const char *from = DECLARATION "<a>";

	xml_element(x, "a", "%s", text);
	got = xml_finish(x);
	assert_memory_equal(got, from, strlen(from));
	return xasprintf("%.*s", (int)(strlen(got) - strlen(from) - strlen("</a>\n")),
			 got + strlen(from));
}

static void markup_is_escaped(void **state)
{
	_cleanup_free_ char *got = written("<a href=\"x\">&amp;</a>");

	(void)state;
	assert_string_equal(got, "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;");
}

static void an_attribute_cannot_end_its_quotes(void **state)
{
	struct xml *x = xml_new();
	_cleanup_free_ char *got = NULL;

	(void)state;
	xml_empty(x, "a", "b", "\" c=\"<&'\n", NULL);
	got = xml_finish(x);
	assert_string_equal(got, DECLARATION "<a b=\"&quot; c=&quot;&lt;&amp;'&#10;\"/>\n");
}

static void what_xml_cannot_hold_is_masked(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "tab\tand line\n", "tab\tand line\n" },
		{ "J\xc3\xbcrgen \xf0\x9f\x90\x8e", "J\xc3\xbcrgen \xf0\x9f\x90\x8e" },
		{ "\033[1m", ".[1m" },
		{ "a\x01\tb", "a..b" },
		{ "J\xfcrgen", "J.rgen" },			/* Latin-1 */
		{ "cut\xc3", "cut." },
		{ "\xc1\x81", ".." },				/* "A" in two bytes */
		{ "\xed\xa0\x80", "..." },			/* half a surrogate pair */
		{ "\xef\xbf\xbf", "..." },			/* U+FFFF is no character */
		{ "\xf4\x90\x80\x80", "...." },			/* beyond U+10FFFF */
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *got = written(cases[i].text);

		assert_string_equal(got, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_indented_by_level),
		cmocka_unit_test(lines_of_text_stay_as_they_are),
		cmocka_unit_test(markup_is_escaped),
		cmocka_unit_test(an_attribute_cannot_end_its_quotes),
		cmocka_unit_test(what_xml_cannot_hold_is_masked),
	};

	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
