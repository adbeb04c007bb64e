/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debian's cpuid tool for the micro guest, which has nothing but what it is given:
 * this machine's program and the libraries that it needs, each at its own path.
 */
#ifndef EXITMETER_CPUID_TOOL_H
#define EXITMETER_CPUID_TOOL_H

#include "base/error.h"

#define GUEST_TOOL_FILES_MAX 8

struct cpuid_tool {
	char *path[GUEST_TOOL_FILES_MAX];
	unsigned int count;
};

/* -1 with STATUS_SKIP where this machine has none; ret is empty then. */
int cpuid_tool_find(struct cpuid_tool *ret, struct error *err);
void cpuid_tool_deinit(struct cpuid_tool *tool);

/* What `ld.so --list` says: adds each library's path that is not there yet. */
int cpuid_tool_take_list(const char *text, struct cpuid_tool *tool, struct error *err);

#endif
