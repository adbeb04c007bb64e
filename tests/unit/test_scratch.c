// SPDX-License-Identifier: GPL-2.0-only
/* Runs that end, runs that are killed, and what is nobody's but others'. */
#include "tempdir.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "scratch.h"

static char *base;	/* TEMPDIR/scratch */

static int setup(void **state)
{
	int rc = tempdir_setup(state);

	base = tempdir_path("scratch");
	return rc;
}

static int teardown(void **state)
{
	free(base);
	return tempdir_teardown(state);
}

#define scratch_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Folders of runs in the scratch folder. */
static int count_runs(void)
{
	DIR *d = opendir(base);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static bool is_there(const char *path)
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

static void fill_folder(const char *dir)
{
	_cleanup_free_ char *sub = xasprintf("%s/sub", dir), *file = xasprintf("%s/file", sub);

	mkdir(sub, 0755);
	put_text(file, "left behind");
}

static void be_a_run(int ready, const char *owned)
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

static struct other_run begin_run(const char *owned)
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

static void kill_run(const struct other_run *run)
{
	kill(run->pid, SIGKILL);
	assert_int_equal(waitpid(run->pid, NULL, 0), run->pid);
}

static unsigned int sweep(scratch_restore_fn restore)
{
	struct error err = { 0 };
	unsigned int swept = 99;

	assert_ok(scratch_sweep(tempdir, restore, &swept, &err), &err);
	return swept;
}

static void a_run_that_ends_leaves_nothing(void **state)
{
	_cleanup_free_ char *part = tempdir_path("out.part"), *libvirt_root = NULL;
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_ok(scratch_own_dir(&s, part, &err), &err);
	libvirt_root = xstrdup(s.libvirt_root);
	assert_int_equal(count_runs(), 1);
	assert_true(is_there(libvirt_root) && is_there(part));
	fill_folder(s.dir);
	fill_folder(part);
	scratch_destroy(&s);
	assert_int_equal(count_runs(), 0);
	assert_false(is_there(libvirt_root) || is_there(part));
	scratch_destroy(&s);	/* harmless */
}

static void libvirt_s_root_leaves_room_for_a_socket_s_path(void **state)
{
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_true(strlen(s.libvirt_root) < 60);
	scratch_destroy(&s);
}

static void a_killed_run_is_swept_with_what_it_owned(void **state)
{
	_cleanup_free_ char *part = tempdir_path("out.part");
	struct other_run run = begin_run(part);

	(void)state;
	assert_true(is_there(run.dir) && is_there(run.libvirt_root) && is_there(part));
	kill_run(&run);
	assert_int_equal(sweep(NULL), 1);
	assert_false(is_there(run.dir) || is_there(run.libvirt_root) || is_there(part));
	assert_int_equal(sweep(NULL), 0);
}

static void a_start_sweeps_too(void **state)
{
	struct other_run run = begin_run(NULL);
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	kill_run(&run);
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_false(is_there(run.dir) || is_there(run.libvirt_root));
	assert_int_equal(count_runs(), 1);
	scratch_destroy(&s);
}

static void a_live_run_is_not_touched(void **state)
{
	_cleanup_free_ char *part = tempdir_path("out.part");
	_cleanup_free_ char *file = xasprintf("%s/sub/file", part);
	struct other_run run = begin_run(part);

	(void)state;
	assert_int_equal(sweep(NULL), 0);
	assert_true(is_there(run.dir) && is_there(run.libvirt_root) && is_there(file));
	assert_int_equal(kill(run.pid, 0), 0);
	kill_run(&run);
	assert_int_equal(sweep(NULL), 1);
	assert_false(is_there(part));
}

static void dead_runs_are_swept_beside_a_live_one(void **state)
{
	struct other_run dead = begin_run(NULL), live, dead2;

	(void)state;
	dead2 = begin_run(NULL);
	kill_run(&dead2);
	kill_run(&dead);
	live = begin_run(NULL);	/* its own start sweeps both */
	assert_int_equal(count_runs(), 1);
	assert_int_equal(sweep(NULL), 0);
	kill_run(&live);
	assert_int_equal(sweep(NULL), 1);
}

/* `owned` is a file like any other: a line in it is no licence to remove. */
static void without_the_marker_nothing_is_removed(void **state)
{
	_cleanup_free_ char *mine = tempdir_path("mine"), *file = xasprintf("%s/sub/file", mine);
	_cleanup_free_ char *list = NULL;
	struct other_run run = begin_run(NULL);
	FILE *f;

	(void)state;
	assert_int_equal(mkdir(mine, 0755), 0);
	fill_folder(mine);
	list = xasprintf("%s/owned", run.dir);
	f = fopen(list, "ae");
	assert_non_null(f);
	fprintf(f, "%s\n\nexitmeter-no-such-folder\n", mine);
	fclose(f);
	kill_run(&run);
	assert_int_equal(sweep(NULL), 1);
	assert_true(is_there(file));
	assert_false(is_there(run.dir) || is_there(run.libvirt_root));
}

static void a_folder_that_is_there_is_never_owned(void **state)
{
	_cleanup_free_ char *mine = tempdir_path("mine"), *file = xasprintf("%s/sub/file", mine);
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_int_equal(mkdir(mine, 0755), 0);
	fill_folder(mine);
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_int_equal(scratch_own_dir(&s, mine, &err), -1);
	assert_error(&err, STATUS_USAGE, "cannot make the folder");
	scratch_destroy(&s);
	assert_true(is_there(file));
}

static void what_is_no_run_in_the_scratch_folder_stays(void **state)
{
	_cleanup_free_ char *dir = xasprintf("%s/img", base), *file = xasprintf("%s/plain", base);
	struct error err = { 0 };

	(void)state;
	assert_ok(dir_make(dir, &err), &err);
	fill_folder(dir);
	put_text(file, "x");
	assert_int_equal(sweep(NULL), 0);
	assert_int_equal(count_runs(), 2);
}

/* Of a run that died before it had its lock there is an empty folder. */
static void an_empty_folder_without_a_lock_is_removed(void **state)
{
	_cleanup_free_ char *dir = xasprintf("%s/abcdef", base);
	struct error err = { 0 };

	(void)state;
	assert_ok(dir_make(dir, &err), &err);
	assert_int_equal(sweep(NULL), 0);
	assert_false(is_there(dir));
}

static char restored[256];
static int restore_count;

static int restore_well(const char *dir, struct error *err)
{
	(void)err;
	snprintf(restored, sizeof(restored), "%s", dir);
	restore_count++;
	assert_true(is_there(dir));	/* it holds what has to be restored */
	return 0;
}

static int restore_badly(const char *dir, struct error *err)
{
	(void)dir;
	return error_set(err, STATUS_USAGE, "the module is in use");
}

static void what_a_dead_run_changed_is_restored_first(void **state)
{
	struct other_run dead, live;

	(void)state;
	restore_count = 0;
	assert_int_equal(sweep(restore_well), 0);
	assert_int_equal(restore_count, 0);
	dead = begin_run(NULL);
	kill_run(&dead);
	assert_int_equal(sweep(restore_well), 1);
	assert_int_equal(restore_count, 1);
	assert_string_equal(restored, dead.dir);
	live = begin_run(NULL);
	assert_int_equal(sweep(restore_well), 0);
	assert_int_equal(restore_count, 1);
	kill_run(&live);
	sweep(NULL);
}

static void a_restore_that_fails_stops_the_start_and_can_be_tried_again(void **state)
{
	struct other_run dead = begin_run(NULL);
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	kill_run(&dead);
	assert_int_equal(scratch_create(tempdir, restore_badly, &s, &err), -1);
	assert_non_null(strstr(err.message, "cannot put back what a dead run changed"));
	assert_error(&err, STATUS_USAGE, "the module is in use");
	assert_true(is_there(dead.dir));
	scratch_destroy(&s);	/* harmless */
	assert_int_equal(sweep(restore_well), 1);
	assert_false(is_there(dead.dir));
}

/* A sleep whose argv[0] stands for QEMU's command line, which names libvirt's root. */
static pid_t start_qemu(const char *libvirt_root, const char *mention)
{
	_cleanup_free_ char *dir = xasprintf("%s/run/qemu", libvirt_root);
	_cleanup_free_ char *path = xasprintf("%s/exitmeter-guest.pid", dir), *text = NULL;
	struct error err = { 0 };
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sleep", mention, "60", NULL);
		_exit(127);
	}
	assert_ok(dir_make(dir, &err), &err);
	text = xasprintf("%d\n", pid);
	put_text(path, text);
	usleep(50000);	/* until it is sleep */
	return pid;
}

static void a_dead_run_s_qemu_is_killed(void **state)
{
	struct other_run run = begin_run(NULL);
	pid_t qemu = start_qemu(run.libvirt_root, run.libvirt_root);
	int status;

	(void)state;
	signal(SIGCHLD, SIG_IGN);	/* reaped by itself: the sweep waits for it to be gone */
	kill(run.pid, SIGKILL);
	while (kill(run.pid, 0) == 0)
		usleep(1000);
	assert_int_equal(sweep(NULL), 1);
	assert_int_equal(kill(qemu, 0), -1);
	signal(SIGCHLD, SIG_DFL);
	assert_int_equal(waitpid(qemu, &status, WNOHANG), -1);
	assert_false(is_there(run.libvirt_root));
}

/* The number in the pid file may be another process's by now. */
static void a_process_that_does_not_name_the_run_is_spared(void **state)
{
	struct other_run run = begin_run(NULL);
	pid_t other = start_qemu(run.libvirt_root, "unrelated");

	(void)state;
	kill_run(&run);
	assert_int_equal(sweep(NULL), 1);
	assert_int_equal(waitpid(other, NULL, WNOHANG), 0);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

static void a_cache_that_cannot_be_written_is_named(void **state)
{
	_cleanup_free_ char *file = tempdir_path("file"), *under = tempdir_path("file/cache");
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	put_text(file, "x");
	assert_int_equal(scratch_create(under, NULL, &s, &err), -1);
	assert_error(&err, STATUS_USAGE, "file/cache/scratch");
	scratch_destroy(&s);
}

static void a_removal_follows_no_link(void **state)
{
	_cleanup_free_ char *mine = tempdir_path("mine"), *file = xasprintf("%s/sub/file", mine);
	_cleanup_free_ char *doomed = tempdir_path("doomed");
	_cleanup_free_ char *link = xasprintf("%s/link", doomed);

	(void)state;
	assert_int_equal(mkdir(mine, 0755), 0);
	assert_int_equal(mkdir(doomed, 0755), 0);
	fill_folder(mine);
	assert_int_equal(symlink(mine, link), 0);
	dir_remove(doomed);
	assert_false(is_there(doomed));
	assert_true(is_there(file));
	dir_remove(doomed);	/* a missing one is fine */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(a_run_that_ends_leaves_nothing),
		scratch_test(libvirt_s_root_leaves_room_for_a_socket_s_path),
		scratch_test(a_killed_run_is_swept_with_what_it_owned),
		scratch_test(a_start_sweeps_too),
		scratch_test(a_live_run_is_not_touched),
		scratch_test(dead_runs_are_swept_beside_a_live_one),
		scratch_test(without_the_marker_nothing_is_removed),
		scratch_test(a_folder_that_is_there_is_never_owned),
		scratch_test(what_is_no_run_in_the_scratch_folder_stays),
		scratch_test(an_empty_folder_without_a_lock_is_removed),
		scratch_test(what_a_dead_run_changed_is_restored_first),
		scratch_test(a_restore_that_fails_stops_the_start_and_can_be_tried_again),
		scratch_test(a_dead_run_s_qemu_is_killed),
		scratch_test(a_process_that_does_not_name_the_run_is_spared),
		scratch_test(a_cache_that_cannot_be_written_is_named),
		scratch_test(a_removal_follows_no_link),
	};

	return cmocka_run_group_tests_name("scratch", tests, NULL, NULL);
}
