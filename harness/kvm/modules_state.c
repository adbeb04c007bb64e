// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/modules_state.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "kvm/kmodule.h"
#include "kvm/modules_params.h"
#include "kvm/vendor.h"

char *modules_state_path(const char *folder)
{
	return xasprintf("%s/modules.json", folder);
}

void modules_state_deinit(struct modules_state *s)
{
	for (int i = 0; i < KVM_MODULES; i++) {
		free(s->before[i].name);
		json_decref(s->before[i].parameters);
	}
	json_decref(s->brought);
	free(s->dir);
	free(s->layout);
	free(s->scope);
	memset(s, 0, sizeof(*s));
}

/* Notes the modules that modprobe would load with it: they are unloaded again at the end. */
static void note_dependencies(const char *name, json_t *brought)
{
	_cleanup_free_ char *file = kmodule_stock_file(name);
	_cleanup_free_ char *list = file ? kmodule_info(file, "depends") : NULL;
	char *save = NULL;

	for (char *dep = list ? strtok_r(list, ",", &save) : NULL; dep; dep = strtok_r(NULL, ",", &save))
		if (strcmp(dep, "kvm") && !kmodule_is_loaded(dep) && !kmodule_is_built_in(dep)) {
			note_dependencies(dep, brought);
			json_array_append_new(brought, json_string(dep));
		}
}

int modules_state_take(const char *vendor, struct modules_state *ret, struct error *err)
{
	const char *names[KVM_MODULES] = { "kvm", vendor };

	memset(ret, 0, sizeof(*ret));
	ret->brought = json_array();
	for (int i = 0; i < KVM_MODULES; i++) {
		struct module_before *b = &ret->before[i];

		b->name = xstrdup(names[i]);
		b->was_loaded = kmodule_is_loaded(names[i]);
		note_dependencies(names[i], ret->brought);
		if (!b->was_loaded)
			continue;
		b->parameters = modules_params_read(names[i]);
		if (kmodule_identity_of_loaded(names[i], &b->identity, err) < 0)
			return -1;
	}
	return 0;
}

/* Loaded modules do not survive a boot, so a state of an earlier boot holds nothing any more. */
static char *boot_id(void)
{
	_cleanup_error_ struct error ignored = { 0 };
	char *text = file_read("/proc/sys/kernel/random/boot_id", 256, NULL, &ignored);

	if (!text)
		return xstrdup("unknown");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static json_t *text_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

int modules_state_write(const struct modules_state *s, const char *path, struct error *err)
{
	_cleanup_free_ char *boot = boot_id(), *text = NULL;
	json_t *root = json_object(), *list = json_array();

	for (int i = 0; i < KVM_MODULES; i++) {
		const struct module_before *b = &s->before[i];

		json_array_append_new(list, json_pack("{ss sb ss ss sO}", "name", b->name, "loaded",
			b->was_loaded, "srcversion", b->identity.srcversion, "build_id",
			b->identity.build_id, "parameters",
			b->parameters ? b->parameters : json_null()));
	}
	json_object_set_new(root, "boot", json_string(boot));
	json_object_set_new(root, "kept", json_boolean(s->is_kept));
	json_object_set_new(root, "before", list);
	json_object_set(root, "brought", s->brought);
	json_object_set_new(root, "dir", text_or_null(s->dir));
	json_object_set_new(root, "layout", text_or_null(s->layout));
	json_object_set_new(root, "scope", text_or_null(s->scope));
	text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	json_decref(root);
	if (!text)
		return error_set(err, STATUS_USAGE, "cannot write %s: a value is not UTF-8", path);
	return file_write(path, text, strlen(text), err);
}

static char *dup_or_null(const json_t *v)
{
	return json_is_string(v) ? xstrdup(json_string_value(v)) : NULL;
}

/* Whatever the file says, only modules of KVM are taken from it, because root unloads them. */
static bool is_module_of_kvm(const char *name, int place)
{
	return name && (place == 0 ? !strcmp(name, "kvm") :
				     !strcmp(name, vendor_module(VENDOR_SVM)) ||
					     !strcmp(name, vendor_module(VENDOR_VMX)));
}

static bool parse_before(const json_t *v, int place, struct module_before *ret)
{
	const char *name = NULL, *srcversion, *build_id;
	json_t *parameters;
	int loaded;

	if (json_unpack((json_t *)v, "{ss sb ss ss so}", "name", &name, "loaded", &loaded, "srcversion",
			&srcversion, "build_id", &build_id, "parameters", &parameters) < 0 ||
	    !is_module_of_kvm(name, place) || (loaded && !json_is_object(parameters)))
		return false;
	ret->name = xstrdup(name);
	ret->was_loaded = loaded;
	snprintf(ret->identity.srcversion, sizeof(ret->identity.srcversion), "%s", srcversion);
	snprintf(ret->identity.build_id, sizeof(ret->identity.build_id), "%s", build_id);
	ret->parameters = json_incref(parameters);
	return true;
}

static bool parse_state(const json_t *root, struct modules_state *ret)
{
	json_t *before = json_object_get(root, "before");

	if (json_array_size(before) != KVM_MODULES || !json_is_boolean(json_object_get(root, "kept")))
		return false;
	for (int i = 0; i < KVM_MODULES; i++)
		if (!parse_before(json_array_get(before, (size_t)i), i, &ret->before[i]))
			return false;
	ret->is_kept = json_is_true(json_object_get(root, "kept"));
	ret->brought = json_incref(json_object_get(root, "brought"));
	ret->dir = dup_or_null(json_object_get(root, "dir"));
	ret->layout = dup_or_null(json_object_get(root, "layout"));
	ret->scope = dup_or_null(json_object_get(root, "scope"));
	return true;
}

int modules_state_read(const char *path, struct modules_state *ret, struct error *err)
{
	_cleanup_free_ char *boot = boot_id();
	const char *written;
	json_error_t je;
	json_t *root;
	int rc = 1;

	memset(ret, 0, sizeof(*ret));
	if (access(path, F_OK) < 0)
		return 0;
	root = json_load_file(path, 0, &je);
	if (!root)
		return error_set(err, STATUS_USAGE, "%s: %s", path, je.text);
	written = json_string_value(json_object_get(root, "boot"));
	if (written && strcmp(written, boot) != 0)
		rc = 0;
	else if (!written || !parse_state(root, ret))
		rc = error_set(err, STATUS_USAGE,
			       "%s makes no sense: see what is loaded (`exitmeter status`), then remove it",
			       path);
	json_decref(root);
	if (rc < 0)
		modules_state_deinit(ret);
	return rc;
}
