// SPDX-License-Identifier: GPL-2.0-only
#include "batch/run_whole.h"

#include <string.h>

#include "base/memory.h"
#include "batch/run_id.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "run/config_json.h"

bool run_is_whole(const char *dir, const char *id)
{
	return run_id_is_done(dir, id) && seal_is_complete(dir);
}

bool run_is_anothers(const char *dir, const char *id)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_CONFIG, dir);
	_cleanup_error_ struct error ignored = { 0 };
	struct config c;
	bool is_anothers;

	config_init(&c);
	is_anothers = config_read(&c, path, &ignored) == 0 && c.run_id && strcmp(c.run_id, id) != 0 &&
		      run_is_whole(dir, c.run_id);
	config_deinit(&c);
	return is_anothers;
}
