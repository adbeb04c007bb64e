// SPDX-License-Identifier: GPL-2.0-only
/*
 * The results disk: headers that no writer makes.  Each is sealed with a right
 * checksum, and followed by a whole bundle, so that only the header is at fault.
 */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/results_disk.h"

#define BLOCK 512
#define BLOCKS_MAX 40100

static unsigned char *tar;
static size_t tar_len;
static char *out, *disk;

static int setup(void **state)
{
	struct error err = { 0 };

	if (tempdir_setup(state) < 0)
		return -1;
	out = tempdir_path("out");
	disk = tempdir_path("disk");
	tar = xcalloc(BLOCKS_MAX, BLOCK);
	tar_len = 0;
	return dir_make(out, &err);
}

static int teardown(void **state)
{
	free(tar);
	free(out);
	free(disk);
	return tempdir_teardown(state);
}

static unsigned char *add_block(void)
{
	assert_true(tar_len < BLOCKS_MAX * BLOCK);
	tar_len += BLOCK;
	return memset(tar + tar_len - BLOCK, 0, BLOCK);
}

static void right_sum(unsigned char *h)
{
	unsigned int sum = 0;

	memset(h + 148, ' ', 8);
	for (int i = 0; i < BLOCK; i++)
		sum += h[i];
	snprintf((char *)h + 148, 7, "%06o", sum);
}

/* A ustar header; the size in octal, as text. */
static void add_header(const char *name, char type, const char *size)
{
	unsigned char *h = add_block();

	memcpy(h, name, strlen(name));
	memcpy(h + 100, "0000644", 8);
	memcpy(h + 124, size, strlen(size));
	memcpy(h + 257, "ustar\00000", 8);
	h[156] = (unsigned char)type;
	right_sum(h);
}

static void add_data(const char *text)
{
	memcpy(add_block(), text, strlen(text));
}

static void add_good_rest(void)
{
	add_header("good.txt", '0', "00000000004");
	add_data("good");
	add_header(RESULTS_DISK_END, '0', "00000000000");
	add_block();
	add_block();
}

static int read_disk(struct error *err)
{
	int rc;

	assert_ok(file_write(disk, tar, tar_len, err), err);
	rc = results_disk_read(disk, out, err);
	assert_int_equal(count_files(tempdir), 2);
	return rc;
}

/* STATUS_LOST, with words; what came before may be in the folder, and nothing else. */
static void refuses(const char *words)
{
	struct error err = { 0 };

	assert_int_equal(read_disk(&err), -1);
	assert_error(&err, STATUS_LOST, words);
}

static void headers_by_hand_are_read(void **state)
{
	_cleanup_free_ char *path = xasprintf("%s/good.txt", out), *text = NULL;
	struct error err = { 0 };

	(void)state;
	add_good_rest();
	assert_ok(read_disk(&err), &err);
	text = get_text(path);
	assert_string_equal(text, "good");
}

static void a_name_in_an_extended_header_is_a_name(void **state)
{
	(void)state;
	add_header("pax", 'x', "00000000023");
	add_data("19 path=../planted\n");
	add_header("innocent", '0', "00000000000");
	add_good_rest();
	refuses("a name that is not a plain file name");
	tar_len = 0;
	add_header("././@LongLink", 'L', "00000000013");
	add_data("/tmp/above");
	add_header("innocent", '0', "00000000000");
	add_good_rest();
	refuses("a name that is not a plain file name");
}

/* "../" put together from the prefix and the name of a ustar header. */
static void a_name_in_two_parts_is_a_name(void **state)
{
	(void)state;
	add_header("planted", '0', "00000000000");
	memcpy(tar + 345, "..", 2);
	right_sum(tar);
	add_good_rest();
	refuses("a name that is not a plain file name");
}

/* Every type there can be: taken as a file, or refused; never made as what it says. */
static void every_type_of_member_is_a_file_or_refused(void **state)
{
	unsigned int taken = 0;

	(void)state;
	for (int type = 1; type < 256; type++) {
		_cleanup_free_ char *path = xasprintf("%s/planted", out);
		struct error err = { 0 };
		struct stat st;

		tar_len = 0;
		add_header("planted", (char)type, "00000000000");
		memcpy(tar + 157, "/etc/passwd", 11);	/* where a link would point */
		right_sum(tar);
		add_good_rest();
		if (read_disk(&err) < 0)
			assert_error(&err, STATUS_LOST, "");
		if (lstat(path, &st) == 0) {
			assert_true(S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_size == 0);
			taken++;
		}
		dir_remove(out);
		assert_int_equal(mkdir(out, 0755), 0);
	}
	assert_true(taken >= 1);
}

static void a_size_that_is_none_is_refused(void **state)
{
	static const char *const sizes[] = {
		"77777777777", "-0000000001", "\377\377\377\377\377\377\377\377\377\377\377\377",
		"\200\377\377\377\377\377\377\377\377\377\377\377",
		"\300\001\001\001\001\001\001\001\001\001\001\001",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		tar_len = 0;
		add_header("bomb", '0', sizes[i]);
		add_good_rest();
		refuses("");
		dir_remove(out);
		assert_int_equal(mkdir(out, 0755), 0);
	}
}

/* A header that only describes the next, of a size that memory does not have. */
static void a_huge_extended_header_is_refused(void **state)
{
	static const char types[] = "xgLKX";

	(void)state;
	for (const char *type = types; *type; type++) {
		tar_len = 0;
		add_header("bomb", *type, "77777777777");
		add_good_rest();
		refuses("");
	}
}

/* A disk full of headers that describe the next: no stack is as deep. */
static void headers_without_end_are_refused(void **state)
{
	static const char types[] = "xgLKA";

	(void)state;
	for (const char *type = types; *type; type++) {
		tar_len = 0;
		for (int i = 0; i < 40000; i++)
			add_header("again", *type, "00000000000");
		add_good_rest();
		refuses("");
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(headers_by_hand_are_read),
		T(a_name_in_an_extended_header_is_a_name),
		T(a_name_in_two_parts_is_a_name),
		T(every_type_of_member_is_a_file_or_refused),
		T(a_size_that_is_none_is_refused),
		T(a_huge_extended_header_is_refused),
		T(headers_without_end_are_refused),
	};

	return cmocka_run_group_tests_name("bundle headers", tests, NULL, NULL);
}
