// SPDX-License-Identifier: GPL-2.0-only
#include "base/orphans.h"

#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define REST_MS 1000
#define LOOK_MS 10
#define LIST_BYTES_MAX (64 << 10)

void orphans_adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static bool is_called_as_we(pid_t pid)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *path = xasprintf("/proc/%d/comm", pid);
	_cleanup_free_ char *ours = file_read("/proc/self/comm", 64, NULL, &ignored);
	_cleanup_free_ char *name = file_read(path, 64, NULL, &ignored);

	return ours && name && !strcmp(ours, name);
}

/*
 * A daemon has another session than we, and no child that somebody here waits for has.  But for two, which have run no
 * other program and lead their session: the guardian, and the parent of a daemon of libvirt's (virExecCommon()).
 */
static bool is_daemon(pid_t pid)
{
	pid_t session = getsid(pid);

	return session >= 0 && session != getsid(0) && (session != pid || !is_called_as_we(pid));
}

static bool has_any_ended(void)
{
	siginfo_t info = { 0 };

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

static void reap_listed(char *list)
{
	char *rest = list;

	for (char *word; (word = strsep(&rest, " \n"));) {
		pid_t pid = atoi(word);

		if (pid > 0 && is_daemon(pid))
			waitpid(pid, NULL, WNOHANG);
	}
}

/* A thread's list has what it has forked, and what its process has adopted: proc(5). */
void orphans_reap(void)
{
	glob_t lists;

	if (!has_any_ended() || glob("/proc/self/task/*/children", GLOB_NOSORT, NULL, &lists) != 0)
		return;
	for (size_t i = 0; i < lists.gl_pathc; i++) {
		_cleanup_error_ struct error ignored = { 0 };
		_cleanup_free_ char *list = file_read(lists.gl_pathv[i], LIST_BYTES_MAX, NULL, &ignored);

		if (list)
			reap_listed(list);
	}
	globfree(&lists);
}

void orphans_wait_for(pid_t pid)
{
	for (int ms = 0; ms < REST_MS && waitpid(pid, NULL, WNOHANG) == 0; ms += LOOK_MS)
		usleep(LOOK_MS * 1000);
}

void orphans_reap_rest(void)
{
	for (int left = REST_MS / LOOK_MS; left > 0;) {
		pid_t got = waitpid(-1, NULL, WNOHANG);

		if (got < 0)
			return;
		if (got > 0)
			continue;
		usleep(LOOK_MS * 1000);
		left--;
	}
}
