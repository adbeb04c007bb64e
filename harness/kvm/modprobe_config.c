// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/modprobe_config.h"

#include <libkmod.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static char *text_or_null(const char *text)
{
	return text && *text ? xstrdup(text) : NULL;
}

static bool is_in_blacklist(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_config_iter *it = kmod_config_get_blacklists(ctx);
	bool found = false;

	while (it && kmod_config_iter_next(it))
		found = found || !strcmp(kmod_config_iter_get_key(it), name);
	if (it)
		kmod_config_iter_free_iter(it);
	return found;
}

static int read_from(struct kmod_ctx *ctx, const char *name, struct modprobe_config *ret, struct error *err)
{
	struct kmod_module *mod = NULL;

	if (!ctx || kmod_module_new_from_name(ctx, name, &mod) < 0)
		return error_set(err, STATUS_USAGE, "libkmod cannot read the configuration of modprobe");
	ret->install = text_or_null(kmod_module_get_install_commands(mod));
	ret->remove = text_or_null(kmod_module_get_remove_commands(mod));
	ret->options = text_or_null(kmod_module_get_options(mod));
	ret->is_blacklisted = is_in_blacklist(ctx, name);
	kmod_module_unref(mod);
	return 0;
}

int modprobe_config_read(const char *root, const char *name, struct modprobe_config *ret, struct error *err)
{
	_cleanup_free_ char *etc = xasprintf("%s/etc/modprobe.d", root), *run = xasprintf("%s/run/modprobe.d", root);
	_cleanup_free_ char *lib = xasprintf("%s/lib/modprobe.d", root);
	const char *const folders[] = { etc, run, lib, NULL };
	struct kmod_ctx *ctx = kmod_new(NULL, *root ? folders : NULL);
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = read_from(ctx, name, ret, err);
	if (ctx)
		kmod_unref(ctx);
	return rc;
}

void modprobe_config_deinit(struct modprobe_config *c)
{
	free(c->install);
	free(c->remove);
	free(c->options);
	memset(c, 0, sizeof(*c));
}
