// SPDX-License-Identifier: GPL-2.0-only
#include "image/cached_image.h"

#include <string.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "image/built_image.h"
#include "image/checksum_list.h"
#include "image/signature.h"

#define LIST_MAX (1u << 20)

char *cached_image_dir(const char *cache, const char *name)
{
	return xasprintf("%s/images/%s", cache, name);
}

char *cached_image_disk(const char *cache, const char *name)
{
	return xasprintf("%s/images/%s/" CACHED_IMAGE_DISK, cache, name);
}

static char *day_of(time_t t, char buf[16])
{
	struct tm tm;

	strftime(buf, 16, "%Y-%m-%d", gmtime_r(&t, &tm));
	return buf;
}

int cached_image_expect(const struct manifest *m, const char *dir, struct digest *ret,
			time_t *ret_made, struct error *err)
{
	_cleanup_free_ char *list = xasprintf("%s/" CACHED_IMAGE_LIST, dir);
	_cleanup_free_ char *signature = xasprintf("%s/" CACHED_IMAGE_SIGNATURE, dir);
	_cleanup_free_ char *text = NULL;
	char made[16], since[16];

	*ret_made = 0;
	if (m->pin.kind != DIGEST_NONE) {
		*ret = m->pin;
		return 0;
	}
	if (signature_verify(m->keyring, m->key, signature, list, ret_made, err) < 0)
		return error_wrap(err, "the signature on %s", m->sums_url);
	if (*ret_made < m->since)
		return error_set(err, STATUS_USAGE, "the list %s is stale: it was signed on %s, and one of %s "
				 "or later is known", m->sums_url, day_of(*ret_made, made),
				 day_of(m->since, since));
	text = file_read(list, LIST_MAX, NULL, err);
	if (!text || checksum_list_find(text, m->file, ret, err) < 0)
		return error_wrap(err, "%s", m->sums_url);
	return 0;
}

int cached_image_check_disk(const char *dir, const struct digest *want, struct error *err)
{
	_cleanup_free_ char *disk = xasprintf("%s/" CACHED_IMAGE_DISK, dir);
	struct digest got;

	if (digest_file_as(disk, want->kind, interrupt_check, &got, err) < 0)
		return -1;
	if (strcmp(got.hex, want->hex))
		return error_set(err, STATUS_USAGE, "%s is not the real one: its %s is %.16s..., and should be "
				 "%.16s...", disk, digest_name(want->kind), got.hex, want->hex);
	return 0;
}

/* The record says what was fetched; only the signed list, or the manifest, says that it is real. */
static int check_real(const struct manifest *m, const char *dir, json_t *brief, struct error *err)
{
	const char *sha256 = json_string_value(json_object_get(brief, "sha256"));
	struct digest want;
	time_t made;

	if (cached_image_expect(m, dir, &want, &made, err) < 0)
		return -1;
	if (want.kind != DIGEST_SHA256)
		return cached_image_check_disk(dir, &want, err);
	if (sha256 && !strcmp(sha256, want.hex))
		return 0;
	return error_set(err, STATUS_USAGE, "%s/" CACHED_IMAGE_DISK " is not what the signed list names", dir);
}

int cached_image_verify(const struct manifest *m, const char *cache, json_t **ret_brief,
			struct error *err)
{
	_cleanup_free_ char *dir = cached_image_dir(cache, m->name);
	_cleanup_free_ char *remedy = xasprintf("make image IMAGE=%s", m->name);
	_cleanup_free_ char *what = xasprintf("image %s", m->name);

	if (built_image_verify(dir, what, remedy, CACHED_IMAGE_DISK, false, ret_brief, err) < 0)
		return -1;
	if (check_real(m, dir, *ret_brief, err) == 0)
		return 0;
	json_decref(*ret_brief);
	*ret_brief = NULL;
	if (interrupt_pending())
		return -1;
	return error_wrap(err, "the %s is not used (`%s FORCE=1` fetches it anew)", what, remedy);
}
