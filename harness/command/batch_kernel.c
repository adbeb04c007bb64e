// SPDX-License-Identifier: GPL-2.0-only
#include "command/batch_kernel.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#define LIST_BYTES_MAX (64u << 10)

char *batch_kernel_suite(const struct config *c, const char *kernel, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/kernels.txt", c->kit);
	_cleanup_free_ char *text = file_read(path, LIST_BYTES_MAX, NULL, err), *all = NULL;
	char *save = NULL;

	if (!text)
		return NULL;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char series[32], suite[64];

		if (*line == '#' || sscanf(line, "%31s %63s", series, suite) != 2)
			continue;
		if (!strcmp(series, kernel))
			return xstrdup(suite);
		text_join(&all, " ", "%s", series);
	}
	error_set(err, STATUS_USAGE, "kernel %s is none of %s", kernel, all ? all : "none");
	return NULL;
}

int batch_kernel_set(struct config *c, const char *kernel, struct error *err)
{
	_cleanup_free_ char *record = NULL, *suite = batch_kernel_suite(c, kernel, err);

	if (!suite)
		return -1;
	text_replace(&c->host_image, xasprintf("%s/images/host-%s", c->cache, suite));
	text_replace(&c->module_dir, xasprintf("%s/modules/%s", c->cache, kernel));
	record = xasprintf("%s/image.json", c->host_image);
	if (access(record, F_OK) == 0 && access(c->module_dir, F_OK) == 0)
		return 0;
	return error_set(err, STATUS_USAGE,
			 "kernel %s is not built: make prepare KERNEL=%s HOST=emulated-svm", kernel,
			 kernel);
}
