// SPDX-License-Identifier: GPL-2.0-only
/* Both sides of the mailbox, on one file: the probe's finds it in a sysfs of the test's own. */
#include "support/tempdir.h"

#include <fcntl.h>

#define PCI_DEVICES tempdir
#include "probe/mailbox.c"

#include "guest/mailbox.h"

#define NONCE "0123abcd"

static struct mailbox ours;
static char name[64];

/* A PCI device as sysfs shows it; its memory is the mailbox's file. */
static void plug(const char *slot, const char *vendor, const char *device)
{
	_cleanup_free_ char *dir = tempdir_path(slot);
	const struct { const char *name, *text; } files[] = {
		{ "vendor", vendor }, { "device", device }, { "enable", "0\n" },
	};
	_cleanup_free_ char *memory = xasprintf("%s/resource2", dir);

	assert_int_equal(mkdir(dir, 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, files[i].name);

		put_text(path, files[i].text);
	}
	assert_int_equal(symlink(ours.path, memory), 0);
}

/* QEMU makes the file when the domain starts. */
static int setup(void **state)
{
	int fd;

	if (tempdir_setup(state))
		return -1;
	snprintf(name, sizeof(name), "exitmeter-unit-%d", getpid());
	ours = mailbox_of(name);
	fd = open(ours.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, EM_MAILBOX_BYTES) < 0)
		return -1;
	return close(fd);
}

static int teardown(void **state)
{
	if (ours.path)
		mailbox_remove(&ours);
	return tempdir_teardown(state);
}

static void open_ours(void)
{
	struct error err = { 0 };

	assert_ok(mailbox_open(&ours, NONCE, &err), &err);
}

static void assert_read(const char *want)
{
	char got[4096];
	size_t n = mailbox_read(&ours, got, sizeof(got));

	assert_int_equal(n, strlen(want));
	assert_memory_equal(got, want, n);
}

static void what_the_guest_writes_is_read_once_and_kept(void **state)
{
	_cleanup_free_ char *log = tempdir_path("records.log");
	_cleanup_free_ char *kept = NULL;
	struct error err = { 0 };
	struct em_mailbox *box;

	(void)state;
	open_ours();
	plug("0000:00:03.0", "0x1af4\n", "0x1110\n");
	box = mailbox_find(NONCE);
	assert_non_null(box);
	assert_int_equal(mailbox_points(&ours), 0);
	mailbox_begin_point(box);
	assert_int_equal(mailbox_points(&ours), 1);
	assert_read("");
	assert_int_equal(mailbox_write(box, "one\n", 4), 0);
	assert_read("one\n");
	assert_int_equal(mailbox_write(box, "two\n", 4), 0);
	assert_read("two\n");
	assert_read("");
	put_text(log, "by the port\n");
	assert_ok(mailbox_save(&ours, log, &err), &err);
	kept = get_text(log);
	assert_string_equal(kept, "by the port\none\ntwo\n");
	/* What a firmware has left on the port without a line's end swallows no record. */
	put_text(log, "Welcome to GRUB!");
	assert_ok(mailbox_save(&ours, log, &err), &err);
	_cleanup_free_ char *whole = get_text(log);
	assert_string_equal(whole, "Welcome to GRUB!\none\ntwo\n");
	munmap(box, sizeof(*box));
}

static void a_device_that_is_not_this_runs_is_left_alone(void **state)
{
	(void)state;
	assert_null(mailbox_find(NONCE));
	plug("0000:00:02.0", "0x8086\n", "0x1110\n");
	plug("0000:00:03.0", "0x1af4\n", "0x11101\n");
	assert_null(mailbox_find(NONCE));
	/* The memory of somebody else's device has no nonce, or another one. */
	plug("0000:00:04.0", "0x1af4\n", "0x1110\n");
	assert_null(mailbox_find(NONCE));
	open_ours();
	assert_null(mailbox_find(NONCE "0"));
	assert_null(mailbox_find("0123"));
}

static void a_full_mailbox_takes_no_part_of_a_record(void **state)
{
	struct em_mailbox *box;

	(void)state;
	open_ours();
	plug("0000:00:03.0", "0x1af4\n", "0x1110\n");
	box = mailbox_find(NONCE);
	assert_non_null(box);
	box->bytes = sizeof(box->text) - 4;
	assert_int_equal(mailbox_write(box, "12345", 5), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(mailbox_write(box, "1234", 4), 0);
	box->bytes = UINT32_MAX;
	assert_int_equal(mailbox_write(box, "1", 1), -1);
	munmap(box, sizeof(*box));
}

/* The guest can write any number there. */
static void no_number_of_the_guests_leads_out_of_the_file(void **state)
{
	const uint32_t wild = UINT32_MAX, less = 3;
	size_t n, all = 0;
	char buf[65536];
	int fd;

	(void)state;
	open_ours();
	fd = open(ours.path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, &wild, 4, offsetof(struct em_mailbox, bytes)), 4);
	while ((n = mailbox_read(&ours, buf, sizeof(buf))) > 0)
		all += n;
	assert_int_equal(all, sizeof(((struct em_mailbox *)NULL)->text));
	assert_int_equal(pwrite(fd, &less, 4, offsetof(struct em_mailbox, bytes)), 4);
	assert_int_equal(mailbox_read(&ours, buf, sizeof(buf)), 0);
	close(fd);
}

static void only_a_mailbox_is_opened(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(truncate(ours.path, 4096), 0);
	assert_int_equal(mailbox_open(&ours, NONCE, &err), -1);
	assert_non_null(strstr(err.message, "is no mailbox"));
	error_clear(&err);
	assert_int_equal(unlink(ours.path), 0);
	assert_int_equal(symlink("/dev/null", ours.path), 0);
	assert_int_equal(mailbox_open(&ours, NONCE, &err), -1);
	assert_non_null(strstr(err.message, "cannot open the guest's mailbox"));
	error_clear(&err);
}

#define mailbox_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		mailbox_test(what_the_guest_writes_is_read_once_and_kept),
		mailbox_test(a_device_that_is_not_this_runs_is_left_alone),
		mailbox_test(a_full_mailbox_takes_no_part_of_a_record),
		mailbox_test(no_number_of_the_guests_leads_out_of_the_file),
		mailbox_test(only_a_mailbox_is_opened),
	};

	return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
