// SPDX-License-Identifier: GPL-2.0-only
#include "modules.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <libkmod.h>
#include <string.h>
#include <sys/utsname.h>

#include "util.h"

/* kvm.ko and the vendor's module; loaded in this order, unloaded in the other. */
#define KVM_MODULES 2

static bool has_cpu_flag(const char *flags, const char *flag)
{
	size_t len = strlen(flag);

	for (const char *p = flags; (p = strstr(p, flag)); p += len)
		if (p[-1] == ' ' && (p[len] == ' ' || p[len] == '\n' || !p[len]))
			return true;
	return false;
}

enum kvm_vendor modules_cpu_vendor(void)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = file_read("/proc/cpuinfo", 16 << 20, NULL, &err);
	char *flags = text ? strstr(text, "\nflags") : NULL;
	char *end = flags ? strchr(flags + 1, '\n') : NULL;

	if (!end)
		return VENDOR_NONE;
	*end = '\0';
	return has_cpu_flag(flags, "svm") ? VENDOR_SVM :
	       has_cpu_flag(flags, "vmx") ? VENDOR_VMX : VENDOR_NONE;
}

const char *modules_vendor_name(enum kvm_vendor vendor)
{
	return vendor == VENDOR_SVM ? "kvm_amd" : vendor == VENDOR_VMX ? "kvm_intel" : "none";
}

static const char *vendor_file(enum kvm_vendor vendor)
{
	return vendor == VENDOR_SVM ? "kvm-amd.ko" : "kvm-intel.ko";
}

static bool is_loaded(const char *name)
{
	_cleanup_free_ char *path = xasprintf("/sys/module/%s/initstate", name);

	return access(path, F_OK) == 0;
}

static char *read_line(const char *path)
{
	_cleanup_error_ struct error err = { 0 };
	char *text = file_read(path, 1 << 16, NULL, &err);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

/* "a=1 b=Y": what the loaded module's parameters are; the caller frees. */
static char *read_parameters(const char *name)
{
	_cleanup_free_ char *dir = xasprintf("/sys/module/%s/parameters", name);
	char *all = xstrdup("");
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, e->d_name);
		_cleanup_free_ char *value = e->d_name[0] == '.' ? NULL : read_line(path);
		char *more;

		/*
		 * "(null)" is how the kernel prints an unset string, and words are how it
		 * tells what it found ("not required"): no values to give back.
		 */
		if (!value || !*value || !strcmp(value, "(null)") || strchr(value, ' '))
			continue;
		more = xasprintf("%s%s%s=%s", all, *all ? " " : "", e->d_name, value);
		free(all);
		all = more;
	}
	if (d)
		closedir(d);
	return all;
}

static int save_state(const char *state, const char *vendor, struct error *err)
{
	const char *names[KVM_MODULES] = { "kvm", vendor };
	json_t *root = json_object(), *loaded = json_array();
	_cleanup_free_ char *text = NULL;
	int rc;

	for (int i = 0; i < KVM_MODULES; i++) {
		_cleanup_free_ char *params = NULL;

		if (!is_loaded(names[i]))
			continue;
		params = read_parameters(names[i]);
		json_array_append_new(loaded, json_pack("{ss ss}", "name", names[i],
							"parameters", params));
	}
	json_object_set_new(root, "vendor", json_string(vendor));
	json_object_set_new(root, "loaded", loaded);
	text = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	rc = file_write(state, text, strlen(text), err);
	return rc;
}

static int refuse_in_use(const char *name, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("/sys/module/%s/refcnt", name);
	_cleanup_free_ char *count = read_line(path);

	return error_set(err, STATUS_USAGE,
			 "%s is in use (%s users: a running VM holds it; `fuser -v /dev/kvm` names it): "
			 "stop it first", name, count ? count : "unknown");
}

static int unload(struct kmod_ctx *ctx, const char *name, struct error *err)
{
	struct kmod_module *mod = NULL;
	int rc;

	if (!is_loaded(name))
		return 0;
	if (kmod_module_new_from_name(ctx, name, &mod) < 0)
		return error_set(err, STATUS_USAGE, "libkmod does not know the module %s", name);
	rc = kmod_module_remove_module(mod, 0);
	kmod_module_unref(mod);
	if (rc == -EWOULDBLOCK || rc == -EBUSY)
		return refuse_in_use(name, err);
	if (rc < 0) {
		errno = -rc;
		return error_errno(err, STATUS_USAGE, "cannot unload the module %s", name);
	}
	return 0;
}

static int probe_by_name(struct kmod_ctx *ctx, const char *name, const char *params,
			 struct error *err)
{
	struct kmod_module *mod = NULL;
	int rc;

	if (kmod_module_new_from_name(ctx, name, &mod) < 0)
		return error_set(err, STATUS_USAGE, "libkmod does not know the module %s", name);
	rc = kmod_module_probe_insert_module(mod, 0, params, NULL, NULL, NULL);
	kmod_module_unref(mod);
	if (rc < 0) {
		errno = -rc;
		return error_errno(err, STATUS_USAGE, "cannot load the module %s", name);
	}
	return 0;
}

/* Loads what the file depends on, except KVM itself: that one comes from our folder. */
static int load_dependencies(struct kmod_ctx *ctx, const char *depends, struct error *err)
{
	_cleanup_free_ char *list = xstrdup(depends);
	char *save = NULL;

	for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save))
		if (strcmp(name, "kvm") && !is_loaded(name) &&
		    probe_by_name(ctx, name, NULL, err) < 0)
			return -1;
	return 0;
}

/* The value of a modinfo key of a module file; the caller frees; NULL where there is none. */
static char *modinfo(struct kmod_module *mod, const char *key)
{
	struct kmod_list *info = NULL, *it;
	char *value = NULL;

	if (kmod_module_get_info(mod, &info) < 0)
		return NULL;
	kmod_list_foreach(it, info)
		if (!value && !strcmp(kmod_module_info_get_key(it), key))
			value = xstrdup(kmod_module_info_get_value(it));
	kmod_module_info_free_list(info);
	return value;
}

/* The module that is loaded must be the one that was built. */
static int prove_loaded(struct kmod_module *mod, const char *file, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("/sys/module/%s/srcversion",
					      kmod_module_get_name(mod));
	_cleanup_free_ char *want = modinfo(mod, "srcversion");
	_cleanup_free_ char *got = read_line(path);

	if (want && got && !strcmp(want, got))
		return 0;
	return error_set(err, STATUS_USAGE, "the loaded module is not %s: srcversion %s, the file has %s",
			 file, got ? got : "unknown", want ? want : "none");
}

static int insert_file(struct kmod_ctx *ctx, const char *file, const char *params,
		       struct error *err)
{
	_cleanup_free_ char *depends = NULL;
	struct kmod_module *mod = NULL;
	int rc;

	if (kmod_module_new_from_path(ctx, file, &mod) < 0)
		return error_set(err, STATUS_SKIP, "there is no module %s: run `make modules`", file);
	depends = modinfo(mod, "depends");
	rc = load_dependencies(ctx, depends ? depends : "", err);
	if (rc == 0) {
		rc = kmod_module_insert_module(mod, 0, params);
		if (rc < 0) {
			errno = -rc;
			error_errno(err, STATUS_USAGE, "the kernel refuses %s (its log says why)", file);
		} else {
			rc = prove_loaded(mod, file, err);
		}
	}
	kmod_module_unref(mod);
	return rc < 0 ? -1 : 0;
}

/* A module that does not know the parameter loads all the same, and counts by VM. */
static int prove_scope(const char *want, struct error *err)
{
	_cleanup_free_ char *got = read_line("/sys/module/kvm/parameters/exitmeter_scope");

	if (!strcmp(want, got ? got : "vm"))
		return 0;
	return error_set(err, STATUS_USAGE, "--scope %s: the loaded kvm.ko %s%s", want,
			 got ? "says scope " : "has no parameter exitmeter_scope", got ? got : "");
}

static int insert_patched(struct kmod_ctx *ctx, const struct modules_request *req,
			  enum kvm_vendor vendor, struct error *err)
{
	_cleanup_free_ char *kvm = xasprintf("%s/kvm.ko", req->dir);
	_cleanup_free_ char *vnd = xasprintf("%s/%s", req->dir, vendor_file(vendor));
	_cleanup_free_ char *params = xasprintf("exitmeter_layout=%s exitmeter_scope=%s",
						req->layout, req->scope);

	if (insert_file(ctx, kvm, params, err) < 0 || prove_scope(req->scope, err) < 0)
		return -1;
	return insert_file(ctx, vnd, req->vendor_params, err);
}

static int unload_all(struct kmod_ctx *ctx, const char *vendor, struct error *err)
{
	if (unload(ctx, vendor, err) < 0)
		return -1;
	return unload(ctx, "kvm", err);
}

/* ret_is_refused: the first module to go is in use, so nothing has changed. */
static int load_vendor(struct kmod_ctx *ctx, const struct modules_request *req,
		       enum kvm_vendor vendor, bool *ret_is_refused, struct error *err)
{
	const char *name = modules_vendor_name(vendor);
	bool had_vendor = is_loaded(name);

	if (unload_all(ctx, name, err) < 0) {
		*ret_is_refused = is_loaded(name) == had_vendor;
		return -1;
	}
	return req->dir ? insert_patched(ctx, req, vendor, err) :
			  probe_by_name(ctx, name, req->vendor_params, err);
}

/* Asked before anything is unloaded: a kernel takes no modules of another. */
static int check_kernel(struct kmod_ctx *ctx, const char *dir, struct error *err)
{
	_cleanup_free_ char *file = xasprintf("%s/kvm.ko", dir);
	_cleanup_free_ char *vermagic = NULL;
	struct kmod_module *mod = NULL;
	struct utsname uts;

	if (kmod_module_new_from_path(ctx, file, &mod) < 0)
		return error_set(err, STATUS_SKIP, "there is no module %s: run `make modules`", file);
	vermagic = modinfo(mod, "vermagic");
	kmod_module_unref(mod);
	uname(&uts);
	if (vermagic)
		vermagic[strcspn(vermagic, " ")] = '\0';
	if (vermagic && !strcmp(vermagic, uts.release))
		return 0;
	return error_set(err, STATUS_SKIP,
			 "the modules in %s are for the kernel %s, and this one is %s; nothing was changed",
			 dir, vermagic ? vermagic : "unknown", uts.release);
}

static int check_possible(struct kmod_ctx *ctx, const struct modules_request *req,
			  enum kvm_vendor vendor, struct error *err)
{
	if (vendor == VENDOR_NONE)
		return error_set(err, STATUS_SKIP,
				 "this CPU shows neither svm nor vmx, so KVM cannot run on it: "
				 "use --host emulated-svm");
	if (geteuid() != 0)
		return error_set(err, STATUS_SKIP,
				 "only root may change kernel modules: run as root, or use "
				 "--host emulated-svm");
	if (!ctx)
		return error_set(err, STATUS_USAGE, "libkmod cannot start");
	return req->dir ? check_kernel(ctx, req->dir, err) : 0;
}

static void restore_after(const char *state, struct error *err)
{
	_cleanup_error_ struct error second = { 0 };

	if (modules_restore(state, &second) < 0)
		error_wrap(err, "%s; and before", second.message);
}

int modules_load(const struct modules_request *req, struct error *err)
{
	enum kvm_vendor vendor = modules_cpu_vendor();
	const char *name = modules_vendor_name(vendor);
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	bool is_refused = false;
	int rc = check_possible(ctx, req, vendor, err);

	if (rc == 0)
		rc = save_state(req->state, name, err);
	if (rc == 0) {
		rc = load_vendor(ctx, req, vendor, &is_refused, err);
		if (rc < 0 && is_refused)
			unlink(req->state);	/* all is as it was */
		else if (rc < 0)
			restore_after(req->state, err);
	}
	if (ctx)
		kmod_unref(ctx);
	return rc;
}

/* The module matters more than its parameters: some cannot be given back as they are shown. */
static int put_back(struct kmod_ctx *ctx, const char *name, const char *params, struct error *err)
{
	if (probe_by_name(ctx, name, params, err) == 0)
		return 0;
	error_clear(err);
	return probe_by_name(ctx, name, NULL, err);
}

static int restore_from(const json_t *root, struct error *err)
{
	const char *vendor = json_string_value(json_object_get(root, "vendor"));
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	json_t *entry;
	size_t i;
	int rc;

	if (!ctx)
		return error_set(err, STATUS_USAGE, "libkmod cannot start");
	if (vendor)
		rc = unload_all(ctx, vendor, err);
	else
		rc = error_set(err, STATUS_USAGE, "the module state file makes no sense");
	json_array_foreach(json_object_get(root, "loaded"), i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));
		const char *params = json_string_value(json_object_get(entry, "parameters"));

		if (rc == 0 && name && params)
			rc = put_back(ctx, name, params, err);
	}
	kmod_unref(ctx);
	return rc;
}

int modules_restore(const char *state, struct error *err)
{
	json_error_t je;
	json_t *root;
	int rc;

	if (access(state, F_OK) < 0)
		return 0;
	root = json_load_file(state, 0, &je);
	if (!root)
		return error_set(err, STATUS_USAGE, "%s: %s", state, je.text);
	rc = restore_from(root, err);
	json_decref(root);
	if (rc == 0)
		unlink(state);
	return rc < 0 ? error_wrap(err, "cannot put the stock KVM modules back") : 0;
}
