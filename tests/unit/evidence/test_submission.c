// SPDX-License-Identifier: GPL-2.0-only
/* What a submission's builder has written beside its modules, or in their place: read strictly. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "evidence/build_failure.h"
#include "evidence/submission_notes.h"

#define NOTES "submission 1\nform: files\ntarget: 6.1.0-56-cloud-amd64\nbase: 6.0.7, as its Makefile says\n" \
	"left out: README.txt (KVM has no file of that name)\nfile: as-is arch/x86/kvm/cpuid.c\n" \
	"file: fuzz arch/x86/kvm/vmx/vmx.c\ncheck: arch/x86/kvm/vmx/vmx.c: look\nvendors: vmx\n" \
	"leaf 0x4ffffffc: arch/x86/kvm/cpuid.c:1502\nleaf 0x4fffffff: arch/x86/kvm/cpuid.c:1549\n" \
	"function vmx_handle_exit: arch/x86/kvm/vmx/vmx.c:6090\nhandled: arch/x86/kvm/vmx/vmx.c:6100\nhandled: arch/x86/kvm/x86.c:1\nlater: what this version does not know\n"
#define FAILED "build-failed 1\nkind: compiler\nkernel: 6.1\nmessage: it does not compile\n"

static int parse(const char *text, struct submission_notes *ret)
{
	struct error err = { 0 };
	int rc = submission_notes_parse(text, strlen(text), ret, &err);

	error_clear(&err);
	return rc;
}

static int parse_failure(const char *text, struct build_failure *ret)
{
	struct error err = { 0 };
	int rc = build_failure_parse(text, strlen(text), ret, &err);

	error_clear(&err);
	return rc;
}

static void what_is_there_is_read(void **state)
{
	struct submission_notes n;

	(void)state;
	assert_int_equal(parse(NOTES, &n), 0);
	assert_string_equal(n.form, "files");
	assert_string_equal(n.base, "6.0.7, as its Makefile says");
	assert_int_equal(n.touched, TOUCHED_VMX);
	assert_int_equal(n.file_count, 2);
	assert_int_equal(n.file[1].carry, CARRY_FUZZ);
	assert_string_equal(n.file[1].path, "arch/x86/kvm/vmx/vmx.c");
	assert_int_equal(submission_worst_carry(&n), CARRY_FUZZ);
	assert_int_equal(n.leaf[0].line, 1502);
	assert_int_equal(n.leaf[1].line, 0);
	assert_string_equal(n.leaf[3].path, "arch/x86/kvm/cpuid.c");
	assert_int_equal(n.handled.line, 6100);
	assert_int_equal(n.left_out, 1);
	assert_int_equal(submission_function(&n, "vmx_handle_exit")->line, 6090);
	assert_null(submission_function(&n, "vmx_handle"));
	assert_string_equal(n.check[0], "arch/x86/kvm/vmx/vmx.c: look");
}

static void an_odd_text_is_refused(void **state)
{
	static const char *const odd[] = {
		"", "submission 1", "submission 2\n", "submission 1\nfile\n", "submission 1\n: x\n",
		"submission 1\nfile: bent x\n", "submission 1\nvendors: arm\n", "submission 1\nform: files",
		"submission 1\nform: a word that is too long for a form\n", "submission 1\nleaf 0x4ffffffb: a:1\n",
		"submission 1\nleaf 0x50000000: a:1\n", "submission 1\nleaf 0x4fffffff: a\n",
		"submission 1\nleaf 0x4fffffff: :1\n", "submission 1\nleaf 0x4fffffff: a:0\n", "submission 1\nfunction f: a\n",
		"submission 1\nleaf 0x4fffffff: a:4294967296\n", "submission 1\nbase: \x1b[2J\n",
		"submission 1\nbase: caf\xc3\xa9\n", "submission 1\n\n",
	};
	struct submission_notes n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		if (parse(odd[i], &n) == 0)
			fail_msg("taken: %s", odd[i]);
}

static void more_files_than_anybody_reads_are_counted_out(void **state)
{
	_cleanup_free_ char *text = xstrdup("submission 1\n");
	struct submission_notes n;

	(void)state;
	for (int i = 0; i < SUBMISSION_FILES_MAX + 3; i++) {
		char *longer = xasprintf("%sfile: words x.c\ncheck: y\n", text);

		free(text);
		text = longer;
	}
	assert_int_equal(parse(text, &n), 0);
	assert_int_equal(n.file_count, SUBMISSION_FILES_MAX);
	assert_int_equal(n.check_count, SUBMISSION_CHECKS_MAX);
}

static void the_first_errors_are_read(void **state)
{
	struct build_failure f;

	(void)state;
	assert_int_equal(parse_failure(FAILED "error: a.c:1:2: no\nerror: b.c:1: no\ndetails:\nwhat\x01" "ever", &f), 0);
	assert_int_equal(f.kind, FAILURE_COMPILER);
	assert_string_equal(f.message, "it does not compile");
	assert_int_equal(f.error_count, 2);
	assert_string_equal(f.error[0], "a.c:1:2: no");
}

static void a_failure_without_a_cause_is_refused(void **state)
{
	struct build_failure f;

	(void)state;
	assert_int_equal(parse_failure("build-failed 1\n", &f), -1);
	assert_int_equal(parse_failure("build-failed 1\nkind: compiler\n", &f), -1);
	assert_int_equal(parse_failure("build-failed 1\nmessage: no\n", &f), -1);
	assert_int_equal(parse_failure("build-failed 1\nkind: luck\nmessage: no\n", &f), -1);
	assert_int_equal(parse_failure(FAILED "error: \x1b\n", &f), -1);
	assert_int_equal(parse_failure(NOTES, &f), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_read),
		cmocka_unit_test(an_odd_text_is_refused),
		cmocka_unit_test(more_files_than_anybody_reads_are_counted_out),
		cmocka_unit_test(the_first_errors_are_read),
		cmocka_unit_test(a_failure_without_a_cause_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
