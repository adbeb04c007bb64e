// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_modules.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/submission_notes.h"
#include "host/host_params.h"
#include "kvm/kmodule.h"
#include "kvm/vendor.h"
#include "run/module_folder.h"

#define NOTES_BYTES_MAX (256u << 10)

bool host_modules_are_for_other(const struct config *c, bool is_vmx)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_SUBMISSION, c->module_dir), *text = NULL;
	_cleanup_free_ struct submission_notes *notes = xcalloc(1, sizeof(*notes));
	_cleanup_error_ struct error ignored = { 0 };
	size_t len;

	if (c->modules != KVM_PATCHED || access(path, F_OK) < 0)
		return false;
	text = file_read(path, NOTES_BYTES_MAX, &len, &ignored);
	return text && submission_notes_parse(text, len, notes, &ignored) == 0 &&
	       notes->touched == (is_vmx ? TOUCHED_SVM : TOUCHED_VMX);
}

/* What our builder says of our own modules counts by what L0 reads, not by what an L1 says of it. */
static void note_build(struct host_run *run)
{
	_cleanup_free_ char *path = xasprintf("%s/build.json", run->config->module_dir);
	json_error_t ignored;

	run->evidence->module_build = json_load_file(path, 0, &ignored);
}

/* What the vendor's module does not know, it would pass over without a word. */
static int check_params(const struct config *c, enum kvm_vendor vendor, struct error *err)
{
	_cleanup_free_ char *file = xasprintf("%s/%s", c->module_dir, vendor_file(vendor));
	_cleanup_free_ char *params = host_params(c, vendor);

	return kmodule_check_params(file, params, err);
}

int host_modules_check(struct host_run *run, bool is_vmx, const char *kernel, struct error *err)
{
	const struct config *c = run->config;
	enum kvm_vendor vendor = is_vmx ? VENDOR_VMX : VENDOR_SVM;

	if (c->modules != KVM_PATCHED)
		return 0;
	if (access(c->module_dir, R_OK) < 0)
		return error_set(err, STATUS_SKIP, "there is no %s: run `make modules`", c->module_dir);
	if (host_modules_are_for_other(c, is_vmx))
		return error_set(err, STATUS_USAGE, "the submission changes the code of %s only, and this host runs that "
				 "of %s: take --host %s (make: HOST=)", is_vmx ? "SVM" : "VMX",
				 is_vmx ? "VMX" : "SVM", is_vmx ? "emulated-svm" : "emulated-vmx");
	if (module_folder_check(c->module_dir, vendor_file(vendor), kernel, err) < 0)
		return error_wrap(err, "%s", c->module_dir);
	if (check_params(c, vendor, err) < 0)
		return -1;
	note_build(run);
	return 0;
}
