// SPDX-License-Identifier: GPL-2.0-only
/* Tests of reading what gpgv says, and lists of checksums. */
#include "support/helpers.h"
#include "support/tempdir.h"

#include "base/error.h"
#include "image/checksum_list.h"
#include "image/signature.h"

#include <string.h>

#define KEY "D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81"
#define OTHER "4A3CE3CD565D7EB5C810E2B97FF3F408476CF100"
#define GOOD "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 1A5D6C4C7DB87C81 UEC Image Automatic Signing Key\n"
#define VALID(k) "[GNUPG:] VALIDSIG " k " 2026-09-27 1790500000 0 4 0 1 10 00 " k "\n"
#define SUM1 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SUM2 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void a_good_signature_tells_when(void **state)
{
	struct error err = { 0 };
	time_t made = 0;

	(void)state;
	assert_ok(signature_judge("gpgv: Signature made ...\n" GOOD VALID(KEY), KEY, &made, &err), &err);
	assert_int_equal(made, 1790500000);
	/* A subkey has signed: its primary key counts. */
	assert_ok(signature_judge(GOOD "[GNUPG:] VALIDSIG " OTHER " d 5 0 4 0 1 10 00 " KEY "\n", KEY,
				  &made, &err), &err);
	assert_int_equal(made, 5);
}

static void refuses(const char *status, const char *words)
{
	struct error err = { 0 };
	time_t made = 7;

	assert_int_equal(signature_judge(status, KEY, &made, &err), -1);
	assert_error(&err, STATUS_USAGE, words);
	assert_int_equal(made, 7);
}

static void everything_else_is_refused(void **state)
{
	(void)state;
	refuses("", "no good signature");
	refuses(GOOD, "no good signature");
	refuses(VALID(KEY), "no good signature");
	refuses(GOOD VALID(OTHER), "key " OTHER " made it, not " KEY);
	refuses("[GNUPG:] BADSIG 1 x\n", "not the signature of this file");
	refuses("[GNUPG:] EXPKEYSIG 1 x\n" VALID(KEY), "the key that made it has expired");
	refuses("[GNUPG:] EXPSIG 1 x\n" VALID(KEY), "the signature has expired");
	refuses("[GNUPG:] REVKEYSIG 1 x\n" VALID(KEY), "revoked");
	refuses("[GNUPG:] ERRSIG 1 1 10 00 5 9\n[GNUPG:] NO_PUBKEY 1\n", "not in the keyring");
	refuses("[GNUPG:] NODATA 4\n", "no signature in it");
	refuses("[GNUPG:] VALIDSIG\n" GOOD, "no good signature");
	/* Only gpgv's own lines count, and only at their beginning. */
	refuses("gpgv: [GNUPG:] GOODSIG\nx " VALID(KEY), "no good signature");
	refuses(GOOD VALID(KEY) "[GNUPG:] BADSIG 1 x\n", "not the signature of this file");
}

static void a_missing_keyring_is_a_requirement(void **state)
{
	struct error err = { 0 };
	time_t made;

	(void)state;
	assert_int_equal(signature_verify("/nowhere/ring", KEY, "s", "f", &made, &err), -1);
	assert_error(&err, STATUS_SKIP, "run `make keyring`");
}

static void finds(const char *list, const char *want)
{
	struct error err = { 0 };
	struct digest got;

	assert_ok(checksum_list_find(list, "disk.img", &got, &err), &err);
	assert_string_equal(got.hex, want);
	assert_int_equal(got.kind, strlen(want) == 64 ? DIGEST_SHA256 : DIGEST_SHA512);
}

static void a_checksum_is_found(void **state)
{
	(void)state;
	finds(SUM1 "  disk.img\n", SUM1);
	finds(SUM1 " *disk.img", SUM1);
	finds("\n# c\n" SUM2 " *disk.img.manifest\n" SUM2 " *x-disk.img\n" SUM1 " *disk.img\n", SUM1);
	finds("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD *disk.img\n", SUM1);
	finds(SUM1 SUM2 " *disk.img\n", SUM1 SUM2);
	finds(SUM1 " *disk.img\n" SUM1 " *disk.img\n", SUM1);
}

static void misses(const char *list, const char *words)
{
	struct error err = { 0 };
	struct digest got;

	assert_int_equal(checksum_list_find(list, "disk.img", &got, &err), -1);
	assert_error(&err, STATUS_USAGE, words);
}

static void no_other_line_will_do(void **state)
{
	(void)state;
	misses("", "does not name disk.img");
	misses(SUM1 " disk.img\n", "does not name");
	misses(SUM1 " *disk.img.sig\n", "does not name");
	misses(SUM1 " *./disk.img\n", "does not name");
	misses("disk.img " SUM1 "\n", "does not name");
	misses(SUM1 "0 *disk.img\n", "no SHA-256 or SHA-512");
	misses("abc *disk.img\n", "no SHA-256 or SHA-512");
	misses(SUM1 " *disk.img\n" SUM2 " *disk.img\n", "two checksums");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_signature_tells_when),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(a_missing_keyring_is_a_requirement),
		cmocka_unit_test(a_checksum_is_found),
		cmocka_unit_test(no_other_line_will_do),
	};

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
