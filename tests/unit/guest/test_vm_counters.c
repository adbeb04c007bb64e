// SPDX-License-Identifier: GPL-2.0-only
/* The small stages that touch the machine: feed, the VM's descriptor. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/follow.h"
#include "base/memory.h"
#include "guest/vm_counters.h"

static void append(const char *path, const char *text)
{
	FILE *f = fopen(path, "ae");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void a_file_that_grows_is_followed(void **state)
{
	_cleanup_free_ char *path = tempdir_path("console.log");
	struct follow f = follow_of(path);
	char buf[8];

	(void)state;
	assert_int_equal(follow_read(&f, buf, sizeof(buf)), 0);	/* not there yet */
	append(path, "");
	assert_int_equal(follow_read(&f, buf, sizeof(buf)), 0);
	append(path, "0123456789");
	assert_int_equal(follow_read(&f, buf, sizeof(buf)), 8);
	assert_memory_equal(buf, "01234567", 8);
	assert_int_equal(follow_read(&f, buf, sizeof(buf)), 2);
	assert_int_equal(follow_read(&f, buf, sizeof(buf)), 0);
	append(path, "ab");
	assert_int_equal(follow_read(&f, buf, sizeof(buf)), 2);
	assert_memory_equal(buf, "ab", 2);
	assert_int_equal(f.bytes, 12);
	follow_close(&f);
	follow_close(&f);
	assert_int_equal(f.fd, -1);
}

/* QEMU without KVM must never pass for a measurement. */
static void a_process_without_a_vm_is_refused(void **state)
{
	struct error err = { 0 };
	struct vm_counters vm;

	(void)state;
	assert_int_equal(vm_counters_hold(getpid(), &vm, &err), -1);
	assert_error(&err, STATUS_USAGE, "has no KVM VM: it runs without KVM");
	vm_counters_release(&vm);
}

static void a_missing_counter_file_is_a_skip(void **state)
{
	_cleanup_free_ char *from = tempdir_path("exitmeter"), *to = tempdir_path("copy"), *got = NULL;
	struct vm_counters vm = { .fd = -1, .debugfs = tempdir };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(vm_counters_save(&vm, "exitmeter", to, &err), -1);
	assert_error(&err, STATUS_SKIP, "exitmeter");
	put_text(from, "exitmeter 1\n");
	assert_ok(vm_counters_save(&vm, "exitmeter", to, &err), &err);
	got = get_text(to);
	assert_string_equal(got, "exitmeter 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(a_file_that_grows_is_followed),
		tempdir_test(a_process_without_a_vm_is_refused),
		tempdir_test(a_missing_counter_file_is_a_skip),
	};

	return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
