// SPDX-License-Identifier: GPL-2.0-only
#include "base/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

#define CANNOT_EXEC 127
#define DISMISSED 'd'
#define READY 'r'

/* The OOM killer takes whoever needs most memory: it should not take the one who mends that. */
static void hide_from_oom_killer(void)
{
	static const char never[] = "-1000";
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Only root may lower it.  Without that the guardian is as likely to be killed as others. */
	if (write(fd, never, sizeof(never) - 1) < 0)
		errno = 0;
	close(fd);
}

/* No lock of ours may live on in the guardian, and no terminal. */
static void let_go_of_files(int leash)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
	dup2(leash, 3);
	close_range(4, ~0U, 0);
}

/* Between fork() and exec() only what a signal handler may call is safe: we may have threads. */
static void guard(const char *const argv[], int leash)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
	char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	static const char ready = READY;
	char word = 0;
	ssize_t got;

	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	setsid();
	hide_from_oom_killer();
	let_go_of_files(leash);
	/* From here on nothing that ends our parent ends us.  If the parent is gone already, the read will tell. */
	if (send(3, &ready, 1, MSG_NOSIGNAL) != 1 && errno != EPIPE)
		_exit(CANNOT_EXEC);
	do {
		got = read(3, &word, 1);
	} while (got < 0 && errno == EINTR);
	if (got == 1 && word == DISMISSED)
		_exit(0);
	close(3);
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_DFL);
	/* A variable that was meant for us, such as one of a test, is not meant for it. */
	execve(argv[0], (char *const *)argv, environment);
	_exit(CANNOT_EXEC);
}

/* Returns whether the guardian has come so far that no signal of ours, and none to our group, ends it. */
static bool is_ready(int leash)
{
	char word = 0;
	ssize_t got;

	do {
		got = read(leash, &word, 1);
	} while (got < 0 && errno == EINTR);
	return got == 1 && word == READY;
}

int guardian_start(const char *const argv[], struct guardian *ret, struct error *err)
{
	int ends[2];

	memset(ret, 0, sizeof(*ret));
	/* A socket, since a write to a pipe whose reader is gone would raise SIGPIPE. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_errno(err, STATUS_USAGE, "cannot watch over this run");
	ret->pid = fork();
	if (ret->pid == 0)
		guard(argv, ends[1]);
	close(ends[1]);
	if (ret->pid < 0) {
		ret->pid = 0;
		close(ends[0]);
		return error_errno(err, STATUS_USAGE, "cannot watch over this run");
	}
	ret->leash = ends[0];
	if (is_ready(ends[0]))
		return 0;
	guardian_dismiss(ret);
	return error_set(err, STATUS_USAGE, "cannot watch over this run: the process that should do so has ended");
}

void guardian_dismiss(struct guardian *g)
{
	static const char word = DISMISSED;

	if (!g->pid)
		return;
	/* Where the guardian was killed, nothing is left to dismiss. */
	if (send(g->leash, &word, 1, MSG_NOSIGNAL) == 1 || errno == EPIPE)
		close(g->leash);
	while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	memset(g, 0, sizeof(*g));
}
