// SPDX-License-Identifier: GPL-2.0-only
/* What an L1 says of its run, and what L0 believes of it. */
#include "support/helpers.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "host/host_evidence.h"

static struct evidence own, inner;

static void fill(struct evidence *e)
{
	*e = (struct evidence){ .layout = EM_SPLIT, .vcpus = 1, .memory_mib = 512, .sdm = 2021 };
	e->nonce = xstrdup("abc");
	e->guest = xstrdup("micro");
	e->modules = xstrdup("patched");
}

static int setup(void **state)
{
	(void)state;
	fill(&own);
	fill(&inner);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	evidence_deinit(&own);
	evidence_deinit(&inner);
	return 0;
}

static void refuses(const char *words)
{
	struct error err = { 0 };

	assert_int_equal(host_evidence_take(&own, &inner, &err), -1);
	assert_int_equal(err.status, STATUS_LOST);
	assert_int_equal(strncmp(err.message, "L1: ", 4), 0);
	if (!strstr(err.message, words))
		fail_msg("wanted '%s', got '%s'", words, err.message);
	error_clear(&err);
}

static void what_only_the_l1_knows_is_taken(void **state)
{
	struct error err = { 0 };

	(void)state;
	inner.outcome = OUTCOME_PANIC;
	inner.detail = xstrdup("it fell over");
	inner.resets = 3;
	inner.host_attempts = 9;
	inner.started = 12345;
	inner.host = xstrdup("native");
	inner.module_build = json_object();
	assert_int_equal(host_evidence_take(&own, &inner, &err), 0);
	assert_int_equal(own.outcome, OUTCOME_PANIC);
	assert_string_equal(own.detail, "L1: it fell over");
	assert_int_equal(own.resets, 3);
	/* These L0 knows itself. */
	assert_int_equal(own.host_attempts, 0);
	assert_int_equal(own.started, 0);
	assert_null(own.host);
	assert_null(own.module_build);
}

static void each_thing_asked_for_is_compared(void **state)
{
	(void)state;
	inner.vcpus = 2;
	refuses("its number of vCPUs is 2, and 1 was asked for");
	inner.vcpus = 1;
	inner.sdm = 0;
	refuses("its year of the manual is 0, and 2021");
	inner.sdm = 2021;
	inner.scenario = SCENARIO_SHUTDOWN;
	refuses("its scenario is shutdown, and boot was asked for");
	inner.scenario = SCENARIO_BOOT;
	own.paging = PAGING_SHADOW;
	refuses("its paging is auto, and shadow was asked for");
	own.paging = PAGING_AUTO;
	inner.nonce[0] = '\033';
	refuses("its nonce is .bc, and abc was asked for");
	inner.nonce[0] = 'a';
	free(take_ptr(inner.guest));
	refuses("its guest is none, and micro was asked for");
}

static void a_layout_is_found_out_where_that_was_asked_for_only(void **state)
{
	struct error err = { 0 };

	(void)state;
	inner.layout = EM_REVERSED;
	refuses("its layout is reversed, and split was asked for");
	inner.is_layout_found = true;
	refuses("its layout is found out, and split was asked for");
	own.is_layout_found = true;
	assert_int_equal(host_evidence_take(&own, &inner, &err), 0);
	assert_int_equal(own.layout, EM_REVERSED);
	inner.is_layout_found = false;
	refuses("its layout is reversed, and one that is found out was asked for");
}

static void what_becomes_of_an_l1_is_not_for_it_to_tell(void **state)
{
	static const enum outcome outcomes[] = { OUTCOME_HOST_LOST, OUTCOME_HOST_CRASHED, OUTCOME_NOT_BUILT };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		inner.outcome = outcomes[i];
		refuses("which is not for it to tell");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_only_the_l1_knows_is_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(each_thing_asked_for_is_compared, setup, teardown),
		cmocka_unit_test_setup_teardown(a_layout_is_found_out_where_that_was_asked_for_only, setup, teardown),
		cmocka_unit_test_setup_teardown(what_becomes_of_an_l1_is_not_for_it_to_tell, setup, teardown),
	};

	return cmocka_run_group_tests_name("host_evidence", tests, NULL, NULL);
}
