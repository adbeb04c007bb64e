// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/modules_put_back.h"

#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "kvm/kmodule.h"
#include "kvm/kvm_holders.h"
#include "kvm/modules_params.h"

void modules_step(const char *name)
{
	const char *wanted = getenv("EXITMETER_DIE_AT");

	if (wanted && !strcmp(wanted, name))
		raise(SIGKILL);
}

static int unload(const char *name, const char *vendor, struct error *err)
{
	_cleanup_free_ char *holders = NULL;

	if (kmodule_unload(name, err) == 0)
		return 0;
	holders = kvm_holders(vendor);
	return holders ? error_wrap(err, "%s", holders) : -1;
}

int modules_unload_both(const struct modules_state *s, const char *vendor_step,
			const char *kvm_step, struct error *err)
{
	const char *vendor = s->before[1].name;

	if (unload(vendor, vendor, err) < 0)
		return -1;
	modules_step(vendor_step);
	if (unload("kvm", vendor, err) < 0)
		return -1;
	modules_step(kvm_step);
	return 0;
}

static bool is_as_before(const struct module_before *b)
{
	_cleanup_error_ struct error differs = { 0 };
	struct kmodule_identity now;

	if (!b->was_loaded)
		return !kmodule_is_loaded(b->name);
	return kmodule_is_loaded(b->name) &&
	       kmodule_identity_of_loaded(b->name, &now, &differs) == 0 &&
	       kmodule_identity_is_same(&now, &b->identity) &&
	       modules_params_enforce(b->name, b->parameters, &differs) == 0;
}

static int prove_same(const struct module_before *b, struct error *err)
{
	_cleanup_free_ char *want = NULL, *got = NULL;
	struct kmodule_identity now;

	if (kmodule_identity_of_loaded(b->name, &now, err) < 0)
		return -1;
	if (kmodule_identity_is_same(&now, &b->identity))
		return 0;
	want = kmodule_identity_text(&b->identity);
	got = kmodule_identity_text(&now);
	return error_set(err, STATUS_USAGE, "the %s that modprobe has loaded (%s) is not the one that was there (%s)",
			 b->name, got, want);
}

/* Parameters that cannot be written at run time are given as options of a load. */
static void load_with_options(const struct module_before *b, struct error *err)
{
	json_t *differing = modules_params_differing(b->name, b->parameters);
	_cleanup_free_ char *options = modules_params_options(differing);

	json_decref(differing);
	if (*options && kmodule_unload(b->name, err) == 0 &&
	    kmodule_load(b->name, options, err) < 0) {
		error_clear(err);
		/* The kernel refuses some values in the form it shows: then they are left out. */
		kmodule_load(b->name, NULL, err);
	}
	error_clear(err);
}

/*
 * The module is first loaded as modprobe does, whose configuration mostly gives it the same
 * parameters: to name a parameter that is marked unsafe taints the kernel, even with the value that it
 * has already.
 */
static int load_back(const struct module_before *b, struct error *err)
{
	_cleanup_error_ struct error differs = { 0 };

	if (kmodule_load(b->name, NULL, err) < 0)
		return -1;
	if (modules_params_enforce(b->name, b->parameters, &differs) < 0)
		load_with_options(b, &differs);
	if (prove_same(b, err) < 0)
		return -1;
	return modules_params_enforce(b->name, b->parameters, err);
}

static void unload_brought(const struct modules_state *s)
{
	_cleanup_error_ struct error in_use = { 0 };
	size_t n = json_array_size(s->brought);

	while (n-- > 0) {
		const char *name = json_string_value(json_array_get(s->brought, n));

		/* It stays where another module has come to need it. */
		if (name)
			kmodule_unload(name, &in_use);
		error_clear(&in_use);
	}
}

int modules_put_back(const struct modules_state *s, struct error *err)
{
	const struct module_before *kvm = &s->before[0], *vendor = &s->before[1];

	/* A module that is as it was stays loaded: a VM may use it by now. */
	if (!is_as_before(kvm)) {
		if (modules_unload_both(s, "back-vendor-out", "back-kvm-out", err) < 0)
			return -1;
	} else if (!is_as_before(vendor)) {
		if (unload(vendor->name, vendor->name, err) < 0)
			return -1;
		modules_step("back-vendor-out");
	}
	if (kvm->was_loaded && !kmodule_is_loaded(kvm->name) && load_back(kvm, err) < 0)
		return -1;
	modules_step("back-kvm-in");
	if (vendor->was_loaded && !kmodule_is_loaded(vendor->name) && load_back(vendor, err) < 0)
		return -1;
	modules_step("back-vendor-in");
	unload_brought(s);
	return 0;
}
