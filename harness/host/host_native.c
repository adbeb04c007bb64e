// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run on the machine that the program itself runs on, be it a real one or an L1 host from inside.
 * The list of stages is the run.
 */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "host/host.h"
#include "host/host_params.h"
#include "host/native_stages.h"
#include "kvm/modules_check.h"
#include "kvm/signing.h"
#include "kvm/surroundings.h"
#include "kvm/vendor.h"
#include "run/stages.h"

/* clang-format off */
/* What ends a stage stands below what begins it. */
static const struct stage stages[] = {
	{ .phase = "verify images", .when = native_is_image_known, .begin = native_verify_image },
	{ .quiet = "module build", .begin = native_note_module_build },
	{ .quiet = "guardian", .begin = native_start_guardian,
	  .end = native_dismiss_guardian },
	{ .phase = "ask stock KVM", .when = native_is_stock_unknown, .begin = native_ask_stock_kvm },
	{ .phase = "load modules", .begin = native_load_modules,
	  .end_phase = "restore modules", .end = native_restore_modules },
	{ .quiet = "oracle", .begin = native_start_oracle,
	  .keep = native_save_oracle, .end = native_stop_oracle },
	{ .quiet = "exit handler", .when = native_is_foreign, .begin = native_start_handled,
	  .end = native_stop_handled },
	{ .quiet = "ask KVM under test", .begin = native_ask_kvm_under_test },
	{ .quiet = "host checks", .begin = native_start_checks,
	  .keep = native_write_checks, .end = native_stop_checks },
	{ .phase = "initramfs", .when = native_is_micro, .begin = native_make_guest_files },
	{ .phase = "seed and overlay", .when = native_is_cloud, .begin = native_make_guest_files },
	{ .phase = "libvirt", .begin = native_connect_libvirt,
	  .end = native_disconnect_libvirt },
	{ .quiet = "mailbox",
	  .keep = native_save_mailbox, .end = native_remove_mailbox },
	{ .phase = "domain", .begin = native_start_domain,
	  .end = native_destroy_domain },
	{ .quiet = "open mailbox", .begin = native_open_mailbox },
	{ .quiet = "VM's counters", .begin = native_hold_counters,
	  .keep = native_save_counters, .end = native_release_counters },
	{ .quiet = "timeline",
	  .keep = native_save_timeline, .end = native_forget_timeline },
	{ .quiet = "guest", .begin = native_watch_guest,
	  .keep = native_note_outcome },
};

/* The same without what measures. */
static const struct stage shell_stages[] = {
	{ .phase = "verify images", .when = native_is_image_known, .begin = native_verify_image },
	{ .quiet = "module build", .begin = native_note_module_build },
	{ .quiet = "guardian", .begin = native_start_guardian,
	  .end = native_dismiss_guardian },
	{ .phase = "load modules", .begin = native_load_modules,
	  .end_phase = "restore modules", .end = native_restore_modules },
	{ .phase = "initramfs", .when = native_is_micro, .begin = native_make_guest_files },
	{ .phase = "seed and overlay", .when = native_is_cloud, .begin = native_make_guest_files },
	{ .phase = "libvirt", .begin = native_connect_libvirt,
	  .end = native_disconnect_libvirt },
	{ .phase = "domain", .begin = native_start_domain,
	  .end = native_destroy_domain },
	{ .quiet = "shell", .begin = native_run_shell,
	  .end = native_close_shell },
};
/* clang-format on */

/* Of who we are and of this kernel: looks only, and takes no time. */
int host_native_require(struct error *err)
{
	struct signing_facts signing;

	if (modules_require_rights(err) < 0)
		return -1;
	signing_gather("", &signing);
	return signing_require_debugfs(&signing, err);
}

/* Before anything is made or changed. */
static int tell_surroundings(struct host_run *run, enum kvm_vendor vendor, struct error *err)
{
	_cleanup_free_ char *note = NULL;
	struct surroundings s;
	int rc;

	if (vendor == VENDOR_NONE)
		return 0;	/* modules_check_possible() tells */
	if (surroundings_gather("", vendor, &s, err) < 0)
		return -1;
	rc = surroundings_require(&s, run->config->modules == KVM_PATCHED, err);
	note = surroundings_note(&s);
	if (rc == 0 && note)
		progress_note(run->progress, "%s", note);
	surroundings_deinit(&s);
	return rc;
}

int host_native_run(struct host_run *run, struct error *err)
{
	const struct config *c = run->config;
	const enum kvm_vendor vendor = vendor_of_cpu();
	_cleanup_free_ char *params = host_params(c, vendor);
	struct native *n;
	int rc;

	if (host_params_require_paging(c, vendor, err) < 0 || tell_surroundings(run, vendor, err) < 0)
		return -1;
	n = xcalloc(1, sizeof(*n));
	n->run = run;
	n->is_svm = vendor == VENDOR_SVM;
	n->request = (struct modules_request){
		.dir = c->modules == KVM_PATCHED ? c->module_dir : NULL,
		.layout = c->layout == LAYOUT_AUTO ? NULL : layout_words[c->layout],
		.scope = scope_words[c->scope],
		.vendor_params = params,
	};
	host_checks_gather_recall_stock(&n->checks, c->cache, params);
	guest_files_name(run, &n->files);
	n->spec = guest_files_spec(c, &n->files);
	n->mailbox = mailbox_of(n->files.name);
	rc = c->shell ? stages_run(shell_stages, ARRAY_SIZE(shell_stages), run->progress, n, err) :
			stages_run(stages, ARRAY_SIZE(stages), run->progress, n, err);
	host_checks_gather_deinit(&n->checks);
	guest_files_deinit(&n->files);
	free(n->mailbox.path);
	free(n);
	return rc;
}

char *host_native_describe(const struct host_run *run)
{
	struct guest_files files = { 0 };
	struct domain_spec spec;
	char *xml;

	guest_files_name(run, &files);
	spec = guest_files_spec(run->config, &files);
	xml = domain_xml_render(&spec);
	guest_files_deinit(&files);
	return xml;
}

int host_native_restore(const char *scratch_dir, struct error *err)
{
	const char *id = strrchr(scratch_dir, '/') + 1;
	_cleanup_free_ char *domain = guest_files_domain(id);
	struct mailbox mailbox = mailbox_of(domain);

	(void)err;
	mailbox_remove(&mailbox);
	oracle_sweep(id);
	return 0;
}
