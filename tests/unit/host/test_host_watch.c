// SPDX-License-Identifier: GPL-2.0-only
/* What is seen of an L1 host, and what is done about one that stands still. */
#include "support/watchtest.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "host/host_watch.h"

static const char *progress_path;
static unsigned int nudges;

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
	static int64_t begun;

	(void)m;
	if (!begun)
		begun = now_ms();
	if (now_ms() - begun > HOST_NUDGE_S * 1000 + 1000)
		say(progress_path, "exitmeter-host: status 3\n");
	return MACHINE_RUNNING;
}

static void watch(const struct machine_kind *kind, struct host_watch *w)
{
	_cleanup_free_ char *console = tempdir_path("console.log"), *port = tempdir_path("port.log");
	struct machine machine = { .kind = kind };
	struct watch_given given;
	struct error err = { 0 };

	watch_given_init(&given);
	nudges = 0;
	progress_path = port;
	put_text(console, "");
	put_text(port, "phase load modules\n");
	*w = (struct host_watch){
		.machine = &machine,
		.console_path = console,
		.progress_path = port,
		.config = &given.config,
		.progress = &given.progress,
	};
	assert_ok(host_watch_run(w, &err), &err);
	watch_given_deinit(&given);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(a_silent_host_is_nudged),
		tempdir_test(a_machine_that_needs_no_nudge_gets_none),
	};

	return cmocka_run_group_tests_name("host_watch", tests, NULL, NULL);
}
