// SPDX-License-Identifier: GPL-2.0-only
/* Runs a program of somebody else's, for a limited time. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In the guest's own time; on an emulated host a call takes a tenth of a second. */
#ifndef LIMIT_MS	/* tests set a shorter limit */
#define LIMIT_MS 20000
#endif
#define LOOK_MS 2

static void become(char *const argv[], int out) __attribute__((noreturn));

/* Becomes the program.  Its stderr is the probe's, for a person to read. */
static void become(char *const argv[], int out)
{
	char *const environment[] = { NULL };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	dup2(null, 0);
	dup2(out, 1);
	execve(argv[0], argv, environment);
	_exit(127);
}

/* Reads the program's output until its end, or until there is too much of it or the time is up. */
static enum em_tool_end listen(int fd, char *said, size_t size, int64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	for (;;) {
		int64_t left = deadline - probe_now_ms();
		ssize_t n;

		if (left <= 0)
			return EM_TOOL_LATE;
		if (poll(&pfd, 1, (int)left) <= 0)
			continue;
		n = read(fd, said + len, size - len);
		len += n > 0 ? (size_t)n : 0;
		if (len == size)
			return EM_TOOL_RUBBISH;
		if (n <= 0) {
			said[len] = '\0';
			return EM_TOOL_ANSWERED;
		}
	}
}

/* Waits for the program, which may go on after it has closed its output. */
static enum em_tool_end wait_for(pid_t pid, int64_t deadline, int *ret_code)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000 };
	int status = 0;
	pid_t gone;

	while ((gone = waitpid(pid, &status, WNOHANG)) == 0 && probe_now_ms() < deadline)
		nanosleep(&pause, NULL);
	if (gone == 0)
		return EM_TOOL_LATE;
	if (WIFSIGNALED(status)) {
		*ret_code = WTERMSIG(status);
		return EM_TOOL_KILLED;
	}
	*ret_code = WEXITSTATUS(status);
	return *ret_code ? EM_TOOL_EXITED : EM_TOOL_ANSWERED;
}

static enum em_tool_end attend(pid_t pid, int fd, char *said, size_t size, int *ret_code)
{
	int64_t deadline = probe_now_ms() + LIMIT_MS;
	enum em_tool_end end = listen(fd, said, size, deadline);

	if (end == EM_TOOL_ANSWERED)
		end = wait_for(pid, deadline, ret_code);
	if (end == EM_TOOL_LATE || end == EM_TOOL_RUBBISH) {
		/* Its children are killed too.  If it cannot be killed, it is not waited for. */
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, WNOHANG);
	}
	return end;
}

enum em_tool_end tool_run(char *const argv[], char *said, size_t size, int *ret_code)
{
	enum em_tool_end end = EM_TOOL_UNSTARTED;
	int out[2];
	pid_t pid;

	*ret_code = 0;
	if (access(argv[0], X_OK) < 0) {
		*ret_code = errno;
		return EM_TOOL_ABSENT;
	}
	if (pipe2(out, O_CLOEXEC) < 0) {
		*ret_code = errno;
		return EM_TOOL_UNSTARTED;
	}
	pid = fork();
	if (pid == 0)
		become(argv, out[1]);
	*ret_code = pid < 0 ? errno : 0;
	close(out[1]);
	if (pid > 0)
		end = attend(pid, out[0], said, size, ret_code);
	close(out[0]);
	return end;
}
