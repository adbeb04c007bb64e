// SPDX-License-Identifier: GPL-2.0-only
#include "support/tempdir.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/subprocess.h"

#include <signal.h>
#include <sys/wait.h>

#define LIMIT_MS 60000

static int run_sh(const char *script, struct error *err)
{
	const char *argv[] = { "sh", "-c", script, "sh", tempdir, NULL };

	return subprocess_run(argv, LIMIT_MS, err);
}

static void a_program_that_does_well_says_nothing(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_ok(run_sh("echo chatter; echo noise >&2", &err), &err);
}

static void a_missing_program_is_a_skip_that_names_it(void **state)
{
	const char *argv[] = { "exitmeter-no-such-tool", "x", NULL };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(subprocess_run(argv, LIMIT_MS, &err), -1);
	assert_error(&err, STATUS_SKIP,
		     "exitmeter-no-such-tool is not installed: run ci/install-deps");
}

/* A script may lack a tool that it calls; sh then ends with 127. */
static void a_tool_that_misses_a_tool_is_a_skip_too(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(run_sh("exitmeter-no-such-tool", &err), -1);
	assert_error(&err, STATUS_SKIP, "exitmeter-no-such-tool: not found");
}

static void what_cannot_be_executed_is_named(void **state)
{
	_cleanup_free_ char *file = tempdir_path("plain");
	const char *argv[] = { file, NULL };
	struct error err = { 0 };

	(void)state;
	put_text(file, "#!/bin/sh\n");
	assert_int_equal(subprocess_run(argv, LIMIT_MS, &err), -1);
	assert_error(&err, STATUS_USAGE, "Permission denied");
}

static void a_failure_tells_the_output_of_both_streams(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(run_sh("echo to stdout; echo to stderr >&2; exit 3", &err), -1);
	assert_string_equal(err.message, "sh failed (exit code 3): to stdout\nto stderr");
	assert_error(&err, STATUS_USAGE, "sh failed");
	assert_int_equal(run_sh("exit 1", &err), -1);
	assert_error(&err, STATUS_USAGE, "sh failed (exit code 1): it said nothing");
	assert_int_equal(run_sh("kill -9 $$", &err), -1);
	assert_error(&err, STATUS_USAGE, "sh failed (signal 9): it said nothing");
}

static void of_a_long_output_the_end_is_kept(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(run_sh("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done; "
				"exit 1", &err), -1);
	assert_true(strlen(err.message) <= 2048 + 64);
	assert_null(strstr(err.message, "line 100\n"));
	assert_error(&err, STATUS_USAGE, "line 4998\nline 4999");
}

static void the_child_reads_nothing_of_ours(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_ok(run_sh("! read line", &err), &err);
}

/* The signal comes after the script has written its process IDs, as Ctrl-C might. */
static void signal_when_told(int signo)
{
	_cleanup_free_ char *path = tempdir_path("told");

	if (fork() > 0)
		return;
	for (int i = 0; i < 200 && access(path, F_OK) < 0; i++)
		usleep(10000);
	kill(getppid(), signo);
	_exit(0);
}

/* Runs in a process of its own, because an interrupt stays pending for good. */
static int interrupted_run(const char *script, int signo)
{
	struct error err = { 0 };
	int rc;

	interrupt_install();
	signal_when_told(signo);
	rc = run_sh(script, &err);
	rc = rc == -1 && err.message && strstr(err.message, "stopped by signal") ?
	     (int)err.status : 1;
	error_clear(&err);
	return rc;
}

/* A zombie has ended, too: in a container the first process may reap nobody. */
static bool has_ended(const char *pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%s/stat", pid);
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	char state = 'X';

	return !f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1 || state == 'Z' || state == 'X';
}

/* The script writes the IDs of its processes to TEMPDIR/pids. */
static void assert_pids_gone(void)
{
	_cleanup_free_ char *path = tempdir_path("pids"), *text = get_text(path);
	int count = 0;

	for (char *p = strtok(text, "\n"); p; p = strtok(NULL, "\n"), count++) {
		for (int i = 0; i < 40 && !has_ended(p); i++)
			usleep(50000);
		assert_true(has_ended(p));
	}
	assert_true(count > 0);
}

static void assert_interrupted(const char *script, int signo, int64_t within_ms)
{
	_cleanup_free_ char *told = tempdir_path("told");
	int64_t begun = now_ms();
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		/* The memory that it has from its parent is no leak. */
		_exit(interrupted_run(script, signo));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + signo);
	assert_true(now_ms() - begun < within_ms);
	assert_pids_gone();
	assert_int_equal(unlink(told), 0);
}

static void an_interrupt_ends_the_child(void **state)
{
	(void)state;
	assert_interrupted("echo $$ > $1/pids; > $1/told; exec sleep 60", SIGINT, 2000);
	assert_interrupted("echo $$ > $1/pids; > $1/told; exec sleep 60", SIGTERM, 2000);
}

static void an_interrupt_ends_the_child_s_children(void **state)
{
	(void)state;
	assert_interrupted("sleep 60 & echo $$ > $1/pids; echo $! >> $1/pids; > $1/told; wait",
			   SIGTERM, 2000);
}

static int run_after_a_signal(void)
{
	_cleanup_free_ char *ran = tempdir_path("ran");
	struct error err = { 0 };
	int rc;

	interrupt_install();
	raise(SIGTERM);
	rc = run_sh("> $1/ran", &err);
	rc = rc == -1 && (int)err.status == 128 + SIGTERM && access(ran, F_OK) < 0 ? 0 : 1;
	error_clear(&err);
	return rc;
}

static void after_a_signal_no_child_is_started(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(run_after_a_signal());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Where a signal has come, it is reported as the cause, with the error behind it. */
static int explain_after_a_signal(void)
{
	struct error err = { 0 };
	int rc;

	interrupt_install();
	raise(SIGINT);
	error_set(&err, STATUS_USAGE, "the tool failed");
	interrupt_explain(&err);
	rc = (int)err.status == 128 + SIGINT && !strncmp(err.message, "stopped by signal 2 (", 21) &&
	     strstr(err.message, ": the tool failed") ? 0 : 1;
	interrupt_explain(&err);	/* a second call changes nothing */
	rc |= strstr(err.message + 1, "stopped by") ? 1 : 0;
	error_clear(&err);
	return rc;
}

static void an_error_after_a_signal_is_the_signal_s(void **state)
{
	struct error err = { 0 };
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(explain_after_a_signal());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	error_set(&err, STATUS_USAGE, "the tool failed");
	interrupt_explain(&err);
	assert_error(&err, STATUS_USAGE, "the tool failed");
}

static void a_child_that_does_not_heed_it_is_killed(void **state)
{
	(void)state;
	assert_interrupted("trap '' TERM; echo $$ > $1/pids; > $1/told; "
			   "while :; do sleep 0.1; done", SIGTERM, 6000);
}

/* These scripts stand for tools that are stuck.  How long they run is not measured. */
static void assert_stopped(const char *script)
{
	const char *argv[] = { "sh", "-c", script, "sh", tempdir, NULL };
	struct error err = { 0 };

	assert_int_equal(subprocess_run(argv, 300, &err), -1);
	assert_error(&err, STATUS_TIMEOUT, "sh did not end within 1 s and was stopped: half way");
	assert_pids_gone();
}

static void a_tool_that_is_stuck_is_stopped_and_named(void **state)
{
	(void)state;
	assert_stopped("echo $$ > $1/pids; echo half way; exec sleep 3600");
	assert_stopped("sleep 3600 & echo $$ > $1/pids; echo $! >> $1/pids; echo half way; wait");
}

static void a_tool_that_is_stuck_and_heeds_nothing_is_killed(void **state)
{
	(void)state;
	assert_stopped("trap '' TERM; echo $$ > $1/pids; echo half way; while :; do sleep 0.1; done");
}

/* After it has closed its output, only its end is waited for. */
static void a_tool_that_closes_its_output_has_the_same_limit(void **state)
{
	(void)state;
	assert_stopped("echo $$ > $1/pids; echo half way; exec sleep 3600 >&- 2>&-");
}

/* A process of another group is out of reach, and it keeps the pipe open. */
static void a_process_out_of_reach_does_not_hold_the_run_up(void **state)
{
	_cleanup_free_ char *path = tempdir_path("far"), *text = NULL;
	const char *argv[] = { "sh", "-c", "setsid sh -c 'echo $$ > $1/far; exec sleep 3600' sh $1 &"
			       " echo half way; exec sleep 3600", "sh", tempdir, NULL };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(subprocess_run(argv, 300, &err), -1);
	assert_error(&err, STATUS_TIMEOUT, "was stopped: half way");
	text = get_text(path);
	assert_int_equal(kill(atoi(text), SIGKILL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(a_program_that_does_well_says_nothing),
		tempdir_test(a_missing_program_is_a_skip_that_names_it),
		tempdir_test(a_tool_that_misses_a_tool_is_a_skip_too),
		tempdir_test(what_cannot_be_executed_is_named),
		tempdir_test(a_failure_tells_the_output_of_both_streams),
		tempdir_test(of_a_long_output_the_end_is_kept),
		tempdir_test(the_child_reads_nothing_of_ours),
		tempdir_test(an_interrupt_ends_the_child),
		tempdir_test(an_interrupt_ends_the_child_s_children),
		tempdir_test(a_child_that_does_not_heed_it_is_killed),
		tempdir_test(a_tool_that_is_stuck_is_stopped_and_named),
		tempdir_test(a_tool_that_is_stuck_and_heeds_nothing_is_killed),
		tempdir_test(a_tool_that_closes_its_output_has_the_same_limit),
		tempdir_test(a_process_out_of_reach_does_not_hold_the_run_up),
		tempdir_test(after_a_signal_no_child_is_started),
		tempdir_test(an_error_after_a_signal_is_the_signal_s),
	};

	/* Where this user may not enter a folder of PATH, execvp() tells that in place of "not found". */
	setenv("PATH", "/usr/bin:/bin", 1);
	return cmocka_run_group_tests_name("subprocess", tests, NULL, NULL);
}
