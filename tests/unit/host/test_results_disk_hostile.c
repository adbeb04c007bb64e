// SPDX-License-Identifier: GPL-2.0-only
/* The results disk, as a hostile L1 host might write it: archives by hand. */
#include "support/resultsdisktest.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <archive.h>
#include <archive_entry.h>

static struct archive *begin(void)
{
	struct archive *a = archive_write_new();

	assert_int_equal(archive_write_set_format_pax_restricted(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a, disk), ARCHIVE_OK);
	return a;
}

static struct archive_entry *entry(const char *name, unsigned int type, long size)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, size);
	return e;
}

static void put(struct archive *a, struct archive_entry *e, const char *text)
{
	/* A name beyond ASCII is a warning in the C locale, and is written. */
	assert_true(archive_write_header(a, e) >= ARCHIVE_WARN);
	if (*text)
		assert_int_equal(archive_write_data(a, text, strlen(text)), strlen(text));
	archive_entry_free(e);
}

static void put_file(struct archive *a, const char *name, const char *text)
{
	put(a, entry(name, AE_IFREG, (long)strlen(text)), text);
}

static void end(struct archive *a)
{
	assert_int_equal(archive_write_free(a), ARCHIVE_OK);
}

/* One good file, the member, the end mark. */
static void pack_one(struct archive_entry *e)
{
	struct archive *a = begin();

	put_file(a, "good.txt", "good");
	put(a, e, "");
	put_file(a, RESULTS_DISK_END, "");
	end(a);
}

static void hostile_names_are_refused(void **state)
{
	_cleanup_free_ char *absolute = xasprintf("%s/planted", tempdir);
	_cleanup_free_ char *longer = xcalloc(1, 66);
	const char *const names[] = {
		absolute, "../planted", "a/../../planted", "sub/planted", "./planted", "..", ".",
		".exitmeter-part", "-rf", "with space", "esc\x1b[31m", "line\nbreak", "tab\t",
		"\xc3\xa9t\xc3\xa9", "back\\slash", "a//b", "dollar$", longer,
	};

	(void)state;
	memset(longer, 'n', 65);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		pack_one(entry(names[i], AE_IFREG, 0));
		refuses("a name that is not a plain file name");
		assert_int_equal(count_files(out), 1);
		dir_remove(out);
		assert_int_equal(mkdir(out, 0755), 0);
	}
}

static void only_regular_files_are_taken(void **state)
{
	static const unsigned int types[] = { AE_IFDIR, AE_IFCHR, AE_IFBLK, AE_IFIFO };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct archive_entry *e = entry("planted", types[i], 0);

		archive_entry_set_rdev(e, 0x103);
		pack_one(e);
		refuses(types[i] == AE_IFDIR ? "not a plain file name" :	/* "planted/" */
					       "the member planted is not a regular file");
		dir_remove(out);
		assert_int_equal(mkdir(out, 0755), 0);
	}
}

static void links_are_refused(void **state)
{
	struct archive_entry *e = entry("planted", AE_IFLNK, 0);

	(void)state;
	archive_entry_set_symlink(e, "/etc/passwd");
	pack_one(e);
	refuses("the member planted is not a regular file");
	dir_remove(out);
	assert_int_equal(mkdir(out, 0755), 0);
	e = entry("planted", AE_IFREG, 0);
	archive_entry_set_hardlink(e, "/etc/passwd");
	pack_one(e);
	refuses("the member planted is not a regular file");
}

/* A link in place of the end mark ends nothing. */
static void a_link_is_no_end_mark(void **state)
{
	struct archive_entry *e = entry(RESULTS_DISK_END, AE_IFLNK, 0);
	struct archive *a = begin();

	(void)state;
	archive_entry_set_symlink(e, "x");
	put(a, e, "");
	end(a);
	refuses("the member complete is not a regular file");
}

static void a_name_comes_once_and_over_nothing(void **state)
{
	_cleanup_free_ char *mine = xasprintf("%s/console.log", out);
	struct archive *a = begin();

	(void)state;
	put_file(a, "records.log", "first");
	put_file(a, "records.log", "second");
	put_file(a, RESULTS_DISK_END, "");
	end(a);
	refuses("the member records.log is there already");
	assert_out("records.log", "first");
	put_text(mine, "written by L0");
	pack_one(entry("console.log", AE_IFREG, 0));
	refuses("the member console.log is there already");
	assert_out("console.log", "written by L0");
}

/* What L0 or judging writes is passed over, be it there already or not. */
static void what_is_l0s_is_never_taken(void **state)
{
	static const char *const names[] = { "verdicts.json", "junit.xml", "SHA256SUMS", "config.json",
					     "host-domain.xml", "host-console.log", "submission.txt" };
	_cleanup_free_ char *mine = xasprintf("%s/host-domain.xml", out);
	struct archive *a = begin();
	struct error err = { 0 };

	(void)state;
	put_text(mine, "written by L0");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		put_file(a, names[i], "a lie");
	put_file(a, "records.log", "records");
	put_file(a, RESULTS_DISK_END, "");
	end(a);
	assert_ok(results_disk_read(disk, out, &err), &err);
	assert_out("host-domain.xml", "written by L0");
	assert_out("records.log", "records");
	assert_int_equal(count_files(out), 2);
}

/* A ustar header by hand, as no writer makes it: a size that no data stands behind. */
static void pack_bare_header(unsigned long size)
{
	unsigned char h[512] = "bomb";
	unsigned int sum = 0;
	struct error err = { 0 };

	memcpy(h + 100, "0000644", 8);
	memcpy(h + 257, "ustar\00000", 8);
	h[156] = '0';
	h[124] = 0x80;		/* base 256: GNU's way beyond 8 GiB */
	for (int i = 0; i < 8; i++)
		h[135 - i] = (unsigned char)(size >> 8 * i);
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += h[i];
	snprintf((char *)h + 148, 7, "%06o", sum);
	assert_ok(file_write(disk, h, sizeof(h), &err), &err);
	assert_int_equal(truncate(disk, 1 << 20), 0);
}

static void a_member_beyond_the_limit_is_refused(void **state)
{
	static const unsigned long sizes[] = { RESULTS_DISK_FILE_BYTES_MAX + 1, 1UL << 33, 1UL << 40,
					       1UL << 62 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		pack_bare_header(sizes[i]);
		refuses("the member bomb is too large");
		assert_int_equal(count_files(out), 0);
	}
}

/* A sparse member: a few blocks in the archive, gigabytes when unpacked. */
static void a_sparse_bomb_is_refused(void **state)
{
	struct archive_entry *e = entry("bomb", AE_IFREG, 1L << 36);
	struct archive *a = begin();
	char block[512] = { 0 };
	struct stat st;

	(void)state;
	archive_entry_sparse_add_entry(e, 0, 512);
	archive_entry_sparse_add_entry(e, (1L << 36) - 512, 512);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	archive_entry_free(e);
	/* The first data brings the map of holes with it; the rest is filled up. */
	assert_int_equal(archive_write_data(a, block, sizeof(block)), sizeof(block));
	end(a);
	assert_int_equal(stat(disk, &st), 0);
	assert_true(st.st_size < 1 << 20);
	refuses("the member bomb is too large");
}

static void all_members_together_have_a_limit(void **state)
{
	static char zeros[1 << 20];
	struct archive *a = begin();

	(void)state;
	for (int i = 0; i < 4; i++) {
		_cleanup_free_ char *name = xasprintf("f%d", i);
		struct archive_entry *e = entry(name, AE_IFREG, 40L << 20);

		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		archive_entry_free(e);
		for (int j = 0; j < 40; j++)
			assert_int_equal(archive_write_data(a, zeros, sizeof(zeros)), sizeof(zeros));
	}
	end(a);
	refuses("the member f3 is too large");
}

static void too_many_members_are_refused(void **state)
{
	(void)state;
	for (int count = RESULTS_DISK_FILES_MAX; count <= RESULTS_DISK_FILES_MAX + 1; count++) {
		struct archive *a = begin();

		for (int i = 0; i < count; i++) {
			_cleanup_free_ char *name = xasprintf("f%d-%d", count, i);

			put_file(a, name, "");
		}
		put_file(a, RESULTS_DISK_END, "");
		end(a);
		if (count == RESULTS_DISK_FILES_MAX)
			reads();
		else
			refuses("more than 64 members");
	}
}

static void without_the_end_mark_it_is_torn(void **state)
{
	struct archive *a = begin();

	(void)state;
	put_file(a, "a.txt", "a");
	put_file(a, "complete.txt", "");
	end(a);
	refuses("it ends without its last member, so it is not complete");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		bundle_test(hostile_names_are_refused),
		bundle_test(only_regular_files_are_taken),
		bundle_test(links_are_refused),
		bundle_test(a_link_is_no_end_mark),
		bundle_test(a_name_comes_once_and_over_nothing),
		bundle_test(what_is_l0s_is_never_taken),
		bundle_test(a_member_beyond_the_limit_is_refused),
		bundle_test(a_sparse_bomb_is_refused),
		bundle_test(all_members_together_have_a_limit),
		bundle_test(too_many_members_are_refused),
		bundle_test(without_the_end_mark_it_is_torn),
	};

	return cmocka_run_group_tests_name("bundle_hostile", tests, NULL, NULL);
}
