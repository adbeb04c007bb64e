/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs with a scratch folder, live and killed ones. */
#ifndef EXITMETER_TESTS_SCRATCHTEST_H
#define EXITMETER_TESTS_SCRATCHTEST_H

#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "run/scratch.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

static char *base;	/* TEMPDIR/scratch */

static inline int setup(void **state)
{
	int rc = tempdir_setup(state);

	base = tempdir_path("scratch");
	return rc;
}

static inline int teardown(void **state)
{
	free(base);
	return tempdir_teardown(state);
}

#define scratch_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Folders of runs in the scratch folder. */
static inline int count_runs(void)
{
	DIR *d = opendir(base);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static inline bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/*
 * A process that begins a run, owns `owned` besides, leaves files in all its
 * folders and waits to be killed.  Fills in where the folders are.
 */
struct other_run {
	pid_t pid;
	char dir[256], libvirt_root[256];
};

static inline void fill_folder(const char *dir)
{
	_cleanup_free_ char *sub = xasprintf("%s/sub", dir), *file = xasprintf("%s/file", sub);

	mkdir(sub, 0755);
	put_text(file, "left behind");
}

static inline void be_a_run(int ready, const char *owned)
{
	struct other_run told = { 0 };
	struct error err = { 0 };
	struct scratch s;

	if (scratch_create(tempdir, NULL, &s, &err) < 0 ||
	    (owned && scratch_own_dir(&s, owned, &err) < 0))
		_exit(1);
	fill_folder(s.dir);
	fill_folder(s.libvirt_root);
	if (owned)
		fill_folder(owned);
	snprintf(told.dir, sizeof(told.dir), "%s", s.dir);
	snprintf(told.libvirt_root, sizeof(told.libvirt_root), "%s", s.libvirt_root);
	if (write(ready, &told, sizeof(told)) != sizeof(told))
		_exit(1);
	for (;;)
		pause();
}

static inline struct other_run begin_run(const char *owned)
{
	struct other_run run;
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		be_a_run(fds[1], owned);
	close(fds[1]);
	assert_int_equal(read(fds[0], &run, sizeof(run)), sizeof(run));
	close(fds[0]);
	run.pid = pid;
	return run;
}

static inline void kill_run(const struct other_run *run)
{
	kill(run->pid, SIGKILL);
	assert_int_equal(waitpid(run->pid, NULL, 0), run->pid);
}

static inline int wait_for(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline unsigned int sweep(scratch_restore_fn restore)
{
	struct error err = { 0 };
	unsigned int swept = 99;

	assert_ok(scratch_sweep(tempdir, restore, &swept, &err), &err);
	return swept;
}

#endif
