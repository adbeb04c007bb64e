// SPDX-License-Identifier: GPL-2.0-only
#include "digest.h"

#include <ctype.h>
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

static const struct {
	const char *name;
	enum gcry_md_algos algo;
	size_t bytes;
} kinds[] = {
	[DIGEST_SHA256] = { "SHA-256", GCRY_MD_SHA256, 32 },
	[DIGEST_SHA512] = { "SHA-512", GCRY_MD_SHA512, 64 },
};

const char *digest_name(enum digest_kind kind)
{
	return kinds[kind].name;
}

bool digest_parse(enum digest_kind kind, const char *hex, size_t len, struct digest *ret)
{
	if (len != 2 * kinds[kind].bytes)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)hex[i]))
			return false;
		ret->hex[i] = (char)tolower((unsigned char)hex[i]);
	}
	ret->hex[len] = '\0';
	ret->kind = kind;
	return true;
}

int digest_file_as(const char *path, enum digest_kind kind, struct digest *ret, struct error *err)
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
	if (gcry_md_open(&md, kinds[kind].algo, 0) != 0)
		return error_set(err, STATUS_USAGE, "libgcrypt offers no %s", kinds[kind].name);
	rc = hash_fd(fd, md, path, err);
	sum = gcry_md_read(md, kinds[kind].algo);
	for (size_t i = 0; i < kinds[kind].bytes; i++)
		sprintf(ret->hex + 2 * i, "%02x", sum[i]);
	ret->kind = kind;
	gcry_md_close(md);
	return rc;
}

int digest_file(const char *path, char ret_hex[65], struct error *err)
{
	struct digest d;

	if (digest_file_as(path, DIGEST_SHA256, &d, err) < 0)
		return -1;
	memcpy(ret_hex, d.hex, 65);
	return 0;
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

static json_t *load_manifest(const char *dir, const char *what, const char *remedy,
			     struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/image.json", dir);
	json_error_t je;
	json_t *m;

	if (access(path, F_OK) < 0) {
		error_set(err, STATUS_SKIP, "there is no %s in %s: run `%s`", what, dir, remedy);
		return NULL;
	}
	m = json_load_file(path, JSON_REJECT_DUPLICATES, &je);
	if (!m || !json_object_size(json_object_get(m, "files"))) {
		error_set(err, STATUS_USAGE, "%s is not a manifest (%s): remove %s and run `%s`",
			  path, m ? "it lists no files" : je.text, dir, remedy);
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

	return json_pack("{sO? sO? sO? sO* sO* sO* ss sO?}",
			 "name", json_object_get(manifest, "name"),
			 "kernel", json_object_get(manifest, "kernel"),
			 "recipe", json_object_get(manifest, "recipe"),
			 "serial", json_object_get(manifest, "serial"),
			 "signed", json_object_get(manifest, "signed"),
			 "url", json_object_get(manifest, "url"), "file", file,
			 "sha256", json_object_get(entry, "sha256"));
}

char *image_suite(const char *dir, struct error *err)
{
	json_t *m = load_manifest(dir, "host image", "make images", err);
	const char *suite = json_string_value(json_object_get(m, "suite"));
	char *ret = suite ? xstrdup(suite) : NULL;

	if (m && !suite)
		error_set(err, STATUS_USAGE, "%s/image.json names no suite: run `make images FORCE=1`", dir);
	json_decref(m);
	return ret;
}

int image_verify(const char *dir, const char *what, const char *remedy, const char *file,
		 json_t **ret_brief, struct error *err)
{
	json_t *m = load_manifest(dir, what, remedy, err);
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
		error_wrap(err, "the %s is not used (`%s FORCE=1` makes it anew)", what, remedy);
	json_decref(m);
	return rc;
}
