// SPDX-License-Identifier: GPL-2.0-only
/* Tests of finding QEMU's last words in libvirt's log of a domain. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "vm/qemu_log.h"

#define HEAD \
	"2026-11-27 01:52:03.431+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.22\n" \
	"LC_ALL=C \\\n/usr/bin/qemu-system-x86_64 \\\n-name guest=x \\\n-msg timestamp=on\n" \
	"2026-11-27 01:52:03.431+0000: Domain id=1 is tainted: high-privileges\n" \
	"2026-11-27T01:52:03.520092Z qemu-system-x86_64: warning: TCG doesn't support something\n"
#define TAIL "2026-11-27 01:52:04.000+0000: shutting down, reason=failed\n"

static void assert_words(const char *text, const char *want)
{
	_cleanup_free_ char *got = qemu_log_parse(text);

	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
}

static void the_last_line_of_qemu_s_own_is_found(void **state)
{
	(void)state;
	assert_words(HEAD "qemu: first\nqemu: out of luck\n" TAIL, "qemu: out of luck");
	assert_words(HEAD "qemu: no newline", "qemu: no newline");
	assert_words(HEAD TAIL, NULL);
	assert_words("", NULL);
}

static void the_log_of_the_one_domain_is_read(void **state)
{
	_cleanup_free_ char *log = tempdir_path("log"), *qemu = tempdir_path("log/qemu");
	_cleanup_free_ char *file = tempdir_path("log/qemu/exitmeter-host-a.log"), *words = NULL;
	struct error err = { 0 };

	(void)state;
	assert_null(qemu_log_last_words(tempdir));
	assert_ok(dir_make(log, &err), &err);
	assert_ok(dir_make(qemu, &err), &err);
	put_text(file, HEAD "qemu: out of luck\n" TAIL);
	words = qemu_log_last_words(tempdir);
	assert_string_equal(words, "qemu: out of luck");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_of_qemu_s_own_is_found),
		tempdir_test(the_log_of_the_one_domain_is_read),
	};

	return cmocka_run_group_tests_name("qemu_log", tests, NULL, NULL);
}
