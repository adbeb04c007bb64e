// SPDX-License-Identifier: GPL-2.0-only
#include "host/enabled_lists.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "run/module_folder.h"

#define LIST_MAX (1 << 20)

/* Which kernel the modules are for; NULL: it cannot be read. */
static char *kernel_of(const char *modules)
{
	_cleanup_free_ char *path = xasprintf("%s/kvm.ko", modules);
	_cleanup_error_ struct error none = { 0 };
	_cleanup_free_ char *bytes = NULL;
	size_t len;

	bytes = file_read(path, MODULE_BYTES_MAX, &len, &none);
	return bytes ? module_kernel(bytes, len) : NULL;
}

/* Writes the list to `to` if its first line says that it is of this vendor and kernel. */
static int take(const char *from, const char *first_line, const char *to, bool *ret_taken, struct error *err)
{
	_cleanup_error_ struct error none = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;

	text = file_read(from, LIST_MAX, &len, &none);
	*ret_taken = text && !strncmp(text, first_line, strlen(first_line));
	return *ret_taken ? file_write(to, text, len, err) : 0;
}

static int lend(const char *modules, const char *cache, const char *vendor, const char *kernel, struct error *err)
{
	_cleanup_free_ char *to = xasprintf("%s/enabled-%s.txt", modules, vendor);
	_cleanup_free_ char *pattern = xasprintf("%s/modules/*/enabled-%s.txt", cache, vendor);
	_cleanup_free_ char *first_line = xasprintf("# vendor %s kernel %s\n", vendor, kernel);
	bool is_taken = access(to, F_OK) == 0;
	glob_t found;
	int rc = 0;

	if (is_taken || glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; rc == 0 && !is_taken && i < found.gl_pathc; i++)
		rc = take(found.gl_pathv[i], first_line, to, &is_taken, err);
	globfree(&found);
	return rc;
}

int enabled_lists_lend(const char *modules, const char *cache, struct error *err)
{
	_cleanup_free_ char *kernel = kernel_of(modules);

	if (!kernel)
		return 0;
	if (lend(modules, cache, "svm", kernel, err) < 0)
		return -1;
	return lend(modules, cache, "vmx", kernel, err);
}
