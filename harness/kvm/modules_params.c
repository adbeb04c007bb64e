// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/modules_params.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

json_t *modules_params_read(const char *name)
{
	_cleanup_free_ char *dir = xasprintf("/sys/module/%s/parameters", name);
	json_t *all = json_object();
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, e->d_name);
		_cleanup_error_ struct error ignored = { 0 };
		_cleanup_free_ char *value = NULL;

		if (e->d_name[0] == '.')
			continue;
		value = file_read(path, 1 << 16, NULL, &ignored);
		if (!value)
			continue;	/* it may only be written */
		value[strcspn(value, "\n")] = '\0';
		json_object_set_new(all, e->d_name, json_string(value));
	}
	if (d)
		closedir(d);
	return all;
}

/*
 * The kernel prints a string that is not set as "(null)", and what it found out as words ("not
 * required").  It would not take these as values.
 */
static bool is_value(const char *value)
{
	return *value && strcmp(value, "(null)") != 0 && !strpbrk(value, " \"");
}

char *modules_params_options(const json_t *parameters)
{
	char *all = xstrdup("");
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)parameters, name, v) {
		const char *value = json_string_value(v);

		if (value && is_value(value))
			text_join(&all, " ", "%s=%s", name, value);
	}
	return all;
}

/* A failure is ignored, because the caller compares the values afterwards. */
static void write_parameter(const char *module, const char *name, const char *value)
{
	_cleanup_free_ char *path = xasprintf("/sys/module/%s/parameters/%s", module, name);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, value, strlen(value)) < 0)
		return;
}

json_t *modules_params_differing(const char *name, const json_t *wanted)
{
	json_t *now = modules_params_read(name), *differing = json_object(), *v;
	const char *param;

	json_object_foreach((json_t *)wanted, param, v)
		if (json_is_string(v) && !json_equal(json_object_get(now, param), v))
			json_object_set(differing, param, v);
	json_decref(now);
	return differing;
}

/* Returns "a=1 (was 0), b=..."; the caller frees it. */
static char *list_differences(const char *module, const json_t *differing)
{
	json_t *now = modules_params_read(module), *v;
	char *list = NULL;
	const char *name;

	json_object_foreach((json_t *)differing, name, v) {
		const char *is = json_string_value(json_object_get(now, name));

		text_join(&list, ", ", "%s=%s (was %s)", name, is ? is : "gone", json_string_value(v));
	}
	json_decref(now);
	return list;
}

int modules_params_enforce(const char *name, const json_t *wanted, struct error *err)
{
	json_t *differing = modules_params_differing(name, wanted), *v;
	_cleanup_free_ char *list = NULL;
	const char *param;
	int rc = 0;

	json_object_foreach(differing, param, v)
		write_parameter(name, param, json_string_value(v));
	json_decref(differing);
	differing = modules_params_differing(name, wanted);
	if (json_object_size(differing)) {
		list = list_differences(name, differing);
		rc = error_set(err, STATUS_USAGE, "%s is back, but not with the parameters it had: %s",
			       name, list);
	}
	json_decref(differing);
	return rc;
}
