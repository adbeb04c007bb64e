// SPDX-License-Identifier: GPL-2.0-only
#include "image/signature.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/subprocess.h"

#define PREFIX "[GNUPG:] "
#define WORDS_MAX 16

/* The words by which gpgv refuses a signature, from doc/DETAILS of GnuPG. */
static const struct {
	const char *word, *why;
} faults[] = {
	{ "BADSIG", "it is not the signature of this file" },
	{ "EXPSIG", "the signature has expired" },
	{ "EXPKEYSIG", "the key that made it has expired" },
	{ "REVKEYSIG", "the key that made it was revoked" },
	{ "ERRSIG", "it cannot be checked" },
	{ "NO_PUBKEY", "a key made it that is not in the keyring" },
	{ "NODATA", "there is no signature in it" },
};

struct verdict_words {
	bool is_good, is_by_key;
	time_t made;
	char other[41];		/* the fingerprint of the key that made it, if it is another one */
	const char *fault;
};

static int split(char *line, char *words[WORDS_MAX])
{
	char *save = NULL;
	int count = 0;

	for (char *w = strtok_r(line, " ", &save); w && count < WORDS_MAX; w = strtok_r(NULL, " ", &save))
		words[count++] = w;
	return count;
}

/*
 * The words are VALIDSIG FINGERPRINT DAY MADE EXPIRES VERSION 0 ALGO HASH CLASS PRIMARY.  A subkey may
 * have signed: its primary key is what counts.
 */
static void read_valid(char *const words[], int count, const char *key, struct verdict_words *v)
{
	const char *primary = count > 10 ? words[10] : count > 1 ? words[1] : "";

	if (strcmp(primary, key)) {
		snprintf(v->other, sizeof(v->other), "%s", primary);
		return;
	}
	if (count > 3) {
		v->is_by_key = true;
		v->made = (time_t)strtoll(words[3], NULL, 10);
	}
}

static void read_line(char *line, const char *key, struct verdict_words *v)
{
	char *words[WORDS_MAX];
	int count;

	if (strncmp(line, PREFIX, strlen(PREFIX)))
		return;
	count = split(line + strlen(PREFIX), words);
	if (count == 0)
		return;
	if (!strcmp(words[0], "GOODSIG"))
		v->is_good = true;
	if (!strcmp(words[0], "VALIDSIG"))
		read_valid(words, count, key, v);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(words[0], faults[i].word))
			v->fault = faults[i].why;	/* the last one says most */
}

int signature_judge(const char *status, const char *key, time_t *ret_made, struct error *err)
{
	_cleanup_free_ char *text = xstrdup(status);
	struct verdict_words v = { 0 };
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		read_line(line, key, &v);
	if (v.fault)
		return error_set(err, STATUS_USAGE, "%s", v.fault);
	if (!v.is_good || (!v.is_by_key && !v.other[0]))
		return error_set(err, STATUS_USAGE, "gpgv finds no good signature in it");
	if (!v.is_by_key)
		return error_set(err, STATUS_USAGE, "key %s made it, not %s", v.other, key);
	*ret_made = v.made;
	return 0;
}

int signature_verify(const char *keyring, const char *key, const char *signature,
		     const char *file, time_t *ret_made, struct error *err)
{
	const char *argv[] = { "gpgv", "--status-fd", "1", "--keyring", keyring, signature, file, NULL };
	_cleanup_free_ char *status = NULL;
	int code;

	if (access(keyring, R_OK) < 0)
		return error_set(err, STATUS_SKIP, "there is no keyring %s: run `make keyring`", keyring);
	if (subprocess_capture(argv, SUBPROCESS_SMALL_MS, &code, &status, err) < 0)
		return -1;
	if (signature_judge(status, key, ret_made, err) < 0)
		return -1;
	if (code != 0)
		return error_set(err, STATUS_USAGE, "gpgv ended with %d: %s", code, status);
	return 0;
}
