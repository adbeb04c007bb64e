// SPDX-License-Identifier: GPL-2.0-only
#include "host/console_trace.h"

#include "base/file.h"
#include "base/memory.h"

#define CONSOLE_BYTES_MAX (20u << 20)	/* more is a flood, which ends a run by itself */

bool console_trace_find(const char *console_path, unsigned int kinds, struct kernel_trace *ret)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;

	text = file_read(console_path, CONSOLE_BYTES_MAX, &len, &ignored);
	return text && kernel_trace_find(text, len, kinds, ret, NULL);
}
