// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_ready.h"

#include "base/memory.h"
#include "host/native_stages.h"
#include "run/stages.h"

static int ask_stock_kvm(void *native, struct error *err)
{
	struct native *n = native;

	return host_checks_gather_stock(&n->checks, n->run->config->cache, NULL, err);
}

static int forget_answers(void *native, struct error *err)
{
	(void)err;
	host_checks_gather_deinit(&((struct native *)native)->checks);
	return 0;
}

/* clang-format off */
/* libvirt looks for KVM when it asks QEMU, so that stage lies within the modules'. */
static const struct stage stages[] = {
	{ .phase = "load modules", .begin = native_load_modules,
	  .end_phase = "restore modules", .end = native_restore_modules },
	{ .phase = "ask stock KVM", .begin = ask_stock_kvm,
	  .end = forget_answers },
	{ .phase = "libvirt", .begin = native_connect_libvirt,
	  .end = native_disconnect_libvirt },
};
/* clang-format on */

int host_ready(struct host_run *run, struct error *err)
{
	struct native n = {
		.run = run,
		.request = { .scope = scope_words[SCOPE_VM] },
	};

	return stages_run(stages, ARRAY_SIZE(stages), run->progress, &n, err);
}
