// SPDX-License-Identifier: GPL-2.0-only
/* The cpuid tool for the micro guest: this machine's, with all that it needs. */
#include "support/helpers.h"

#include "base/error.h"
#include "base/memory.h"
#include "guest/cpuid_tool.h"
#include "probe/asks.h"

#include <string.h>

#define LIST "\tlinux-vdso.so.1 (0x00007f18fb270000)\n" \
	"\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f18fb00e000)\n" \
	"\t/lib64/ld-linux-x86-64.so.2 (0x00007f18fb272000)\n"

static void a_list_is_read_and_nothing_comes_twice(void **state)
{
	struct cpuid_tool tool = { .path = { xstrdup("/lib64/ld-linux-x86-64.so.2") }, .count = 1 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(cpuid_tool_take_list(LIST LIST, &tool, &err), 0);
	assert_int_equal(tool.count, 2);
	assert_string_equal(tool.path[1], "/lib/x86_64-linux-gnu/libc.so.6");
	/* As subprocess_capture() gives it: no newline at the end. */
	assert_int_equal(cpuid_tool_take_list("\tlibm.so.6 => /lib/libm.so.6 (0x1)", &tool, &err), 0);
	assert_string_equal(tool.path[2], "/lib/libm.so.6");
	cpuid_tool_deinit(&tool);
}

static void odd_lists_are_told_or_passed_over(void **state)
{
	static const char *const passed_over[] = { "", "\n\n", "\t", "statically linked", "\tnot a dynamic executable",
						   "/no/tab (0x1)\n", "\t/no/address\n", "\t (0x1)\n" };
	struct cpuid_tool tool = { 0 };
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(passed_over); i++) {
		assert_int_equal(cpuid_tool_take_list(passed_over[i], &tool, &err), 0);
		assert_int_equal(tool.count, 0);
	}
	assert_int_equal(cpuid_tool_take_list("\tlibx.so.1 => not found\n", &tool, &err), -1);
	assert_int_equal(err.status, STATUS_SKIP);
	assert_string_equal(err.message, EM_TOOL_PATH " lacks a library: libx.so.1 => not found");
	error_clear(&err);
	for (unsigned int i = 0; i < CPUID_TOOL_FILES_MAX; i++) {
		_cleanup_free_ char *line = xasprintf("\t/lib/%u (0x1)", i);

		assert_int_equal(cpuid_tool_take_list(line, &tool, &err), 0);
	}
	assert_int_equal(cpuid_tool_take_list("\t/lib/more (0x1)", &tool, &err), -1);
	assert_int_equal(err.status, STATUS_SKIP);
	error_clear(&err);
	cpuid_tool_deinit(&tool);
}

static void this_machines_own_is_found_whole(void **state)
{
	struct cpuid_tool tool;
	struct error err = { 0 };

	(void)state;
	if (access(EM_TOOL_PATH, X_OK) < 0) {
		assert_int_equal(cpuid_tool_find(&tool, &err), -1);
		assert_int_equal(err.status, STATUS_SKIP);
		assert_int_equal(tool.count, 0);
		error_clear(&err);
		return;
	}
	if (cpuid_tool_find(&tool, &err) < 0)
		fail_msg("%s", err.message);
	assert_string_equal(tool.path[0], EM_TOOL_PATH);
	assert_true(tool.count >= 3);	/* itself, the loader, libc */
	for (unsigned int i = 0; i < tool.count; i++)
		assert_int_equal(access(tool.path[i], R_OK), 0);
	cpuid_tool_deinit(&tool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_and_nothing_comes_twice),
		cmocka_unit_test(odd_lists_are_told_or_passed_over),
		cmocka_unit_test(this_machines_own_is_found_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
