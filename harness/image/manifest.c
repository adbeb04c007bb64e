// SPDX-License-Identifier: GPL-2.0-only
#include "image/manifest.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/template.h"
#include "base/text.h"

#define MANIFEST_MAX 65536
#define SYSTEM_KEYRINGS "/usr/share/keyrings"

enum key {
	KEY_BASE, KEY_FOLDER, KEY_SERIAL, KEY_FILE, KEY_FORMAT, KEY_SUMS, KEY_SIGNATURE,
	KEY_KEYRING, KEY_KEY, KEY_SINCE, KEY_SHA256, KEY_SHA512, KEYS
};

/* A manifest is signed or pinned: it has all keys of the one way, and none of the other. */
enum key_use { ALWAYS, SIGNED, PINNED };

static const struct {
	const char *name;
	enum key_use use;
} keys[KEYS] = {
	[KEY_BASE] = { "base", ALWAYS },	   [KEY_FOLDER] = { "folder", ALWAYS },
	[KEY_SERIAL] = { "serial", ALWAYS },	   [KEY_FILE] = { "file", ALWAYS },
	[KEY_FORMAT] = { "format", ALWAYS },	   [KEY_SUMS] = { "sums", SIGNED },
	[KEY_SIGNATURE] = { "signature", SIGNED }, [KEY_KEYRING] = { "keyring", SIGNED },
	[KEY_KEY] = { "key", SIGNED },		   [KEY_SINCE] = { "since", SIGNED },
	[KEY_SHA256] = { "sha256", PINNED },	   [KEY_SHA512] = { "sha512", PINNED },
};

void manifest_deinit(struct manifest *m)
{
	free(m->name);
	free(m->url);
	free(m->sums_url);
	free(m->signature_url);
	free(m->file);
	free(m->serial);
	free(m->format);
	free(m->keyring);
	free(m->key);
	memset(m, 0, sizeof(*m));
}

static int find_key(const char *word, size_t len)
{
	for (int i = 0; i < KEYS; i++)
		if (strlen(keys[i].name) == len && !strncmp(keys[i].name, word, len))
			return i;
	return -1;
}

/* Splits the line in place; the value points into it. */
static int read_line(char *line, char *values[KEYS], struct error *err)
{
	size_t key_len = strcspn(line, " ");
	int key = find_key(line, key_len);
	char *value = line + key_len;

	value += strspn(value, " ");
	value[strcspn(value, " ")] = '\0';
	if (key < 0)
		return error_set(err, STATUS_USAGE, "unknown key '%.*s'", (int)key_len, line);
	if (!*value || values[key])
		return error_set(err, STATUS_USAGE, "key '%s' %s", keys[key].name,
				 *value ? "is given twice" : "has no value");
	values[key] = value;
	return 0;
}

static int read_lines(char *text, char *values[KEYS], struct error *err)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (*line != '#' && read_line(line, values, err) < 0)
			return -1;
	return 0;
}

static int check_keys(char *const values[KEYS], bool is_pinned, struct error *err)
{
	for (int i = 0; i < KEYS; i++) {
		bool is_needed = keys[i].use == ALWAYS || (keys[i].use == SIGNED && !is_pinned);

		if (is_needed && !values[i])
			return error_set(err, STATUS_USAGE, "key '%s' is missing", keys[i].name);
		if (keys[i].use == SIGNED && is_pinned && values[i])
			return error_set(err, STATUS_USAGE, "both a pinned checksum and '%s'",
					 keys[i].name);
	}
	return 0;
}

static int check_values(char *const values[KEYS], struct error *err)
{
	bool is_pinned = values[KEY_SHA256] || values[KEY_SHA512];

	if (check_keys(values, is_pinned, err) < 0)
		return -1;
	if (values[KEY_SHA256] && values[KEY_SHA512])
		return error_set(err, STATUS_USAGE, "both sha256 and sha512");
	if (is_pinned && !strcmp(values[KEY_SERIAL], "current"))
		return error_set(err, STATUS_USAGE, "a pinned checksum wants a serial, not `current`");
	if (strcmp(values[KEY_FORMAT], "qcow2") && strcmp(values[KEY_FORMAT], "raw"))
		return error_set(err, STATUS_USAGE, "format is qcow2 or raw, not '%s'",
				 values[KEY_FORMAT]);
	return 0;
}

static bool is_plain_name(const char *s)
{
	return *s && *s != '.' && !strchr(s, '/');
}

static int take_pin(char *const values[KEYS], struct manifest *m, struct error *err)
{
	enum digest_kind kind = values[KEY_SHA256] ? DIGEST_SHA256 : DIGEST_SHA512;
	const char *hex = values[KEY_SHA256] ? values[KEY_SHA256] : values[KEY_SHA512];

	if (digest_parse(kind, hex, strlen(hex), &m->pin))
		return 0;
	return error_set(err, STATUS_USAGE, "'%s' is no %s", hex, digest_name(kind));
}

static char *find_keyring(const char *word, const char *cache)
{
	char *path;

	if (*word == '/')
		return xstrdup(word);
	path = xasprintf(SYSTEM_KEYRINGS "/%s", word);
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return xasprintf("%s/keyrings/%s", cache, word);
}

static int take_signer(char *const values[KEYS], const char *folder_url, const char *cache,
		       struct manifest *m, struct error *err)
{
	const char *key = values[KEY_KEY], *end;
	struct tm day = { 0 };

	if (strlen(key) != 40 || strspn(key, "0123456789ABCDEF") != 40)
		return error_set(err, STATUS_USAGE, "'%s' is no fingerprint of a key: 40 hex digits",
				 key);
	end = strptime(values[KEY_SINCE], "%Y-%m-%d", &day);
	if (!end || *end)
		return error_set(err, STATUS_USAGE, "'%s' is no day: YYYY-MM-DD", values[KEY_SINCE]);
	m->since = timegm(&day);
	m->key = xstrdup(key);
	m->keyring = find_keyring(values[KEY_KEYRING], cache);
	m->sums_url = xasprintf("%s%s", folder_url, values[KEY_SUMS]);
	m->signature_url = xasprintf("%s%s", folder_url, values[KEY_SIGNATURE]);
	return 0;
}

static int take_values(char *const values[KEYS], const char *mirror, const char *cache,
		       struct manifest *m, struct error *err)
{
	const char *base = mirror && *mirror ? mirror : values[KEY_BASE];
	const struct template_var vars[] = { { "SERIAL", values[KEY_SERIAL] } };
	_cleanup_free_ char *folder = template_render(values[KEY_FOLDER], vars, 1, err);
	_cleanup_free_ char *folder_url = NULL;

	if (!folder || !(m->file = template_render(values[KEY_FILE], vars, 1, err)))
		return -1;
	if (!is_plain_name(m->file))
		return error_set(err, STATUS_USAGE, "'%s' is no file name", m->file);
	folder_url = xasprintf("%s%s%s%s", base, base[strlen(base) - 1] == '/' ? "" : "/", folder,
			       folder[strlen(folder) - 1] == '/' ? "" : "/");
	m->url = xasprintf("%s%s", folder_url, m->file);
	m->serial = xstrdup(values[KEY_SERIAL]);
	m->format = xstrdup(values[KEY_FORMAT]);
	if (!values[KEY_SUMS])
		return take_pin(values, m, err);
	return take_signer(values, folder_url, cache, m, err);
}

int manifest_parse(const char *text, const char *name, const char *mirror, const char *cache,
		   struct manifest *ret, struct error *err)
{
	_cleanup_free_ char *copy = xstrdup(text);
	char *values[KEYS] = { NULL };

	memset(ret, 0, sizeof(*ret));
	ret->name = xstrdup(name);
	if (read_lines(copy, values, err) == 0 && check_values(values, err) == 0 &&
	    take_values(values, mirror, cache, ret, err) == 0)
		return 0;
	manifest_deinit(ret);
	return error_wrap(err, "the manifest of image %s", name);
}

static int is_manifest(const struct dirent *d)
{
	return is_plain_name(d->d_name);
}

char *manifest_names(const char *dir)
{
	struct dirent **found;
	int count = scandir(dir, &found, is_manifest, alphasort);
	char *names = xstrdup("");

	for (int i = 0; i < count; i++) {
		text_join(&names, " ", "%s", found[i]->d_name);
		free(found[i]);
	}
	if (count >= 0)
		free(found);
	return names;
}

int manifest_load(const char *dir, const char *name, const char *mirror, const char *cache,
		  struct manifest *ret, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	_cleanup_free_ char *text = NULL;

	if (!is_plain_name(name) || access(path, F_OK) < 0) {
		_cleanup_free_ char *names = manifest_names(dir);

		if (!*names)
			return error_set(err, STATUS_SKIP, "there is no manifest of an image in %s: run "
					 "`make kit`", dir);
		return error_set(err, STATUS_USAGE, "unknown image '%s': it is one of %s", name, names);
	}
	text = file_read(path, MANIFEST_MAX, NULL, err);
	return text ? manifest_parse(text, name, mirror, cache, ret, err) : -1;
}
