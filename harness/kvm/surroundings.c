// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/surroundings.h"

#include <glob.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* A livepatch has a folder for each object that it patches: /sys/kernel/livepatch/NAME/kvm. */
static char *find_livepatch(const char *root, const char *module)
{
	_cleanup_free_ char *pattern = xasprintf("%s/sys/kernel/livepatch/*/%s", root, module);
	glob_t found = { 0 };
	char *name = NULL;

	if (glob(pattern, 0, NULL, &found) == 0) {
		char *path = found.gl_pathv[0];

		*strrchr(path, '/') = '\0';
		name = xstrdup(strrchr(path, '/') + 1);
	}
	globfree(&found);
	return name;
}

int surroundings_gather(const char *root, enum kvm_vendor vendor, struct surroundings *ret, struct error *err)
{
	*ret = (struct surroundings){
		.names = { "kvm", vendor_module(vendor) },
		.hypervisor = hypervisor_find(root, hypervisor_cpuid),
	};
	for (size_t i = 0; i < ARRAY_SIZE(ret->names); i++) {
		if (modprobe_config_read(root, ret->names[i], &ret->modprobe[i], err) < 0) {
			surroundings_deinit(ret);
			return -1;
		}
		if (!ret->livepatch)
			ret->livepatch = find_livepatch(root, ret->names[i]);
	}
	return 0;
}

void surroundings_deinit(struct surroundings *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->modprobe); i++)
		modprobe_config_deinit(&s->modprobe[i]);
	free(s->livepatch);
	memset(s, 0, sizeof(*s));
}

static int refuse_command(const char *word, const char *name, const char *command, struct error *err)
{
	return error_set(err, STATUS_SKIP,
			 "modprobe.d has `%s %s %s`, and to exchange a module is not what that command does: take the "
			 "line out for the time (`grep -rE '^(install|remove).*kvm' /etc/modprobe.d /run/modprobe.d "
			 "/lib/modprobe.d` finds it), or use --host nested or emulated-svm; nothing was changed", word,
			 name, command);
}

int surroundings_require(const struct surroundings *s, bool is_patched, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->names); i++) {
		const struct modprobe_config *c = &s->modprobe[i];

		if (c->install)
			return refuse_command("install", s->names[i], c->install, err);
		if (c->remove)
			return refuse_command("remove", s->names[i], c->remove, err);
	}
	if (!s->livepatch || !is_patched)
		return 0;
	return error_set(err, STATUS_SKIP,
			 "the livepatch %s changes KVM, and would change the patched KVM too, which it does not fit: take it "
			 "out (`echo 0 > /sys/kernel/livepatch/%s/enabled`), or use --host nested or emulated-svm; nothing was "
			 "changed", s->livepatch, s->livepatch);
}

char *surroundings_note(const struct surroundings *s)
{
	const char *outer = hypervisor_note(s->hypervisor);
	char *note = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(s->names); i++) {
		const struct modprobe_config *c = &s->modprobe[i];

		if (c->options)
			text_join(&note, "; ", "%s takes the options of modprobe.d and of the kernel's command line, %s",
				  s->names[i], c->options);
		if (c->is_blacklisted)
			text_join(&note, "; ", "modprobe.d has %s on a blacklist, which a load by name passes over",
				  s->names[i]);
	}
	if (outer)
		text_join(&note, "; ", "%s", outer);
	return note;
}
