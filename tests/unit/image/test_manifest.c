// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "image/manifest.h"

#include <string.h>

#define KEY "D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81"
#define SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define PLACE "base https://server/\nfolder a/@SERIAL@/\nserial 7\nfile disk-@SERIAL@.img\nformat qcow2\n"
#define SIGNED "sums S\nsignature S.gpg\nkeyring ring.gpg\nkey " KEY "\nsince 2026-09-27\n"

static void refuses(const char *text, const char *words)
{
	struct error err = { 0 };
	struct manifest m;

	assert_int_equal(manifest_parse(text, "x", NULL, "/c", &m, &err), -1);
	assert_non_null(strstr(err.message, "the manifest of image x"));
	assert_error(&err, STATUS_USAGE, words);
	assert_null(m.name);
}

static void a_signed_one(void **state)
{
	struct error err = { 0 };
	struct manifest m;

	(void)state;
	assert_ok(manifest_parse("# c\n" PLACE SIGNED, "x", NULL, "/c", &m, &err), &err);
	assert_string_equal(m.name, "x");
	assert_string_equal(m.url, "https://server/a/7/disk-7.img");
	assert_string_equal(m.sums_url, "https://server/a/7/S");
	assert_string_equal(m.signature_url, "https://server/a/7/S.gpg");
	assert_string_equal(m.file, "disk-7.img");
	assert_string_equal(m.serial, "7");
	assert_string_equal(m.format, "qcow2");
	assert_string_equal(m.keyring, "/c/keyrings/ring.gpg");
	assert_string_equal(m.key, KEY);
	assert_int_equal(m.since, 1790467200);	/* date -u -d 2026-09-27 +%s */
	assert_int_equal(m.pin.kind, DIGEST_NONE);
	manifest_deinit(&m);
}

static void a_pinned_one(void **state)
{
	struct error err = { 0 };
	struct manifest m;

	(void)state;
	assert_ok(manifest_parse(PLACE "sha256 " SHA256 "\n", "x", NULL, "/c", &m, &err), &err);
	assert_int_equal(m.pin.kind, DIGEST_SHA256);
	assert_string_equal(m.pin.hex, SHA256);
	assert_null(m.sums_url);
	manifest_deinit(&m);
}

static void a_mirror_takes_the_servers_place(void **state)
{
	const char *const mirrors[] = { "http://here:8080/ubuntu", "http://here:8080/ubuntu/" };
	struct error err = { 0 };
	struct manifest m;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mirrors); i++) {
		assert_ok(manifest_parse(PLACE SIGNED, "x", mirrors[i], "/c", &m, &err), &err);
		assert_string_equal(m.url, "http://here:8080/ubuntu/a/7/disk-7.img");
		manifest_deinit(&m);
	}
	assert_ok(manifest_parse(PLACE SIGNED, "x", "", "/c", &m, &err), &err);
	assert_string_equal(m.url, "https://server/a/7/disk-7.img");
	manifest_deinit(&m);
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	refuses("", "key 'base' is missing");
	refuses(PLACE, "key 'sums' is missing");
	refuses(PLACE "sums S\nsignature S.gpg\nkeyring r\nkey " KEY "\n", "key 'since' is missing");
	refuses(PLACE SIGNED "colour blue\n", "unknown key 'colour'");
	refuses(PLACE SIGNED "serial 8\n", "key 'serial' is given twice");
	refuses("base\n", "key 'base' has no value");
	refuses(PLACE SIGNED "sha256 " SHA256 "\n", "both a pinned checksum and 'sums'");
	refuses(PLACE "sha256 " SHA256 "0\n", "is no SHA-256");
	refuses(PLACE "sha512 " SHA256 "\n", "is no SHA-512");
	refuses(PLACE "sha256 " SHA256 "\nsha512 " SHA256 SHA256 "\n", "both sha256 and sha512");
	refuses("base b\nfolder f\nserial current\nfile x\nformat raw\nsha256 " SHA256 "\n",
		"wants a serial");
	refuses("base b\nfolder f\nserial 1\nfile x\nformat vmdk\nsha256 " SHA256 "\n", "'vmdk'");
	refuses("base b\nfolder f\nserial 1\nfile ../x\nformat raw\nsha256 " SHA256 "\n", "'../x' is no file");
	refuses("base b\nfolder @S@\nserial 1\nfile x\nformat raw\nsha256 " SHA256 "\n", "@S@");
	refuses(PLACE "sums S\nsignature T\nkeyring r\nkey D2EB\nsince 2026-09-27\n", "no fingerprint");
	refuses(PLACE "sums S\nsignature T\nkeyring r\nkey " KEY "\nsince soon\n", "'soon' is no day");
	refuses(PLACE "sums S\nsignature T\nkeyring r\nkey " KEY "\nsince 2026-09-27x\n", "is no day");
}

static void names_are_those_of_the_folder(void **state)
{
	_cleanup_free_ char *b = tempdir_path("b"), *a = tempdir_path("a"), *hidden = tempdir_path(".x");
	_cleanup_free_ char *names = NULL;
	struct error err = { 0 };
	struct manifest m;

	(void)state;
	put_text(b, PLACE SIGNED);
	put_text(a, PLACE);
	put_text(hidden, "");
	names = manifest_names(tempdir);
	assert_string_equal(names, "a b");
	assert_ok(manifest_load(tempdir, "b", NULL, "/c", &m, &err), &err);
	manifest_deinit(&m);
	assert_int_equal(manifest_load(tempdir, "c", NULL, "/c", &m, &err), -1);
	assert_error(&err, STATUS_USAGE, "unknown image 'c': it is one of a b");
	assert_int_equal(manifest_load(tempdir, "../b", NULL, "/c", &m, &err), -1);
	assert_error(&err, STATUS_USAGE, "unknown image");
	assert_int_equal(manifest_load("/nowhere", "b", NULL, "/c", &m, &err), -1);
	assert_error(&err, STATUS_SKIP, "there is no manifest of an image in /nowhere");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_one),
		cmocka_unit_test(a_pinned_one),
		cmocka_unit_test(a_mirror_takes_the_servers_place),
		cmocka_unit_test(what_is_wrong_is_named),
		tempdir_test(names_are_those_of_the_folder),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
