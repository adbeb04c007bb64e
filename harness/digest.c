// SPDX-License-Identifier: GPL-2.0-only
#include "digest.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <string.h>
#include <sys/stat.h>

#include "interrupt.h"
#include "util.h"

#define CHUNK (1 << 20)

static int hash_fd(int fd, gcry_md_hd_t md, const char *path, struct error *err)
{
	_cleanup_free_ char *buf = xcalloc(1, CHUNK);
	ssize_t n;

	while ((n = read(fd, buf, CHUNK)) != 0) {
		if (interrupt_check(err) < 0)
			return -1;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, STATUS_USAGE, "cannot read %s", path);
		gcry_md_write(md, buf, (size_t)n);
	}
	return 0;
}

int digest_file(const char *path, char ret_hex[65], struct error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	const unsigned char *sum;
	gcry_md_hd_t md;
	int rc;

	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot open %s", path);
	if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
		gcry_check_version(NULL);
		gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
		gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	}
	if (gcry_md_open(&md, GCRY_MD_SHA256, 0) != 0)
		return error_set(err, STATUS_USAGE, "libgcrypt offers no SHA-256");
	rc = hash_fd(fd, md, path, err);
	sum = gcry_md_read(md, GCRY_MD_SHA256);
	for (int i = 0; i < 32; i++)
		sprintf(ret_hex + 2 * i, "%02x", sum[i]);
	gcry_md_close(md);
	return rc;
}

static int verify_file(const char *dir, const char *name, const json_t *entry, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	const char *want = json_string_value(json_object_get(entry, "sha256"));
	json_int_t bytes = json_integer_value(json_object_get(entry, "bytes"));
	struct stat st;
	char got[65];

	if (!want || strchr(name, '/'))
		return error_set(err, STATUS_USAGE, "image.json has no valid entry for %s", name);
	if (stat(path, &st) < 0)
		return error_errno(err, STATUS_USAGE, "%s", path);
	if (st.st_size != bytes)
		return error_set(err, STATUS_USAGE, "%s is truncated or altered: %lld bytes, built with %lld",
				 path, (long long)st.st_size, (long long)bytes);
	if (digest_file(path, got, err) < 0)
		return -1;
	if (strcmp(got, want))
		return error_set(err, STATUS_USAGE, "%s is altered: SHA-256 %.16s..., built with %.16s...",
				 path, got, want);
	return 0;
}

static json_t *load_manifest(const char *dir, const char *what, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/image.json", dir);
	json_error_t je;
	json_t *m;

	if (access(path, F_OK) < 0) {
		error_set(err, STATUS_SKIP, "there is no %s in %s: run `make images`", what, dir);
		return NULL;
	}
	m = json_load_file(path, JSON_REJECT_DUPLICATES, &je);
	if (!m || !json_object_size(json_object_get(m, "files"))) {
		error_set(err, STATUS_USAGE, "%s is not a manifest (%s): remove %s and run `make images`",
			  path, m ? "it lists no files" : je.text, dir);
		json_decref(m);
		return NULL;
	}
	return m;
}

static int verify_files(const char *dir, const json_t *manifest, struct error *err)
{
	json_t *files = json_object_get(manifest, "files"), *entry;
	const char *name;

	json_object_foreach(files, name, entry)
		if (verify_file(dir, name, entry, err) < 0)
			return -1;
	return 0;
}

static json_t *brief(const json_t *manifest, const char *file)
{
	const json_t *entry = json_object_get(json_object_get(manifest, "files"), file);

	return json_pack("{sO? sO? sO? ss sO?}", "name", json_object_get(manifest, "name"),
			 "kernel", json_object_get(manifest, "kernel"),
			 "recipe", json_object_get(manifest, "recipe"), "file", file,
			 "sha256", json_object_get(entry, "sha256"));
}

int image_verify(const char *dir, const char *what, const char *file, json_t **ret_brief,
		 struct error *err)
{
	json_t *m = load_manifest(dir, what, err);
	int rc;

	if (!m)
		return -1;
	if (!json_object_get(json_object_get(m, "files"), file))
		rc = error_set(err, STATUS_USAGE, "%s/image.json lists no %s", dir, file);
	else
		rc = verify_files(dir, m, err);
	if (rc == 0)
		*ret_brief = brief(m, file);
	else if (!interrupt_pending())
		error_wrap(err, "the %s is not used (`make images FORCE=1` builds it anew)", what);
	json_decref(m);
	return rc;
}
