// SPDX-License-Identifier: GPL-2.0-only
/* The lines of an L1 host: what is written is what is read. */
#include "support/helpers.h"

#include "base/memory.h"
#include "run/protocol.h"

#include <string.h>

static void assert_line(const char *line, enum protocol_kind kind, const char *text, int status)
{
	struct protocol_line got;

	protocol_parse(line, &got);
	if (got.kind != kind || strcmp(got.text, text) || got.status != status)
		fail_msg("'%s': got kind %d, text '%s', status %d", line, (int)got.kind, got.text, got.status);
}

static void every_line_is_read_as_it_was_written(void **state)
{
	_cleanup_free_ char *error = xasprintf(PROTOCOL_ERROR "%s", 77, "there is no module");
	_cleanup_free_ char *end = xasprintf(PROTOCOL_END, 3);

	(void)state;
	assert_line(PROTOCOL_PHASE "load modules", PROTOCOL_IS_PHASE, "load modules", 0);
	assert_line(PROTOCOL_NOTE " two words", PROTOCOL_IS_NOTE, " two words", 0);
	assert_line(PROTOCOL_BEAT, PROTOCOL_IS_UNKNOWN, "", 0);
	assert_line(error, PROTOCOL_IS_ERROR, "there is no module", 77);
	assert_line(end, PROTOCOL_IS_END, "", 3);
}

static void what_has_no_format_is_unknown(void **state)
{
	static const char *const lines[] = { "", "phase", "err 1 x", "error x y", "exitmeter-host:",
					     "exitmeter-host: status", "exitmeter-host: subject one status 0", "Phase x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_line(lines[i], PROTOCOL_IS_UNKNOWN, "", 0);
}

static void a_long_text_is_cut(void **state)
{
	struct protocol_line got;
	char line[2048];

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, PROTOCOL_NOTE, strlen(PROTOCOL_NOTE));
	line[sizeof(line) - 1] = '\0';
	protocol_parse(line, &got);
	assert_int_equal(strlen(got.text), sizeof(got.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_read_as_it_was_written),
		cmocka_unit_test(what_has_no_format_is_unknown),
		cmocka_unit_test(a_long_text_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
