/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debian's cpuid tool for the micro guest.  That guest has only the files that it is given, so it
 * gets this machine's program and the libraries that the program needs, each at its own path.
 */
#ifndef EXITMETER_CPUID_TOOL_H
#define EXITMETER_CPUID_TOOL_H

#include "base/error.h"

#define CPUID_TOOL_FILES_MAX 8

struct cpuid_tool {
	char *path[CPUID_TOOL_FILES_MAX];
	unsigned int count;
};

/*
 * Finds the program and its libraries.  -1 with STATUS_SKIP and an empty ret where this machine has
 * none.
 */
int cpuid_tool_find(struct cpuid_tool *ret, struct error *err);
void cpuid_tool_deinit(struct cpuid_tool *tool);

/* Adds the path of each library in the output of `ld.so --list` that tool does not have yet. */
int cpuid_tool_take_list(const char *text, struct cpuid_tool *tool, struct error *err);

#endif
