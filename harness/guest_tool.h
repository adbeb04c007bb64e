/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debian's cpuid tool for the micro guest, which has nothing but what it is given:
 * this machine's program and the libraries that it needs, each at its own path.
 */
#ifndef EXITMETER_GUEST_TOOL_H
#define EXITMETER_GUEST_TOOL_H

#include "error.h"

#define GUEST_TOOL_FILES_MAX 8

struct guest_tool {
	char *path[GUEST_TOOL_FILES_MAX];
	unsigned int count;
};

/* -1 with STATUS_SKIP where this machine has none; ret is empty then. */
int guest_tool_find(struct guest_tool *ret, struct error *err);
void guest_tool_deinit(struct guest_tool *tool);

/* What `ld.so --list` says: adds each library's path that is not there yet. */
int guest_tool_take_list(const char *text, struct guest_tool *tool, struct error *err);

#endif
