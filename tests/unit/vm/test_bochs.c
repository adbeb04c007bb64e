// SPDX-License-Identifier: GPL-2.0-only
/* Tests of Bochs as a child process, for which shell scripts stand, and of the disk that it boots. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "vm/bochs.h"
#include "vm/grub_area.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* The script gets the arguments of Bochs: -q -f RC -log LOG. */
static char *make_program(const char *body)
{
	char *path = tempdir_path("bochs");
	_cleanup_free_ char *text = xasprintf("#!/bin/sh\n%s\n", body);
	struct error err = { 0 };

	assert_int_equal(file_write(path, text, strlen(text), &err), 0);
	assert_int_equal(chmod(path, 0755), 0);
	return path;
}

static void start(const char *body, struct bochs *b)
{
	_cleanup_free_ char *program = make_program(body);
	_cleanup_free_ char *dir = tempdir_path(".");
	struct error err = { 0 };

	assert_int_equal(bochs_start(program, "rc", dir, NULL, b, &err), 0);
}

static void wait_for_end(struct bochs *b)
{
	for (int i = 0; i < 200 && bochs_is_running(b); i++)
		usleep(50000);
	assert_false(bochs_is_running(b));
}

/* Returns how the machine ended, as the report says it. */
static void ends(const char *body, bool is_off, const char *why)
{
	struct bochs b;
	char end[256];

	start(body, &b);
	wait_for_end(&b);
	assert_int_equal(bochs_is_off(&b, end, sizeof(end)), is_off);
	assert_string_equal(end, why);
	bochs_kill(&b);
}

static void each_end_is_told(void **state)
{
	(void)state;
	ends("echo 'p[ACPI] >>PANIC<< ACPI control: soft power off' > $5; exit 1", true,
	     "its Bochs ended with 1: ACPI control: soft power off");
	ends("echo 'p[CPU0] >>PANIC<< triple fault' > $5; exit 1", false,
	     "its Bochs ended with 1: triple fault");
	/* It may end before it has a log. */
	ends("rm -f $5; echo '>>PANIC<< bochsrc:3: no such option'; exit 1", false,
	     "its Bochs ended with 1: bochsrc:3: no such option");
	ends("rm -f $5; exit 9", false, "its Bochs ended with 9: it said nothing");
	ends("kill -9 $$", false, "its Bochs was ended by signal 9 (Killed)");
}

/* Its clock would depend on the time zone. */
static void nothing_of_the_environment_is_handed_on(void **state)
{
	(void)state;
	setenv("TZ", "Asia/Kolkata", 1);
	ends("rm -f $5; echo \">>PANIC<< $TZ, ${HOME-no home}\"; exit 1", false,
	     "its Bochs ended with 1: UTC0, no home");
	unsetenv("TZ");
}

static void a_program_that_is_none_is_told(void **state)
{
	_cleanup_free_ char *dir = tempdir_path(".");
	struct error err = { 0 };
	struct bochs b;
	char end[256];

	(void)state;
	assert_int_equal(bochs_start("/nowhere/bochs", "rc", dir, NULL, &b, &err), 0);
	wait_for_end(&b);
	assert_false(bochs_is_off(&b, end, sizeof(end)));
	assert_string_equal(end, "its Bochs cannot be executed");
	bochs_kill(&b);
}

static void a_running_one_is_killed(void **state)
{
	_cleanup_free_ char *pid_file = tempdir_path("bochs.pid");
	_cleanup_free_ char *text = NULL;
	struct error err = { 0 };
	struct bochs b;
	pid_t pid;

	(void)state;
	start("exec sleep 60", &b);
	assert_true(bochs_is_running(&b));
	pid = b.pid;
	text = file_read(pid_file, 64, NULL, &err);
	assert_non_null(text);
	assert_int_equal(atoi(text), pid);
	bochs_kill(&b);
	assert_int_equal(kill(pid, 0), -1);
	bochs_kill(&b);		/* a second call does nothing */
}

/* When its parent is killed with SIGKILL, it is killed too. */
static void it_dies_with_its_parent(void **state)
{
	_cleanup_free_ char *pid_file = tempdir_path("bochs.pid");
	_cleanup_free_ char *text = NULL;
	struct error err = { 0 };
	pid_t parent = fork(), child;

	(void)state;
	if (parent == 0) {
		struct bochs b;

		start("exec sleep 60", &b);
		for (;;)
			pause();
	}
	for (int i = 0; i < 200 && access(pid_file, F_OK) < 0; i++)
		usleep(50000);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	text = file_read(pid_file, 64, NULL, &err);
	assert_non_null(text);
	child = atoi(text);
	assert_true(child > 1);
	for (int i = 0; i < 200; i++) {
		_cleanup_free_ char *stat_path = xasprintf("/proc/%d/stat", child);
		_cleanup_error_ struct error gone = { 0 };
		_cleanup_free_ char *stat = file_read(stat_path, 4096, NULL, &gone);

		if (!stat || strstr(stat, ") Z "))
			return;
		usleep(50000);
	}
	fail_msg("process %d outlives its parent", child);
}

static char *make_file(const char *name, const char *text, off_t size)
{
	char *path = tempdir_path(name);
	struct error err = { 0 };

	assert_int_equal(file_write(path, text, strlen(text), &err), 0);
	assert_int_equal(truncate(path, size), 0);
	return path;
}

static void assert_disk_has_grub_kernel_and_partition(void)
{
	_cleanup_free_ char *kernel = make_file("vmlinuz", "kernel", 1000);
	_cleanup_free_ char *initrd = make_file("initrd", "initrd", 512);
	_cleanup_free_ char *disk = make_file("disk", "", GRUB_AREA_BYTES + (1 << 20));
	_cleanup_free_ char *dir = tempdir_path(".");
	const struct grub_area area = { kernel, initrd, "a=1", dir };
	struct error err = { 0 };
	_cleanup_free_ char *config = tempdir_path("grub.cfg");
	_cleanup_free_ char *commands = NULL, *data = NULL;
	const unsigned char *mbr;
	size_t len;

	assert_int_equal(grub_area_write(&area, disk, &err), 0);
	commands = get_text(config);
	data = file_read(disk, GRUB_AREA_BYTES + (2 << 20), &len, &err);
	assert_non_null(data);
	assert_int_equal(len, GRUB_AREA_BYTES + (1 << 20));
	mbr = (const unsigned char *)data;
	assert_int_equal(mbr[510] << 8 | mbr[511], 0x55aa);
	assert_int_equal(mbr[0x5c], 1);
	/* The only partition is from the end of the area to the end of the disk. */
	assert_int_equal(mbr[450], 0x83);
	assert_memory_equal(mbr + 454, "\0\0\2\0", 4);
	assert_memory_equal(mbr + 458, "\0\10\0\0", 4);
	assert_memory_equal(mbr + 462, "\0\0\0\0", 4);
	assert_int_equal(mbr[512 + 0x1f4], 2);
	/* The files are where GRUB's commands say. */
	assert_non_null(strstr(commands, "linux (hd0)2048+2 a=1\ninitrd (hd0)2050+1\n"));
	assert_memory_equal(data + 2048 * 512, "kernel", 7);
	assert_memory_equal(data + 2050 * 512, "initrd", 7);
}

static void the_disk_has_grub_kernel_and_partition(void **state)
{
	(void)state;
	if (access("/usr/lib/grub/i386-pc/boot.img", R_OK) < 0)
		skip_because("grub-pc-bin is not installed");
	assert_disk_has_grub_kernel_and_partition();
}

static void what_does_not_fit_is_refused(void **state)
{
	_cleanup_free_ char *kernel = make_file("vmlinuz", "kernel", GRUB_AREA_BYTES);
	_cleanup_free_ char *initrd = make_file("initrd", "initrd", 512);
	_cleanup_free_ char *disk = make_file("disk", "", GRUB_AREA_BYTES + 512);
	_cleanup_free_ char *dir = tempdir_path(".");
	const struct grub_area area = { kernel, initrd, "a=1", dir };
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(grub_area_write(&area, disk, &err), -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_non_null(strstr(err.message, "does not fit into the boot area of 64 MiB"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(each_end_is_told),
		tempdir_test(nothing_of_the_environment_is_handed_on),
		tempdir_test(a_program_that_is_none_is_told),
		tempdir_test(a_running_one_is_killed),
		tempdir_test(it_dies_with_its_parent),
		tempdir_test(the_disk_has_grub_kernel_and_partition),
		tempdir_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests_name("bochs", tests, NULL, NULL);
}
