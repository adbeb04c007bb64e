// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/kmodule.h"

#include <errno.h>
#include <libkmod.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

static void cleanup_kmod_(struct kmod_ctx **ctx)
{
	if (*ctx)
		kmod_unref(*ctx);
}

static void cleanup_mod_(struct kmod_module **mod)
{
	if (*mod)
		kmod_module_unref(*mod);
}

#define _cleanup_kmod_ __attribute__((cleanup(cleanup_kmod_)))
#define _cleanup_mod_ __attribute__((cleanup(cleanup_mod_)))

bool kmodule_is_loaded(const char *name)
{
	_cleanup_free_ char *path = xasprintf("/sys/module/%s/initstate", name);

	return access(path, F_OK) == 0;
}

bool kmodule_is_built_in(const char *name)
{
	_cleanup_free_ char *path = xasprintf("/sys/module/%s", name);

	return access(path, F_OK) == 0 && !kmodule_is_loaded(name);
}

static int open_by_name(const char *name, struct kmod_ctx **ctx, struct kmod_module **ret,
			struct error *err)
{
	*ctx = kmod_new(NULL, NULL);
	if (!*ctx)
		return error_set(err, STATUS_USAGE, "libkmod cannot start");
	if (kmod_module_new_from_name(*ctx, name, ret) < 0)
		return error_set(err, STATUS_USAGE, "libkmod does not know the module %s", name);
	return 0;
}

static int open_by_file(const char *file, struct kmod_ctx **ctx, struct kmod_module **ret,
			struct error *err)
{
	*ctx = kmod_new(NULL, NULL);
	if (!*ctx)
		return error_set(err, STATUS_USAGE, "libkmod cannot start");
	if (kmod_module_new_from_path(*ctx, file, ret) < 0)
		return error_set(err, STATUS_SKIP, "there is no module %s: run `make modules`", file);
	return 0;
}

static int kmod_error(struct error *err, int code, const char *what, const char *name)
{
	errno = -code;
	return error_errno(err, STATUS_USAGE, "%s %s", what, name);
}

char *kmodule_stock_file(const char *name)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_kmod_ struct kmod_ctx *ctx = NULL;
	_cleanup_mod_ struct kmod_module *mod = NULL;
	const char *path = open_by_name(name, &ctx, &mod, &ignored) == 0 ?
			   kmod_module_get_path(mod) : NULL;

	/* modules.dep may name a file that was removed since. */
	return path && access(path, R_OK) == 0 ? xstrdup(path) : NULL;
}

char *kmodule_info(const char *file, const char *key)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_kmod_ struct kmod_ctx *ctx = NULL;
	_cleanup_mod_ struct kmod_module *mod = NULL;
	struct kmod_list *info = NULL, *it;
	char *value = NULL;

	if (open_by_file(file, &ctx, &mod, &ignored) < 0 || kmod_module_get_info(mod, &info) < 0)
		return NULL;
	kmod_list_foreach(it, info)
		if (!value && !strcmp(kmod_module_info_get_key(it), key))
			value = xstrdup(kmod_module_info_get_value(it));
	kmod_module_info_free_list(info);
	return value;
}

/* Whether modinfo(8) tells of the parameter: "npt:bool", or "npt:a description". */
static bool is_told_of(struct kmod_list *info, const char *name, size_t len)
{
	struct kmod_list *it;

	kmod_list_foreach(it, info) {
		const char *key = kmod_module_info_get_key(it), *value = kmod_module_info_get_value(it);

		if ((!strcmp(key, "parm") || !strcmp(key, "parmtype")) && !strncmp(value, name, len) && value[len] == ':')
			return true;
	}
	return false;
}

/* A parameter that modinfo does not tell of, such as vmentry_l1d_flush, has its name in the module all the same. */
static bool has_string(const char *file, const char *name, size_t len)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *word = xasprintf("-%.*s", (int)len, name);
	size_t size;
	_cleanup_free_ char *bytes = file_read(file, 64 << 20, &size, &ignored);

	word[0] = '\0';
	return bytes && memmem(bytes, size, word, len + 2);
}

int kmodule_check_params(const char *file, const char *params, struct error *err)
{
	_cleanup_kmod_ struct kmod_ctx *ctx = NULL;
	_cleanup_mod_ struct kmod_module *mod = NULL;
	struct kmod_list *info = NULL;
	int rc = 0;

	if (!params)
		return 0;
	if (open_by_file(file, &ctx, &mod, err) < 0)
		return -1;
	if (kmod_module_get_info(mod, &info) < 0)
		return 0;	/* what it is not, the kernel says */
	for (const char *p = params + strspn(params, " \t"); *p && rc == 0; p += strspn(p, " \t")) {
		size_t len = strcspn(p, "= \t");

		/* Every module takes dyndbg, which is the kernel's. */
		if (strncmp(p, "dyndbg", len) && !is_told_of(info, p, len) && !has_string(file, p, len))
			rc = error_set(err, STATUS_USAGE, "--vendor-params '%s': %s has no parameter %.*s", params, file,
				       (int)len, p);
		p += strcspn(p, " \t");
	}
	kmod_module_info_free_list(info);
	return rc;
}

int kmodule_load(const char *name, const char *params, struct error *err)
{
	_cleanup_kmod_ struct kmod_ctx *ctx = NULL;
	_cleanup_mod_ struct kmod_module *mod = NULL;
	int rc;

	if (open_by_name(name, &ctx, &mod, err) < 0)
		return -1;
	rc = kmod_module_probe_insert_module(mod, 0, params, NULL, NULL, NULL);
	return rc < 0 ? kmod_error(err, rc, "cannot load the module", name) : 0;
}

static int load_dependencies(const char *file, const char *except, struct error *err)
{
	_cleanup_free_ char *list = kmodule_info(file, "depends");
	char *save = NULL;

	for (char *name = list ? strtok_r(list, ",", &save) : NULL; name;
	     name = strtok_r(NULL, ",", &save))
		if (strcmp(name, except) && !kmodule_is_loaded(name) &&
		    kmodule_load(name, NULL, err) < 0)
			return -1;
	return 0;
}

/* Those of modprobe.d and of the kernel's command line, which go by the module's name, wherever its file is. */
static const char *options_of(struct kmod_module *mod)
{
	const char *options = kmod_module_get_options(mod);

	return options ? options : "";
}

int kmodule_insert(const char *file, const char *except, const char *params, struct error *err)
{
	_cleanup_kmod_ struct kmod_ctx *ctx = NULL;
	_cleanup_mod_ struct kmod_module *mod = NULL;
	_cleanup_free_ char *options = NULL;
	int rc;

	if (open_by_file(file, &ctx, &mod, err) < 0 || load_dependencies(file, except, err) < 0)
		return -1;
	options = xasprintf("%s %s", options_of(mod), params ? params : "");
	rc = kmod_module_insert_module(mod, 0, options);
	if (rc == -EKEYREJECTED || rc == -EPERM)
		return error_set(err, STATUS_SKIP, "the kernel takes no unsigned module (%s): %s", file,
				 strerror(-rc));
	return rc < 0 ? kmod_error(err, rc, "the kernel refuses (its log says why)", file) : 0;
}

int kmodule_unload(const char *name, struct error *err)
{
	_cleanup_kmod_ struct kmod_ctx *ctx = NULL;
	_cleanup_mod_ struct kmod_module *mod = NULL;
	int rc;

	if (!kmodule_is_loaded(name))
		return 0;
	if (open_by_name(name, &ctx, &mod, err) < 0)
		return -1;
	rc = kmod_module_remove_module(mod, 0);
	if (rc == -EWOULDBLOCK || rc == -EBUSY)
		return error_set(err, STATUS_USAGE, "the module %s is in use", name);
	return rc < 0 ? kmod_error(err, rc, "cannot unload the module", name) : 0;
}
