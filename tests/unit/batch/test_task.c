// SPDX-License-Identifier: GPL-2.0-only
/* Which task is next, how many fit, and the line that tells how far they are. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "batch/task.h"

static const char *const argv[] = { "true", NULL };

static struct task *add(struct task_list *list, enum task_kind kind, const char *label)
{
	return task_add(list, kind, label, argv, "/dev/null", NULL);
}

static void starts(struct task_list *list, const char *label)
{
	struct task *task = task_next(list);

	assert_non_null(task);
	assert_string_equal(task->label, label);
	task->state = TASK_GOES_ON;
}

static void assert_line(const struct task_list *list, size_t done, size_t total, int64_t now, const char *want)
{
	_cleanup_free_ char *line = tasks_progress(list, done, total, now);

	assert_string_equal(line, want);
}

static void runs_come_before_builds_as_many_as_fit(void **state)
{
	struct task_list list = { .limit = { 1, 2, 1 } };
	struct task *first;

	(void)state;
	add(&list, TASK_BUILD, "b1");
	add(&list, TASK_BUILD, "b2");
	first = add(&list, TASK_RUN, "r1");
	add(&list, TASK_RUN, "r2");
	add(&list, TASK_RUN, "r3");
	starts(&list, "r1");
	starts(&list, "r2");
	starts(&list, "b1");	/* a build goes on beside the runs */
	assert_null(task_next(&list));
	first->state = TASK_IS_OVER;
	starts(&list, "r3");
	assert_null(task_next(&list));
	assert_false(tasks_are_over(&list));
	for (size_t i = 0; i < list.count; i++)
		list.tasks[i]->state = TASK_IS_OVER;
	assert_true(tasks_are_over(&list));
	tasks_deinit(&list);
}

static void what_was_stopped_is_next_again(void **state)
{
	struct task_list list = { .limit = { 1, 1, 1 } };

	(void)state;
	add(&list, TASK_RUN, "r1");
	starts(&list, "r1");
	list.tasks[0]->state = TASK_WAITS;
	starts(&list, "r1");
	tasks_deinit(&list);
}

static void what_others_are_at_comes_in_the_end(void **state)
{
	struct task_list list = { .limit = { 1, 1, 1 } };
	struct task *held = add(&list, TASK_RUN, "r1"), *build;

	(void)state;
	held->state = TASK_IS_HELD;
	add(&list, TASK_RUN, "r2");
	build = add(&list, TASK_BUILD, "b1");
	tasks_look_again(&list);	/* r2 waits */
	starts(&list, "r2");
	assert_line(&list, 0, 2, 0, "0 of 2 done; running: r2; others are at: r1");
	list.tasks[1]->state = TASK_IS_OVER;
	assert_false(tasks_are_held(&list));
	starts(&list, "b1");
	assert_null(task_next(&list));
	assert_false(tasks_are_over(&list));
	build->state = TASK_IS_OVER;
	assert_true(tasks_are_held(&list));
	tasks_look_again(&list);
	assert_false(tasks_are_held(&list));
	starts(&list, "r1");
	tasks_deinit(&list);
}

static void as_many_fit_as_cpus_and_memory_allow(void **state)
{
	(void)state;
	assert_int_equal(tasks_that_fit(2, 24 << 10, 3584), 2);
	assert_int_equal(tasks_that_fit(16, 8 << 10, 3584), 2);
	assert_int_equal(tasks_that_fit(64, 3584 * 5 + 3583, 3584), 5);
	assert_int_equal(tasks_that_fit(4, 1024, 3584), 1);
	assert_int_equal(tasks_that_fit(0, 0, 3584), 1);
	/* A guest that is larger leaves room for fewer. */
	assert_int_equal(tasks_run_mib(512), 3584);
	assert_int_equal(tasks_run_mib(8192), 3584 - 1024 + 8192);
	assert_int_equal(tasks_that_fit(16, 24 << 10, tasks_run_mib(8192)), 2);
}

static void the_line_tells_what_goes_on_and_the_time_left(void **state)
{
	struct task_list list = { .limit = { 1, 2, 1 } };

	(void)state;
	assert_line(&list, 0, 3, 0, "0 of 3 done");
	add(&list, TASK_RUN, "ann")->state = TASK_GOES_ON;
	add(&list, TASK_BUILD, "bob")->state = TASK_GOES_ON;
	assert_line(&list, 0, 3, 5000, "0 of 3 done; running: ann; building: bob");
	list.tasks[0]->state = TASK_IS_OVER;
	list.tasks[0]->ms = 30000;
	/* Two are not done, each of 30 s as the first, and two go on at a time. */
	assert_line(&list, 1, 3, 30000, "1 of 3 done; building: bob; about 30 s left");
	for (int i = 0; i < 6; i++)
		add(&list, TASK_RUN, "x")->state = TASK_GOES_ON;
	list.limit[TASK_RUN] = 1;
	for (size_t i = 0; i < list.count; i++)
		list.tasks[i]->begun_ms = 30000;
	assert_line(&list, 1, 13, 30000,
		    "1 of 13 done; running: x, x, x, x and 2 more; building: bob; about 6 min left");
	tasks_deinit(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_come_before_builds_as_many_as_fit),
		cmocka_unit_test(what_was_stopped_is_next_again),
		cmocka_unit_test(what_others_are_at_comes_in_the_end),
		cmocka_unit_test(as_many_fit_as_cpus_and_memory_allow),
		cmocka_unit_test(the_line_tells_what_goes_on_and_the_time_left),
	};

	return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
