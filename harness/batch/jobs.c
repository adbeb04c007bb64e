// SPDX-License-Identifier: GPL-2.0-only
#include "batch/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/printable.h"

#define POLL_US 50000
#define CANNOT_EXEC 127
#define LOOK_AGAIN_MS 1000
#define KILL_AFTER_MS 60000	/* a run puts back what it has changed first */
#define LAST_WORDS_BYTES 4096
#define OWN_WORDS "exitmeter: "

/* Between fork() and exec() only what a signal handler may call is safe. */
static void become(const struct task *task, int log, pid_t parent)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* A group of its own: Ctrl-C at a terminal goes to us only, who end it in order. */
	if (setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent &&
	    null >= 0 && dup2(null, 0) >= 0 && dup2(log, 1) >= 0 && dup2(log, 2) >= 0)
		execvp(task->argv[0], task->argv);
	_exit(CANNOT_EXEC);
}

static int start(struct task *task, struct error *err)
{
	_cleanup_close_ int log = open(task->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	pid_t parent = getpid();

	if (log < 0)
		return error_errno(err, STATUS_USAGE, "cannot write %s", task->log);
	task->pid = fork();
	if (task->pid < 0) {
		task->pid = 0;
		return error_errno(err, STATUS_USAGE, "cannot start %s", task->argv[0]);
	}
	if (task->pid == 0)
		become(task, log, parent);
	setpgid(task->pid, task->pid);	/* whoever of the two comes first */
	task->begun_ms = now_ms();
	task->state = TASK_GOES_ON;
	return 0;
}

static bool has_ended(struct task *task)
{
	pid_t got;

	if (task->state != TASK_GOES_ON)
		return false;
	do {
		got = waitpid(task->pid, &task->status, WNOHANG);
	} while (got < 0 && errno == EINTR);
	if (got == 0)
		return false;
	task->ms = now_ms() - task->begun_ms;
	task->pid = 0;
	return true;
}

/* The list may grow while it is gone through. */
static void collect(const struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->tasks->count; i++) {
		struct task *task = jobs->tasks->tasks[i];

		if (!has_ended(task))
			continue;
		task->state = TASK_IS_OVER;
		jobs->ended(jobs->context, task);
	}
}

static size_t signal_all(const struct task_list *tasks, int signo)
{
	size_t count = 0;

	for (size_t i = 0; i < tasks->count; i++) {
		struct task *task = tasks->tasks[i];

		if (has_ended(task))
			task->state = TASK_WAITS;	/* what is half done is done again */
		if (task->state != TASK_GOES_ON)
			continue;
		count++;
		if (signo)
			kill(-task->pid, signo);
	}
	return count;
}

static void stop_all(const struct task_list *tasks)
{
	int64_t begun = now_ms();
	bool is_killed = false;

	signal_all(tasks, SIGTERM);
	while (signal_all(tasks, 0) > 0) {
		if (!is_killed && now_ms() - begun > KILL_AFTER_MS) {
			signal_all(tasks, SIGKILL);
			is_killed = true;
		}
		usleep(POLL_US);
	}
}

/* Another process may take long, and its lock may be asked of a file server. */
static void look_again(const struct jobs *jobs, int64_t *looked_ms)
{
	if (now_ms() - *looked_ms < LOOK_AGAIN_MS)
		return;
	*looked_ms = now_ms();
	tasks_look_again(jobs->tasks);
}

static int start_what_fits(const struct jobs *jobs, struct error *err)
{
	struct task *task;

	while ((task = task_next(jobs->tasks))) {
		int claim = jobs->claim(jobs->context, task, err);

		if (claim < 0 || (claim == CLAIM_TAKEN && start(task, err) < 0))
			return -1;
		if (claim != CLAIM_TAKEN)
			task->state = claim == CLAIM_HELD ? TASK_IS_HELD : TASK_IS_OVER;
	}
	return 0;
}

int jobs_carry_out(const struct jobs *jobs, struct error *err)
{
	int64_t looked_ms = 0;
	int rc = 0;

	while (rc == 0 && !tasks_are_over(jobs->tasks)) {
		if (interrupt_check(err) < 0 || start_what_fits(jobs, err) < 0) {
			rc = -1;
			break;
		}
		usleep(POLL_US);
		collect(jobs);
		look_again(jobs, &looked_ms);
		if (jobs->tick)
			jobs->tick(jobs->context);
	}
	if (rc < 0)
		stop_all(jobs->tasks);
	return rc;
}

/* The log's last bytes, which the caller frees; NULL: it cannot be read. */
static char *read_end(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = xcalloc(1, LAST_WORDS_BYTES + 1);
	struct stat st;
	off_t from;

	if (fd >= 0 && fstat(fd, &st) == 0) {
		from = st.st_size > LAST_WORDS_BYTES ? st.st_size - LAST_WORDS_BYTES : 0;
		if (pread(fd, text, LAST_WORDS_BYTES, from) > 0)
			return text;
	}
	free(text);
	return NULL;
}

char *jobs_last_words(const char *log)
{
	_cleanup_free_ char *text = read_end(log);
	const char *last = NULL, *own = NULL;
	char *save = NULL;

	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
		last = line;
		if (!strncmp(line, OWN_WORDS, strlen(OWN_WORDS)))
			own = line + strlen(OWN_WORDS);
	}
	return printable_copy(own ? own : last ? last : "it said nothing");
}
