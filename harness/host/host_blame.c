// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_blame.h"

#include "base/memory.h"
#include "host/console_trace.h"

bool host_blame_find(const struct host_boot *b, struct kernel_trace *ret)
{
	if (b->run->config->modules != KVM_PATCHED || !b->watch.is_seized)
		return false;
	return console_trace_find(b->files.console, 1u << TRACE_CRASH | 1u << TRACE_HANG, ret);
}

char *host_blame_tell(const struct kernel_trace *t)
{
	return xasprintf("it %s in %s+0x%x of %s: %s", t->kind == TRACE_HANG ? "hangs" : "crashed",
			 t->function, t->offset, t->module, t->what);
}
