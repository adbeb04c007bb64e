// SPDX-License-Identifier: GPL-2.0-only
#include "base/memory.h"
#include "host/host.h"
#include "kvm/nested.h"

enum host_type host_choose(const struct config *c, struct progress *p)
{
	_cleanup_free_ char *found = NULL;
	struct kvm_facts facts;

	if (c->host != HOST_AUTO)
		return c->host;
	nested_gather(&facts);
	found = nested_found(&facts);
	if (nested_tell(&facts) == NESTED_WORKS) {
		progress_note(p, "host: nested (auto: %s)", found);
		return HOST_NESTED;
	}
	progress_note(p, "host: emulated-svm (auto, for nested cannot run here: %s)", found);
	return HOST_EMULATED_SVM;
}
