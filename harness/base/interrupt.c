// SPDX-License-Identifier: GPL-2.0-only
#include "base/interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>

static volatile sig_atomic_t pending;
static bool is_deferred;

static void on_signal(int signo)
{
	pending = signo;
}

void interrupt_install(void)
{
	/* Without SA_RESTART, so that a signal ends the wait that it comes in. */
	struct sigaction sa = { .sa_handler = on_signal }, old;

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* Under nohup, SIGHUP is ignored and stays so. */
	if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int interrupt_pending(void)
{
	return pending;
}

int interrupt_check(struct error *err)
{
	int signo = pending;

	if (!signo || is_deferred)
		return 0;
	return error_set(err, (enum exit_status)(128 + signo),
			 "stopped by signal %d (%s); nothing of this run was kept", signo,
			 strsignal(signo));
}

void interrupt_defer(void)
{
	is_deferred = true;
}

void interrupt_explain(struct error *err)
{
	int signo = pending;

	if (!signo || (int)err->status == 128 + signo)
		return;
	err->status = (enum exit_status)(128 + signo);
	error_wrap(err, "stopped by signal %d (%s); nothing of this run was kept", signo,
		   strsignal(signo));
}
