// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a program of the user's between two points.  Its words are read as they come and kept in memory; nothing
 * wakes the probe but words, the program's end and the end of its time, so that watching it adds next to no exits.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct attendance {
	struct probe_workload *workload;
	pid_t pid;
	int fd;			/* of its stdout and stderr; -1: it has closed both */
	int64_t begin, deadline;
};

static void notice(int signal)
{
	(void)signal;	/* it ends a ppoll(), which is all */
}

static void become(const char *path, int out, int failed) __attribute__((noreturn));

/* Becomes the program, or writes an errno. */
static void become(const char *path, int out, int failed)
{
	char *const argv[] = { (char *)path, NULL };
	char *const environment[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/",
				      NULL };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	execve(path, argv, environment);
	(void)!write(failed, &errno, sizeof(errno));
	_exit(127);
}

/* Words beyond what is kept are read, too, since a program whose pipe is full would stand still. */
static void hear(struct attendance *a)
{
	struct probe_workload *w = a->workload;
	char words[4096];
	ssize_t n;

	while ((n = read(a->fd, words, sizeof(words))) > 0) {
		if (w->bytes < EM_SAID_MAX)
			memcpy(w->said + w->bytes, words, w->bytes + (size_t)n <= EM_SAID_MAX ? (size_t)n :
			       EM_SAID_MAX - w->bytes);
		w->bytes += (uint64_t)n;
		/* One that never stops printing has its time, as others have. */
		if (probe_now_ms() >= a->deadline)
			return;
	}
	if (!n) {
		close(a->fd);
		a->fd = -1;
	}
}

static bool has_ended(struct attendance *a)
{
	struct probe_workload *w = a->workload;
	int status;

	if (waitpid(a->pid, &status, WNOHANG) != a->pid)
		return false;
	w->end = WIFSIGNALED(status) ? EM_RUN_KILLED : EM_RUN_EXITED;
	w->code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

/* What it has started and left behind is killed with it. */
static void attend(struct attendance *a)
{
	sigset_t none;
	int64_t left;

	sigemptyset(&none);
	a->workload->end = EM_RUN_LATE;
	while (!has_ended(a) && (left = a->deadline - probe_now_ms()) > 0) {
		struct pollfd pfd = { .fd = a->fd, .events = POLLIN };
		struct timespec limit = { .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 };

		if (ppoll(&pfd, 1, &limit, &none) > 0)
			hear(a);
	}
	a->workload->ms = (uint64_t)(probe_now_ms() - a->begin);
	kill(-a->pid, SIGKILL);
	if (a->workload->end == EM_RUN_LATE)
		waitpid(a->pid, NULL, 0);
	if (a->fd >= 0)
		hear(a);
	if (a->fd >= 0)
		close(a->fd);
}

static void run(const char *path, unsigned int seconds, struct probe_workload *ret)
{
	struct attendance a = { .workload = ret, .begin = probe_now_ms() };
	int out[2], failed[2];

	ret->end = EM_RUN_UNSTARTED;
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(failed, O_CLOEXEC) < 0) {
		ret->code = errno;
		return;
	}
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	a.deadline = a.begin + (int64_t)seconds * 1000;
	a.fd = out[0];
	a.pid = fork();
	if (!a.pid)
		become(path, out[1], failed[1]);
	close(out[1]);
	close(failed[1]);
	if (a.pid < 0) {
		ret->code = errno;
	} else if (read(failed[0], &ret->code, sizeof(ret->code)) > 0) {
		waitpid(a.pid, NULL, 0);
	} else {
		attend(&a);
	}
	close(failed[0]);
}

int probe_workload(const char *device, const char *path, unsigned int seconds, const struct probe_config *config)
{
	static struct probe_workload workload;
	const struct sigaction action = { .sa_handler = notice };
	sigset_t child;
	int ret = probe_point(device, EM_WORK, config);

	if (ret)
		return ret;
	memset(&workload, 0, sizeof(workload));
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	sigaction(SIGCHLD, &action, NULL);
	run(path, seconds, &workload);
	return probe_point_worked(device, &workload, config);
}
