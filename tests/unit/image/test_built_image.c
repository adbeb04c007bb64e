// SPDX-License-Identifier: GPL-2.0-only
#include "support/tempdir.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "image/built_image.h"

/* The output of `echo -n abc | sha256sum`, as in FIPS 180-2, appendix B.1. */
#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#define ENTRY(name, sha, bytes) "\"" name "\": {\"sha256\": \"" sha "\", \"bytes\": " bytes "}"
#define RECORD(files) "{\"name\": \"n\", \"kernel\": \"k\", \"files\": {" files "}}"
#define GOOD RECORD(ENTRY("disk", SHA_ABC, "3") ", " ENTRY("empty", SHA_EMPTY, "0"))

static void put(const char *name, const char *text)
{
	_cleanup_free_ char *path = tempdir_path(name);

	put_text(path, text);
}

static int setup(void **state)
{
	int rc = tempdir_setup(state);

	put("disk", "abc");
	put("empty", "");
	put("image.json", GOOD);
	return rc;
}

#define digest_test(f) cmocka_unit_test_setup_teardown(f, setup, tempdir_teardown)

static void refuses(enum exit_status status, const char *words)
{
	struct error err = { 0 };
	json_t *brief = NULL;

	assert_int_equal(built_image_verify(tempdir, "guest image", "make images", "disk", false, &brief, &err), -1);
	assert_null(brief);
	assert_non_null(strstr(err.message, "guest image"));
	assert_error(&err, status, words);
}

/* The message names the file and the remedy. */
static void refuses_file(const char *name, const char *words)
{
	_cleanup_free_ char *path = tempdir_path(name);

	refuses(STATUS_USAGE, words);
	refuses(STATUS_USAGE, path);
	refuses(STATUS_USAGE, "`make images FORCE=1` makes it anew");
}

static void sums_are_those_of_the_standard(void **state)
{
	_cleanup_free_ char *disk = tempdir_path("disk"), *empty = tempdir_path("empty");
	_cleanup_free_ char *million = tempdir_path("million");
	struct error err = { 0 };
	char hex[65];
	FILE *f;

	(void)state;
	assert_ok(digest_file(disk, NULL, hex, &err), &err);
	assert_string_equal(hex, SHA_ABC);
	assert_ok(digest_file(empty, NULL, hex, &err), &err);
	assert_string_equal(hex, SHA_EMPTY);
	/* Twice the million letters a of FIPS 180-2, appendix B.3: more than one read takes. */
	f = fopen(million, "we");
	assert_non_null(f);
	for (int i = 0; i < 2000000; i++)
		fputc('a', f);
	fclose(f);
	assert_ok(digest_file(million, NULL, hex, &err), &err);
	assert_string_not_equal(hex, SHA_EMPTY);
	assert_int_equal(truncate(million, 1000000), 0);
	assert_ok(digest_file(million, NULL, hex, &err), &err);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	struct error err = { 0 };
	char hex[65];

	(void)state;
	assert_int_equal(digest_file("/nonexistent/f", NULL, hex, &err), -1);
	assert_error(&err, STATUS_USAGE, "/nonexistent/f");
	assert_int_equal(digest_file(tempdir, NULL, hex, &err), -1);
	assert_error(&err, STATUS_USAGE, tempdir);
}

static void a_good_image_is_told_of(void **state)
{
	struct error err = { 0 };
	json_t *brief = NULL;

	(void)state;
	assert_ok(built_image_verify(tempdir, "guest image", "make images", "disk", false, &brief, &err), &err);
	assert_string_equal(json_string_value(json_object_get(brief, "name")), "n");
	assert_string_equal(json_string_value(json_object_get(brief, "kernel")), "k");
	assert_string_equal(json_string_value(json_object_get(brief, "file")), "disk");
	assert_string_equal(json_string_value(json_object_get(brief, "sha256")), SHA_ABC);
	assert_true(json_is_null(json_object_get(brief, "recipe")));
	json_decref(brief);
}

static void a_truncated_or_longer_file_is_refused(void **state)
{
	(void)state;
	put("disk", "ab");
	refuses_file("disk", "is truncated or altered: 2 bytes, built with 3");
	put("disk", "abcd");
	refuses_file("disk", "is truncated or altered: 4 bytes, built with 3");
}

static void an_altered_file_is_refused(void **state)
{
	(void)state;
	put("disk", "abd");
	refuses_file("disk", "is altered: SHA-256 a52d159f262b2c6d");
}

/* All files are verified, not only the one that stands for the image. */
static void every_listed_file_counts(void **state)
{
	_cleanup_free_ char *path = tempdir_path("empty");

	(void)state;
	put("empty", "x");
	refuses_file("empty", "is truncated or altered");
	unlink(path);
	refuses_file("empty", "No such file or directory");
}

static void a_missing_image_is_a_skip_with_its_remedy(void **state)
{
	_cleanup_free_ char *path = tempdir_path("image.json");

	(void)state;
	unlink(path);
	refuses(STATUS_SKIP, "there is no guest image in ");
	refuses(STATUS_SKIP, "run `make images`");
}

static void a_record_that_is_none_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "garbage", "{", "[]", "{}", "{\"files\": {}}", "{\"files\": [1]}",
		"{\"files\": \"disk\"}", "null", "{\"files\": {\"a\": {}, \"a\": {}}}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct error err = { 0 };
		json_t *brief = NULL;

		put("image.json", texts[i]);
		assert_int_equal(built_image_verify(tempdir, "x", "make images", "disk", false, &brief, &err), -1);
		assert_non_null(strstr(err.message, "/image.json is not a record of an image"));
		assert_error(&err, STATUS_USAGE, "run `make images`");
	}
}

static void an_entry_that_is_none_is_refused(void **state)
{
	static const char *const texts[] = {
		RECORD("\"disk\": 1"), RECORD("\"disk\": {}"), RECORD("\"disk\": null"),
		RECORD("\"disk\": {\"sha256\": 5, \"bytes\": 3}"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		put("image.json", texts[i]);
		refuses(STATUS_USAGE, "no valid entry for disk");
	}
	put("image.json", RECORD("\"disk\": {\"sha256\": \"" SHA_ABC "\"}"));
	refuses(STATUS_USAGE, "built with 0");
	put("image.json", RECORD(ENTRY("disk", "BA7816BF", "3")));
	refuses(STATUS_USAGE, "is altered");
}

static void a_name_with_a_path_in_it_is_refused(void **state)
{
	(void)state;
	put("image.json", RECORD(ENTRY("disk", SHA_ABC, "3") ", "
				   ENTRY("../disk", SHA_ABC, "3")));
	refuses(STATUS_USAGE, "no valid entry for ../disk");
	put("image.json", RECORD(ENTRY("disk", SHA_ABC, "3") ", "
				   ENTRY("/etc/passwd", SHA_ABC, "3")));
	refuses(STATUS_USAGE, "no valid entry for /etc/passwd");
	put("image.json", RECORD(ENTRY("disk", SHA_ABC, "3") ", " ENTRY("..", SHA_ABC, "3")));
	refuses(STATUS_USAGE, "..");
}

/* A file is not used where the record does not list it. */
static void a_file_that_is_not_listed_is_not_used(void **state)
{
	(void)state;
	put("image.json", RECORD(ENTRY("empty", SHA_EMPTY, "0")));
	refuses(STATUS_USAGE, "/image.json lists no disk");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		digest_test(sums_are_those_of_the_standard),
		digest_test(a_file_that_cannot_be_read_is_named),
		digest_test(a_good_image_is_told_of),
		digest_test(a_truncated_or_longer_file_is_refused),
		digest_test(an_altered_file_is_refused),
		digest_test(every_listed_file_counts),
		digest_test(a_missing_image_is_a_skip_with_its_remedy),
		digest_test(a_record_that_is_none_is_refused),
		digest_test(an_entry_that_is_none_is_refused),
		digest_test(a_name_with_a_path_in_it_is_refused),
		digest_test(a_file_that_is_not_listed_is_not_used),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
