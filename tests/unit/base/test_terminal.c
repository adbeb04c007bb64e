// SPDX-License-Identifier: GPL-2.0-only
/* The terminal is a pseudo-terminal, whose other end the tests hold. */
#include "support/tempdir.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "base/terminal.h"

static int master, slave;
static struct termios before;

static void open_terminal(void)
{
	char name[64];

	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0)
		skip_because("this machine has no pseudo-terminals");
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	assert_int_equal(tcgetattr(slave, &before), 0);
	/* What nobody has by default, so that it is these settings that come back. */
	before.c_cc[VERASE] = '#';
	before.c_iflag |= IXANY;
	assert_int_equal(tcsetattr(slave, TCSANOW, &before), 0);
}

static void close_terminal(void)
{
	close(master);
	close(slave);
}

static void assert_as_before(void)
{
	_cleanup_free_ char *want = terminal_settings(&before), *got = NULL;
	struct termios now;

	assert_int_equal(tcgetattr(slave, &now), 0);
	got = terminal_settings(&now);
	assert_string_equal(got, want);
}

static void assert_raw(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(slave, &now), 0);
	assert_int_equal(now.c_lflag & (ICANON | ECHO | ISIG), 0);
	assert_int_equal(now.c_oflag & OPOST, 0);
}

static void it_is_raw_and_then_as_before(void **state)
{
	struct error err = { 0 };
	struct terminal t;

	(void)state;
	open_terminal();
	assert_ok(terminal_make_raw(slave, &t, &err), &err);
	assert_raw();
	terminal_put_back(&t);
	assert_as_before();
	terminal_put_back(&t);	/* harmless */
	close_terminal();
}

static void settings_are_those_that_stty_prints(void **state)
{
	_cleanup_free_ char *mine = NULL, *said = NULL;
	struct error err = { 0 };
	char name[64];
	const char *argv[] = { "/bin/stty", "-F", name, "-g", NULL };
	int code;

	(void)state;
	open_terminal();
	mine = terminal_settings(&before);
	assert_int_equal(ttyname_r(slave, name, sizeof(name)), 0);
	assert_ok(subprocess_capture(argv, SUBPROCESS_SMALL_MS, &code, &said, &err), &err);
	assert_int_equal(code, 0);
	said[strcspn(said, "\n")] = '\0';
	assert_string_equal(said, mine);
	close_terminal();
}

/* The guardian needs a moment. */
static void it_comes_back_when_we_are_killed(void **state)
{
	struct termios now;
	pid_t pid;

	(void)state;
	open_terminal();
	pid = fork();
	if (pid == 0) {
		struct error err = { 0 };
		struct terminal t;

		if (terminal_make_raw(slave, &t, &err) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	do {
		usleep(1000);
		assert_int_equal(tcgetattr(slave, &now), 0);
	} while (!(now.c_lflag & ICANON));
	assert_as_before();
	close_terminal();
}

static void what_is_no_terminal_is_refused(void **state)
{
	struct error err = { 0 };
	struct terminal t;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_int_equal(terminal_make_raw(null, &t, &err), -1);
	assert_error(&err, STATUS_USAGE, "no terminal");
	terminal_put_back(&t);
	close(null);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_raw_and_then_as_before),
		cmocka_unit_test(settings_are_those_that_stty_prints),
		cmocka_unit_test(it_comes_back_when_we_are_killed),
		cmocka_unit_test(what_is_no_terminal_is_refused),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
