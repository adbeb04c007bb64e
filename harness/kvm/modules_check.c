// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/modules_check.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/memory.h"
#include "base/rights.h"
#include "kvm/kmodule.h"
#include "kvm/kvm_holders.h"
#include "kvm/signing.h"
#include "kvm/surroundings.h"
#include "kvm/vendor.h"

/* A kernel refuses the modules of another kernel. */
static int check_kernel(const char *file, struct error *err)
{
	_cleanup_free_ char *vermagic = NULL;
	struct utsname uts;

	if (access(file, R_OK) < 0)
		return error_set(err, STATUS_SKIP, "there is no module %s: run `make modules HOST=native`",
				 file);
	vermagic = kmodule_info(file, "vermagic");
	uname(&uts);
	if (vermagic)
		vermagic[strcspn(vermagic, " ")] = '\0';
	if (vermagic && !strcmp(vermagic, uts.release))
		return 0;
	return error_set(err, STATUS_SKIP, "%s is for the kernel %s, and this one is %s: run "
			 "`make modules HOST=native`; nothing was changed", file,
			 vermagic ? vermagic : "unknown", uts.release);
}

static int check_files(const char *dir, enum kvm_vendor vendor, struct error *err)
{
	const char *const names[] = { "kvm.ko", vendor_file(vendor) };
	struct signing_facts signing;
	bool is_signed = true;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *file = xasprintf("%s/%s", dir, names[i]);

		if (check_kernel(file, err) < 0)
			return -1;
		is_signed = is_signed && signing_is_signed(file);
	}
	signing_gather("", &signing);
	return signing_require_loadable(&signing, is_signed, err);
}

/* A stock module that is compressed tells only what modinfo does, and is left to the kernel. */
static int check_params(const struct modules_request *req, enum kvm_vendor vendor, struct error *err)
{
	_cleanup_free_ char *file = req->dir ? xasprintf("%s/%s", req->dir, vendor_file(vendor)) :
					       kmodule_stock_file(vendor_module(vendor));
	const char *dot = file ? strrchr(file, '.') : NULL;

	return dot && !strcmp(dot, ".ko") ? kmodule_check_params(file, req->vendor_params, err) : 0;
}

int modules_require_rights(struct error *err)
{
	static const struct right needed = { CAP_SYS_MODULE, "CAP_SYS_MODULE" };
	_cleanup_free_ char *lacking = rights_lacking(&needed, 1);

	if (geteuid() != 0)
		return error_set(err, STATUS_SKIP, "only root may change kernel modules: run as root, or use "
				 "--host emulated-svm");
	if (!lacking && !rights_in_own_space())
		return 0;
	return error_set(err, STATUS_SKIP, "this root may not change kernel modules (%s): run on the machine itself, let "
			 "the container have it (--privileged), or use --host emulated-svm",
			 lacking ? lacking : "it is that of a user namespace");
}

static int refuse_cpu(struct error *err)
{
	enum hypervisor h = hypervisor_find("", hypervisor_cpuid);
	const char *cause = hypervisor_cause(h), *remedy = hypervisor_remedy(h);

	return error_set(err, STATUS_SKIP, "this CPU shows neither svm nor vmx%s%s, so KVM cannot run on it: %s%suse "
			 "--host emulated-svm", cause ? ", for " : "", cause ? cause : "", remedy ? remedy : "",
			 remedy ? ", or " : "");
}

static int check_surroundings(const struct modules_request *req, enum kvm_vendor vendor, struct error *err)
{
	struct surroundings s;
	int rc;

	if (surroundings_gather("", vendor, &s, err) < 0)
		return -1;
	rc = surroundings_require(&s, req->dir, err);
	surroundings_deinit(&s);
	return rc;
}

int modules_check_possible(const struct modules_request *req, struct error *err)
{
	enum kvm_vendor vendor = vendor_of_cpu();

	if (vendor == VENDOR_NONE)
		return refuse_cpu(err);
	if (modules_require_rights(err) < 0)
		return -1;
	if (kmodule_is_built_in("kvm") || kmodule_is_built_in(vendor_module(vendor)))
		return error_set(err, STATUS_SKIP,
				 "KVM is built into this kernel and cannot be exchanged: use --host "
				 "nested or emulated-svm, or a kernel with CONFIG_KVM=m");
	if (check_surroundings(req, vendor, err) < 0 || (req->dir && check_files(req->dir, vendor, err) < 0))
		return -1;
	return check_params(req, vendor, err);
}

/* A module that could not be loaded again must not be unloaded. */
static int check_stock(const struct module_before *b, struct error *err)
{
	_cleanup_free_ char *file = NULL, *loaded = NULL, *stock = NULL;
	struct kmodule_identity id;

	if (!b->was_loaded)
		return 0;
	file = kmodule_stock_file(b->name);
	if (!file)
		return error_set(err, STATUS_USAGE,
				 "%s is loaded, but its file is gone from /lib/modules, so it could not be put "
				 "back: reinstall the package of this kernel; nothing was changed", b->name);
	if (kmodule_identity_of_file(file, &id, err) < 0)
		return -1;
	if (kmodule_identity_is_same(&id, &b->identity))
		return 0;
	loaded = kmodule_identity_text(&b->identity);
	stock = kmodule_identity_text(&id);
	return error_set(err, STATUS_USAGE,
			 "the %s that is loaded (%s) is not %s (%s), so it could not be put back: unload it "
			 "first (`sudo modprobe -r kvm_intel kvm_amd kvm`); nothing was changed", b->name, loaded,
			 file, stock);
}

static int check_holders(const char *vendor, struct error *err)
{
	_cleanup_free_ char *holders = kvm_holders(vendor);

	if (!holders)
		return 0;
	return error_set(err, STATUS_USAGE, "KVM is in use by %s: end that first; nothing was changed",
			 holders);
}

int modules_check_present(const char *state_path, const char *vendor, struct modules_state *ret,
			  struct error *err)
{
	struct modules_state kept;
	int rc = modules_state_read(state_path, &kept, err);

	if (rc < 0)
		return -1;
	modules_state_deinit(&kept);
	if (rc == 1)
		return error_set(err, STATUS_USAGE,
				 "the patched modules of an earlier `exitmeter reload` are loaded: put the stock "
				 "ones back first (`make restore`); nothing was changed");
	if (check_holders(vendor, err) < 0)
		return -1;
	rc = modules_state_take(vendor, ret, err);
	for (int i = 0; rc == 0 && i < KVM_MODULES; i++)
		rc = check_stock(&ret->before[i], err);
	if (rc < 0)
		modules_state_deinit(ret);
	return rc;
}

int modules_check(const char *folder, const struct modules_request *req, struct error *err)
{
	_cleanup_free_ char *path = modules_state_path(folder);
	struct modules_state state;

	if (modules_check_possible(req, err) < 0 ||
	    modules_check_present(path, vendor_module(vendor_of_cpu()), &state, err) < 0)
		return -1;
	modules_state_deinit(&state);
	return 0;
}
