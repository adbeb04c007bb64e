// SPDX-License-Identifier: GPL-2.0-only
/* The probe's running of a program that is not ours, which may do what it likes. */
#include "support/helpers.h"


#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define LIMIT_MS 400
#include "probe/tool_run.c"

static char said[64];
static int code;

/* A shell's words in place of the tool. */
static enum em_tool_end run_words(const char *words)
{
	char *const argv[] = { "/bin/sh", "-c", (char *)words, NULL };

	memset(said, 'x', sizeof(said));
	code = -1;
	return tool_run(argv, said, sizeof(said), &code);
}

static void what_it_says_is_taken(void **state)
{
	(void)state;
	assert_int_equal(run_words("echo one; sleep 0.05; echo two"), EM_TOOL_ANSWERED);
	assert_string_equal(said, "one\ntwo\n");
	assert_int_equal(run_words(":"), EM_TOOL_ANSWERED);
	assert_string_equal(said, "");
	/* It gets none of ours. */
	assert_int_equal(run_words("cat; echo ${HOME-none}"), EM_TOOL_ANSWERED);
	assert_string_equal(said, "none\n");
}

static void how_it_fails_is_told(void **state)
{
	char *const none[] = { "/nonexistent/tool", NULL }, *const unfit[] = { "/etc/passwd", NULL };

	(void)state;
	assert_int_equal(run_words("echo 1; exit 3"), EM_TOOL_EXITED);
	assert_int_equal(code, 3);
	assert_int_equal(run_words("kill -SEGV $$"), EM_TOOL_KILLED);
	assert_int_equal(code, SIGSEGV);
	assert_int_equal(tool_run(none, said, sizeof(said), &code), EM_TOOL_ABSENT);
	assert_int_equal(code, ENOENT);
	if (geteuid() != 0)	/* root finds nothing forbidden */
		assert_int_equal(tool_run(unfit, said, sizeof(said), &code), EM_TOOL_ABSENT);
}

static void what_does_not_fit_is_rubbish_at_once(void **state)
{
	int64_t begun = probe_now_ms();

	(void)state;
	assert_int_equal(run_words("while :; do echo rubbish; done"), EM_TOOL_RUBBISH);
	assert_true(probe_now_ms() - begun < LIMIT_MS);
	assert_int_equal(run_words("printf %063d 0"), EM_TOOL_ANSWERED);
	assert_int_equal(strlen(said), 63);
	assert_int_equal(run_words("printf %064d 0"), EM_TOOL_RUBBISH);
}

static void nobody_waits_for_one_that_hangs(void **state)
{
	static const char *const ways[] = {
		"sleep 100", "echo half; sleep 100", "exec >&-; sleep 100", "sleep 100 & exit 0",
		"trap '' TERM HUP INT; while :; do sleep 1; done",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		int64_t begun = probe_now_ms();

		if (run_words(ways[i]) != EM_TOOL_LATE)
			fail_msg("not late: %s", ways[i]);
		assert_true(probe_now_ms() - begun >= LIMIT_MS);
		assert_true(probe_now_ms() - begun < 10 * LIMIT_MS);
	}
}

/* None of it is left, what it had started included. */
static void one_that_hangs_is_ended_with_its_children(void **state)
{
	pid_t child;

	(void)state;
	prctl(PR_SET_CHILD_SUBREAPER, 1);	/* the orphan is ours to bury */
	assert_int_equal(run_words("sleep 100 & echo $!; wait"), EM_TOOL_LATE);
	child = (pid_t)strtol(said, NULL, 10);
	assert_true(child > 1);
	for (int i = 0; i < 100 && kill(child, 0) == 0; i++) {
		waitpid(-1, NULL, WNOHANG);
		usleep(20000);
	}
	assert_int_equal(kill(child, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says_is_taken),
		cmocka_unit_test(how_it_fails_is_told),
		cmocka_unit_test(what_does_not_fit_is_rubbish_at_once),
		cmocka_unit_test(nobody_waits_for_one_that_hangs),
		cmocka_unit_test(one_that_hangs_is_ended_with_its_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
