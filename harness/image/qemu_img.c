// SPDX-License-Identifier: GPL-2.0-only
#include "image/qemu_img.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"

#define CHAIN_BYTES_MAX (1u << 20)
#define MAP_BYTES_MAX (64u << 20)
#define CLUSTER_BYTES (64 << 10)	/* where the format tells no other */
#define CHECK_FAILED 1			/* qemu-img check's exit codes: it could not go on, */
#define CHECK_CORRUPT 2			/* or has found damage */

/* Has qemu-img write JSON into a file, since that can be longer than what is kept of a program's output. */
static json_t *ask(const char *const args[], const char *into, size_t max_bytes, struct error *err)
{
	const char *argv[16] = { "sh", "-c", "into=$1; shift; exec qemu-img \"$@\" >\"$into\"", "sh", into };
	_cleanup_free_ char *said = NULL, *text = NULL;
	json_t *told;
	size_t len;
	int code = 0;

	for (size_t i = 0; args[i]; i++)
		argv[i + 5] = args[i];
	if (subprocess_capture(argv, SUBPROCESS_LARGE_MS, &code, &said, err) < 0)
		return NULL;
	if (code) {
		error_set(err, STATUS_USAGE, "%s", *said ? said : "qemu-img fails, and says nothing");
		return NULL;
	}
	text = file_read(into, max_bytes, &len, err);
	if (!text)
		return NULL;
	told = json_loadb(text, len, 0, NULL);
	if (!told)
		error_set(err, STATUS_USAGE, "qemu-img tells nothing of it");
	return told;
}

json_t *qemu_img_chain(const char *path, const char *into, struct error *err)
{
	const char *args[] = { "info", "--output=json", "--backing-chain", "-U", "--", path, NULL };

	return ask(args, into, CHAIN_BYTES_MAX, err);
}

static int check_by_format(const char *path, const char *format, struct error *err)
{
	const char *argv[] = { "qemu-img", "check", "-q", "-U", "-f", format, path, NULL };
	_cleanup_free_ char *said = NULL;
	int code = 0;

	if (subprocess_capture(argv, SUBPROCESS_LARGE_MS, &code, &said, err) < 0)
		return -1;
	return code != CHECK_FAILED && code != CHECK_CORRUPT ? 0 :
		error_set(err, STATUS_USAGE, "it is truncated or damaged: `qemu-img check` finds errors in %s", path);
}

static void take_longer(const json_t *name, uint64_t *bytes)
{
	struct stat st;

	if (json_is_string(name) && stat(json_string_value(name), &st) == 0 && (uint64_t)st.st_size > *bytes)
		*bytes = (uint64_t)st.st_size;
}

/* Length of the longest file of an image: a vmdk may have its data in others than the one that is named. */
static uint64_t longest_file(const json_t *link)
{
	json_t *extents = json_object_get(json_object_get(json_object_get(link, "format-specific"), "data"), "extents");
	json_t *extent;
	uint64_t bytes = 0;
	size_t i;

	take_longer(json_object_get(link, "filename"), &bytes);
	json_array_foreach(extents, i, extent)
		take_longer(json_object_get(extent, "filename"), &bytes);
	return bytes;
}

/* Where the data ends in the file, by the image's own tables. */
static uint64_t end_of_data(const json_t *map)
{
	json_t *part;
	uint64_t end = 0;
	size_t i;

	json_array_foreach(map, i, part) {
		uint64_t at = (uint64_t)json_integer_value(json_object_get(part, "offset")) +
			      (uint64_t)json_integer_value(json_object_get(part, "length"));

		if (json_object_get(part, "offset") && !json_integer_value(json_object_get(part, "depth")) && at > end)
			end = at;
	}
	return end;
}

/* Some formats' checks do not look where the file ends.  Its last cluster may be short. */
static int check_length(const json_t *link, const char *format, const char *into, struct error *err)
{
	const char *path = json_string_value(json_object_get(link, "filename"));
	const char *args[] = { "map", "--output=json", "-U", "-f", format, path, NULL };
	uint64_t cluster = (uint64_t)json_integer_value(json_object_get(link, "cluster-size"));
	uint64_t end, bytes = longest_file(link);
	json_t *map = ask(args, into, MAP_BYTES_MAX, err);

	if (!map)
		return -1;
	end = end_of_data(map);
	json_decref(map);
	return end < bytes + (cluster ? cluster : CLUSTER_BYTES) ? 0 :
		error_set(err, STATUS_USAGE, "it is truncated: the data of %s needs %" PRIu64 " bytes, and there are %" PRIu64,
			  path, end, bytes);
}

/* Bytes of data in a map; what is known to read as zeros counts for none. */
static uint64_t sum_of_data(const json_t *map)
{
	json_t *part;
	uint64_t sum = 0;
	size_t i;

	json_array_foreach(map, i, part)
		if (json_is_true(json_object_get(part, "data")) && !json_is_true(json_object_get(part, "zero")))
			sum += (uint64_t)json_integer_value(json_object_get(part, "length"));
	return sum;
}

int qemu_img_data(const char *path, const char *format, const char *into, uint64_t *ret_bytes, struct error *err)
{
	const char *args[] = { "map", "--output=json", "-U", "-f", format, path, NULL };
	json_t *map = ask(args, into, MAP_BYTES_MAX, err);

	if (!map)
		return -1;
	*ret_bytes = sum_of_data(map);
	json_decref(map);
	return 0;
}

int qemu_img_check(const json_t *link, const char *into, struct error *err)
{
	const char *path = json_string_value(json_object_get(link, "filename"));
	const char *format = json_string_value(json_object_get(link, "format"));

	if (!strcmp(format, "raw"))
		return 0;
	if (check_by_format(path, format, err) < 0)
		return -1;
	return strcmp(format, "qcow2") ? check_length(link, format, into, err) : 0;
}
