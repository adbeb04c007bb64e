// SPDX-License-Identifier: GPL-2.0-only
/* status: says which KVM is loaded on this machine, whose build it is, and who holds it. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/error.h"
#include "base/memory.h"
#include "command/commands.h"
#include "kvm/kmodule.h"
#include "kvm/kmodule_identity.h"
#include "kvm/kvm_holders.h"
#include "kvm/modules.h"
#include "kvm/modules_params.h"
#include "kvm/modules_state.h"
#include "kvm/vendor.h"
#include "run/config.h"

static bool is_build_of(const struct kmodule_identity *id, const char *file)
{
	_cleanup_error_ struct error ignored = { 0 };
	struct kmodule_identity other;

	return file && access(file, R_OK) == 0 && kmodule_identity_of_file(file, &other, &ignored) == 0 &&
	       kmodule_identity_is_same(id, &other);
}

static char *describe_loaded(const char *name, const char *patched)
{
	_cleanup_free_ char *stock = kmodule_stock_file(name), *text = NULL;
	_cleanup_error_ struct error why = { 0 };
	struct kmodule_identity id;

	if (kmodule_identity_of_loaded(name, &id, &why) < 0)
		return xasprintf("loaded; %s", geteuid() == 0 ? why.message :
				 "only root may see which build it is");
	text = kmodule_identity_text(&id);
	if (is_build_of(&id, stock))
		return xasprintf("stock, %s", text);
	if (is_build_of(&id, patched))
		return xasprintf("patched, %s, of %s", text, patched);
	return xasprintf("neither the stock one nor that of %s: %s", patched, text);
}

static void print_module(const char *name, const char *dir, const char *file)
{
	_cleanup_free_ char *patched = xasprintf("%s/%s", dir, file);
	_cleanup_free_ char *text = NULL;
	json_t *params;
	_cleanup_free_ char *options = NULL;

	if (kmodule_is_built_in(name))
		text = xstrdup("built into the kernel: it cannot be exchanged");
	else
		text = kmodule_is_loaded(name) ? describe_loaded(name, patched) : xstrdup("not loaded");
	printf("%-10s %s\n", name, text);
	params = modules_params_read(name);
	options = modules_params_options(params);
	if (*options)
		printf("%10s %s\n", "", options);
	json_decref(params);
}

static void print_state(const struct modules_state *s, int found)
{
	if (found == 0)
		puts("changed    no: there is nothing to put back");
	else if (s->is_kept)
		printf("changed    yes, by `exitmeter reload`: layout %s, scope %s, from %s; `make restore` "
		       "puts the stock modules back\n", s->layout, s->scope, s->dir ? s->dir : "unknown");
	else
		puts("changed    yes, by a run that goes on, or was killed; `make restore` puts the stock "
		     "modules back if it was");
}

static int status(const struct command_call *call, struct error *err)
{
	_cleanup_free_ char *path = modules_state_path(MODULES_FOLDER);
	enum kvm_vendor cpu = vendor_of_cpu();
	const char *vendor = vendor_module(cpu);
	_cleanup_free_ char *holders = kvm_holders(vendor);
	struct modules_state state;
	struct utsname uts;
	const char *dir;
	int found = modules_state_read(path, &state, err);

	if (found < 0)
		return -1;
	dir = found && state.dir ? state.dir : call->config->module_dir;
	uname(&uts);
	printf("kernel     %s\n", uts.release);
	print_module("kvm", dir, "kvm.ko");
	if (cpu != VENDOR_NONE)
		print_module(vendor, dir, vendor_file(cpu));
	print_state(&state, found);
	printf("held by    %s\n", holders ? holders : geteuid() == 0 ? "nobody" :
	       "nobody of yours (root sees all)");
	modules_state_deinit(&state);
	return STATUS_PASS;
}

const struct command command_status = {
	.name = "status",
	.summary = "say which KVM modules are loaded, and who holds them",
	.usage = "[--module-dir DIR]",
	.text = "Says which KVM modules are loaded, whether they are the stock ones or the patched\n"
		"ones of DIR (by build id), their parameters, whether there is something to put back,\n"
		"and who holds KVM.  Changes nothing.\n",
	.options = (const char *const[]){ "module-dir", "cache", NULL },
	.work = status,
};
