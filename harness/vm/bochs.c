// SPDX-License-Identifier: GPL-2.0-only
#include "vm/bochs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "vm/sandbox.h"

#define LOG_MAX (1 << 20)
#define CANNOT_EXEC 127
#define SIGNALLED 128	/* a shell and bubblewrap end with this, and the number of the signal */
#define END_MS 2000
#define END_US 2000

/* Between fork() and exec() only what a signal handler may call is safe. */
static void become(const char *program, char *const argv[], int out, pid_t parent)
{
	/* So that the hour of its clock does not depend on this machine's time zone. */
	char *const environment[] = { "TZ=UTC0", NULL };
	sigset_t none;

	/* The kernel kills it when we die, be it by kill -9. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent) {
		int null = open("/dev/null", O_RDONLY);

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		setsid();	/* so that Ctrl-C goes to us only, who end it in order */
		if (null >= 0 && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
			execve(program, argv, environment);
	}
	_exit(CANNOT_EXEC);
}

static int write_pid(const struct bochs *b, const char *scratch, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/bochs.pid", scratch);
	_cleanup_free_ char *text = xasprintf("%d\n", (int)b->pid);

	return file_write(path, text, strlen(text), err);
}

int bochs_start(const char *program, const char *rc, const char *scratch, const char *sandbox, struct bochs *ret,
		struct error *err)
{
	_cleanup_free_ char *said = xasprintf("%s/bochs.out", scratch);
	_cleanup_free_ char *log = xasprintf("%s/bochs.log", scratch);
	char *const argv[] = { "bash", "-p", (char *)sandbox, (char *)program, "-q", "-f", (char *)rc, "-log", log, NULL };
	_cleanup_close_ int out = open(said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	pid_t parent = getpid();

	memset(ret, 0, sizeof(*ret));
	if (out < 0)
		return error_errno(err, STATUS_USAGE, "cannot write %s", said);
	ret->pid = fork();
	if (ret->pid < 0) {
		ret->pid = 0;
		return error_errno(err, STATUS_USAGE, "cannot start %s", program);
	}
	if (ret->pid == 0)
		become(sandbox ? "/bin/bash" : program, sandbox ? argv : argv + 3, out, parent);
	ret->is_sandboxed = sandbox != NULL;
	ret->log = take_ptr(log);
	ret->out = take_ptr(said);
	if (write_pid(ret, scratch, err) == 0)
		return 0;
	bochs_kill(ret);
	return -1;
}

bool bochs_is_running(struct bochs *b)
{
	pid_t got;

	if (!b->pid)
		return false;
	do {
		got = waitpid(b->pid, &b->status, WNOHANG);
	} while (got < 0 && errno == EINTR);
	if (got == 0)
		return true;
	b->pid = 0;
	return false;
}

/* Bochs writes ">>PANIC<<" before why it ended, also where it ended in order. */
static void read_last_words(const char *path, char *ret, size_t size)
{
	static const char mark[] = ">>PANIC<< ";
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *text = file_read(path, LOG_MAX, NULL, &ignored);
	const char *words = text ? strstr(text, mark) : NULL;

	if (!words)
		return;
	words += strlen(mark);
	snprintf(ret, size, "%.*s", (int)strcspn(words, "\n"), words);
}

/* The signal that has ended it; 0: none. */
static int ended_by(const struct bochs *b)
{
	if (WIFSIGNALED(b->status))
		return WTERMSIG(b->status);
	return b->is_sandboxed && WEXITSTATUS(b->status) > SIGNALLED ? WEXITSTATUS(b->status) - SIGNALLED : 0;
}

bool bochs_is_off(const struct bochs *b, char *ret, size_t size)
{
	char words[160] = "";
	int signal = ended_by(b);

	read_last_words(b->out, words, sizeof(words));
	read_last_words(b->log, words, sizeof(words));
	if (signal)
		snprintf(ret, size, "its Bochs was ended by signal %d (%s)", signal, strsignal(signal));
	else if (WEXITSTATUS(b->status) == CANNOT_EXEC)
		snprintf(ret, size, "its Bochs cannot be executed");
	else
		snprintf(ret, size, "its Bochs ended with %d: %s", WEXITSTATUS(b->status),
			 words[0] ? words : "it said nothing");
	return WIFEXITED(b->status) && strstr(words, "soft power off");
}

/*
 * Where bubblewrap is its parent, that ends when it has waited for Bochs: whoever killed it first would not
 * know when Bochs is gone.
 */
static void end(struct bochs *b)
{
	kill(sandbox_pid(b->pid), SIGKILL);
	for (int64_t until = now_ms() + END_MS; bochs_is_running(b) && now_ms() < until;)
		usleep(END_US);
	if (!b->pid)
		return;
	kill(b->pid, SIGKILL);
	while (waitpid(b->pid, &b->status, 0) < 0 && errno == EINTR)
		;
	b->pid = 0;
}

int64_t bochs_cpu_ms(const struct bochs *b)
{
	return process_cpu_ms(sandbox_pid(b->pid));
}

void bochs_kill(struct bochs *b)
{
	if (b->pid)
		end(b);
	free(take_ptr(b->log));
	free(take_ptr(b->out));
}
