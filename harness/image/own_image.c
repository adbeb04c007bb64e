// SPDX-License-Identifier: GPL-2.0-only
#include "image/own_image.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "image/qemu_img.h"
#include "run/smallest_kernel.h"

#define FILES_MAX 64
#define LARGE_BYTES (64u << 20)
#define CONVERT_MS (6 * SUBPROCESS_LARGE_MS)

void own_image_deinit(struct own_image *image)
{
	for (unsigned int i = 0; i < image->count; i++)
		free(image->files[i]);
	free(image->files);
	free(image->format);
	memset(image, 0, sizeof(*image));
}

static void add_file(struct own_image *image, const char *path)
{
	for (unsigned int i = 0; i < image->count; i++)
		if (!strcmp(image->files[i], path))
			return;
	if (image->count == FILES_MAX)
		return;	/* QEMU itself gives up long before */
	image->files = xrealloc(image->files, (image->count + 1) * sizeof(*image->files));
	image->files[image->count++] = xstrdup(path);
}

/* A vmdk may lie in several files, and a qcow2 may have its data in another one. */
static void add_parts(struct own_image *image, const json_t *link)
{
	json_t *data = json_object_get(json_object_get(link, "format-specific"), "data"), *extent;
	const char *apart = json_string_value(json_object_get(data, "data-file"));
	size_t i;

	json_array_foreach(json_object_get(data, "extents"), i, extent) {
		const char *name = json_string_value(json_object_get(extent, "filename"));

		if (name)
			add_file(image, name);
	}
	if (apart)
		add_file(image, apart);
}

static int take_links(const json_t *chain, struct own_image *image, struct error *err)
{
	json_t *link;
	size_t i;

	json_array_foreach(chain, i, link) {
		const char *path = json_string_value(json_object_get(link, "filename"));
		const char *format = json_string_value(json_object_get(link, "format"));

		if (!path || !format)
			return error_set(err, STATUS_USAGE, "qemu-img tells no name or format");
		if (json_is_true(json_object_get(link, "encrypted")) || !strcmp(format, "luks"))
			return error_set(err, STATUS_USAGE, "%s is encrypted", path);
		if (!image->format)
			image->format = xstrdup(format);
		add_file(image, path);
		add_parts(image, link);
	}
	if (!image->format)
		return error_set(err, STATUS_USAGE, "qemu-img tells nothing");
	image->is_plain = image->count == 1 &&
			  (!strcmp(image->format, "raw") || !strcmp(image->format, "qcow2"));
	return 0;
}

/* qemu-img opens many a truncated image without a word, also one behind another. */
static int check_links(const json_t *chain, const char *into, struct error *err)
{
	json_t *link;
	size_t i;

	json_array_foreach(chain, i, link)
		if (qemu_img_check(link, into, err) < 0)
			return -1;
	return 0;
}

static int ask(const char *path, const char *into, struct own_image *image, uint64_t *ret_size, struct error *err)
{
	json_t *chain = qemu_img_chain(path, into, err);
	int rc;

	if (!chain)
		return -1;
	rc = take_links(chain, image, err);
	if (rc == 0)
		rc = check_links(chain, into, err);
	*ret_size = (uint64_t)json_integer_value(json_object_get(json_array_get(chain, 0), "virtual-size"));
	json_decref(chain);
	return rc;
}

/* Reads the disk's first bytes through its format. */
static int peek(const char *path, const char *into, struct own_image *image, struct error *err)
{
	_cleanup_free_ char *in = xasprintf("if=%s", path), *out = xasprintf("of=%s", into);
	const char *argv[] = { "qemu-img", "dd", "-U", "-f", image->format, "-O", "raw", "bs=64k", "count=1", in, out,
			       NULL };
	_cleanup_free_ char *data = NULL;
	size_t len;

	unlink(into);
	if (subprocess_run(argv, SUBPROCESS_SMALL_MS, err) < 0)
		return -1;
	data = file_read(into, DISK_LAYOUT_BYTES, &len, err);
	if (!data)
		return -1;
	disk_layout_read(data, len, &image->layout);
	return 0;
}

static int check_whole(const struct disk_layout *l, uint64_t size, struct error *err)
{
	return l->bytes <= size ? 0 :
		error_set(err, STATUS_USAGE,
			  "it is truncated: its partitions need %" PRIu64 " bytes, and it has %" PRIu64, l->bytes, size);
}

static int check_bootable(const struct disk_layout *l, struct error *err)
{
	if (l->mistaken_for)
		return error_set(err, STATUS_USAGE, "it is %s", l->mistaken_for);
	if (l->is_empty)
		return error_set(err, STATUS_USAGE, "it begins with zeros only, so nothing can boot it");
	if (!l->has_boot_sector)
		return error_set(err, STATUS_USAGE, "it has no boot sector, and is no format that qemu-img knows");
	if (!l->has_bios_code && !l->has_esp)
		return error_set(err, STATUS_USAGE, "it has neither code for a BIOS nor an EFI system partition");
	return 0;
}

/* Whether one file alone has so much that its tables need not be read, which can be long. */
static bool is_large(const struct own_image *image)
{
	struct stat st;

	for (unsigned int i = 0; i < image->count; i++)
		if (stat(image->files[i], &st) < 0 || (uint64_t)st.st_blocks * 512 >= LARGE_BYTES)
			return true;
	return false;
}

/* A guest has no network, so all that it boots is on its disk. */
static int check_amount(const char *path, const char *into, const struct own_image *image, struct error *err)
{
	uint64_t bytes;

	if (is_large(image))
		return 0;
	if (qemu_img_data(path, image->format, into, &bytes, err) < 0)
		return -1;
	return bytes >= SMALLEST_KERNEL_BYTES ? 0 :
		error_set(err, STATUS_USAGE, "it has a boot sector and no system: it holds %" PRIu64 " bytes of data, and a Linux "
			  "kernel alone has more", bytes);
}

static int look(const char *path, const char *dir, struct own_image *image, struct error *err)
{
	_cleanup_free_ char *into = xasprintf("%s/told", dir);
	uint64_t size;

	if (ask(path, into, image, &size, err) < 0 || peek(path, into, image, err) < 0 ||
	    check_bootable(&image->layout, err) < 0 || check_whole(&image->layout, size, err) < 0)
		return -1;
	return check_amount(path, into, image, err);
}

int own_image_look(const char *path, struct own_image *ret, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	_cleanup_free_ char *dir = xasprintf("%s/exitmeter-image-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	struct stat st;
	int rc;

	memset(ret, 0, sizeof(*ret));
	if (stat(path, &st) < 0 || access(path, R_OK) < 0)
		return error_errno(err, STATUS_USAGE, "cannot read image file %s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, STATUS_USAGE, "%s is no disk image, but a folder or a device", path);
	if (!mkdtemp(dir))
		return error_errno(err, STATUS_USAGE, "cannot make a folder %s", dir);
	rc = look(path, dir, ret, err);
	dir_remove(dir);
	if (rc < 0) {
		own_image_deinit(ret);
		error_wrap(err, "the image %s is not used", path);
	}
	return rc;
}

int own_image_flatten(const struct own_image *image, const char *to, struct error *err)
{
	const char *argv[] = { "qemu-img", "convert", "-U", "-f", image->format, "-O", "qcow2", image->files[0], to,
			       NULL };

	return subprocess_run(argv, CONVERT_MS, err);
}

int own_image_digest(const struct own_image *image, char ret_hex[65], struct error *err)
{
	_cleanup_free_ char *list = NULL;
	char hex[65];

	for (unsigned int i = 0; i < image->count; i++) {
		if (digest_file(image->files[i], interrupt_check, hex, err) < 0)
			return -1;
		text_join(&list, "\n", "%s", hex);
	}
	if (image->count == 1) {
		memcpy(ret_hex, hex, sizeof(hex));
		return 0;
	}
	text_join(&list, "\n", "%s", "");
	digest_bytes(list, strlen(list), ret_hex);
	return 0;
}
