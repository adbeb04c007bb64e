// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_params.h"

#include "base/memory.h"

char *host_params_join(const char *first, const char *second)
{
	if (!first || !second)
		return first || second ? xstrdup(first ? first : second) : NULL;
	return xasprintf("%s %s", first, second);
}

char *host_params(const struct config *c, enum kvm_vendor vendor)
{
	_cleanup_free_ char *paging = NULL;

	if (c->paging != PAGING_AUTO && vendor != VENDOR_NONE)
		paging = xasprintf("%s=%d", vendor_paging_param(vendor), c->paging == PAGING_NESTED);
	return host_params_join(c->vendor_params, paging);
}

int host_params_require_paging(const struct config *c, enum kvm_vendor vendor, struct error *err)
{
	if (c->paging != PAGING_NESTED || vendor == VENDOR_NONE || vendor_cpu_has(vendor_paging_param(vendor)))
		return 0;
	return error_set(err, STATUS_SKIP, "--paging nested: this machine's CPU shows no %s: take --paging shadow, or "
			 "--host emulated-svm", vendor_paging_param(vendor));
}
