// SPDX-License-Identifier: GPL-2.0-only
#include "run/scratch_reap.h"

#include <dirent.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define KILL_MS 5000
#define QEMUS_MAX 8		/* of one run; more is one that cannot be killed */

/* Whether the process's command line names `needle`. */
static bool process_mentions(pid_t pid, const char *needle)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/cmdline", pid);
	_cleanup_free_ char *text = NULL;
	_cleanup_error_ struct error err = { 0 };
	size_t len = 0;

	text = file_read(path, 1 << 20, &len, &err);
	return text && memmem(text, len, needle, strlen(needle));
}

/* The emulators that runs start, and what holds them: their processes have these names, or begin with them. */
static bool is_emulator(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/comm", pid);
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = file_read(path, 64, NULL, &err);

	return text && (!strncmp(text, "qemu", 4) || !strcmp(text, "bochs\n") || !strcmp(text, "bwrap\n"));
}

/*
 * Kills the process if it is an emulator whose command line names the folder.  It is looked at while
 * we hold a descriptor of it, so that it cannot be another one by the time of the signal.
 */
static bool kill_emulator(pid_t pid, const char *folder)
{
	/* By number, because the C library of Ubuntu 22.04 has no functions for these two. */
	_cleanup_close_ int fd = pid > 1 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	struct pollfd gone = { .fd = fd, .events = POLLIN };

	if (fd < 0 || !is_emulator(pid) || !process_mentions(pid, folder) ||
	    syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) < 0)
		return false;
	poll(&gone, 1, KILL_MS);
	return true;
}

/* Kills what the pid files name.  The number may be another process's by now. */
static void kill_listed(const char *pattern, const char *folder)
{
	glob_t found = { 0 };

	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			_cleanup_error_ struct error err = { 0 };
			_cleanup_free_ char *text = file_read(found.gl_pathv[i], 64, NULL, &err);

			kill_emulator(text ? atoi(text) : 0, folder);
		}
	}
	globfree(&found);
}

static bool kill_one_emulator(const char *needle)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d)))
		found = kill_emulator(atoi(e->d_name), needle);
	if (d)
		closedir(d);
	return found;
}

/*
 * libvirt keeps one pid file a domain in its state folder.  The QEMU that it asks
 * for its capabilities has none that can be relied on: it detaches itself, perhaps
 * after we have been killed, and it would wait for a question for ever.
 */
void reap_domains(const char *libvirt_root)
{
	_cleanup_free_ char *pattern = xasprintf("%s/run/qemu/*.pid", libvirt_root);

	kill_listed(pattern, libvirt_root);
	for (int i = 0; i < QEMUS_MAX && kill_one_emulator(libvirt_root); i++)
		;
}

void reap_children(const char *dir)
{
	_cleanup_free_ char *pattern = xasprintf("%s/*.pid", dir);

	kill_listed(pattern, dir);
}
