// SPDX-License-Identifier: GPL-2.0-only
/* stat: shows exits per second of running VMs by reason, where the patched modules are loaded. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/printable.h"
#include "command/commands.h"
#include "command/stat_vms.h"
#include "report/stat_print.h"
#include "run/config.h"

/* What goes to no terminal is as wide, and has its head as often, as if it went to one of this size. */
#define COLUMNS 102
#define ROWS 24

struct live {
	const struct config *config;
	const char *wanted; /* NULL: all VMs */
	struct stat_vms now, before;
	struct stat_delta **delta; /* owned, `count` of them */
	unsigned int count;
	struct stat_columns columns;
	unsigned int rows_left; /* until the head comes again */
};

static struct winsize terminal_size(void)
{
	struct winsize w = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) < 0 || !w.ws_col || !w.ws_row)
		return (struct winsize){ .ws_row = ROWS, .ws_col = COLUMNS };
	return w;
}

/* As vmstat has it: the head comes again when it has left the screen, and the leading reasons are chosen anew. */
static void put_head_where_due(struct live *l)
{
	struct winsize size;

	if (l->rows_left >= l->count)
		return;
	size = terminal_size();
	stat_columns_choose((const struct stat_delta *const *)l->delta, l->count,
			    stat_columns_that_fit(size.ws_col), &l->columns);
	stat_print_head(stdout, &l->columns);
	l->rows_left = size.ws_row > 3u + l->count ? size.ws_row - 3u : l->count;
}

static void put_rows(struct live *l)
{
	time_t when = time(NULL);

	if (!l->count)
		return;
	if (!l->config->csv) {
		put_head_where_due(l);
		l->rows_left -= l->count;
	}
	for (unsigned int i = 0; i < l->count; i++)
		if (l->config->csv)
			stat_print_csv(stdout, l->delta[i], when);
		else
			stat_print_row(stdout, &l->columns, l->delta[i]);
}

static void drop_deltas(struct live *l)
{
	for (unsigned int i = 0; i < l->count; i++)
		free(l->delta[i]);
	free(l->delta);
	l->delta = NULL;
	l->count = 0;
}

/* A VM that was not there at the last reading has its first row at the next. */
static void make_deltas(struct live *l)
{
	l->delta = xcalloc(l->now.count + 1, sizeof(struct stat_delta *));
	for (unsigned int i = 0; i < l->now.count; i++) {
		const struct stat_vm *before = stat_vms_find(&l->before, l->now.vm[i]);

		if (!before)
			continue;
		l->delta[l->count] = xcalloc(1, sizeof(struct stat_delta));
		stat_delta(before, l->now.vm[i], l->delta[l->count++]);
	}
}

static void tell_ended(const struct live *l)
{
	for (unsigned int i = 0; i < l->before.count; i++) {
		const struct stat_vm *vm = l->before.vm[i];
		_cleanup_free_ char *name = printable_copy(vm->name ? vm->name : "");

		if (!stat_vms_find(&l->now, vm))
			fprintf(stderr, "exitmeter: the VM %s%sof process %d has ended\n", name, *name ? " " : "",
				vm->pid);
	}
}

static int refuse_none(const struct live *l, struct error *err)
{
	_cleanup_free_ char *wanted = l->wanted ? printable_copy(l->wanted) : NULL;

	if (!l->now.is_kvm_loaded)
		return error_set(err, STATUS_SKIP,
				 "KVM is not loaded: there is no %s/kvm; `make reload` loads the patched modules",
				 stat_debugfs());
	if (!wanted || !l->now.others)
		return error_set(err, wanted ? STATUS_USAGE : STATUS_SKIP,
				 "no VM runs on this machine's KVM%s%s%s: start one first",
				 wanted ? ", and so no '" : "", wanted ? wanted : "", wanted ? "'" : "");
	return error_set(err, STATUS_USAGE, "no VM '%s' runs on this machine's KVM: there is %s", wanted, l->now.others);
}

/* Returns false when a signal has come.  What a machine that stood still has missed is not made up for. */
static bool wait_until(struct timespec *at, long seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	at->tv_sec += seconds;
	if (at->tv_sec < now.tv_sec)
		at->tv_sec = now.tv_sec + seconds;
	while (!interrupt_pending() && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at, NULL) == EINTR)
		;
	return !interrupt_pending();
}

/* 1: go on; 0: all VMs have ended; -1: nothing can be read any more. */
static int step(struct live *l, struct error *err)
{
	stat_vms_deinit(&l->before);
	l->before = l->now;
	memset(&l->now, 0, sizeof(l->now));
	if (stat_vms_read(stat_debugfs(), l->wanted, &l->now, err) < 0)
		return -1;
	tell_ended(l);
	make_deltas(l);
	put_rows(l);
	drop_deltas(l);
	return l->now.count > 0;
}

static int watch(struct live *l, struct error *err)
{
	struct timespec at;
	long left = l->config->stat_count;
	int going = 1;

	clock_gettime(CLOCK_MONOTONIC, &at);
	while (going > 0 && !ferror(stdout) && wait_until(&at, l->config->stat_interval)) {
		going = step(l, err);
		fflush(stdout);
		if (left && !--left)
			break;
	}
	return going < 0 ? -1 : 0;
}

/* Ctrl-C is how one ends it, and no failure. */
static int status_of_signal(void)
{
	int signo = interrupt_pending();

	return signo && signo != SIGINT ? 128 + signo : STATUS_PASS;
}

static int stat_live(const struct command_call *call, struct error *err)
{
	struct live l = { .config = call->config, .wanted = call->operand_count ? call->operand[0] : NULL };
	int rc;

	interrupt_install();
	signal(SIGPIPE, SIG_DFL); /* the reader of our output may have had enough */
	if (stat_vms_read(stat_debugfs(), l.wanted, &l.now, err) < 0)
		return -1;
	rc = l.now.count ? 0 : refuse_none(&l, err);
	if (rc == 0 && l.config->csv)
		stat_print_csv_head(stdout);
	fflush(stdout);
	if (rc == 0)
		rc = watch(&l, err);
	stat_vms_deinit(&l.before);
	stat_vms_deinit(&l.now);
	return rc < 0 ? -1 : status_of_signal();
}

const struct command command_stat = {
	.name = "stat",
	.summary = "show exits per second of running VMs by reason, live",
	.usage = "[-i SECONDS] [-n COUNT] [--csv] [VM]",
	.text = "Shows what each running VM has exited for, a row for each VM every SECONDS: exits per\n"
		"second, in total and by the leading reasons, and cycles per exit.  The patched modules\n"
		"have to be loaded (`make reload`), and only root may read their counters.  It reads\n"
		"files in debugfs and changes nothing.\n"
		"VM is the process of a VM, its process and descriptor (1234-12), or its name as\n"
		"libvirt has it; without it all VMs are shown.  The head comes again when it has left\n"
		"the screen, with the reasons that lead then; `other` has the rest.\n"
		"\n"
		"  -i, --interval SECONDS  from row to row (default 1)\n"
		"  -n, --count COUNT       rows of a VM, then it ends (default 0: until Ctrl-C)\n"
		"  --csv                   a row for each VM and reason: time, pid, fd, vm, seconds,\n"
		"                          reason, number, exits, exits_per_second, cycles\n",
	.options = (const char *const[]){ "interval", "count", "csv", NULL },
	.more = "Exit codes: 0 it was stopped by Ctrl-C, has shown COUNT rows, or the VMs have ended;\n"
		"2 there is no such VM; 77 no VM runs, the modules are stock, or debugfs cannot be read.\n",
	.operands_max = 1,
	.work = stat_live,
};
