// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stages of a native run that are about the machine's KVM: its modules, and what is asked of
 * it.
 */
#include "host/native_stages.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "image/guest_image.h"
#include "run/recovery.h"

/* An L0 that hands the disk in has verified it already. */
bool native_is_image_known(const void *context)
{
	const struct native *n = context;

	return guest_image_is_known(n->run->config);
}

int native_verify_image(void *context, struct error *err)
{
	struct host_run *run = ((struct native *)context)->run;

	return guest_image_verify(run->config, &run->evidence->image, err);
}

/* build.json tells what was built; modules of others need not have one. */
static int note_build(struct host_run *run, const char *dir, struct error *err)
{
	_cleanup_free_ char *build = xasprintf("%s/build.json", dir);
	_cleanup_free_ char *kvm = xasprintf("%s/kvm.ko", dir);
	json_error_t je;

	if (access(kvm, R_OK) < 0)
		return error_set(err, STATUS_SKIP, "there is no module %s: run `make modules`", kvm);
	if (access(build, F_OK) < 0)
		return 0;
	run->evidence->module_build = json_load_file(build, 0, &je);
	return run->evidence->module_build ?
		       0 :
		       error_set(err, STATUS_SKIP, "%s: %s: run `make modules FORCE=1`", build,
				 je.text);
}

/* What was built, and which exit reasons this KVM handles, are part of the run's evidence. */
int native_note_module_build(void *context, struct error *err)
{
	const struct native *n = context;
	struct host_run *run = n->run;
	const struct config *c = run->config;
	_cleanup_free_ char *from = xasprintf("%s/enabled-%s.txt", c->module_dir,
					      n->is_svm ? "svm" : "vmx");
	_cleanup_free_ char *to = xasprintf("%s/" FILE_ENABLED, run->dir);
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (c->modules != KVM_PATCHED)
		return 0;
	if (note_build(run, c->module_dir, err) < 0)
		return -1;
	if (!run->evidence->module_build && access(from, F_OK) < 0)
		return 0;
	text = file_read(from, 1 << 20, &len, err);
	return text ? file_write(to, text, len, err) : -1;
}

/* From here on the machine's modules are exchanged: if we are killed, they still come back. */
int native_start_guardian(void *context, struct error *err)
{
	struct native *n = context;

	return recovery_guardian(n->run->config->cache, &n->guardian, err);
}

int native_dismiss_guardian(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	guardian_dismiss(&n->guardian);
	return 0;
}

bool native_is_stock_unknown(const void *context)
{
	const struct native *n = context;

	return !n->checks.stock;
}

/* An answer that cannot be had is only noted, for the clauses that need it are skipped. */
static void note_unasked(struct native *n, const char *whom, struct error *err)
{
	progress_note(n->run->progress, "%s: %s", whom, err->message);
	error_clear(err);
}

/* Asks the stock KVM for leaves other than ours.  Its answers stay the same until the next boot. */
int native_ask_stock_kvm(void *context, struct error *err)
{
	struct native *n = context;
	struct modules_request stock = n->request;
	_cleanup_error_ struct error inner = { 0 };
	struct modules *modules = NULL;

	stock.dir = NULL;
	if (modules_load(MODULES_FOLDER, &stock, &modules, err) < 0)
		return -1;
	if (host_checks_gather_stock(&n->checks, n->run->config->cache, stock.vendor_params, &inner) < 0)
		note_unasked(n, "the stock KVM", &inner);
	return modules_restore(modules, err);
}

int native_ask_kvm_under_test(void *context, struct error *err)
{
	struct native *n = context;

	if (host_checks_gather_subject(&n->checks, n->run->config->layout, n->is_svm, err) < 0)
		note_unasked(n, "the KVM under test", err);
	return 0;
}

int native_load_modules(void *context, struct error *err)
{
	struct native *n = context;

	return modules_load(MODULES_FOLDER, &n->request, &n->modules, err);
}

/*
 * An L1 is thrown away after its one run, whose results are complete by now.  To put the stock modules
 * back there takes two seconds under an emulator, for nobody.
 */
int native_restore_modules(void *context, struct error *err)
{
	struct native *n = context;
	int (*leave)(struct modules *m, struct error *err) = n->run->config->throwaway ? modules_keep :
											  modules_restore;

	if (leave(n->modules, err) == 0)
		return 0;
	err->status = STATUS_USAGE;
	return -1;
}

/* What the oracle counted so far is of the harness's own VMs. */
int native_start_checks(void *context, struct error *err)
{
	struct native *n = context;
	_cleanup_free_ char *path = xasprintf("%s/" FILE_HOST_TRACE_BEGIN, n->run->dir);
	_cleanup_free_ char *handled = xasprintf("%s/" FILE_HOST_HANDLED_AT("begin"), n->run->dir);

	host_checks_gather_start(&n->checks);
	if (handled_save(n->handled, handled, err) < 0)
		return -1;
	return oracle_save(&n->oracle, path, err);
}

int native_write_checks(void *context, struct error *err)
{
	struct native *n = context;
	_cleanup_free_ char *path = xasprintf("%s/" FILE_HOST_CHECKS, n->run->dir);

	return host_checks_gather_write(&n->checks, n->is_svm, path, err);
}

int native_stop_checks(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	host_checks_gather_deinit(&n->checks);
	return 0;
}

/*
 * The oracle counts from the loading of the modules on, as counters of all VMs do; only the neighbour
 * is left out, which is not made if its exits may be in the figures.  Where a kernel has no oracle, only
 * its clauses are skipped.
 */
int native_start_oracle(void *context, struct error *err)
{
	struct native *n = context;
	bool is_own = n->run->evidence->module_build;
	pid_t neighbour;

	host_checks_gather_prepare(&n->checks, n->is_svm, is_own && n->run->config->scope == SCOPE_VM);
	neighbour = host_checks_gather_neighbour(&n->checks);
	if (oracle_start(scratch_id(n->run->scratch), neighbour, &n->oracle, err) < 0) {
		progress_note(n->run->progress, "%s", err->message);
		error_clear(err);
	}
	return 0;
}

int native_save_oracle(void *context, struct error *err)
{
	struct native *n = context;
	_cleanup_free_ char *path = xasprintf("%s/" FILE_HOST_TRACE, n->run->dir);

	return oracle_save(&n->oracle, path, err);
}

int native_stop_oracle(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	oracle_stop(&n->oracle);
	return 0;
}

/* Our own patch counts every exit; a kprobe would only cost its runs time. */
bool native_is_foreign(const void *context)
{
	const struct native *n = context;

	return n->run->config->modules == KVM_PATCHED && !n->run->evidence->module_build;
}

/* Without it, exits on a fast path cannot be told from lost ones: the clauses say so. */
int native_start_handled(void *context, struct error *err)
{
	struct native *n = context;

	n->handled = handled_start(n->is_svm, host_checks_gather_neighbour(&n->checks), err);
	if (!n->handled) {
		progress_note(n->run->progress, "%s", err->message);
		error_clear(err);
	}
	return 0;
}

int native_stop_handled(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	handled_stop(n->handled);
	n->handled = NULL;
	return 0;
}
