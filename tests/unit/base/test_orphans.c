// SPDX-License-Identifier: GPL-2.0-only
/* What a run's descendants leave behind is reaped, where the machine's first process would not do it. */
#include "support/tempdir.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/orphans.h"

/* Starts a process whose parent ends at once, as libvirt starts QEMU. Returns when it is an orphan. */
static pid_t start_orphan(void)
{
	int told[2];
	pid_t child, orphan;

	assert_int_equal(pipe(told), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		orphan = fork();
		while (orphan == 0)
			pause();
		_exit(write(told[1], &orphan, sizeof(orphan)) != sizeof(orphan));
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(read(told[0], &orphan, sizeof(orphan)), sizeof(orphan));
	close(told[0]);
	close(told[1]);
	return orphan;
}

/* Ends it, and returns when it has ended and nobody has reaped it yet. */
static void end(pid_t pid)
{
	siginfo_t info;

	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
}

static void list(const char *name, const char *text)
{
	_cleanup_free_ char *path = tempdir_path(name);
	struct error err = { 0 };

	assert_ok(file_write(path, text, strlen(text), &err), &err);
}

static void reap_listed(void)
{
	_cleanup_free_ char *pattern = tempdir_path("*.pid");

	orphans_reap_listed(pattern);
}

static bool is_in_table(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

static void test_reaps_what_is_listed(void **state)
{
	char number[32];
	pid_t listed, other;

	(void)state;
	orphans_adopt();
	listed = start_orphan();
	other = start_orphan();
	snprintf(number, sizeof(number), "%d\n", listed);
	list("qemu.pid", number);
	reap_listed();		/* it runs */
	assert_true(is_in_table(listed));
	end(listed);
	end(other);
	assert_true(is_in_table(listed));
	reap_listed();
	assert_false(is_in_table(listed));
	assert_true(is_in_table(other));
	orphans_reap_rest();
	assert_false(is_in_table(other));
}

static void test_no_number_reaps_a_child_that_is_not_named(void **state)
{
	static const char *const texts[] = { "", "0", "-1", "1", "hello", "99999999999999999999" };
	pid_t other;

	(void)state;
	orphans_adopt();
	other = start_orphan();
	end(other);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		list("qemu.pid", texts[i]);
		reap_listed();
		assert_true(is_in_table(other));
	}
	orphans_reap_rest();
	assert_false(is_in_table(other));
}

static void test_one_that_runs_on_is_not_waited_for_for_ever(void **state)
{
	pid_t pid;

	(void)state;
	orphans_adopt();
	pid = start_orphan();
	orphans_reap_rest();
	assert_true(is_in_table(pid));
	end(pid);
	orphans_reap_rest();
	assert_false(is_in_table(pid));
	orphans_reap_rest();	/* there is none */
}

static void test_one_that_was_killed_is_waited_for(void **state)
{
	pid_t orphan;

	(void)state;
	orphans_adopt();
	orphan = start_orphan();
	kill(orphan, SIGKILL);
	orphans_wait_for(orphan);
	assert_false(is_in_table(orphan));
	orphans_wait_for(getpid());	/* no child of ours is passed over */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reaps_what_is_listed, tempdir_setup, tempdir_teardown),
		cmocka_unit_test_setup_teardown(test_no_number_reaps_a_child_that_is_not_named, tempdir_setup,
						tempdir_teardown),
		cmocka_unit_test(test_one_that_was_killed_is_waited_for),
		cmocka_unit_test_setup_teardown(test_one_that_runs_on_is_not_waited_for_for_ever, tempdir_setup,
						tempdir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
