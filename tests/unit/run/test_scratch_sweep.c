// SPDX-License-Identifier: GPL-2.0-only
/* Runs that are killed: what the next start does about them. */
#include "support/scratchtest.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"

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

/* Killed between the rename and its last step: whole, but for the marker. */
static void a_folder_that_was_handed_over_is_only_freed_of_its_marker(void **state)
{
	_cleanup_free_ char *part = tempdir_path("out.part"), *final = tempdir_path("out");
	_cleanup_free_ char *file = xasprintf("%s/sub/file", final);
	_cleanup_free_ char *marker = xasprintf("%s/" SCRATCH_MARKER, final);
	struct error err = { 0 };
	struct scratch s;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		if (scratch_create(tempdir, NULL, &s, &err) < 0 ||
		    scratch_own_dir(&s, part, &err) < 0)
			_exit(1);
		fill_folder(part);
		if (scratch_hand_over(&s, part, final, &err) < 0)
			_exit(1);
		put_text(marker, s.dir);
		_exit(0);
	}
	assert_int_equal(wait_for(pid), 0);
	assert_true(is_there(file));
	assert_true(is_there(marker));
	assert_false(is_there(part));
	assert_int_equal(sweep(NULL), 1);
	assert_true(is_there(file));
	assert_false(is_there(marker));
}

static void a_hand_over_that_fails_leaves_the_folder_to_the_sweep(void **state)
{
	_cleanup_free_ char *part = tempdir_path("out.part"), *final = tempdir_path("out");
	_cleanup_free_ char *file = xasprintf("%s/sub/file", final);
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_ok(scratch_own_dir(&s, part, &err), &err);
	assert_int_equal(mkdir(final, 0755), 0);
	fill_folder(final);
	assert_int_equal(scratch_hand_over(&s, part, final, &err), -1);
	assert_error(&err, STATUS_USAGE, "cannot move");
	scratch_destroy(&s);
	assert_false(is_there(part));
	assert_true(is_there(file));
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

/* Two lists may name one folder, after a path was used again.  Its marker says whose it is. */
static void a_folder_of_another_run_is_not_removed(void **state)
{
	_cleanup_free_ char *part = tempdir_path("out.part"), *list = NULL;
	_cleanup_free_ char *file = xasprintf("%s/sub/file", part);
	struct other_run dead = begin_run(NULL), live = begin_run(part);
	FILE *f;

	(void)state;
	list = xasprintf("%s/owned", dead.dir);
	f = fopen(list, "ae");
	assert_non_null(f);
	fprintf(f, "%s\n=%s\n", part, part);
	fclose(f);
	kill_run(&dead);
	assert_int_equal(sweep(NULL), 1);
	assert_true(is_there(file));
	kill_run(&live);
	assert_int_equal(sweep(NULL), 1);
	assert_false(is_there(part));	/* so its marker was still there */
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

/* Runs a copy of sleep by this name, whose argv[0] stands for an emulator's command line. */
static pid_t start_as(const char *name, const char *mention)
{
	_cleanup_free_ char *program = tempdir_path(name);
	const char *copy[] = { "cp", "/bin/sleep", program, NULL };
	_cleanup_free_ char *comm = NULL, *cmdline = NULL, *wanted = xasprintf("%s\n", name);
	struct error err = { 0 };
	pid_t pid;

	assert_ok(subprocess_run(copy, SUBPROCESS_SMALL_MS, &err), &err);
	pid = fork();
	if (pid == 0) {
		execl(program, mention, "600", NULL);
		_exit(127);
	}
	comm = xasprintf("/proc/%d/comm", pid);
	cmdline = xasprintf("/proc/%d/cmdline", pid);
	/* Until it is that program: exec gives it the name first, and for a moment its command line is empty. */
	for (;;) {
		_cleanup_free_ char *is = file_read(comm, 64, NULL, &err), *has = file_read(cmdline, 4096, NULL, &err);

		if (is && !strcmp(is, wanted) && has && !strcmp(has, mention))
			return pid;
		usleep(1000);
	}
}

/* A pid file of libvirt's in the run's folder. */
static void list_pid(const char *libvirt_root, pid_t pid)
{
	_cleanup_free_ char *dir = xasprintf("%s/run/qemu", libvirt_root);
	_cleanup_free_ char *path = xasprintf("%s/exitmeter-guest.pid", dir);
	_cleanup_free_ char *text = xasprintf("%d\n", pid);
	struct error err = { 0 };

	assert_ok(dir_make(dir, &err), &err);
	put_text(path, text);
}

static void assert_killed(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, WNOHANG), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void assert_spared(pid_t pid)
{
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void a_dead_run_s_qemu_is_killed(void **state)
{
	struct other_run run = begin_run(NULL);
	pid_t qemu = start_as("qemu-system-x86", run.libvirt_root);

	(void)state;
	list_pid(run.libvirt_root, qemu);
	kill_run(&run);
	assert_int_equal(sweep(NULL), 1);
	assert_killed(qemu);
	assert_false(is_there(run.libvirt_root));
}

static void a_dead_run_s_bochs_is_killed(void **state)
{
	struct other_run run = begin_run(NULL);
	_cleanup_free_ char *path = xasprintf("%s/bochs.pid", run.dir), *text = NULL;
	pid_t bochs = start_as("bochs", run.dir);

	(void)state;
	text = xasprintf("%d\n", bochs);
	put_text(path, text);
	kill_run(&run);
	assert_int_equal(sweep(NULL), 1);
	assert_killed(bochs);
}

/* libvirt asks a QEMU for its capabilities, and has no pid file of it at first. */
static void a_dead_run_s_qemu_without_a_pid_file_is_killed(void **state)
{
	struct other_run run = begin_run(NULL);
	pid_t qemu = start_as("qemu-system-x86", run.libvirt_root);
	pid_t other = start_as("less", run.libvirt_root);

	(void)state;
	kill_run(&run);
	assert_int_equal(sweep(NULL), 1);
	assert_killed(qemu);
	/* Somebody's look into the folder is no QEMU. */
	assert_spared(other);
}

/*
 * The number in the pid file may be another process's by now: another VM's, or that of somebody who
 * reads the dead run's log.
 */
static void a_process_that_is_another_one_is_spared(void **state)
{
	static const char *const names[] = { "qemu-system-x86", "less" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct other_run run = begin_run(NULL);
		pid_t other = start_as(names[i], i == 0 ? "unrelated" : run.libvirt_root);

		list_pid(run.libvirt_root, other);
		kill_run(&run);
		assert_int_equal(sweep(NULL), 1);
		assert_spared(other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(a_killed_run_is_swept_with_what_it_owned),
		scratch_test(a_start_sweeps_too),
		scratch_test(a_live_run_is_not_touched),
		scratch_test(dead_runs_are_swept_beside_a_live_one),
		scratch_test(a_folder_that_was_handed_over_is_only_freed_of_its_marker),
		scratch_test(a_hand_over_that_fails_leaves_the_folder_to_the_sweep),
		scratch_test(without_the_marker_nothing_is_removed),
		scratch_test(a_folder_of_another_run_is_not_removed),
		scratch_test(what_is_no_run_in_the_scratch_folder_stays),
		scratch_test(an_empty_folder_without_a_lock_is_removed),
		scratch_test(what_a_dead_run_changed_is_restored_first),
		scratch_test(a_restore_that_fails_stops_the_start_and_can_be_tried_again),
		scratch_test(a_dead_run_s_qemu_is_killed),
		scratch_test(a_dead_run_s_qemu_without_a_pid_file_is_killed),
		scratch_test(a_dead_run_s_bochs_is_killed),
		scratch_test(a_process_that_is_another_one_is_spared),
	};

	return cmocka_run_group_tests_name("scratch_sweep", tests, NULL, NULL);
}
