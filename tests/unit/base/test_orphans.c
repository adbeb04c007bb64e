// SPDX-License-Identifier: GPL-2.0-only
/* What a run's descendants leave behind is reaped, where the machine's first process would not do it. */
#include "support/helpers.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/orphans.h"

/* Starts a process that waits for a signal, in a session of its own or in ours. */
static pid_t start_child(bool leads)
{
	int told[2];
	pid_t child;
	char c;

	assert_int_equal(pipe(told), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (leads)
			setsid();
		close(told[0]);
		close(told[1]);		/* it is in its session */
		for (;;)
			pause();
	}
	close(told[1]);
	assert_int_equal(read(told[0], &c, 1), 0);
	close(told[0]);
	return child;
}

/* Starts a process whose parent ends at once, as libvirt starts QEMU.  Returns when it is an orphan. */
static pid_t start_orphan(bool is_daemon)
{
	int told[2];
	pid_t child, orphan;

	assert_int_equal(pipe(told), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (is_daemon)
			setsid();
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

static bool is_in_table(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

static void test_reaps_daemons_that_have_ended(void **state)
{
	pid_t daemon, other;

	(void)state;
	orphans_adopt();
	daemon = start_orphan(true);
	other = start_orphan(true);
	orphans_reap();		/* they run */
	assert_true(is_in_table(daemon));
	end(daemon);
	assert_true(is_in_table(daemon));
	orphans_reap();
	assert_false(is_in_table(daemon));
	assert_true(is_in_table(other));
	end(other);
	orphans_reap();
	assert_false(is_in_table(other));
}

/* Of our session, or the leader of another one that has run no other program: somebody waits for it. */
static void test_reaps_no_child_that_somebody_waits_for(void **state)
{
	pid_t same = start_child(false), leader = start_child(true);
	int status;

	(void)state;
	orphans_adopt();
	end(same);
	end(leader);
	orphans_reap();
	assert_int_equal(waitpid(same, &status, 0), same);
	assert_int_equal(waitpid(leader, &status, 0), leader);
}

static void test_one_that_runs_on_is_not_waited_for_for_ever(void **state)
{
	pid_t pid;

	(void)state;
	orphans_adopt();
	pid = start_orphan(false);
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
	orphan = start_orphan(false);
	kill(orphan, SIGKILL);
	orphans_wait_for(orphan);
	assert_false(is_in_table(orphan));
	orphans_wait_for(getpid());	/* no child of ours is passed over */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reaps_daemons_that_have_ended),
		cmocka_unit_test(test_reaps_no_child_that_somebody_waits_for),
		cmocka_unit_test(test_one_that_was_killed_is_waited_for),
		cmocka_unit_test(test_one_that_runs_on_is_not_waited_for_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
