// SPDX-License-Identifier: GPL-2.0-only
#include "base/orphans.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define REST_MS 1000
#define LOOK_MS 10

void orphans_adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

void orphans_reap_listed(const char *pattern)
{
	glob_t found = { 0 };

	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			_cleanup_error_ struct error err = { 0 };
			_cleanup_free_ char *text = file_read(found.gl_pathv[i], 64, NULL, &err);
			int pid = text ? atoi(text) : 0;

			/* 0 and less would be a whole group. */
			if (pid > 1)
				waitpid(pid, NULL, WNOHANG);
		}
	}
	globfree(&found);
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
