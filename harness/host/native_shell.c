// SPDX-License-Identifier: GPL-2.0-only
/* The stage of a native run that has a shell in place of a measurement. */
#include "host/native_stages.h"

#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "run/protocol.h"

#define POLL_MS 50

/* Whether it is over: 1, 0; or -1, as it has come to a bad end. */
static int look_at_domain(struct domain *d, struct error *err)
{
	switch (domain_poll(d)) {
	case DOMAIN_RUNNING:
		return 0;
	case DOMAIN_OFF:
		return 1;
	case DOMAIN_PAUSED:
		return error_set(err, STATUS_LOST, "the guest is lost: QEMU has paused it, because KVM could not go on");
	case DOMAIN_FULL:
		return error_set(err, STATUS_LOST, "the guest is lost: no space left for its disk");
	case DOMAIN_DIED:
		break;
	}
	return error_set(err, STATUS_LOST, "the guest is lost: its QEMU ended (killed or crashed)");
}

/* Inside an L1 the guest's console is a port, which L0 carries to the user. */
static int wait_a_little(struct native *n, struct error *err)
{
	if (n->shell.is_open)
		return shell_carry(&n->shell, POLL_MS, err);
	usleep(POLL_MS * 1000);
	return 0;
}

static int watch(struct native *n, struct error *err)
{
	while (!n->shell.is_left) {
		int over;

		if (interrupt_check(err) < 0 || wait_a_little(n, err) < 0)
			return -1;
		over = look_at_domain(n->domain, err);
		if (over)
			return over < 0 ? -1 : 0;
	}
	return 0;
}

static int begin(struct native *n, struct error *err)
{
	struct progress *p = n->run->progress;

	if (p->style == PROGRESS_PROTOCOL) {
		progress_begin(p, PROTOCOL_SHELL);
		return 0;
	}
	if (shell_connect(&n->shell, n->files.shell, err) < 0)
		return -1;
	return shell_begin(&n->shell, n->run->config, p, err);
}

int native_run_shell(void *context, struct error *err)
{
	struct native *n = context;

	if (begin(n, err) == 0 && domain_resume(n->domain, err) == 0 && watch(n, err) == 0)
		return 0;
	shell_close(&n->shell);
	return -1;
}

int native_close_shell(void *context, struct error *err)
{
	(void)err;
	shell_close(&((struct native *)context)->shell);
	return 0;
}
