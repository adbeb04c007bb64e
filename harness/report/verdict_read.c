// SPDX-License-Identifier: GPL-2.0-only
#include "report/verdict_read.h"

#include <jansson.h>
#include <string.h>

#include "base/memory.h"
#include "evidence/file_names.h"

char *verdict_read(const char *dir, enum exit_status *ret_status)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_VERDICTS, dir);
	json_error_t ignored;
	json_t *root = json_load_file(path, 0, &ignored);
	const char *verdict = json_string_value(json_object_get(root, "verdict"));
	bool is_pass = verdict && !strcmp(verdict, "pass"),
	     is_fail = verdict && !strcmp(verdict, "fail");

	json_decref(root);
	if (ret_status)
		*ret_status = is_pass ? STATUS_PASS : is_fail ? STATUS_FAIL : STATUS_LOST;
	return xstrdup(is_pass ? "pass" : is_fail ? "fail" : "lost");
}
