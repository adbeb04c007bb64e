// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"

#include "evidence/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct console c;

static void feed(const char *text)
{
	console_init(&c);
	console_feed(&c, text, strlen(text));
	console_finish(&c);
}

static void a_panic_is_a_panic(void **state)
{
	(void)state;
	feed("[    1.234567] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n");
	assert_int_equal(c.trouble, CONSOLE_PANIC);
	assert_non_null(strstr(c.trouble_line, "Unable to mount root fs"));
}

static void a_panic_in_pieces_is_a_panic(void **state)
{
	const char *text = "\x1b[0;1mx[    1.2] Kernel panic - not syncing: Fatal exception\r\n";

	(void)state;
	console_init(&c);
	for (const char *p = text; *p; p++)
		console_feed(&c, p, 1);
	assert_int_equal(c.trouble, CONSOLE_PANIC);
}

static void an_escape_within_the_words_hides_nothing(void **state)
{
	(void)state;
	feed("Kernel \x1b[31mpanic - not\x1b[0m syncing: x\n");
	assert_int_equal(c.trouble, CONSOLE_PANIC);
}

static void a_panic_behind_a_long_line_is_seen(void **state)
{
	char *text = malloc(6001);

	(void)state;
	for (size_t pad = 900; pad < 1100; pad++) {
		memset(text, 'x', pad);
		strcpy(text + pad, "[  1.0] Kernel panic - not syncing: x\n");
		feed(text);
		assert_int_equal(c.trouble, CONSOLE_PANIC);
	}
	free(text);
}

static void a_warning_is_no_trouble(void **state)
{
	(void)state;
	feed("[    0.1] ------------[ cut here ]------------\n"
	     "[    0.1] WARNING: CPU: 0 PID: 0 at arch/x86/kernel/fpu/xstate.c:681\n"
	     "[    0.1] Call Trace:\n"
	     "[    0.1] ---[ end trace 0000000000000000 ]---\n");
	assert_int_equal(c.trouble, CONSOLE_FINE);
}

static void oopses_are_told_from_a_programs_death(void **state)
{
	static const char *const kernel[] = {
		"[  3.1] BUG: unable to handle page fault for address: ffff\n",
		"[  3.1] kernel BUG at fs/ext4/inode.c:12!\n",
		"[  3.1] general protection fault, probably for non-canonical address 1: 0000 [#1]\n",
		"[    3.1] Oops: 0002 [#1] PREEMPT SMP\n",
		"[    3.1] [   T71] Oops: 0002 [#1] PREEMPT SMP\n",
		"Oops: 0000 [#1]\n",
		"login: [    3.1] invalid opcode: 0000 [#1]\n",
	};
	static const char *const others[] = {
		"[  3.1] traps: cat[71] general protection fault ip:4 sp:7 error:0\n",
		"See: Oops: a film\n",
		"[  OK  ] Reached target Oops: nothing\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernel) / sizeof(*kernel); i++) {
		feed(kernel[i]);
		assert_int_equal(c.trouble, CONSOLE_OOPS);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		feed(others[i]);
		assert_int_equal(c.trouble, CONSOLE_FINE);
	}
}

static void a_panic_outranks_its_oops(void **state)
{
	(void)state;
	feed("Oops: 0000 [#1]\n[ 1.1] Kernel panic - not syncing: Fatal exception\nOops: 0000 [#2]\n");
	assert_int_equal(c.trouble, CONSOLE_PANIC);
	assert_non_null(strstr(c.trouble_line, "Fatal exception"));
}

static void boots_are_counted(void **state)
{
	(void)state;
	feed("[    0.000000] Linux version 6.1.0-1 (x) #1\nhello Linux version 6\n"
	     "[    9.0] reboot: Restarting system\n[    0.000000] Linux version 6.1.0-1 (x) #1\n");
	assert_int_equal(c.boots, 2);
	assert_true(c.is_restarting);
	assert_false(c.is_powered_down);
}

static void cloud_init_and_the_power_down_are_noted(void **state)
{
	(void)state;
	feed("[   12.1] cloud-init[301]: Cloud-init v. 22.4.2 running 'init-local' at Tue\n");
	assert_true(c.has_cloud_init);
	assert_false(c.has_cloud_init_finished);
	feed("Cloud-init v. 22.4.2 finished at Tue. Up 20.1 seconds\n[   31.0] reboot: Power down\n");
	assert_true(c.has_cloud_init_finished);
	assert_true(c.is_powered_down);
}

/* Feeds a text, and looks at the line that it leaves unfinished. */
static const char *prompt(const char *text)
{
	console_init(&c);
	console_feed(&c, text, strlen(text));
	return console_prompt(&c);
}

/* Each as systemd, dracut, Debian's initramfs, GRUB or a firmware prints it. */
static void a_guest_that_waits_for_somebody_is_stuck(void **state)
{
	static const struct { const char *text, *in; } cases[] = {
		{ "You are in emergency mode. After logging in, type \"journalctl -xb\" to view\n", "emergency mode" },
		{ "\x1b[0mGive root password for maintenance\n(or press Control-D to continue): ", "emergency mode" },
		{ "Cannot open access to console, the root account is locked.\nPress Enter for maintenance", "emergency mode" },
		{ "ALERT!  UUID=1234 does not exist.  Dropping to a shell!\n\nBusyBox v1.35.0\n\n(initramfs) ", "initramfs" },
		{ "Entering emergency mode. Exit the shell to continue.\nType \"journalctl\"", "initramfs" },
		{ "You are in rescue mode. After logging in, type \"journalctl -xb\" to view\n", "rescue mode" },
		{ "error: you need to load the kernel first.\n\n  Failed to boot both default and fallback entries.\n", "GRUB" },
		{ "Enter passphrase for hd0,gpt2 (9d2a8c0c4d7f4a7d9b4f0e5b8f6a1c3d): ", "encrypted" },
		{ "Please unlock disk vda3_crypt: ", "encrypted" },
		{ "error: no such partition.\nEntering rescue mode...\ngrub rescue> ", "GRUB" },
		{ "\x1b[0m\x1b[37m   Minimal BASH-like line editing is supported.\n\ngrub> ", "GRUB" },
		{ "/dev/vda1: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY.\n", "fsck" },
		{ "Booting from Hard Disk...\nBoot failed: not a bootable disk\n\nNo bootable device.\n", "firmware" },
		{ "UEFI Interactive Shell v2.2\nPress ESC\nShell> ", "firmware" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (!prompt(cases[i].text) || !strstr(c.stuck ? c.stuck : console_prompt(&c), cases[i].in))
			fail_msg("'%s' is not told to be in %s", cases[i].text, cases[i].in);
	assert_null(prompt("[  OK  ] Started emergency.service - say grub> or (initramfs).\n"));
	assert_null(prompt("echo 'You are in emergency mode.'\n"));
	/* Where it is not the root's disk, systemd goes on without it. */
	assert_null(prompt("Please enter passphrase for disk data (luks): "));
	assert_null(prompt(""));
}

static void a_guest_is_up_when_somebody_may_log_in(void **state)
{
	(void)state;
	prompt("Debian GNU/Linux 12 debian ttyS0\n\ndebian login: ");
	assert_true(c.is_up);
	prompt("debian login: \n");
	assert_false(c.is_up);
	prompt("[\x1b[0;32m  OK  \x1b[0m] Reached target \x1b[0;1;39mmulti-user.target\x1b[0m - Multi-User System.\n");
	assert_true(c.is_up);
	prompt("[    0.0] Kernel command line: root=/dev/vda1 ro cloud-init=disabled\n");
	assert_true(c.is_cloud_init_disabled);
}

static void a_lockup_is_a_note(void **state)
{
	(void)state;
	feed("[   52.1] watchdog: BUG: soft lockup - CPU#0 stuck for 22s!\n");
	assert_true(c.has_lockup);
	assert_int_equal(c.trouble, CONSOLE_FINE);
}

static void floods_are_seen_and_bounded(void **state)
{
	char *many = malloc(1 << 20);

	(void)state;
	memset(many, 'a', 1 << 20);
	console_init(&c);
	console_feed(&c, many, CONSOLE_FLOOD_LINE);
	assert_false(c.is_flooded);
	console_feed(&c, many, 1);
	assert_true(c.is_flooded);

	for (size_t i = 79; i < 1 << 20; i += 80)
		many[i] = '\n';
	console_init(&c);
	for (int i = 0; i < 16; i++)
		console_feed(&c, many, 1 << 20);
	assert_false(c.is_flooded);
	console_feed(&c, "x", 1);
	assert_true(c.is_flooded);
	free(many);
}

static void the_tail_is_harmless_and_short(void **state)
{
	char line[1201];

	(void)state;
	feed("a\x1b]0;title\x07" "b\x1b[2Jc\x01\x9b\td\r\n");
	assert_string_equal(console_tail(&c, 0), "abc.. d");
	memset(line, 'y', 1200);
	line[1200] = '\0';
	feed(line);
	assert_int_equal(strlen(console_tail(&c, 0)), CONSOLE_LINE_BYTES);
	assert_string_equal(console_tail(&c, 0) + CONSOLE_LINE_BYTES - 5, "yy...");
	assert_null(console_tail(&c, 1));
}

static void the_tail_holds_the_last_lines(void **state)
{
	char line[32];

	(void)state;
	console_init(&c);
	for (int i = 0; i < 100; i++)
		console_feed(&c, line, (size_t)sprintf(line, "%d\r\r\n\r\n", i));
	assert_string_equal(console_tail(&c, 0), "60");
	assert_string_equal(console_tail(&c, 39), "99");
	assert_null(console_tail(&c, 40));
}

static void a_lone_carriage_return_ends_a_line(void **state)
{
	(void)state;
	feed("one\rtwo\r\n");
	assert_string_equal(console_tail(&c, 0), "one");
	assert_string_equal(console_tail(&c, 1), "two");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_panic_is_a_panic),
		cmocka_unit_test(a_panic_in_pieces_is_a_panic),
		cmocka_unit_test(an_escape_within_the_words_hides_nothing),
		cmocka_unit_test(a_panic_behind_a_long_line_is_seen),
		cmocka_unit_test(a_warning_is_no_trouble),
		cmocka_unit_test(oopses_are_told_from_a_programs_death),
		cmocka_unit_test(a_panic_outranks_its_oops),
		cmocka_unit_test(boots_are_counted),
		cmocka_unit_test(cloud_init_and_the_power_down_are_noted),
		cmocka_unit_test(a_guest_that_waits_for_somebody_is_stuck),
		cmocka_unit_test(a_guest_is_up_when_somebody_may_log_in),
		cmocka_unit_test(a_lockup_is_a_note),
		cmocka_unit_test(floods_are_seen_and_bounded),
		cmocka_unit_test(the_tail_is_harmless_and_short),
		cmocka_unit_test(the_tail_holds_the_last_lines),
		cmocka_unit_test(a_lone_carriage_return_ends_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
