// SPDX-License-Identifier: GPL-2.0-only
#include "subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "interrupt.h"
#include "util.h"

#define KEEP_BYTES 2048
#define KILL_AFTER_MS 2000

extern char **environ;

static int start_child(const char *const argv[], pid_t *ret_pid, int *ret_out, struct error *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return error_errno(err, STATUS_USAGE, "cannot make a pipe for %s", argv[0]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 2);
	/* A group of its own: a tool that is a script has children, and all of them must go. */
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(ret_pid, argv[0], &actions, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (rc) {
		close(fds[0]);
		if (rc == ENOENT)
			return error_set(err, STATUS_SKIP, "%s is not installed: run ci/install-deps",
					 argv[0]);
		errno = rc;
		return error_errno(err, STATUS_USAGE, "cannot start %s", argv[0]);
	}
	*ret_out = fds[0];
	return 0;
}

/* An interrupt ends the child's group: TERM first, KILL for one that does not heed it. */
static void pass_interrupt_on(pid_t pid, int64_t *told_ms)
{
	if (!interrupt_pending())
		return;
	if (!*told_ms) {
		kill(-pid, SIGTERM);
		*told_ms = now_ms();
	} else if (now_ms() - *told_ms > KILL_AFTER_MS) {
		kill(-pid, SIGKILL);
	}
}

/* Keeps the last KEEP_BYTES of what the child says; returns at its end of file. */
static size_t collect_output(int fd, pid_t pid, char *keep)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t told_ms = 0;
	char chunk[512];
	size_t len = 0;

	for (;;) {
		ssize_t n;

		pass_interrupt_on(pid, &told_ms);
		if (poll(&pfd, 1, 200) <= 0)
			continue;
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return len;
		if (len + (size_t)n > KEEP_BYTES) {
			size_t drop = len + (size_t)n - KEEP_BYTES;

			memmove(keep, keep + drop, len - drop);
			len -= drop;
		}
		memcpy(keep + len, chunk, (size_t)n);
		len += (size_t)n;
	}
}

int subprocess_run(const char *const argv[], struct error *err)
{
	char keep[KEEP_BYTES + 1];
	_cleanup_close_ int out = -1;
	size_t len;
	pid_t pid;
	int status;

	if (start_child(argv, &pid, &out, err) < 0)
		return -1;
	len = collect_output(out, pid, keep);
	while (len > 0 && keep[len - 1] == '\n')
		len--;
	keep[len] = '\0';
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (interrupt_check(err) < 0)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return error_set(err, STATUS_SKIP, "%s cannot run: %s", argv[0], keep);
	return error_set(err, STATUS_USAGE, "%s failed (%s %d): %s", argv[0],
			 WIFEXITED(status) ? "exit code" : "signal",
			 WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
			 len ? keep : "it said nothing");
}
