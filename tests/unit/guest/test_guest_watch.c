// SPDX-License-Identifier: GPL-2.0-only
/* How a guest's end is named, by what it says on its ports and what its domain does. */
#include "support/playedguest.h"

static void a_guest_that_powers_off_has_finished(void **state)
{
	const struct moment life[] = {
		{ .console = "Linux version 6.1\n" }, { .records = texts[EM_EARLY] }, { .records = texts[EM_BOOT] },
		{ .records = texts[EM_SHUTDOWN], .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_BOOT, life, &w);
	assert_end(&w, OUTCOME_FINISHED, "powered off");
	assert_int_equal(w.records.point[EM_SHUTDOWN].status, POINT_COMPLETE);
}

static void what_a_guest_comes_to_is_marked_once_and_in_order(void **state)
{
	const struct moment life[] = {
		{ .console = "Linux version 6.1\n" }, { .records = texts[EM_EARLY] }, { .console = "more\n" },
		{ .records = texts[EM_BOOT] }, { .console = "reboot: Power down\n", .records = texts[EM_SHUTDOWN],
		  .state = DOMAIN_OFF },
	};
	const enum boot_mark want[] = {
		BOOT_KERNEL, BOOT_POINT + EM_EARLY, BOOT_POINT + EM_BOOT, BOOT_POWER_DOWN, BOOT_POINT + EM_SHUTDOWN,
		BOOT_OFF,
	};
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_BOOT, life, &w);
	assert_int_equal(marks_told, ARRAY_SIZE(want));
	assert_memory_equal(marks, want, sizeof(want));
	assert_true(looks_told >= ARRAY_SIZE(life));
}

static void a_guest_that_goes_off_before_its_end_has_died(void **state)
{
	const struct moment life[] = {
		{ .records = texts[EM_EARLY] }, { .records = texts[EM_BOOT], .state = DOMAIN_OFF },
	};
	const struct moment killed[] = { { .records = "" }, { .state = DOMAIN_DIED } };
	const struct moment full[] = { { .records = "" }, { .state = DOMAIN_PAUSED }, { .state = DOMAIN_FULL } };
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_BOOT, life, &w);
	assert_end(&w, OUTCOME_DIED, "without shutting down");
	WATCH(SCENARIO_BOOT, killed, &w);
	assert_end(&w, OUTCOME_DIED, "QEMU ended");
	WATCH(SCENARIO_BOOT, full, &w);
	assert_end(&w, OUTCOME_DIED, "no space left");
}

static void resets_that_nobody_ordered_are_a_loop_at_the_third(void **state)
{
	const struct moment twice[] = {
		{ .console = "Linux version 6.1\n", .resets = 2 }, { .records = texts[EM_EARLY], .resets = 2 },
		{ .records = texts[EM_BOOT], .resets = 2 },
		{ .records = texts[EM_SHUTDOWN], .resets = 2, .state = DOMAIN_OFF },
	};
	const struct moment more[] = { { .resets = 2 }, { .resets = 3, .state = DOMAIN_OFF } };
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_BOOT, twice, &w);
	assert_end(&w, OUTCOME_FINISHED, "powered off");
	WATCH(SCENARIO_BOOT, more, &w);
	assert_end(&w, OUTCOME_REBOOT_LOOP, "3 times before its end");
}

/* libvirt's thread may tell SeaBIOS' second reset when the next boot has spoken already. */
static void an_ordered_reboot_is_taken_whenever_its_resets_are_told(void **state)
{
	const struct moment life[] = {
		{ .records = texts[EM_EARLY] }, { .records = texts[EM_BOOT] }, { .records = texts[EM_REBOOT] },
		{ .resets = 1 }, { .records = texts[EM_EARLY2], .resets = 1 }, { .resets = 2 },
		{ .records = texts[EM_BOOT2], .resets = 2 },
		{ .records = texts[EM_SHUTDOWN], .resets = 2, .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_REBOOT, life, &w);
	assert_end(&w, OUTCOME_FINISHED, "powered off");
	assert_int_equal(w.resets, 2);
	for (int i = 0; i < EM_POINTS; i++)
		if (scenario_points(SCENARIO_REBOOT) & 1u << i)
			assert_int_equal(w.records.point[i].status, POINT_COMPLETE);
}

static void a_reset_before_its_order_is_a_loop(void **state)
{
	const struct moment life[] = {
		{ .records = texts[EM_EARLY] }, { .records = texts[EM_BOOT] },
		{ .resets = 1, .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_REBOOT, life, &w);
	assert_end(&w, OUTCOME_REBOOT_LOOP, "before its order");
}

static void a_boot_more_than_ordered_shows(void **state)
{
	const struct moment told[] = {
		{ .records = texts[EM_EARLY] }, { .records = texts[EM_BOOT] }, { .records = texts[EM_REBOOT] },
		{ .resets = 2 }, { .resets = 3, .state = DOMAIN_OFF },
	};
	/* The domain tells too few resets; the points say it all the same. */
	const struct moment untold[] = {
		{ .records = texts[EM_EARLY] }, { .records = texts[EM_BOOT] }, { .records = texts[EM_REBOOT] },
		{ .records = texts[EM_EARLY2], .resets = 2 }, { .records = texts[EM_EARLY2], .resets = 2 },
		{ .records = texts[EM_BOOT2], .resets = 2 },
		{ .records = texts[EM_SHUTDOWN], .resets = 2, .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_REBOOT, told, &w);
	assert_end(&w, OUTCOME_REBOOT_LOOP, "3 times before its end");
	WATCH(SCENARIO_REBOOT, untold, &w);
	assert_int_equal(w.records.point[EM_EARLY2].status, POINT_TORN);
}

static void a_panic_is_told_in_its_own_words(void **state)
{
	const struct moment life[] = {
		{ .console = "Linux version 6.1\n" },
		{ .console = "Kernel panic - not syncing: no init\n", .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_BOOT, life, &w);
	assert_end(&w, OUTCOME_PANIC, "not syncing: no init");
}

/* Records come at once, so only the mailbox can tell whether the guest reads the next point already. */
static void what_comes_by_the_mailbox_is_a_point_too(void **state)
{
	const struct moment life[] = {
		{ .console = "Linux version 6.1\n", .begun = 1 }, { .boxed = texts[EM_EARLY], .begun = 1 },
		{ .boxed = texts[EM_BOOT], .begun = 3 },
		{ .boxed = texts[EM_SHUTDOWN], .begun = 3, .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	open_mailbox();
	WATCH(SCENARIO_BOOT, life, &w);
	mailbox_remove(&mailbox);
	assert_end(&w, OUTCOME_FINISHED, "powered off");
	assert_int_equal(w.records.point[EM_SHUTDOWN].status, POINT_COMPLETE);
	assert_true(snapped[EM_EARLY] && snapped[EM_SHUTDOWN]);
	assert_false(snapped[EM_BOOT]);
}

/* Two points came between two looks: the count of now is not that of the first. */
static void a_point_that_is_over_has_no_snapshot(void **state)
{
	_cleanup_free_ char *both = xasprintf("%s%s", texts[EM_EARLY], texts[EM_BOOT]);
	const struct moment life[] = {
		{ .boxed = both, .begun = 2 },
		{ .boxed = texts[EM_SHUTDOWN], .begun = 3, .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	open_mailbox();
	WATCH(SCENARIO_BOOT, life, &w);
	mailbox_remove(&mailbox);
	assert_false(snapped[EM_EARLY]);
	assert_true(snapped[EM_BOOT] && snapped[EM_SHUTDOWN]);
}

static void a_guest_at_a_prompt_is_given_up_at_once(void **state)
{
	const struct moment emergency[] = {
		{ .console = "Linux version 6.1\n" }, { .console = "You are in emergency mode. After logging in\n" },
	};
	const struct moment grub[] = { { .console = "error: unknown filesystem.\n" }, { .console = "grub rescue> " } };
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_BOOT, emergency, &w);
	assert_end(&w, OUTCOME_HANG, "waits for somebody: systemd is in emergency mode");
	WATCH(SCENARIO_BOOT, grub, &w);
	assert_end(&w, OUTCOME_HANG, "waits for somebody: GRUB");
}

/* Where cloud-init runs, the probe's first point comes long before a login prompt. */
static void a_guest_that_is_up_without_cloud_init_is_told_so(void **state)
{
	const struct moment without[] = {
		{ .console = "Linux version 6.1\n" }, { .console = "debian login: " },
	};
	const struct moment disabled[] = {
		{ .console = "[ 0.0] Kernel command line: ro cloud-init=disabled\n" },
		{ .console = "[  OK  ] Reached target multi-user.target - Multi-User System.\n" },
	};
	struct guest_watch w;

	(void)state;
	WATCH(SCENARIO_BOOT, without, &w);
	assert_end(&w, OUTCOME_NO_CLOUD_INIT, "cloud-init did not run: it is not installed there, or is disabled");
	WATCH(SCENARIO_BOOT, disabled, &w);
	assert_end(&w, OUTCOME_NO_CLOUD_INIT, "its kernel's command line says cloud-init=disabled");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		watch_test(a_guest_that_powers_off_has_finished),
		watch_test(what_a_guest_comes_to_is_marked_once_and_in_order),
		watch_test(a_guest_that_goes_off_before_its_end_has_died),
		watch_test(resets_that_nobody_ordered_are_a_loop_at_the_third),
		watch_test(an_ordered_reboot_is_taken_whenever_its_resets_are_told),
		watch_test(a_reset_before_its_order_is_a_loop),
		watch_test(a_boot_more_than_ordered_shows),
		watch_test(a_panic_is_told_in_its_own_words),
		watch_test(a_guest_at_a_prompt_is_given_up_at_once),
		watch_test(a_guest_that_is_up_without_cloud_init_is_told_so),
		watch_test(what_comes_by_the_mailbox_is_a_point_too),
		watch_test(a_point_that_is_over_has_no_snapshot),
	};

	return cmocka_run_group_tests_name("guest_watch", tests, NULL, NULL);
}
