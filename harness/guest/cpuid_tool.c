// SPDX-License-Identifier: GPL-2.0-only
#include "guest/cpuid_tool.h"

#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/subprocess.h"
#include "probe/asks.h"

#define LOADER "/lib64/ld-linux-x86-64.so.2"	/* this path is part of the x86-64 ABI */

void cpuid_tool_deinit(struct cpuid_tool *tool)
{
	for (unsigned int i = 0; i < tool->count; i++)
		free(tool->path[i]);
	memset(tool, 0, sizeof(*tool));
}

static int add(struct cpuid_tool *tool, const char *path, size_t len, struct error *err)
{
	for (unsigned int i = 0; i < tool->count; i++)
		if (strlen(tool->path[i]) == len && !memcmp(tool->path[i], path, len))
			return 0;
	if (tool->count == CPUID_TOOL_FILES_MAX)
		return error_set(err, STATUS_SKIP, EM_TOOL_PATH " has more libraries than Debian's");
	tool->path[tool->count++] = xasprintf("%.*s", (int)len, path);
	return 0;
}

/*
 * A line is "\tNAME => PATH (ADDRESS)" or "\tPATH (ADDRESS)".  The kernel's vDSO, which is no file,
 * has no path.
 */
static int take_line(const char *line, size_t len, struct cpuid_tool *tool, struct error *err)
{
	const char *arrow = memmem(line, len, " => ", 4), *path = arrow ? arrow + 4 : line + 1;
	const char *end = memmem(line, len, " (", 2);

	if (len && line[0] == '\t' && end && end > path && *path == '/')
		return add(tool, path, (size_t)(end - path), err);
	if (arrow)
		return error_set(err, STATUS_SKIP, EM_TOOL_PATH " lacks a library: %.*s", (int)len - 1, line + 1);
	return 0;
}

int cpuid_tool_take_list(const char *text, struct cpuid_tool *tool, struct error *err)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (take_line(text, len, tool, err) < 0)
			return -1;
		text += len + (text[len] == '\n');
	}
	return 0;
}

static int list_libraries(struct cpuid_tool *tool, struct error *err)
{
	const char *argv[] = { LOADER, "--list", EM_TOOL_PATH, NULL };
	_cleanup_free_ char *said = NULL;
	int code;

	if (subprocess_capture(argv, SUBPROCESS_SMALL_MS, &code, &said, err) < 0)
		return -1;
	if (code)
		return error_set(err, STATUS_SKIP, "%s does not tell what " EM_TOOL_PATH " needs: %s", LOADER, said);
	return cpuid_tool_take_list(said, tool, err);
}

int cpuid_tool_find(struct cpuid_tool *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	if (access(EM_TOOL_PATH, X_OK) < 0)
		return error_set(err, STATUS_SKIP, "there is no " EM_TOOL_PATH ": run ci/install-deps");
	if (add(ret, EM_TOOL_PATH, strlen(EM_TOOL_PATH), err) < 0 || add(ret, LOADER, strlen(LOADER), err) < 0 ||
	    list_libraries(ret, err) < 0) {
		cpuid_tool_deinit(ret);
		return -1;
	}
	return 0;
}
