// SPDX-License-Identifier: GPL-2.0-only
#include "vm/sandbox.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/printable.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "vm/sandbox_filter.h"

/*
 * Nobody's: beyond what distributions, systemd and containers give to anyone.  Each run has another one, so
 * that its processes are its own.  Where a container has no such number, `nobody` has to do.
 */
#define ACCOUNT_FIRST 1900000000u
#define ACCOUNT_NOBODY 65534u

/* One way to make a sandbox, and what is missing in it. */
struct way {
	struct sandbox_means means;
	const char *lack;	/* NULL: nothing */
};

static gid_t group_of(const char *device)
{
	struct stat st;

	return device && stat(device, &st) == 0 ? st.st_gid : 0;
}

/* Lists the ways, the best one first; returns how many there are. */
static size_t list_ways(const struct sandbox_files *f, struct way ways[4])
{
	gid_t group = group_of(f->device);
	size_t n = 0;

	if (getuid() == 0) {
		ways[n++] = (struct way){ { true, true, ACCOUNT_FIRST + (uid_t)getpid(), true, group }, NULL };
		ways[n++] = (struct way){ { true, true, ACCOUNT_NOBODY, false, group }, NULL };
		ways[n++] = (struct way){ { true, true, 0, false, 0 }, "it runs as root, with no rights of root's" };
		ways[n++] = (struct way){ { true, false, 0, false, 0 },
			"it runs as root, with no rights of root's, and has the network and sees this machine's files "
			"and processes" };
	} else {
		ways[n++] = (struct way){ { .has_namespaces = true }, NULL };
		ways[n++] = (struct way){ { .has_namespaces = false },
			"it has the network and sees the user's files and processes" };
	}
	return n;
}

/*
 * Looks, in the sandbox, whether it has all that the emulator needs.  The system's calls decide, and no
 * reading of permissions.
 */
static int try_way(const char *script, const struct sandbox_files *f, struct error *err)
{
	static const char look[] =
		"device=$1; shift\n"
		"for file; do [ -r \"$file\" ] || { echo \"it may not read $file\"; exit 1; }; done\n"
		"[ -z \"$device\" ] || [ -w \"$device\" ] || { echo \"it may not open $device\"; exit 1; }";
	const char *argv[9 + SANDBOX_PATHS] = { "bash", "-p", script, "sh", "-c", look, "sh", f->device ? f->device : "" };
	_cleanup_free_ char *said = NULL;
	size_t n = 8;
	int code;

	for (const char *const *p = f->reads; *p; p++)
		argv[n++] = *p;
	if (subprocess_capture(argv, SUBPROCESS_SMALL_MS, &code, &said, err) < 0)
		return -1;
	return code == 0 ? 0 : error_set(err, STATUS_SKIP, "%s", said[0] ? said : "it cannot be made");
}

static int write_way(const struct way *w, const struct sandbox_files *f, const char *script, struct error *err)
{
	_cleanup_free_ char *text = sandbox_script(&w->means, f);

	return file_write(script, text, strlen(text), err);
}

/* The last line of what was said tells why. */
static char *last_line(const char *said)
{
	const char *line = strrchr(said, '\n');

	return printable_copy(line ? line + 1 : said);
}

/* Returns the way that works, or NULL.  *why: owned; why the best one does not. */
static const struct way *find_way(const struct way *ways, size_t n, const struct sandbox_files *f,
				  const char *script, char **why, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_error_ struct error no = { 0 };

		if (write_way(&ways[i], f, script, err) < 0)
			return NULL;
		if (try_way(script, f, &no) == 0)
			return &ways[i];
		if (interrupt_check(err) < 0)
			return NULL;
		if (!*why)
			*why = last_line(no.message);
	}
	return NULL;
}

static char *tell(const struct way *w, const char *why, const char *no_filter)
{
	if (!w)
		return xasprintf("there is none: %s", why);
	if (w->lack)
		return xasprintf("%s: %s", w->lack, why);
	return no_filter ? xasprintf("all system calls are open to it: %s", no_filter) : xstrdup(SANDBOX_WHOLE);
}

int sandbox_make(struct sandbox_files *files, const char *dir, struct sandbox *ret, struct error *err)
{
	_cleanup_free_ char *script = xasprintf("%s/sandbox", dir), *filter = xasprintf("%s/sandbox.bpf", dir);
	_cleanup_error_ struct error no_filter = { 0 };
	_cleanup_free_ char *why = NULL;
	struct way ways[4];
	const struct way *found;
	size_t n;

	memset(ret, 0, sizeof(*ret));
	files->filter = sandbox_filter_write(filter, &no_filter) == 0 ? filter : NULL;
	n = list_ways(files, ways);
	found = find_way(ways, n, files, script, &why, err);
	files->filter = NULL;
	if (!found && err->message)
		return -1;
	ret->state = tell(found, why, no_filter.message);
	if (found)
		ret->script = take_ptr(script);
	return 0;
}

void sandbox_deinit(struct sandbox *s)
{
	free(s->script);
	free(s->state);
	memset(s, 0, sizeof(*s));
}

static char *read_of(pid_t pid, const char *name)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/%s", pid, name);
	_cleanup_error_ struct error ignored = { 0 };

	return file_read(path, 4096, NULL, &ignored);
}

/* The one child of a process that is bubblewrap's; 0: it is not, or has none. */
static pid_t child_of(pid_t pid)
{
	_cleanup_free_ char *name = read_of(pid, "comm"), *list = xasprintf("task/%d/children", pid);
	_cleanup_free_ char *children = name && !strcmp(name, "bwrap\n") ? read_of(pid, list) : NULL;

	return children ? atoi(children) : 0;
}

pid_t sandbox_pid(pid_t pid)
{
	pid_t child = pid > 0 ? child_of(pid) : 0;

	/* Bubblewrap is two processes, of which the second one is the first in the sandbox. */
	for (int i = 0; i < 2 && child > 0; i++) {
		pid = child;
		child = child_of(pid);
	}
	return pid;
}
