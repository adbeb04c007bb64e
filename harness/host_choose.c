// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "host.h"
#include "preflight.h"
#include "util.h"

const char *host_choose(const struct config *c, struct progress *p)
{
	_cleanup_free_ char *found = NULL;
	struct kvm_facts facts;

	if (strcmp(c->host, "auto"))
		return c->host;
	preflight_gather(&facts);
	found = preflight_nested_found(&facts);
	if (preflight_nested(&facts) == NESTED_WORKS) {
		progress_note(p, "host: nested (auto: %s)", found);
		return "nested";
	}
	progress_note(p, "host: emulated-svm (auto, for nested cannot run here: %s)", found);
	return "emulated-svm";
}
