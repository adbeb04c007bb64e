// SPDX-License-Identifier: GPL-2.0-only
/* What is changed on a machine is put back when whoever changed it is gone, however that ended. */
#include "support/tempdir.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/guardian.h"
#include "base/memory.h"

/* The program of the tests writes a line into a FIFO, whose other end waits for it. */
static char *fifo;

static int setup(void **state)
{
	int rc = tempdir_setup(state);

	fifo = tempdir_path("fifo");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	return rc;
}

static int teardown(void **state)
{
	free(fifo);
	return tempdir_teardown(state);
}

static void start(struct guardian *g)
{
	static char script[512];
	static const char *argv[] = { "/bin/sh", "-c", script, NULL };
	struct error err = { 0 };

	snprintf(script, sizeof(script), "echo back > %s", fifo);
	assert_ok(guardian_start(argv, g, &err), &err);
}

/*
 * What the program wrote, up to its end; "" where it was not run.  Whoever opens the FIFO anew must not find this writer
 * in it still: its end would be taken for that of the next, which has not come yet.
 */
static const char *wait_for_words(int fd)
{
	static char said[64];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t used = 0;
	ssize_t len;

	do {
		assert_int_equal(poll(&p, 1, 60000), 1);
		len = read(fd, said + used, sizeof(said) - 1 - used);
		assert_true(len >= 0);
		used += len;
	} while (len > 0);
	said[used] = '\0';
	return said;
}

static void assert_put_back_after(void (*end)(void))
{
	int fd = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	pid_t pid = fork();

	assert_true(fd >= 0);
	if (pid == 0) {
		struct guardian g;

		close(fd);
		setpgid(0, 0);	/* the test itself is not in the group that kill_the_group() kills */
		start(&g);
		end();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_string_equal(wait_for_words(fd), "back\n");
	close(fd);
}

static void be_killed(void)
{
	raise(SIGKILL);
}

static void quit(void)
{
	signal(SIGQUIT, SIG_DFL);
	raise(SIGQUIT);
}

static void leave(void)
{
	_exit(0);
}

static void kill_the_group(void)
{
	kill(0, SIGKILL);
}

static void whatever_ends_us_it_acts(void **state)
{
	(void)state;
	assert_put_back_after(be_killed);
	assert_put_back_after(quit);
	assert_put_back_after(leave);
	assert_put_back_after(kill_the_group);
}

static void once_dismissed_it_does_nothing(void **state)
{
	struct guardian g;
	pid_t pid;
	int fd = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char c;

	(void)state;
	start(&g);
	pid = g.pid;
	guardian_dismiss(&g);
	assert_int_equal(kill(pid, 0), -1);	/* it has ended, and nothing of it is left to wait for */
	assert_int_equal(errno, ESRCH);
	assert_int_equal(read(fd, &c, 1), 0);	/* nobody has written */
	close(fd);
	guardian_dismiss(&g);	/* harmless */
}

static void signals_that_end_others_do_not_end_it(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct guardian g;
	int status;

	(void)state;
	start(&g);
	assert_int_equal(getsid(g.pid), g.pid);	/* out of reach of what is sent to our group */
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		kill(g.pid, signals[i]);
	assert_int_equal(waitpid(g.pid, &status, WNOHANG), 0);
	guardian_dismiss(&g);
}

/* A lock of ours is free as soon as we are gone, or what puts things back would find it held. */
static void it_holds_none_of_our_locks(void **state)
{
	_cleanup_free_ char *lock = tempdir_path("lock");
	int fd = open(lock, O_RDWR | O_CREAT, 0600), other;
	struct guardian g;

	(void)state;
	assert_int_equal(flock(fd, LOCK_EX), 0);
	start(&g);
	close(fd);
	other = open(lock, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
	close(other);
	guardian_dismiss(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whatever_ends_us_it_acts, setup, teardown),
		cmocka_unit_test_setup_teardown(once_dismissed_it_does_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(signals_that_end_others_do_not_end_it, setup, teardown),
		cmocka_unit_test_setup_teardown(it_holds_none_of_our_locks, setup, teardown),
	};

	return cmocka_run_group_tests_name("guardian", tests, NULL, NULL);
}
