// SPDX-License-Identifier: GPL-2.0-only
#include "run/submission_files.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"

#define NOTES_BYTES_MAX (256u << 10)
#define PATCH_BYTES_MAX (4u << 20)

static const struct {
	const char *name;
	size_t max;
} files[] = {
	{ FILE_SUBMISSION, NOTES_BYTES_MAX },
	{ FILE_SUBMISSION_PATCH, PATCH_BYTES_MAX },
	{ FILE_BUILD_FAILED, NOTES_BYTES_MAX },
};

bool submission_is_unbuilt(const struct config *c)
{
	_cleanup_free_ char *failed = xasprintf("%s/" FILE_BUILD_FAILED, c->module_dir);
	_cleanup_free_ char *kvm = xasprintf("%s/kvm.ko", c->module_dir);

	return c->modules == KVM_PATCHED && access(failed, F_OK) == 0 && access(kvm, F_OK) < 0;
}

int submission_files_keep(const struct config *c, const char *run_dir, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *from = xasprintf("%s/%s", c->module_dir, files[i].name);
		_cleanup_free_ char *to = xasprintf("%s/%s", run_dir, files[i].name), *text = NULL;
		_cleanup_error_ struct error too_large = { 0 };
		size_t len;

		unlink(to);
		if (c->modules != KVM_PATCHED || access(from, F_OK) < 0)
			continue;
		text = file_read(from, files[i].max, &len, &too_large);
		if (text && file_write(to, text, len, err) < 0)
			return -1;
	}
	return 0;
}
