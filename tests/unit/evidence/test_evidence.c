// SPDX-License-Identifier: GPL-2.0-only
/* evidence.json: the format numbers that a reader takes and refuses, and fields one by one. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "evidence/evidence.h"
#include "evidence/file_format.h"

#define WHOLE "\"outcome\":\"finished\",\"layout\":\"split\",\"nonce\":\"1\""

/* What the parser says of a file with more in it; NULL: it takes it. The caller frees it. */
static char *parse(const char *more, struct evidence *ret)
{
	_cleanup_free_ char *text = xasprintf("{%s%s%s}", WHOLE, *more ? "," : "", more);
	struct error err = { 0 };

	if (evidence_parse(text, strlen(text), ret, &err) == 0)
		return NULL;
	assert_int_equal(err.status, STATUS_USAGE);
	return err.message;
}

static void takes(const char *more)
{
	_cleanup_free_ char *why = NULL;
	struct evidence e;

	why = parse(more, &e);
	if (why)
		fail_msg("%s: %s", more, why);
	evidence_deinit(&e);
}

static void refuses(const char *more, const char *words)
{
	_cleanup_free_ char *why = NULL;
	struct evidence e;

	why = parse(more, &e);
	assert_non_null(why);
	assert_string_equal(why, words);
}

static void a_known_format_is_taken(void **state)
{
	(void)state;
	takes("");
	takes("\"format\":1");
}

static void an_unknown_format_is_refused(void **state)
{
	(void)state;
	refuses("\"format\":2", "evidence.json is of format 2, and this exitmeter knows 1: a newer exitmeter is needed");
	refuses("\"format\":0", "evidence.json: its \"format\" is no format number");
	refuses("\"format\":-1", "evidence.json: its \"format\" is no format number");
	refuses("\"format\":\"1\"", "evidence.json: its \"format\" is no format number");
	refuses("\"format\":null", "evidence.json: its \"format\" is no format number");
	refuses("\"format\":1.0", "evidence.json: its \"format\" is no format number");
}

/* A field that is of no use to us is as good as one that is not there. */
static void odd_values_are_as_good_as_none(void **state)
{
	struct evidence e;

	(void)state;
	assert_null(parse("\"vcpus\":-1,\"memory_mib\":1e3,\"sdm\":10000,\"resets\":1000001,\"host\":7,"
			  "\"started\":\"yesterday\",\"image\":[],\"kernel\":[],\"layout_found\":1", &e));
	assert_int_equal(e.vcpus + e.memory_mib + e.sdm + e.resets, 0);
	assert_null(e.host);
	assert_null(e.image);
	assert_null(e.host_kernel);
	assert_int_equal(e.started, 0);
	assert_false(e.is_layout_found);
	evidence_deinit(&e);
}

static void every_field_is_read_as_it_is_written(void **state)
{
	static const char all[] =
		"\"format\":1,\"detail\":\"d\",\"host\":\"h\",\"guest\":\"g\",\"scenario\":\"reboot\","
		"\"layout_found\":true,\"paging\":\"shadow\",\"modules\":\"m\",\"vcpus\":65536,\"sdm\":2020,\"memory_mib\":7,"
		"\"started\":\"2026-11-20T12:52:03Z\",\"resets\":2,\"host_attempts\":3,\"host_nudges\":4,"
		"\"host_start\":\"restored\",\"sandbox\":\"whole\","
		"\"kernel\":{\"host\":\"6.1\",\"guest\":\"6.2\"},\"image\":{\"a\":1},\"host_image\":{\"b\":1},"
		"\"inputs\":\"i\",\"emulator\":{\"c\":1},\"guest_machine\":{\"d\":1},\"versions\":{\"e\":1},"
		"\"module_build\":{\"f\":1},\"durations_ms\":{\"g\":1}";
	_cleanup_free_ char *text = xasprintf("{%s,%s}", WHOLE, all);
	json_t *wanted = json_loads(text, 0, NULL), *got;
	struct evidence e;

	(void)state;
	assert_non_null(wanted);
	assert_null(parse(all, &e));
	got = evidence_to_json(&e);
	assert_true(json_equal(wanted, got));
	json_decref(got);
	json_decref(wanted);
	evidence_deinit(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_format_is_taken),
		cmocka_unit_test(an_unknown_format_is_refused),
		cmocka_unit_test(odd_values_are_as_good_as_none),
		cmocka_unit_test(every_field_is_read_as_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
