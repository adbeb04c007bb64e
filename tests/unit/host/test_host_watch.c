// SPDX-License-Identifier: GPL-2.0-only
/* What is seen of an L1 host, and what is done about one that stands still. */
#include "support/watchtest.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "host/host_watch.h"

static const char *progress_path;
static unsigned int nudges;
static int64_t begun;

static enum machine_state runs(struct machine *m)
{
	(void)m;
	return MACHINE_RUNNING;
}

/* A host whose timer's interrupt was lost goes on with any other. */
static void wakes(struct machine *m)
{
	(void)m;
	nudges++;
	say(progress_path, "beat\nexitmeter-host: status 0\n");
}

/* A host that says its last word unasked, after longer than a nudge takes to come. */
static enum machine_state ends_late(struct machine *m)
{
	(void)m;
	if (now_ms() - begun > HOST_NUDGE_S * 1000 + 1000)
		say(progress_path, "exitmeter-host: status 3\n");
	return MACHINE_RUNNING;
}

/* It is ready, and goes on nevertheless. */
static enum machine_state is_ready_and_ends(struct machine *m)
{
	(void)m;
	say(progress_path, "exitmeter-host: ready\n");
	say(progress_path, "exitmeter-host: status 4\n");
	return MACHINE_RUNNING;
}

/* It goes on after its kernel has told of a lockup. */
static enum machine_state goes_on(struct machine *m)
{
	(void)m;
	if (now_ms() - begun > 1000)
		say(progress_path, "beat\n");
	if (now_ms() - begun > 7000)
		say(progress_path, "exitmeter-host: status 5\n");
	return MACHINE_RUNNING;
}

static int watch_with(const struct machine_kind *kind, const char *says, bool is_prepared, struct host_watch *w,
		      struct error *err)
{
	_cleanup_free_ char *console = tempdir_path("console.log"), *port = tempdir_path("port.log");
	struct machine machine = { .kind = kind };
	struct watch_given given;
	int rc;

	watch_given_init(&given);
	nudges = 0;
	begun = now_ms();
	progress_path = port;
	put_text(console, says);
	put_text(port, "phase load modules\n");
	*w = (struct host_watch){
		.machine = &machine,
		.console_path = console,
		.progress_path = port,
		.config = &given.config,
		.progress = &given.progress,
		.is_prepared = is_prepared,
	};
	rc = host_watch_run(w, err);
	watch_given_deinit(&given);
	return rc;
}

static void watch_as(const struct machine_kind *kind, bool is_prepared, struct host_watch *w)
{
	struct error err = { 0 };

	assert_ok(watch_with(kind, "", is_prepared, w, &err), &err);
}

static void watch(const struct machine_kind *kind, struct host_watch *w)
{
	watch_as(kind, false, w);
}

static void a_silent_host_is_nudged(void **state)
{
	static const struct machine_kind kind = { .patience = 1, .poll = runs, .nudge = wakes };
	struct host_watch w;

	(void)state;
	watch(&kind, &w);
	assert_int_equal(w.nudges, 1);
	assert_int_equal(nudges, 1);
	assert_int_equal(w.inner_status, 0);
}

static void a_machine_that_needs_no_nudge_gets_none(void **state)
{
	static const struct machine_kind kind = { .patience = 1, .poll = ends_late };
	struct host_watch w;

	(void)state;
	watch(&kind, &w);
	assert_int_equal(w.nudges, 0);
	assert_int_equal(w.inner_status, 3);
}

#define LOCKUP \
	"[   52.1] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [CPU 0/KVM:287]\n" \
	"[   52.2] RIP: 0010:svm_handle_exit+0x2a/0xb0 "

static void a_host_that_hangs_in_kvm_is_told_soon(void **state)
{
	static const struct machine_kind kind = { .patience = 1, .poll = runs };
	struct error err = { 0 };
	struct host_watch w;

	(void)state;
	assert_int_equal(watch_with(&kind, LOCKUP "[kvm_amd]\n", false, &w, &err), -1);
	assert_true(w.is_seized);
	assert_int_equal(err.status, STATUS_LOST);
	assert_non_null(strstr(err.message, "its kernel hangs"));
	error_clear(&err);
}

/* The emulator had stalled, or the lockup was elsewhere. */
static void a_host_that_goes_on_does_not_hang(void **state)
{
	static const struct machine_kind goes = { .patience = 1, .poll = goes_on };
	static const struct machine_kind late = { .patience = 1, .poll = ends_late };
	struct error err = { 0 };
	struct host_watch w;

	(void)state;
	assert_ok(watch_with(&goes, LOCKUP "[kvm_amd]\n", false, &w, &err), &err);
	assert_int_equal(w.inner_status, 5);
	assert_ok(watch_with(&late, LOCKUP "[overlay]\n", false, &w, &err), &err);
	assert_int_equal(w.inner_status, 3);
}

/* Whether a minute without a word is too long, with so much CPU time in that minute or longer. */
static void a_machine_is_silent_only_if_it_executes_or_stands_still(void **state)
{
	const struct { int64_t past_s, cpu_s; bool is_overdue; } cases[] = {
		{ 60, 60, false },	/* its limit is not over yet */
		{ 61, 61, true },	/* it runs and says nothing */
		{ 61, 1, true },	/* it stands still */
		{ 61, 20, false },	/* a busy computer keeps it from running */
		{ 300, 59, false },
		{ 300, 61, true },	/* by now it has had its minute */
		{ 601, 65, true }, { 601, 61, true },
		{ 60, -1, false }, { 61, -1, true },	/* its CPU time is not known */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (host_is_overdue(cases[i].past_s * 1000, cases[i].cpu_s < 0 ? -1 : cases[i].cpu_s * 1000, 60) !=
		    cases[i].is_overdue)
			fail_msg("case %zu", i);
}

/* A machine may starve for ten times its limit, and no longer. */
static void a_starved_machine_is_given_up_in_the_end(void **state)
{
	(void)state;
	assert_false(host_is_overdue(599 * 1000, 60 * 1000, 60));
	assert_true(host_is_overdue(601 * 1000, 60 * 1000, 60));
}

/* Only a host that is prepared may say so: that word of any other one changes nothing. */
static void ready_is_a_word_of_a_clean_host(void **state)
{
	static const struct machine_kind kind = { .patience = 1, .poll = is_ready_and_ends };
	struct host_watch w;

	(void)state;
	watch_as(&kind, true, &w);
	assert_true(w.is_ready);
	watch_as(&kind, false, &w);
	assert_false(w.is_ready);
	assert_int_equal(w.inner_status, 4);
}

/* Thirty seconds of CPU time pass in a moment. */
static int64_t executes(struct machine *m)
{
	(void)m;
	return (now_ms() - begun) * 100;
}

static void asked(struct machine *m)
{
	(void)m;
	nudges++;
}

static void a_host_that_executes_and_is_silent_is_asked_where_it_is(void **state)
{
	static const struct machine_kind kind = { .patience = 1, .poll = runs, .cpu_ms = executes, .ask_where = asked };
	struct host_watch w;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(watch_with(&kind, "", false, &w, &err), -1);
	assert_int_equal(err.status, STATUS_LOST);
	assert_non_null(strstr(err.message, "it executes"));
	assert_true(w.is_seized);
	assert_int_equal(nudges, 1);
	error_clear(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(a_silent_host_is_nudged),
		cmocka_unit_test(a_machine_is_silent_only_if_it_executes_or_stands_still),
		cmocka_unit_test(a_starved_machine_is_given_up_in_the_end),
		tempdir_test(a_machine_that_needs_no_nudge_gets_none),
		tempdir_test(a_host_that_hangs_in_kvm_is_told_soon),
		tempdir_test(a_host_that_goes_on_does_not_hang),
		tempdir_test(ready_is_a_word_of_a_clean_host),
		tempdir_test(a_host_that_executes_and_is_silent_is_asked_where_it_is),
	};

	return cmocka_run_group_tests_name("host_watch", tests, NULL, NULL);
}
