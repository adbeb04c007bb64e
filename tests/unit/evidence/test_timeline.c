// SPDX-License-Identifier: GPL-2.0-only
/* timeline.csv and phases.txt: what is taken, what is refused, and which lines of a console are marks. */
#include "support/helpers.h"

#include "base/error.h"
#include "evidence/console.h"
#include "evidence/timeline.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "ms,exits,cycles,0x72,0x400\n"
#define TOLD "exitmeter phases 1\nsource counters\ninterval 100\nsamples 3\nspent-us 40\ntsc-khz 2000\n"

static struct timeline timeline;
static struct phases phases;

static int parse(const char *text)
{
	struct error err = { 0 };
	int ret = timeline_parse(text, strlen(text), &timeline, &err);

	assert_int_equal(ret < 0, err.message != NULL);
	error_clear(&err);
	return ret;
}

static int parse_phases(const char *text)
{
	struct error err = { 0 };
	int ret = phases_parse(text, strlen(text), &phases, &err);

	assert_int_equal(ret < 0, err.message != NULL);
	error_clear(&err);
	return ret;
}

static void what_was_written_is_read(void **state)
{
	static const char text[] = HEAD "0,0,0,0,0\n100,7,90,3,4\n200,9,99,3,6\n";
	char *again;

	(void)state;
	assert_int_equal(parse(text), 0);
	assert_int_equal(timeline.row_count, 3);
	assert_int_equal(timeline.reason_count, 2);
	assert_int_equal(timeline.reason[1], 0x400);
	assert_int_equal(timeline.row[2].reason[1], 6);
	again = timeline_format(&timeline);
	assert_string_equal(again, text);
	free(again);
	timeline_deinit(&timeline);
}

static void what_is_no_timeline_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "ms,exits\n", "ms,exits,cycles", "ms,exits,cycles,IOIO\n", "ms,exits,cycles,0x72,0x72\n",
		HEAD "0,0,0,0\n", HEAD "0,0,0,0,0,0\n", HEAD "0,0,0,0,0", HEAD "0,-1,0,0,0\n", HEAD "0,01,0,0,0\n",
		HEAD "0,0,0,0,99999999999999999999999\n",
		/* Counts and time never fall. */
		HEAD "100,5,5,5,0\n0,6,6,6,0\n", HEAD "0,5,5,5,0\n100,4,6,6,0\n", HEAD "0,5,5,5,0\n100,6,4,6,0\n",
		HEAD "0,5,5,5,1\n100,6,6,6,0\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(parse(texts[i]), -1);
		assert_null(timeline.row);
	}
}

static void more_rows_than_there_is_room_for_are_refused(void **state)
{
	static const char row[] = "0,0,0,0,0\n";
	size_t head = strlen(HEAD), len = strlen(row);
	char *text = calloc(1, head + (TIMELINE_ROWS_MAX + 1) * len + 1);

	(void)state;
	strcpy(text, HEAD);
	for (size_t i = 0; i < TIMELINE_ROWS_MAX; i++)
		strcpy(text + head + i * len, row);
	assert_int_equal(parse(text), 0);
	assert_int_equal(timeline.row_count, TIMELINE_ROWS_MAX);
	timeline_deinit(&timeline);
	strcat(text, row);
	assert_int_equal(parse(text), -1);
	free(text);
}

static void thinning_keeps_the_first_and_the_last_row(void **state)
{
	(void)state;
	assert_int_equal(parse(HEAD "0,0,0,0,0\n1,1,1,1,0\n2,2,2,2,0\n3,3,3,3,0\n"), 0);
	timeline_thin(&timeline);
	assert_int_equal(timeline.row_count, 3);
	assert_int_equal(timeline.row[0].ms, 0);
	assert_int_equal(timeline.row[1].ms, 2);
	assert_int_equal(timeline.row[2].ms, 3);
	timeline_deinit(&timeline);
}

static void a_reason_too_many_has_no_column(void **state)
{
	struct timeline t = { 0 };

	(void)state;
	for (unsigned int i = 0; i < TIMELINE_REASONS_MAX; i++)
		assert_int_equal(timeline_column(&t, 1000 + i), i);
	assert_int_equal(timeline_column(&t, 1000), 0);
	assert_int_equal(timeline_column(&t, 7), -1);
}

static void phases_are_read(void **state)
{
	static const char text[] = TOLD "mark 0 first-instruction\nmark 50 kernel\nmark 50 point-early\nmark 70 off\n";
	char *again;

	(void)state;
	assert_int_equal(parse_phases(text), 0);
	assert_int_equal(phases.source, TIMELINE_COUNTERS);
	assert_int_equal(phases.mark_count, 4);
	assert_int_equal(phases.mark[1].mark, BOOT_KERNEL);
	assert_int_equal(phases.mark[2].mark, BOOT_POINT);
	again = phases_format(&phases);
	assert_string_equal(again, text);
	free(again);
}

static void what_are_no_phases_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "exitmeter phases 2\n", TOLD "mark 0 lunch\n", TOLD "mark 5 kernel\nmark 4 off\n",
		TOLD "mark 0 kernel", TOLD "mark x kernel\n", TOLD "mark 0 kernel \n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(parse_phases(texts[i]), -1);
}

static void every_mark_has_a_word_of_its_own(void **state)
{
	enum boot_mark found;

	(void)state;
	for (unsigned int i = 0; i < BOOT_MARKS; i++) {
		assert_true(boot_mark_find(boot_mark_name((enum boot_mark)i), &found));
		assert_int_equal(found, i);
	}
}

static void assert_marks(const char *said, const enum boot_mark *want, size_t count)
{
	static struct console c;

	console_init(&c);
	console_feed(&c, said, strlen(said));
	assert_int_equal(c.mark_count, count);
	assert_memory_equal(c.mark, want, count * sizeof(*want));
}

static void a_consoles_lines_are_marks_once_a_boot(void **state)
{
	static const char said[] =
		"SeaBIOS (version 1.16)\r\n  Booting `Debian'\r\n[    0.0] Linux version 6.1\n"
		"[    1.0] EXT4-fs (vda1): mounted filesystem with ordered data mode.\n"
		"[    1.1] Run /sbin/init as init process\n[    1.2] systemd[1]: systemd 252 running in system mode\n"
		"[    2.0] EXT4-fs (vda1): mounted filesystem with ordered data mode.\n"
		"[    3.0] cloud-init[2]: Cloud-init v. 22 running 'init-local' at\n"
		"[    4.0] cloud-init[2]: Cloud-init v. 22 running 'init' at\n"
		"[    5.0] cloud-init[2]: Cloud-init v. 22 finished at Fri\n"
		"[    6.0] reboot: Restarting system\n[    0.0] Linux version 6.1\n[    9.0] reboot: Power down\n";
	static const enum boot_mark want[] = {
		BOOT_FIRMWARE, BOOT_LOADER, BOOT_KERNEL, BOOT_ROOT, BOOT_INIT, BOOT_SYSTEMD, BOOT_CLOUD_LOCAL,
		BOOT_CLOUD_NETWORK, BOOT_CLOUD_DONE, BOOT_RESTART, BOOT_KERNEL, BOOT_POWER_DOWN,
	};

	(void)state;
	assert_marks(said, want, sizeof(want) / sizeof(want[0]));
}

static void a_quiet_kernel_leaves_the_word_to_its_initramfs(void **state)
{
	static const char said[] =
		"[    0.0] Linux version 6.1\nLoading, please wait...\nStarting systemd-udevd version 252\n"
		"Begin: Mounting root file system ... Begin: Running /scripts/local-top ... done.\ndone.\n"
		"Begin: Running /scripts/local-bottom ... done.\nBegin: Running /scripts/init-bottom ... done.\n"
		"[    3.0] cloud-init[2]: Cloud-init v. 22 running 'init-local' at\n";
	static const enum boot_mark want[] = { BOOT_KERNEL, BOOT_INIT, BOOT_ROOT, BOOT_CLOUD_LOCAL };

	(void)state;
	assert_marks(said, want, sizeof(want) / sizeof(want[0]));
}

static void a_login_prompt_is_a_mark_before_its_line_ends(void **state)
{
	static const char said[] = "exitmeter login: ";
	static struct console c;

	(void)state;
	console_init(&c);
	console_feed(&c, said, strlen(said));
	assert_int_equal(c.mark_count, 0);
	console_prompt(&c);
	console_prompt(&c);
	assert_int_equal(c.mark_count, 1);
	assert_int_equal(c.mark[0], BOOT_MULTI_USER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(what_is_no_timeline_is_refused),
		cmocka_unit_test(more_rows_than_there_is_room_for_are_refused),
		cmocka_unit_test(thinning_keeps_the_first_and_the_last_row),
		cmocka_unit_test(a_reason_too_many_has_no_column),
		cmocka_unit_test(phases_are_read),
		cmocka_unit_test(what_are_no_phases_is_refused),
		cmocka_unit_test(every_mark_has_a_word_of_its_own),
		cmocka_unit_test(a_consoles_lines_are_marks_once_a_boot),
		cmocka_unit_test(a_quiet_kernel_leaves_the_word_to_its_initramfs),
		cmocka_unit_test(a_login_prompt_is_a_mark_before_its_line_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
