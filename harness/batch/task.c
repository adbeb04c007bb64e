// SPDX-License-Identifier: GPL-2.0-only
#include "batch/task.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define RUN_MIB 3584
#define GUEST_MIB 1024	/* of which this guest has so much */
#define LABELS_SHOWN 4

static char **copy_words(const char *const *words)
{
	size_t count = 0;
	char **copy;

	while (words[count])
		count++;
	copy = xcalloc(count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = xstrdup(words[i]);
	return copy;
}

struct task *task_add(struct task_list *list, enum task_kind kind, const char *label,
		      const char *const *argv, const char *log, void *owner)
{
	struct task *task = xcalloc(1, sizeof(*task));

	*task = (struct task){ .kind = kind, .label = xstrdup(label), .argv = copy_words(argv),
			       .log = xstrdup(log), .owner = owner };
	list->tasks = xrealloc(list->tasks, (list->count + 1) * sizeof(struct task *));
	list->tasks[list->count++] = task;
	return task;
}

static void task_free(struct task *task)
{
	for (char **word = task->argv; *word; word++)
		free(*word);
	free(task->argv);
	free(task->label);
	free(task->log);
	free(task);
}

void tasks_deinit(struct task_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		task_free(list->tasks[i]);
	free(list->tasks);
	memset(list, 0, sizeof(*list));
}

static unsigned int count_tasks(const struct task_list *list, enum task_kind kind, enum task_state state)
{
	unsigned int count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->tasks[i]->kind == kind && list->tasks[i]->state == state;
	return count;
}

static struct task *first_that_waits(const struct task_list *list, enum task_kind kind)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->tasks[i]->kind == kind && list->tasks[i]->state == TASK_WAITS)
			return list->tasks[i];
	return NULL;
}

struct task *task_next(const struct task_list *list)
{
	for (enum task_kind kind = 0; kind < TASK_KINDS; kind++) {
		struct task *task = first_that_waits(list, kind);

		if (task && count_tasks(list, kind, TASK_GOES_ON) < list->limit[kind])
			return task;
	}
	return NULL;
}

bool tasks_are_over(const struct task_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->tasks[i]->state != TASK_IS_OVER)
			return false;
	return true;
}

bool tasks_are_held(const struct task_list *list)
{
	bool is_any = false;

	for (size_t i = 0; i < list->count; i++) {
		if (list->tasks[i]->state != TASK_IS_HELD && list->tasks[i]->state != TASK_IS_OVER)
			return false;
		is_any = is_any || list->tasks[i]->state == TASK_IS_HELD;
	}
	return is_any;
}

void tasks_look_again(struct task_list *list)
{
	bool is_any[TASK_KINDS] = { false };

	for (size_t i = 0; i < list->count; i++)
		if (list->tasks[i]->state == TASK_WAITS)
			is_any[list->tasks[i]->kind] = true;
	for (size_t i = 0; i < list->count; i++)
		if (list->tasks[i]->state == TASK_IS_HELD && !is_any[list->tasks[i]->kind])
			list->tasks[i]->state = TASK_WAITS;
}

unsigned int tasks_run_mib(unsigned int guest_mib)
{
	return guest_mib > GUEST_MIB ? RUN_MIB - GUEST_MIB + guest_mib : RUN_MIB;
}

unsigned int tasks_that_fit(unsigned int cpus, uint64_t memory_mib, unsigned int run_mib)
{
	uint64_t by_memory = memory_mib / run_mib;
	uint64_t jobs = by_memory < cpus ? by_memory : cpus;

	return jobs ? (unsigned int)jobs : 1;
}

/* "; running: ann, bob and 3 more" */
static void tell_labels(const struct task_list *list, enum task_kind kind, enum task_state state, const char *word,
			char **line)
{
	unsigned int shown = 0, count = count_tasks(list, kind, state);

	for (size_t i = 0; i < list->count && shown < LABELS_SHOWN; i++) {
		const struct task *task = list->tasks[i];

		if (task->kind != kind || task->state != state)
			continue;
		if (shown++)
			text_join(line, ", ", "%s", task->label);
		else
			text_join(line, "; ", "%s: %s", word, task->label);
	}
	if (count > shown)
		text_join(line, " and ", "%u more", count - shown);
}

/* In milliseconds; 0: nothing is known yet. */
static int64_t time_left(const struct task_list *list, size_t not_done, int64_t now_ms)
{
	int64_t sum = 0, over = 0, mean, left, spent = 0;
	size_t going = count_tasks(list, TASK_RUN, TASK_GOES_ON);
	size_t waiting = count_tasks(list, TASK_RUN, TASK_WAITS) + count_tasks(list, TASK_RUN, TASK_IS_HELD);
	size_t to_come = not_done > going + waiting ? not_done : going + waiting;

	for (size_t i = 0; i < list->count; i++) {
		const struct task *task = list->tasks[i];

		if (task->kind != TASK_RUN || task->state < TASK_GOES_ON)
			continue;
		if (task->state == TASK_GOES_ON) {
			spent += now_ms - task->begun_ms;
			continue;
		}
		sum += task->ms;
		over++;
	}
	if (!over)
		return 0;
	mean = sum / over;
	left = (int64_t)to_come * mean - spent;
	return (left > 0 ? left : mean / 2) / list->limit[TASK_RUN];
}

char *tasks_progress(const struct task_list *list, size_t done, size_t total, int64_t now_ms)
{
	int64_t left = time_left(list, total - done, now_ms);
	char *line = xasprintf("%zu of %zu done", done, total);

	tell_labels(list, TASK_RUN, TASK_GOES_ON, "running", &line);
	tell_labels(list, TASK_BUILD, TASK_GOES_ON, "building", &line);
	tell_labels(list, TASK_RUN, TASK_IS_HELD, "others are at", &line);
	if (left >= 90 * 1000)
		text_join(&line, "; ", "about %lld min left", (long long)(left + 30000) / 60000);
	else if (left > 0)
		text_join(&line, "; ", "about %lld s left", (long long)(left + 999) / 1000);
	return line;
}
