// SPDX-License-Identifier: GPL-2.0-only
/* reload: puts the patched modules in place of the stock ones, and leaves them there. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "command/commands.h"
#include "host/host_params.h"
#include "kvm/modules.h"
#include "kvm/surroundings.h"
#include "kvm/vendor.h"
#include "run/config.h"
#include "run/recovery.h"

static void print_steps(const struct config *c, const char *vendor, const char *params)
{
	printf("It would, on this machine:\n"
	       "  1. write what is loaded now into " MODULES_FOLDER "/modules.json\n"
	       "  2. unload %s\n"
	       "  3. unload kvm\n"
	       "  4. load %s/kvm.ko exitmeter_layout=%s exitmeter_scope=%s, and prove it by its build id\n"
	       "  5. load %s/%s%s%s, and prove it\n"
	       "  6. mark that as kept: `make restore` puts back what was there\n", vendor,
	       c->module_dir, layout_words[c->layout], scope_words[c->scope], c->module_dir,
	       vendor_file(vendor_of_cpu()), params ? " " : "", params ? params : "");
}

static int load_and_keep(const struct modules_request *req, struct error *err)
{
	struct modules *m;

	if (modules_load(MODULES_FOLDER, req, &m, err) < 0)
		return -1;
	if (interrupt_check(err) < 0) {
		_cleanup_error_ struct error restore = { 0 };

		if (modules_restore(m, &restore) < 0)
			error_wrap(err, "%s; and before", restore.message);
		return -1;
	}
	return modules_keep(m, err);
}

/* If we are killed on the way, all is put back; what is kept stays. */
static int load_guarded(const struct config *c, const struct modules_request *req, struct error *err)
{
	struct guardian guardian;
	int rc;

	interrupt_install();
	if (recovery_guardian(c->cache, &guardian, err) < 0)
		return -1;
	rc = load_and_keep(req, err);
	guardian_dismiss(&guardian);
	return rc;
}

static int print_note(enum kvm_vendor vendor, struct error *err)
{
	_cleanup_free_ char *note = NULL;
	struct surroundings s;

	if (vendor == VENDOR_NONE)
		return 0;
	if (surroundings_gather("", vendor, &s, err) < 0)
		return -1;
	note = surroundings_note(&s);
	if (note)
		printf("Note: %s.\n", note);
	surroundings_deinit(&s);
	return 0;
}

static int reload(const struct command_call *call, struct error *err)
{
	const struct config *c = call->config;
	const char *vendor = vendor_module(vendor_of_cpu());
	_cleanup_free_ char *params = host_params(c, vendor_of_cpu());
	const struct modules_request req = {
		.dir = c->module_dir,
		.layout = layout_words[c->layout],
		.scope = scope_words[c->scope],
		.vendor_params = params,
	};
	int rc;

	if (host_params_require_paging(c, vendor_of_cpu(), err) < 0 || print_note(vendor_of_cpu(), err) < 0)
		return -1;
	rc = c->dry_run ? modules_check(MODULES_FOLDER, &req, err) : load_guarded(c, &req, err);
	if (rc < 0)
		return -1;
	if (c->dry_run)
		print_steps(c, vendor, params);
	else
		printf("kvm and %s are the patched ones of %s now (layout %s, scope %s); `make restore` puts "
		       "the stock ones back\n", vendor, c->module_dir, layout_words[c->layout], scope_words[c->scope]);
	return STATUS_PASS;
}

const struct command command_reload = {
	.name = "reload",
	.summary = "load the patched KVM modules, and keep them loaded",
	.usage = "[--module-dir DIR] [--layout L] [--scope S] [--paging P] [--dry-run]",
	.text = "Unloads this machine's KVM, loads the patched modules of DIR in its place and\n"
		"leaves them there, until `exitmeter restore` or the next boot.  Refuses, and\n"
		"changes nothing, while a VM runs (and names it), where the modules are another\n"
		"kernel's, or where the kernel demands signed ones.  --dry-run asks all that, prints\n"
		"the steps and changes nothing.  For a run that puts everything back by itself there\n"
		"is `exitmeter run --host native`.\n",
	.options = (const char *const[]){ "module-dir", "layout", "scope", "paging", "vendor-params", "cache", "dry-run", NULL },
	.work = reload,
};
