// SPDX-License-Identifier: GPL-2.0-only
/* How long a guest is waited for that says nothing, or comes to nothing. */
#include "support/playedguest.h"

/* A slow guest has not come to the moment yet at which cloud-init would run. */
static void a_slow_guest_is_no_guest_without_cloud_init(void **state)
{
	const struct moment life[] = { { .console = "Linux version 6.1\n" }, { .console = "systemd[1]: Detected\n" } };
	const struct moment begun[] = {
		{ .console = "Linux version 6.1\n" }, { .console = "Cloud-init v. 22.4.2 running 'init-local'\n" },
	};
	struct guest_watch w;

	(void)state;
	given_more.early = 1;
	WATCH(SCENARIO_BOOT, life, &w);
	assert_end(&w, OUTCOME_TIMEOUT, "the probe's first point did not come within 1 s: its system was still starting");
	WATCH(SCENARIO_BOOT, begun, &w);
	assert_end(&w, OUTCOME_TIMEOUT, "cloud-init was under way");
}

static uint64_t many_exits(void *context)
{
	static uint64_t exits;

	(void)context;
	return exits += 100000;
}

static uint64_t few_exits(void *context)
{
	(void)context;
	return 99;
}

/* Its boot loader speaks on the port, and its kernel on tty0. */
static void a_guest_that_is_not_heard_may_run(void **state)
{
	const struct moment life[] = { { .console = "Booting `Debian'\n" }, { .console = "" } };
	const struct moment late[] = {
		{ .console = "Booting `Debian'\n" }, { .boxed = texts[EM_EARLY] }, { .boxed = texts[EM_BOOT] },
		{ .boxed = texts[EM_SHUTDOWN], .state = DOMAIN_OFF },
	};
	struct guest_watch w;

	(void)state;
	given_more.silence = 1;
	given_more.early = 2;
	given_more.exits = few_exits;
	WATCH(SCENARIO_BOOT, life, &w);
	assert_end(&w, OUTCOME_HANG, "no byte from the guest for 1 s");
	given_more.exits = many_exits;
	WATCH(SCENARIO_BOOT, life, &w);
	assert_end(&w, OUTCOME_TIMEOUT, "console=ttyS0");
	open_mailbox();
	WATCH(SCENARIO_BOOT, late, &w);
	mailbox_remove(&mailbox);
	assert_end(&w, OUTCOME_FINISHED, "powered off");
}

static void limits_are_as_long_as_the_machine_is_slow(void **state)
{
	const struct moment mute[] = { { .console = "" } };
	const struct moment hung[] = { { .console = "Linux version 6.1\n" }, { .console = "" } };
	struct guest_watch w;

	(void)state;
	given_more.start = 1;
	given_more.silence = 1;
	given_more.pace = 2;
	WATCH(SCENARIO_BOOT, mute, &w);
	assert_end(&w, OUTCOME_SILENT, "the guest printed nothing for 2 s");
	WATCH(SCENARIO_BOOT, hung, &w);
	assert_end(&w, OUTCOME_HANG, "no byte from the guest for 2 s");
}

/* Its firmware runs in a circle, or what it has found to run does. */
static void a_guest_that_cannot_have_read_a_kernel_is_not_waited_for(void **state)
{
	const struct moment mute[] = { { .console = "" } };
	const struct moment loader[] = { { .console = "Booting from Hard Disk...\n" }, { .console = "" } };
	struct guest_watch w;

	(void)state;
	given_more.start = 1;
	given_more.silence = 1;
	given_more.early = 2;
	given_more.exits = many_exits;
	WATCH(SCENARIO_BOOT, mute, &w);
	assert_end(&w, OUTCOME_SILENT, "the guest printed nothing for 3 s: it runs, but its kernel says nothing on ttyS0");
	/* What cannot be known is no reason to be short with it. */
	given_more.bytes_read = -1;
	WATCH(SCENARIO_BOOT, mute, &w);
	assert_end(&w, OUTCOME_SILENT, "for 3 s: it runs");
	given_more.bytes_read = 512;
	WATCH(SCENARIO_BOOT, mute, &w);
	assert_end(&w, OUTCOME_SILENT, "the guest printed nothing for 1 s: it has read less of its disk than any kernel has");
	WATCH(SCENARIO_BOOT, loader, &w);
	assert_end(&w, OUTCOME_HANG, "no byte from the guest for 1 s");
	/* The kernel of a micro guest comes from no disk. */
	given_more.guest = GUEST_MICRO;
	WATCH(SCENARIO_BOOT, mute, &w);
	assert_end(&w, OUTCOME_SILENT, "the guest printed nothing for 1 s");
	assert_null(strstr(w.detail, "disk"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		watch_test(a_slow_guest_is_no_guest_without_cloud_init),
		watch_test(a_guest_that_is_not_heard_may_run),
		watch_test(limits_are_as_long_as_the_machine_is_slow),
		watch_test(a_guest_that_cannot_have_read_a_kernel_is_not_waited_for),
	};

	return cmocka_run_group_tests_name("guest_limits", tests, NULL, NULL);
}
