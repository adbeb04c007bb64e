// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a guest's end is named, by what it says on its ports and what its domain does.  The domain is played:
 * the linker puts these three functions in the place of libvirt's (Makefile).
 */
#include "support/watchtest.h"
#include "support/fakevm.h"

#include <fcntl.h>

#include "base/error.h"
#include "base/memory.h"
#include "guest/guest_watch.h"

struct moment {
	const char *console, *records;	/* what the guest says now */
	const char *boxed;		/* what it puts into the mailbox */
	uint32_t begun;			/* the points that it has begun to read, as the mailbox tells */
	unsigned int resets;		/* in all, as the domain tells them */
	enum domain_state state;
};

/* A life: a moment for each look that the watch takes, and the last one goes on. */
static const struct moment *lived;
static unsigned int moments, looks;
static char *texts[EM_POINTS], *console_path, *records_path;
/* How the limits of the next watch differ from the defaults; 0: they do not. */
static struct {
	long silence, early, start, pace;
	enum guest_type guest;
	uint64_t (*exits)(void *context);
	int64_t bytes_read;
} given_more;
static struct mailbox mailbox;
static bool snapped[EM_POINTS];
static enum boot_mark marks[64];
static unsigned int marks_told, looks_told;

unsigned int __wrap_domain_reboots(const struct domain *d);
enum domain_state __wrap_domain_poll(struct domain *d);
int64_t __wrap_domain_bytes_read(struct domain *d);

/* The guest's side of the mailbox: text first, then how much of it there is. */
static void box(const struct moment *m)
{
	static uint32_t bytes;
	size_t len = m->boxed ? strlen(m->boxed) : 0;

	if (mailbox.fd < 0)
		return;
	bytes = looks ? bytes : 0;
	assert_int_equal(pwrite(mailbox.fd, m->boxed, len, (off_t)(offsetof(struct em_mailbox, text) + bytes)), len);
	bytes += (uint32_t)len;
	assert_int_equal(pwrite(mailbox.fd, &bytes, 4, offsetof(struct em_mailbox, bytes)), 4);
	assert_int_equal(pwrite(mailbox.fd, &m->begun, 4, offsetof(struct em_mailbox, points)), 4);
}

static void snap(void *context, enum em_point point)
{
	(void)context;
	snapped[point] = true;
}

static void drop(void *context, enum em_point point)
{
	(void)context;
	snapped[point] = false;
}

static void look_once(void *context)
{
	(void)context;
	looks_told++;
}

static void note_mark(void *context, enum boot_mark mark)
{
	(void)context;
	assert_true(marks_told < ARRAY_SIZE(marks));
	marks[marks_told++] = mark;
}

/* A look begins with domain_poll(), which tells of the last moment, and goes on with this, once. */
unsigned int __wrap_domain_reboots(const struct domain *d)
{
	(void)d;
	if (looks == moments)
		return lived[moments - 1].resets;
	say(console_path, lived[looks].console);
	say(records_path, lived[looks].records);
	box(&lived[looks]);
	return lived[looks++].resets;
}

enum domain_state __wrap_domain_poll(struct domain *d)
{
	(void)d;
	return looks ? lived[looks - 1].state : DOMAIN_RUNNING;
}

int64_t __wrap_domain_bytes_read(struct domain *d)
{
	(void)d;
	return given_more.bytes_read;
}

static int setup(void **state)
{
	if (tempdir_setup(state))
		return -1;
	fake_init(EM_SVM, EM_SPLIT);
	for (int i = 0; i < EM_POINTS; i++) {
		fake_work();
		texts[i] = fake_point((enum em_point)i, FAKE_NONCE);
	}
	mailbox = (struct mailbox){ .fd = -1 };
	memset(snapped, 0, sizeof(snapped));
	marks_told = looks_told = 0;
	memset(&given_more, 0, sizeof(given_more));
	given_more.bytes_read = 8 << 20;
	console_path = tempdir_path("console.log");
	records_path = tempdir_path("records.log");
	return 0;
}

static int teardown(void **state)
{
	for (int i = 0; i < EM_POINTS; i++)
		free(texts[i]);
	free(console_path);
	free(records_path);
	return tempdir_teardown(state);
}

static void watch(enum scenario scenario, const struct moment *of, unsigned int n, struct guest_watch *w)
{
	struct watch_given given;
	struct error err = { 0 };

	watch_given_init(&given);
	given.config.scenario = scenario;
	free(given.config.nonce);
	given.config.nonce = xstrdup(FAKE_NONCE);
	given.config.guest = given_more.guest;
	if (given_more.silence)
		given.config.timeout_silence = given_more.silence;
	given.config.pace = given_more.pace;
	if (given_more.start)
		given.config.timeout_start = given_more.start;
	if (given_more.early)
		given.config.timeout_early = given_more.early;
	remove(console_path);
	remove(records_path);
	lived = of;
	moments = n;
	looks = 0;
	*w = (struct guest_watch){
		.console_path = console_path,
		.records_path = records_path,
		.mailbox = mailbox.fd >= 0 ? &mailbox : NULL,
		.snapshot = snap,
		.look = look_once,
		.mark = note_mark,
		.drop = drop,
		.exits = given_more.exits,
		.config = &given.config,
		.progress = &given.progress,
	};
	assert_ok(guest_watch_run(w, &err), &err);
	watch_given_deinit(&given);
}

#define WATCH(scenario, life, w) watch(scenario, life, ARRAY_SIZE(life), w)

static void assert_end(const struct guest_watch *w, enum outcome outcome, const char *detail)
{
	if (w->outcome != outcome || !strstr(w->detail, detail))
		fail_msg("wanted outcome %d and '%s', got %d and '%s'", (int)outcome, detail, (int)w->outcome, w->detail);
}

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

static void open_mailbox(void)
{
	mailbox = (struct mailbox){ .path = tempdir_path("mailbox") };
	mailbox.fd = open(mailbox.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(ftruncate(mailbox.fd, sizeof(struct em_mailbox)), 0);
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

#define watch_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

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
		watch_test(a_slow_guest_is_no_guest_without_cloud_init),
		watch_test(a_guest_that_is_not_heard_may_run),
		watch_test(limits_are_as_long_as_the_machine_is_slow),
		watch_test(a_guest_that_cannot_have_read_a_kernel_is_not_waited_for),
		watch_test(what_comes_by_the_mailbox_is_a_point_too),
		watch_test(a_point_that_is_over_has_no_snapshot),
	};

	return cmocka_run_group_tests_name("guest_watch", tests, NULL, NULL);
}
