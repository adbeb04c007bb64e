// SPDX-License-Identifier: GPL-2.0-only
/* The probe's running of a user's program: how it ends, what it says, and what it may not do. */
#include "support/tempdir.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "probe/workload.c"

static const struct probe_config config = { .nonce = "5eed" };
static struct probe_workload told;
static int points, refused_point;

int probe_point(const char *device, enum em_point point, const struct probe_config *c)
{
	(void)device;
	(void)c;
	assert_int_equal(point, EM_WORK);
	points++;
	return refused_point;
}

int probe_point_worked(const char *device, const struct probe_workload *workload, const struct probe_config *c)
{
	(void)device;
	(void)c;
	points++;
	told = *workload;
	return 0;
}

/* A shell's words as the user's script. */
static int run_words(const char *words, unsigned int seconds)
{
	_cleanup_free_ char *path = tempdir_path("workload");
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fprintf(out, "#!/bin/sh\n%s\n", words);
	fclose(out);
	assert_int_equal(chmod(path, 0755), 0);
	memset(&told, 0, sizeof(told));
	points = 0;
	return probe_workload("/dev/null", path, seconds, &config);
}

static void its_end_is_told(void **state)
{
	(void)state;
	assert_int_equal(run_words("exit 0", 30), 0);
	assert_int_equal(points, 2);
	assert_int_equal(told.end, EM_RUN_EXITED);
	assert_int_equal(told.code, 0);
	run_words("exit 7", 30);
	assert_int_equal(told.end, EM_RUN_EXITED);
	assert_int_equal(told.code, 7);
	run_words("kill -SEGV $$", 30);
	assert_int_equal(told.end, EM_RUN_KILLED);
	assert_int_equal(told.code, SIGSEGV);
}

static void its_words_are_kept(void **state)
{
	(void)state;
	run_words("echo one; echo two >&2; sleep 0.1; echo EM1 0 boot begin", 30);
	assert_int_equal(told.bytes, 4 + 4 + 17);
	assert_memory_equal(told.said, "one\ntwo\nEM1 0 boot begin\n", told.bytes);
}

static void more_words_than_fit_are_counted(void **state)
{
	(void)state;
	run_words("head -c 1000000 /dev/zero", 30);
	assert_int_equal(told.end, EM_RUN_EXITED);
	assert_int_equal(told.code, 0);
	assert_int_equal(told.bytes, 1000000);
}

static void its_time_is_limited(void **state)
{
	(void)state;
	run_words("echo before; sleep 600", 1);
	assert_int_equal(told.end, EM_RUN_LATE);
	assert_memory_equal(told.said, "before\n", 7);
	run_words("exec yes", 1);
	assert_int_equal(told.end, EM_RUN_LATE);
	assert_true(told.bytes > EM_SAID_MAX);
}

static bool is_running(int pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/stat", pid);
	FILE *stat = fopen(path, "re");
	char how = 'X';

	if (!stat)
		return false;
	if (fscanf(stat, "%*d %*s %c", &how) != 1)
		how = 'X';
	fclose(stat);
	return how != 'Z' && how != 'X';
}

/* One that hands its output to a child, which stays, does not hold the probe. */
static void what_it_leaves_behind_is_killed(void **state)
{
	_cleanup_free_ char *words = NULL, *path = tempdir_path("pid");
	_cleanup_free_ char *pid = NULL;

	(void)state;
	words = xasprintf("sleep 600 & echo $! > %s; exit 3", path);
	run_words(words, 30);
	assert_int_equal(told.end, EM_RUN_EXITED);
	assert_int_equal(told.code, 3);
	pid = get_text(path);
	/* Nobody need have reaped it, and it takes a moment to go. */
	while (is_running(atoi(pid)))
		usleep(1000);
}

static void one_that_cannot_start_is_told(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	assert_int_equal(probe_workload("/dev/null", "/nonexistent", 5, &config), 0);
	assert_int_equal(told.end, EM_RUN_UNSTARTED);
	assert_int_equal(told.code, ENOENT);
}

static void without_the_first_point_it_does_not_run(void **state)
{
	(void)state;
	refused_point = 1;
	assert_int_equal(run_words("exit 0", 30), 1);
	assert_int_equal(points, 1);
	refused_point = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(its_end_is_told),
		tempdir_test(its_words_are_kept),
		tempdir_test(more_words_than_fit_are_counted),
		tempdir_test(its_time_is_limited),
		tempdir_test(what_it_leaves_behind_is_killed),
		tempdir_test(one_that_cannot_start_is_told),
		tempdir_test(without_the_first_point_it_does_not_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
