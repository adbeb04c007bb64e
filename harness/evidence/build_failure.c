// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/build_failure.h"

#include <string.h>

#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/key_lines.h"

static const char *const kind_names[FAILURE_KINDS] = {
	[FAILURE_COMPILER] = "compiler",
	[FAILURE_CONFLICT] = "conflict",
	[FAILURE_UNCHANGED] = "unchanged",
	[FAILURE_FORM] = "form",
};

static bool take_kind(const char *value, struct build_failure *f)
{
	for (unsigned int i = 0; i < FAILURE_KINDS; i++) {
		if (!strcmp(value, kind_names[i])) {
			f->kind = (enum failure_kind)i;
			return true;
		}
	}
	return false;
}

static bool take_line(const char *key, const char *value, void *context)
{
	struct build_failure *f = context;

	if (!strcmp(key, "kind"))
		return take_kind(value, f);
	if (!strcmp(key, "kernel"))
		return key_line_copy(value, f->kernel, sizeof(f->kernel));
	if (!strcmp(key, "message"))
		return key_line_copy(value, f->message, sizeof(f->message));
	if (strcmp(key, "error") || f->error_count == BUILD_ERRORS_MAX)
		return true;
	return key_line_copy(value, f->error[f->error_count++], BUILD_TEXT_BYTES);
}

int build_failure_parse(const char *text, size_t len, struct build_failure *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = FAILURE_KINDS;
	if (key_lines_read(text, len, "build-failed 1", take_line, ret) && ret->kind != FAILURE_KINDS &&
	    *ret->message)
		return 0;
	return error_set(err, STATUS_USAGE, FILE_BUILD_FAILED " is malformed");
}
