// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run on an L1 host in a VM or an emulator, so that any machine can do it.  Inside, the same
 * program does a native run.  What goes in is disks, what comes out is a disk and two serial
 * ports.  machine.h is about the machine itself.  The two lists of stages are the run.
 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "host/host.h"
#include "host/host_blame.h"
#include "host/host_boot.h"
#include "host/host_evidence.h"
#include "host/host_inputs.h"
#include "host/host_modules.h"
#include "host/host_prepare.h"
#include "host/results_disk.h"
#include "kvm/nested.h"
#include "kvm/vendor.h"
#include "run/stages.h"

/* A deterministic run tells its inputs, by names that are the same on every machine. */
static int note_inputs(void *boot, struct error *err)
{
	const struct host_boot *b = boot;
	_cleanup_free_ char *description = NULL;

	if (!b->run->config->deterministic)
		return 0;
	description = host_boot_describe_plainly(b);
	return host_inputs_write(b->run, b->files.payload, description, err);
}

/*
 * The L1 has said on its port what it could not do.  It has run somebody's modules, so that its word does
 * not decide more than that the run is lost: not that it is to be skipped, nor that the user is at fault.
 */
static int inner_error(const struct host_watch *w, struct error *err)
{
	return error_set(err, STATUS_LOST, "L1: %s", w->error_text);
}

static int take_evidence(struct host_run *run, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EVIDENCE, run->dir);
	struct evidence inner = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;
	int rc;

	text = file_read(path, 1 << 20, &len, err);
	if (!text || evidence_parse(text, len, &inner, err) < 0) {
		err->status = STATUS_LOST;
		return error_wrap(err, "the L1 host's results");
	}
	rc = host_evidence_take(run->evidence, &inner, err);
	evidence_deinit(&inner);
	return rc;
}

static int take_results(void *boot, struct error *err)
{
	const struct host_boot *b = boot;

	if (b->watch.error_status >= 0)
		return inner_error(&b->watch, err);
	if (results_disk_read(b->files.results, b->run->dir, err) < 0)
		return -1;
	return take_evidence(b->run, err);
}

static bool is_saved(const void *boot)
{
	return ((const struct host_boot *)boot)->saved;
}

/* Also where it was to be restored, and that has failed. */
static bool is_not_started(const void *boot)
{
	return !((const struct host_boot *)boot)->machine;
}

/* What the harness inside could not do keeps the user from a shell. */
static int watch_shell(void *boot, struct error *err)
{
	const struct host_boot *b = boot;

	if (host_boot_watch(boot, err) < 0)
		return -1;
	return b->watch.error_status >= 0 ? inner_error(&b->watch, err) : 0;
}

/* clang-format off */
/* A shell leaves nothing behind. What ends a stage stands below what begins it. */
static const struct stage shell[] = {
	{ .quiet = "results disk", .begin = host_boot_make_results_disk },
	{ .phase = "boot L1 host", .begin = host_boot_start_shell,
	  .end = host_boot_close_shell },
	{ .quiet = "watch shell", .begin = watch_shell },
};

/* One boot of the host, and what it gives back. */
static const struct stage attempt[] = {
	{ .quiet = "results disk", .begin = host_boot_make_results_disk,
	  .end_phase = "take results", .keep = take_results },
	{ .phase = "restore L1 host", .when = is_saved, .begin = host_boot_restore,
	  .end = host_boot_destroy },
	{ .phase = "boot L1 host", .when = is_not_started, .begin = host_boot_start,
	  .end = host_boot_destroy },
	{ .quiet = "watch L1 host", .begin = host_boot_watch },
};
/* clang-format on */

static int try_once(struct host_boot *b, struct error *err)
{
	struct evidence *e = b->run->evidence;
	int rc;

	b->watch = (struct host_watch){ 0 };
	rc = stages_run(attempt, ARRAY_SIZE(attempt), b->run->progress, b, err);
	e->host_attempts++;
	e->host_nudges += b->watch.nudges;
	return rc;
}

/*
 * QEMU's SVM emulation crashes or hangs its host now and then (images/README.md, ERRATA, Q2 and
 * Q3).  That is no finding on the KVM under test, so a host that seized up is started once more,
 * and the user is told.  A host that was restored boots the second time.
 */
static int try_again(struct host_boot *b, struct error *err)
{
	struct progress *p = b->run->progress;

	progress_note(p, "%s", err->message);
	progress_note(p, b->saved ? "once more, and it boots" :
				    "once more: the emulator is known to do this to its host at times");
	error_clear(err);
	free(take_ptr(b->saved));
	if (host_boot_keep_log(b->files.console, b->run->dir, FILE_HOST_CONSOLE_OF("1"), err) < 0)
		return -1;
	return try_once(b, err);
}

/*
 * A host that is gone is an outcome of the run, which has a run folder: with the verdict `fail` where the
 * KVM under test has crashed it (trace is not NULL), else `lost`.
 */
static int note_lost_host(struct host_run *run, const struct kernel_trace *trace, struct error *err)
{
	struct evidence *e = run->evidence;

	if ((err->status != STATUS_LOST && err->status != STATUS_TIMEOUT) || interrupt_pending())
		return -1;
	if (trace)
		e->outcome = OUTCOME_HOST_CRASHED;
	else
		e->outcome = err->status == STATUS_TIMEOUT ? OUTCOME_TIMEOUT : OUTCOME_HOST_LOST;
	free(e->detail);
	e->detail = trace ? host_blame_tell(trace) : xstrdup(err->message);
	e->crashed_in = trace ? xstrdup(trace->function) : NULL;
	error_clear(err);
	return 0;
}

static int boot_and_take_results(void *boot, struct error *err)
{
	struct host_boot *b = boot;
	struct kernel_trace trace;
	unsigned int traces = 0;	/* how many attempts in a row ended in the KVM under test */
	int attempts = b->saved && b->kind->attempts < 2 ? 2 : b->kind->attempts;
	bool is_blamed;
	int rc;

	if (b->run->config->shell)
		return stages_run(shell, ARRAY_SIZE(shell), b->run->progress, b, err);
	for (int left = attempts;; left--) {
		rc = left == attempts ? try_once(b, err) : try_again(b, err);
		traces = rc < 0 && host_blame_find(b, &trace) ? traces + 1 : 0;
		is_blamed = traces && (traces >= (unsigned int)attempts ||
				       kernel_trace_is_certain(&trace));
		if (rc == 0 || !b->watch.is_seized || is_blamed || left == 1)
			break;
	}
	return rc < 0 ? note_lost_host(b->run, is_blamed ? &trace : NULL, err) : 0;
}

/* L0's own logs of the L1 are kept whatever became of it. */
static int keep_host_logs(void *boot, struct error *err)
{
	const struct host_boot *b = boot;

	if (host_boot_keep_log(b->files.console, b->run->dir, FILE_HOST_CONSOLE, err) < 0)
		return -1;
	return host_boot_keep_log(b->files.port, b->run->dir, FILE_HOST_PROGRESS, err);
}

static int check_modules(void *boot, struct error *err)
{
	const struct host_boot *b = boot;
	bool is_vmx = b->kind == &machine_nested ? vendor_of_cpu() == VENDOR_VMX : b->kind == &machine_bochs_vmx;
	const json_t *kernel = json_object_get(b->run->evidence->host_image, "kernel");

	return host_modules_check(b->run, is_vmx, json_string_value(kernel), err);
}

/* clang-format off */
static const struct stage stages[] = {
	{ .phase = "verify images", .begin = host_boot_verify_images },
	{ .quiet = "check modules", .begin = check_modules },
	{ .quiet = "saved host", .begin = host_prepare },
	{ .phase = "payload", .begin = host_boot_make_payload },
	{ .quiet = "inputs", .begin = note_inputs },
	{ .quiet = "host's logs",
	  .end = keep_host_logs },
	{ .quiet = "attempts", .begin = boot_and_take_results },
};
/* clang-format on */

static int run_on(const struct machine_kind *kind, struct host_run *run, struct error *err)
{
	struct host_boot *b = xcalloc(1, sizeof(*b));
	int rc;

	host_boot_init(b, kind, run);
	rc = stages_run(stages, ARRAY_SIZE(stages), run->progress, b, err);
	host_boot_deinit(b);
	free(b);
	return rc;
}

int host_nested_require(struct error *err)
{
	struct kvm_facts facts;

	nested_gather(&facts);
	return nested_require(&facts, err);
}

int host_nested_run(struct host_run *run, struct error *err)
{
	if (host_nested_require(err) < 0)
		return -1;
	return run_on(&machine_nested, run, err);
}

/* QEMU is faster, but no two of its runs are the same, and OVMF ends it (images/README.md, ERRATA, Q11 and Q13). */
static const struct machine_kind *svm_machine(const struct host_run *run)
{
	return run->config->deterministic || run->config->firmware == FIRMWARE_UEFI ? &machine_bochs_svm :
										     &machine_qemu;
}

int host_emulated_svm_check(const struct config *c, struct error *err)
{
	/* images/README.md, ERRATA, B12 */
	if (c->paging == PAGING_SHADOW && (c->deterministic || c->firmware == FIRMWARE_UEFI))
		return error_set(err, STATUS_USAGE, "--deterministic and UEFI guests of --host emulated-svm are on Bochs, whose "
				 "SVM does not bring a guest up with --paging shadow: take --host emulated-vmx");
	if (c->firmware != FIRMWARE_UEFI || c->vcpus == 1)
		return 0;
	return error_set(err, STATUS_USAGE,
			 "a UEFI guest of --host emulated-svm is on Bochs, whose SVM does not bring up a second vCPU: "
			 "take --host emulated-vmx, or --vcpus 1");
}

int host_emulated_svm_run(struct host_run *run, struct error *err)
{
	if (host_emulated_svm_check(run->config, err) < 0)
		return -1;
	return run_on(svm_machine(run), run, err);
}

int host_emulated_vmx_run(struct host_run *run, struct error *err)
{
	return run_on(&machine_bochs_vmx, run, err);
}

static char *describe(const struct machine_kind *kind, const struct host_run *run)
{
	struct host_run borrowed = *run;
	struct host_boot b;
	struct machine_spec spec;
	char *text;

	host_boot_init(&b, kind, &borrowed);
	spec = host_boot_spec(&b);
	text = kind->describe(&spec);
	host_boot_deinit(&b);
	return text;
}

char *host_nested_describe(const struct host_run *run)
{
	return describe(&machine_nested, run);
}

char *host_emulated_svm_describe(const struct host_run *run)
{
	return describe(svm_machine(run), run);
}

char *host_emulated_vmx_describe(const struct host_run *run)
{
	return describe(&machine_bochs_vmx, run);
}
