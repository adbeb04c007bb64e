// SPDX-License-Identifier: GPL-2.0-only
/*
 * The init of a machine that runs the kernel's KVM selftests: those of /tests, a line
 * "SECONDS NAME [ARGUMENT]..." each. For each two lines on the console,
 *
 *	RUN NAME
 *	RESULT NAME MILLISECONDS OUTCOME [WHERE]
 *
 * with OUTCOME pass, fail, skip, timeout or signal-N, and WHERE the place of the assertion that
 * failed, or why it was skipped, as the test says it. Then "done", and power off.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "vm.h"

#define OUTPUT "/output"
#define MAX_ARGUMENTS 16
#define SKIPPED 4	/* KSFT_SKIP */

struct test {
	int seconds;
	char *arguments[MAX_ARGUMENTS + 1];
};

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		give_up("writing %s to %s", text, path);
	close(fd);
}

/* What nx_huge_pages_test.sh, which wants sudo, sets for its test: that the others do without. */
static void prepare(const char *name, bool before)
{
	if (!strcmp(name, "x86_64/nx_huge_pages_test")) {
		write_file("/sys/module/kvm/parameters/nx_huge_pages", before ? "1" : "0");
		write_file("/sys/module/kvm/parameters/nx_huge_pages_recovery_ratio", before ? "1" : "60");
		write_file("/sys/module/kvm/parameters/nx_huge_pages_recovery_period_ms", before ? "100" : "0");
		write_file("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", before ? "3" : "0");
	}
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void __attribute__((noreturn)) run_child(const struct test *test)
{
	int out = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0644), in = open("/dev/null", O_RDONLY);
	char path[256];

	setpgid(0, 0);
	/* /bin, as the test loads its own file into the guest, by the name it was called. */
	snprintf(path, sizeof(path), "/bin/%s", test->arguments[0]);
	if (chdir("/bin") || in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	execv(path, test->arguments);
	_exit(127);
}

/* Returns the status of wait(), or -1 if the test took too long. */
static int run_until(const struct test *test, pid_t pid)
{
	int64_t deadline = now_ms() + test->seconds * 1000;
	int status;

	for (;;) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		if (now_ms() > deadline)
			break;
		usleep(20000);
	}
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

/* What a test forked may outlive it, and would then take time from the next. */
static void reap(pid_t group)
{
	kill(-group, SIGKILL);
	while (waitpid(-1, NULL, WNOHANG) > 0 || !kill(-group, 0))
		usleep(1000);
}

/* "x86_64/foo.c:123: condition" of an assertion and the guest's own, or the reason of a skip. */
static void find_words(char *words, size_t size)
{
	FILE *file = fopen(OUTPUT, "re");
	char line[512];
	bool failed = false;

	words[0] = '\0';
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (failed)
			snprintf(words, size, "%.200s", line + strspn(line, " "));
		if (strstr(line, "Failed guest assert"))
			snprintf(words + strlen(words), size - strlen(words), ", %s", line + strspn(line, " "));
		failed = strstr(line, "Test Assertion Failure") != NULL;
		if (strstr(line, "SKIP") || strstr(line, "skipping"))
			snprintf(words, size, "%.200s", line);
	}
	if (file)
		fclose(file);
}

static void show_tail(const char *name)
{
	FILE *file = fopen(OUTPUT, "re");
	char line[512];

	for (int i = 0; file && i < 30 && fgets(line, sizeof(line), file); i++)
		printf("OUTPUT %s %s%s", name, line, strchr(line, '\n') ? "" : "\n");
	if (file)
		fclose(file);
}

static void run_test(const struct test *test)
{
	const char *name = test->arguments[0];
	int64_t begun = now_ms();
	char words[768], outcome[32];
	int status;
	pid_t pid;

	printf("RUN %s\n", name);
	prepare(name, true);
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (!pid)
		run_child(test);
	status = run_until(test, pid);
	reap(pid);
	prepare(name, false);
	find_words(words, sizeof(words));
	/* Some give themselves a time, for a real machine. */
	if (status == -1 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM))
		strcpy(outcome, "timeout");
	else if (WIFSIGNALED(status))
		snprintf(outcome, sizeof(outcome), "signal-%d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == SKIPPED)
		strcpy(outcome, "skip");
	else if (WEXITSTATUS(status))
		strcpy(outcome, "fail");
	else
		strcpy(outcome, "pass");
	if (strcmp(outcome, "pass") && strcmp(outcome, "skip"))
		show_tail(name);
	else if (!strcmp(outcome, "pass"))
		words[0] = '\0';
	printf("RESULT %s %lld %s %s\n", name, (long long)(now_ms() - begun), outcome, words);
}

static bool parse_line(char *line, struct test *test)
{
	char *word = strtok(line, " \n");
	int n = 0;

	if (!word)
		return false;
	test->seconds = atoi(word);
	while ((word = strtok(NULL, " \n")) && n < MAX_ARGUMENTS)
		test->arguments[n++] = word;
	test->arguments[n] = NULL;
	return test->seconds > 0 && n > 0;
}

int main(void)
{
	char line[512];
	struct test test;
	FILE *list;

	machine_start();
	mkdir("/tmp", 01777);
	/* sem_open() of some. */
	mkdir("/dev/shm", 01777);
	kvm_load("");
	list = fopen("/tests", "re");
	if (!list)
		give_up("opening /tests");
	while (fgets(line, sizeof(line), list)) {
		if (!parse_line(line, &test))
			give_up("a line of /tests is not to be understood");
		run_test(&test);
	}
	fclose(list);
	printf("done\n");
	return 0;
}
