// SPDX-License-Identifier: GPL-2.0-only
#include "base/digest.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <string.h>

#include "base/memory.h"

#define CHUNK (1 << 20)

static int hash_fd(int fd, gcry_md_hd_t md, const char *path, digest_pause_fn pause,
		   struct error *err)
{
	_cleanup_free_ char *buf = xcalloc(1, CHUNK);
	ssize_t n;

	while ((n = read(fd, buf, CHUNK)) != 0) {
		if (pause && pause(err) < 0)
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

static void prepare_library(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return;
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static void write_hex(const unsigned char *sum, size_t bytes, char *ret)
{
	for (size_t i = 0; i < bytes; i++)
		sprintf(ret + 2 * i, "%02x", sum[i]);
}

void digest_bytes(const void *data, size_t len, char ret_hex[65])
{
	unsigned char sum[32];

	prepare_library();
	gcry_md_hash_buffer(GCRY_MD_SHA256, sum, data, len);
	write_hex(sum, sizeof(sum), ret_hex);
}

int digest_file_as(const char *path, enum digest_kind kind, digest_pause_fn pause,
		   struct digest *ret, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	gcry_md_hd_t md;
	int rc;

	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot open %s", path);
	prepare_library();
	if (gcry_md_open(&md, kinds[kind].algo, 0) != 0)
		return error_set(err, STATUS_USAGE, "libgcrypt offers no %s", kinds[kind].name);
	rc = hash_fd(fd, md, path, pause, err);
	write_hex(gcry_md_read(md, kinds[kind].algo), kinds[kind].bytes, ret->hex);
	ret->kind = kind;
	gcry_md_close(md);
	return rc;
}

int digest_file(const char *path, digest_pause_fn pause, char ret_hex[65], struct error *err)
{
	struct digest d;

	if (digest_file_as(path, DIGEST_SHA256, pause, &d, err) < 0)
		return -1;
	memcpy(ret_hex, d.hex, 65);
	return 0;
}
