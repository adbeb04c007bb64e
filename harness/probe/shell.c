// SPDX-License-Identifier: GPL-2.0-only
/* A shell at the console of a micro guest.  Process 1 waits for its end, or for an order to power off. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONSOLE "/dev/ttyS0"
#define BUSYBOX "/bin/busybox"
/* Its other programs are links to it. */
#define FIRST BUSYBOX " --install -s /bin; cd; exec sh"

static void become(const sigset_t *signals, enum em_layout layout) __attribute__((noreturn));

/* Has the port as its terminal, so that Ctrl-C ends what runs there. */
static void become(const sigset_t *signals, enum em_layout layout)
{
	char asks[32];
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)FIRST, NULL };
	char *const environment[] = { "PATH=/bin:/usr/bin", "HOME=/", "TERM=vt100", asks, NULL };
	int fd;

	snprintf(asks, sizeof(asks), PROBE_LAYOUT "=%s", layout < EM_LAYOUTS ? em_layout_names[layout] : "auto");
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	setsid();
	fd = open(CONSOLE, O_RDWR);
	for (int std = 0; std < 3 && fd >= 0; std++)
		dup2(fd, std);
	execve(BUSYBOX, argv, environment);
	_exit(127);
}

/* Processes whose parents have ended are ours, too. */
static bool has_ended(pid_t shell)
{
	bool ret = false;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		ret = ret || pid == shell;
	return ret;
}

int probe_shell(enum em_layout layout)
{
	sigset_t signals;
	pid_t shell;

	if (access(BUSYBOX, X_OK) < 0)
		return -1;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	/* So busybox's halt, poweroff and reboot tell it. */
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGUSR2);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	shell = fork();
	if (shell < 0)
		return -1;
	if (shell == 0)
		become(&signals, layout);
	for (;;) {
		int got = sigwaitinfo(&signals, NULL);

		if (got > 0 && (got != SIGCHLD || has_ended(shell)))
			return 0;
	}
}
