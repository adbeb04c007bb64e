// SPDX-License-Identifier: GPL-2.0-only
#include "run/scratch_reap.h"

#include <dirent.h>
#include <glob.h>
#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define QEMUS_MAX 8		/* of one run; more is one that cannot be killed */

/* True if the process's command line names `needle`: the number may be another's by now. */
static bool process_mentions(pid_t pid, const char *needle)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/cmdline", pid);
	_cleanup_free_ char *text = NULL;
	_cleanup_error_ struct error err = { 0 };
	size_t len = 0;

	text = file_read(path, 1 << 20, &len, &err);
	return text && memmem(text, len, needle, strlen(needle));
}

static void kill_and_wait(pid_t pid)
{
	kill(pid, SIGKILL);
	for (int i = 0; i < 100 && kill(pid, 0) == 0; i++)
		usleep(50000);
}

/* Kills what the pid files name, where it still is a process that knows the folder. */
static void kill_listed(const char *pattern, const char *folder)
{
	glob_t found = { 0 };

	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			_cleanup_error_ struct error err = { 0 };
			_cleanup_free_ char *text = file_read(found.gl_pathv[i], 64, NULL, &err);
			pid_t pid = text ? atoi(text) : 0;

			if (pid > 1 && process_mentions(pid, folder))
				kill_and_wait(pid);
		}
	}
	globfree(&found);
}

static bool is_qemu(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/comm", pid);
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = file_read(path, 64, NULL, &err);

	return text && !strncmp(text, "qemu", 4);
}

static bool kill_one_qemu(const char *needle)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	pid_t found = 0;

	while (d && !found && (e = readdir(d))) {
		pid_t pid = atoi(e->d_name);

		if (pid > 1 && is_qemu(pid) && process_mentions(pid, needle))
			found = pid;
	}
	if (d)
		closedir(d);
	if (found)
		kill_and_wait(found);
	return found > 0;
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
	for (int i = 0; i < QEMUS_MAX && kill_one_qemu(libvirt_root); i++)
		;
}

void reap_children(const char *dir)
{
	_cleanup_free_ char *pattern = xasprintf("%s/*.pid", dir);

	kill_listed(pattern, dir);
}
