// SPDX-License-Identifier: GPL-2.0-only
/* What a saved host depends on, how a damaged one is found, and which are kept. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "host/saved_host.h"

#define TSC_KHZ 2596104L

static const struct saved_host_key whole = {
	.machine = "qemu", .emulator = "QEMU 7.2", .cpu = "cpu model: 1\n", .image = "11", .program = "22",
	.init = "33", .description = "<domain/>", .guest_disk_bytes = 512,
};

static void every_part_of_the_key_counts(void **state)
{
	struct saved_host_key other[] = { whole, whole, whole, whole, whole, whole, whole, whole };
	_cleanup_free_ char *first = saved_host_key_text(&whole), *again = saved_host_key_text(&whole);

	(void)state;
	other[0].machine = "nested";
	other[1].emulator = "QEMU 7.3";
	other[2].cpu = "cpu model: 2\n";
	other[3].image = "12";
	other[4].program = "23";
	other[5].init = "34";
	other[6].description = "<domain></domain>";
	other[7].guest_disk_bytes = 1024;
	assert_string_equal(first, again);
	for (size_t i = 0; i < ARRAY_SIZE(other); i++) {
		_cleanup_free_ char *text = saved_host_key_text(&other[i]);

		assert_string_not_equal(first, text);
	}
}

static void the_cpu_is_told_by_what_stays_the_same(void **state)
{
	_cleanup_free_ char *cpu = saved_host_cpu("processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 17\n"
						  "model name\t: EPYC\nstepping\t: 1\nmicrocode\t: 0x1\n"
						  "cpu MHz\t\t: 2596.104\napicid\t\t: 0\nflags\t\t: fpu svm\n"
						  "bogomips\t: 5192.20\n\n"
						  "processor\t: 1\nvendor_id\t: AuthenticAMD\n");
	_cleanup_free_ char *none = saved_host_cpu("");

	(void)state;
	assert_string_equal(cpu, "cpu vendor_id\t: AuthenticAMD\ncpu model\t\t: 17\ncpu model name\t: EPYC\n"
			    "cpu stepping\t: 1\ncpu microcode\t: 0x1\ncpu flags\t\t: fpu svm\n");
	assert_string_equal(none, "");
}

/* Makes a saved host TEMPDIR/NAME, and returns its folder, which the caller frees. */
static char *make(const char *name, long tsc_khz)
{
	char *dir = tempdir_path(name);
	_cleanup_free_ char *key = xasprintf("%s/" SAVED_HOST_KEY, dir);
	_cleanup_free_ char *saved = xasprintf("%s/" SAVED_HOST_STATE, dir);
	struct error err = { 0 };

	assert_ok(dir_make(dir, &err), &err);
	put_text(key, "a key\n");
	put_text(saved, "the memory of a machine\n");
	assert_ok(saved_host_write_record(dir, tsc_khz, &err), &err);
	return dir;
}

/* What saved_host_verify() says; *ret_notes is what the user is told, and the caller frees it. */
static int verify(const char *dir, long tsc_khz, char **ret_notes)
{
	_cleanup_free_ char *path = tempdir_path("notes");
	FILE *notes = fopen(path, "we");
	struct progress p;
	struct error err = { 0 };
	int rc;

	assert_non_null(notes);
	progress_init(&p, notes, false);
	rc = saved_host_verify(dir, tsc_khz, &p, &err);
	assert_int_equal(fclose(notes), 0);
	assert_null(err.message);
	*ret_notes = get_text(path);
	return rc;
}

static void a_whole_one_is_used(void **state)
{
	_cleanup_free_ char *dir = make("whole", TSC_KHZ), *notes = NULL;

	(void)state;
	assert_int_equal(verify(dir, TSC_KHZ + 500, &notes), 1);
	assert_string_equal(notes, "");
	assert_int_equal(count_files(dir), 3);
}

/* It is told why, and is gone, so that the run makes another. */
static void assert_is_thrown_away(const char *dir, long tsc_khz, const char *why)
{
	_cleanup_free_ char *notes = NULL;

	assert_int_equal(verify(dir, tsc_khz, &notes), 0);
	if (!strstr(notes, why) || !strstr(notes, "it is thrown away"))
		fail_msg("wanted '%s', got: %s", why, notes);
	assert_int_equal(access(dir, F_OK), -1);
}

static void damage_is_told_and_thrown_away(void **state)
{
	static const struct { const char *file, *now, *why; } cases[] = {
		{ SAVED_HOST_STATE, "the memory of a machinE\n", "is altered: SHA-256" },
		{ SAVED_HOST_STATE, "the memory", "is truncated or altered" },
		{ SAVED_HOST_KEY, "b key\n", "is altered: SHA-256" },
		{ "image.json", "{ \"files\"", "is not a record of an image" },
		{ "image.json", "{ \"files\": { \"key.txt\": {} } }", "lists no state" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *dir = make("damaged", TSC_KHZ);
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, cases[i].file);

		put_text(path, cases[i].now);
		assert_is_thrown_away(dir, TSC_KHZ, cases[i].why);
	}
}

static void a_state_that_is_missing_is_damage(void **state)
{
	_cleanup_free_ char *dir = make("damaged", TSC_KHZ);
	_cleanup_free_ char *path = xasprintf("%s/" SAVED_HOST_STATE, dir);

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_is_thrown_away(dir, TSC_KHZ, "No such file");
}

/* The kernel in it was told how fast its TSC is. */
static void another_clock_is_another_machine(void **state)
{
	_cleanup_free_ char *dir = make("slow", TSC_KHZ), *none = make("none", 0), *notes = NULL;

	(void)state;
	assert_is_thrown_away(dir, TSC_KHZ + TSC_KHZ / 100, "was saved with a TSC of 2596104 kHz");
	assert_int_equal(verify(none, 0, &notes), 1);	/* a machine that has none of this one's */
}

/* A run that was killed in the middle leaves a folder without a record. */
static void what_is_half_made_is_never_used(void **state)
{
	_cleanup_free_ char *dir = make("half", TSC_KHZ), *notes = NULL, *record = xasprintf("%s/image.json", dir);

	(void)state;
	assert_int_equal(unlink(record), 0);
	assert_int_equal(verify(dir, TSC_KHZ, &notes), 0);
	assert_string_equal(notes, "");
	assert_int_equal(access(dir, F_OK), -1);
}

static void those_used_last_are_kept(void **state)
{
	static const char *const names[] = { "00000000000000aa", "00000000000000bb", "00000000000000cc" };
	_cleanup_free_ char *other = tempdir_path("00000000000000aa.part.x"), *file = tempdir_path("caps-1-qemu.tar");
	_cleanup_free_ char *gone = tempdir_path("00000000000000bb"), *used = tempdir_path(names[0]), *notes = NULL;
	struct error err = { 0 };

	(void)state;
	assert_ok(dir_make(other, &err), &err);
	put_text(file, "");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		free(make(names[i], TSC_KHZ));
		usleep(20000);
	}
	assert_int_equal(verify(used, TSC_KHZ, &notes), 1);	/* the oldest is used once more */
	saved_host_prune(tempdir, 2);
	assert_int_equal(access(gone, F_OK), -1);
	assert_int_equal(count_files(tempdir), 5);
	saved_host_prune("/nonexistent", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_of_the_key_counts),
		cmocka_unit_test(the_cpu_is_told_by_what_stays_the_same),
		tempdir_test(a_whole_one_is_used),
		tempdir_test(damage_is_told_and_thrown_away),
		tempdir_test(a_state_that_is_missing_is_damage),
		tempdir_test(another_clock_is_another_machine),
		tempdir_test(what_is_half_made_is_never_used),
		tempdir_test(those_used_last_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
