// SPDX-License-Identifier: GPL-2.0-only
#include "base/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"

#define KEEP_BYTES 2048
#define KILL_AFTER_MS 2000
#define LOOK_MS 200
#define WAIT_US 5000

extern char **environ;

struct child {
	pid_t pid;
	int out;		/* the pipe with its output and its errors */
	int64_t deadline_ms;
	int64_t told_ms;	/* when its process group got SIGTERM; 0: it did not */
	bool is_late, is_killed;
	char keep[KEEP_BYTES + 1];
	size_t len;
};

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
	/* A process group of its own, because a tool may be a script, whose children must end too. */
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

/* Ends a child: its process group gets SIGTERM, and SIGKILL where that does not help. */
static void end_child(struct child *c)
{
	if (!c->told_ms) {
		kill(-c->pid, SIGTERM);
		c->told_ms = now_ms();
	} else if (now_ms() - c->told_ms > KILL_AFTER_MS) {
		kill(-c->pid, SIGKILL);
		c->is_killed = true;
	}
}

static void look_after(struct child *c)
{
	if (now_ms() >= c->deadline_ms)
		c->is_late = true;
	if (c->is_late || interrupt_pending())
		end_child(c);
}

static void keep_output(struct child *c, const char *chunk, size_t n)
{
	if (c->len + n > KEEP_BYTES) {
		size_t drop = c->len + n - KEEP_BYTES;

		memmove(c->keep, c->keep + drop, c->len - drop);
		c->len -= drop;
	}
	memcpy(c->keep + c->len, chunk, n);
	c->len += n;
}

/*
 * Keeps the last KEEP_BYTES of the child's output, and returns at its end of file.  Where a process of
 * another group holds the pipe, that end may never come, so it is not waited for once the child's
 * group is killed.
 */
static void collect_output(struct child *c)
{
	struct pollfd pfd = { .fd = c->out, .events = POLLIN };
	char chunk[512];

	while (!c->is_killed) {
		ssize_t n;

		look_after(c);
		if (poll(&pfd, 1, LOOK_MS) <= 0)
			continue;
		n = read(c->out, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		keep_output(c, chunk, (size_t)n);
	}
	while (c->len > 0 && c->keep[c->len - 1] == '\n')
		c->len--;
	c->keep[c->len] = '\0';
}

/* A child may run on after it has closed its output. */
static int wait_for_child(struct child *c)
{
	int status = -1;
	pid_t pid;

	while ((pid = waitpid(c->pid, &status, WNOHANG)) == 0 || (pid < 0 && errno == EINTR)) {
		look_after(c);
		usleep(WAIT_US);
	}
	return status;
}

/* Runs argv until it ends by itself.  ret_status: that of waitpid(). */
static int run_child(struct child *c, const char *const argv[], int64_t limit_ms, int *ret_status,
		     struct error *err)
{
	c->deadline_ms = now_ms() + limit_ms;
	if (interrupt_check(err) < 0 || start_child(argv, &c->pid, &c->out, err) < 0)
		return -1;
	collect_output(c);
	*ret_status = wait_for_child(c);
	close(c->out);
	if (interrupt_check(err) < 0)
		return -1;
	if (c->is_late)
		return error_set(err, STATUS_TIMEOUT,
				 "%s did not end within %lld s and was stopped: %s (is this machine "
				 "overloaded, or its disk or network drive stuck?)", argv[0],
				 (long long)(limit_ms + 999) / 1000, c->len ? c->keep : "it said nothing");
	if (WIFEXITED(*ret_status) && WEXITSTATUS(*ret_status) == 127)
		return error_set(err, STATUS_SKIP, "%s cannot run: %s", argv[0], c->keep);
	return 0;
}

static int failed(const struct child *c, const char *name, int status, struct error *err)
{
	return error_set(err, STATUS_USAGE, "%s failed (%s %d): %s", name,
			 WIFEXITED(status) ? "exit code" : "signal",
			 WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
			 c->len ? c->keep : "it said nothing");
}

int subprocess_run(const char *const argv[], int64_t limit_ms, struct error *err)
{
	struct child c = { 0 };
	int status;

	if (run_child(&c, argv, limit_ms, &status, err) < 0)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : failed(&c, argv[0], status, err);
}

int subprocess_capture(const char *const argv[], int64_t limit_ms, int *ret_code,
		       char **ret_output, struct error *err)
{
	struct child c = { 0 };
	int status;

	if (run_child(&c, argv, limit_ms, &status, err) < 0)
		return -1;
	if (!WIFEXITED(status))
		return failed(&c, argv[0], status, err);
	*ret_code = WEXITSTATUS(status);
	*ret_output = xstrdup(c.keep);
	return 0;
}

char *subprocess_own_path(void)
{
	char path[PATH_MAX] = "";
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return xstrdup(len > 0 ? path : "exitmeter");
}
