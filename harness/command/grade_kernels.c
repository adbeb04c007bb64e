// SPDX-License-Identifier: GPL-2.0-only
#include "command/grade_kernels.h"

#include <jansson.h>
#include <string.h>

#include "base/memory.h"
#include "command/batch_kernel.h"

/* The release of a host image's kernel; NULL: a run will tell what is wrong with the image. */
static char *read_release(const char *host_image)
{
	_cleanup_free_ char *path = xasprintf("%s/image.json", host_image);
	json_error_t ignored;
	json_t *record = json_load_file(path, 0, &ignored);
	const char *release = json_string_value(json_object_get(record, "kernel"));
	char *ret = release ? xstrdup(release) : NULL;

	json_decref(record);
	return ret;
}

static bool is_there_twice(const struct grade_kernels *k, const struct class_kernel *one)
{
	for (size_t i = 0; i < k->count; i++)
		if (&k->list[i] != one && k->list[i].release && !strcmp(k->list[i].release, one->release))
			return true;
	return false;
}

static int add(const struct config *c, const char *series, struct grade_kernels *k, struct error *err)
{
	_cleanup_free_ char *suite = batch_kernel_suite(c, series, err), *record = NULL;
	struct class_kernel *one = &k->list[k->count];

	if (!suite)
		return -1;
	if (k->count == GRADE_KERNELS_MAX)
		return error_set(err, STATUS_USAGE, "--kernels takes at most %d kernels", GRADE_KERNELS_MAX - 1);
	k->count++;
	one->series = xstrdup(series);
	one->tree = xasprintf("%s/trees/build-%s", c->cache, suite);
	one->host_image = xasprintf("%s/images/host-%s", c->cache, suite);
	one->release = read_release(one->host_image);
	record = xasprintf("%s/tree.json", one->tree);
	if (!one->release || access(record, F_OK) < 0)
		return error_set(err, STATUS_USAGE, "kernel %s is not built: make tree host-image KERNEL=%s", series, series);
	if (is_there_twice(k, one))
		return error_set(err, STATUS_USAGE, "--kernels: kernel %s is there twice, or is the one of --host-image", series);
	return 0;
}

int grade_kernels_init(const struct config *c, struct grade_kernels *ret, struct error *err)
{
	_cleanup_free_ char *words = xstrdup(c->kernels ? c->kernels : "");
	char *save = NULL;
	int rc = 0;

	memset(ret, 0, sizeof(*ret));
	ret->count = 1;
	ret->list[0].tree = c->tree ? xstrdup(c->tree) : NULL;
	ret->list[0].host_image = xstrdup(c->host_image);
	ret->list[0].release = read_release(c->host_image);
	for (char *word = strtok_r(words, ", ", &save); word && rc == 0; word = strtok_r(NULL, ", ", &save))
		rc = add(c, word, ret, err);
	return rc;
}

void grade_kernels_deinit(struct grade_kernels *k)
{
	for (size_t i = 0; i < k->count; i++) {
		free(k->list[i].series);
		free(k->list[i].tree);
		free(k->list[i].host_image);
		free(k->list[i].release);
	}
	k->count = 0;
}
