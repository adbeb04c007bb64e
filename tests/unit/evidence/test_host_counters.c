// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"

#include "base/error.h"
#include "evidence/host_counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "exitmeter 1\nvendor svm\nlayout split\nscope vm\nvcpus 2\nexits 30\ncycles 70\n"
#define REASONS "reason 0x72 exits 10 cycles 20\nreason 0x400 exits 20 cycles 50\n"
#define TAIL "other exits 0 cycles 0\n"

static struct host_counters host;
static struct enabled enabled;

static int parse(const char *text)
{
	struct error err = { 0 };
	int ret = host_counters_parse(text, strlen(text), &host, &err);

	assert_int_equal(ret < 0, err.message != NULL);
	error_clear(&err);
	return ret;
}

static int parse_enabled(const char *text)
{
	struct error err = { 0 };
	int ret = enabled_parse(text, strlen(text), &enabled, &err);

	assert_int_equal(ret < 0, err.message != NULL);
	error_clear(&err);
	return ret;
}

static void figures_are_read(void **state)
{
	(void)state;
	assert_int_equal(parse(HEAD REASONS "other exits 1 cycles 18446744073709551615\n"), 0);
	assert_int_equal(host.vendor, EM_SVM);
	assert_int_equal(host.vcpus, 2);
	assert_false(host.is_global);
	assert_int_equal(host.exits, 30);
	assert_int_equal(host.cycles, 70);
	assert_int_equal(host.reason_count, 2);
	assert_int_equal(host_counters_find(&host, 0x400)->cycles, 50);
	assert_null(host_counters_find(&host, 0x73));
	assert_int_equal(host.other_exits, 1);
	assert_int_equal(host.other_cycles, UINT64_MAX);
}

static void a_vm_that_never_ran_has_no_vendor(void **state)
{
	(void)state;
	assert_int_equal(parse("exitmeter 1\nvendor unknown\nlayout reversed\nscope global\nvcpus 0\n"
			       "exits 0\ncycles 0\n" TAIL), 0);
	assert_int_equal(host.vendor, EM_UNKNOWN);
	assert_true(host.is_global);
}

static void a_cut_anywhere_is_refused(void **state)
{
	const char *text = HEAD REASONS TAIL;
	struct error err = { 0 };

	(void)state;
	for (size_t len = 0; len < strlen(text); len++)
		assert_int_equal(host_counters_parse(text, len, &host, &err), -1);
	error_clear(&err);
}

static void malformed_text_is_refused(void **state)
{
	static const char *const bad[] = {
		"exitmeter 2\n", "\n" HEAD TAIL, HEAD TAIL "x", HEAD TAIL TAIL,
		HEAD "reason 0x72 exits 1 cycles 1\nreason 0x72 exits 1 cycles 1\n" TAIL,
		HEAD "reason 0x73 exits 1 cycles 1\nreason 0x72 exits 1 cycles 1\n" TAIL,
		HEAD "reason 72 exits 1 cycles 1\n" TAIL,
		HEAD "reason 0x exits 1 cycles 1\n" TAIL,
		HEAD "reason 0x10000000000000000 exits 1 cycles 1\n" TAIL,
		HEAD "reason 0x1 exits -1 cycles 1\n" TAIL,
		HEAD "reason 0x1 exits 18446744073709551616 cycles 1\n" TAIL,
		HEAD "other exits 0 cycles 0\r\n",
		"exitmeter 1\nvendor arm\nlayout split\nscope vm\nvcpus 2\nexits 3\ncycles 7\n" TAIL,
		"exitmeter 1\nvendor svm\nlayout splits\nscope vm\nvcpus 2\nexits 3\ncycles 7\n" TAIL,
		"exitmeter 1\nvendor svm\nlayout split\nscope vm\nvcpus 99999999\nexits 3\ncycles 7\n" TAIL,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (parse(bad[i]) == 0)
			fail_msg("taken: %s", bad[i]);
}

static void too_many_reasons_are_refused(void **state)
{
	char *text = malloc(200000);
	char *at = text + sprintf(text, HEAD);

	(void)state;
	for (int i = 0; i <= HOSTCOUNT_REASONS_MAX; i++)
		at += sprintf(at, "reason 0x%x exits 1 cycles 1\n", i);
	strcpy(at, TAIL);
	assert_int_equal(parse(text), -1);
	free(text);
}

static void handlers_are_read(void **state)
{
	(void)state;
	assert_int_equal(parse_enabled("# vendor vmx kernel 6.1.0-1\n0\n0xa\n30\n410\nffffffffffffffff\n"), 0);
	assert_int_equal(enabled.vendor, EM_VMX);
	assert_true(enabled.has_handler[0] && enabled.has_handler[0xa] && enabled.has_handler[0x30]);
	assert_true(enabled.has_handler[0x111]);
	assert_false(enabled.has_handler[1] || enabled.has_handler[EM_SWEEP_COUNT - 1]);
}

static void malformed_handlers_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "0\n", "# vendor arm kernel 6\n0\n", "# vendor svm kernel 6", "# vendor svm kernel 6\nxyz\n",
		"# vendor svm kernel 6\n12", "# vendor svm kernel 6\n\n", "# vendor svm kernel 6\n11111111111111111\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (parse_enabled(bad[i]) == 0)
			fail_msg("taken: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_read),
		cmocka_unit_test(a_vm_that_never_ran_has_no_vendor),
		cmocka_unit_test(a_cut_anywhere_is_refused),
		cmocka_unit_test(malformed_text_is_refused),
		cmocka_unit_test(too_many_reasons_are_refused),
		cmocka_unit_test(handlers_are_read),
		cmocka_unit_test(malformed_handlers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
