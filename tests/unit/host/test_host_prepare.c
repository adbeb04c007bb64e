// SPDX-License-Identifier: GPL-2.0-only
/* When a clean L1 is booted and saved, what a run takes from there, and what becomes of it where that fails. */
#include "support/configtest.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/error.h"
#include "base/memory.h"
#include "host/host_prepare.h"
#include "host/results_disk.h"
#include "host/saved_host.h"
#include "run/protocol.h"

/* A machine that plays a clean L1, and what the test asks of it. */
static struct {
	const char *says;	/* on its port */
	const char *emulator;	/* its identity */
	bool cannot_save;
	unsigned int starts, saves;
} fake;

static char *fake_describe(const struct machine_spec *spec)
{
	return xasprintf("%s with %ld MiB, disk %s\n", spec->name, spec->memory_mib,
			 spec->guest_disk ? spec->guest_disk : "none");
}

static char *fake_identity(struct error *err)
{
	(void)err;
	return xstrdup(fake.emulator);
}

/* The machine must have been given a payload with nothing of a run on it. */
static void assert_clean(const struct machine_spec *spec)
{
	_cleanup_free_ char *staged = xasprintf("%s/payload", spec->scratch);
	_cleanup_free_ char *mark = xasprintf("%s/" PROTOCOL_CLEAN, staged);
	_cleanup_free_ char *caps = xasprintf("%s/" PROTOCOL_CAPS, staged);

	assert_int_equal(access(mark, F_OK), 0);
	assert_int_equal(count_files(staged), 3 + (access(caps, F_OK) == 0));
}

static int fake_start(const struct machine_spec *spec, const char *description, const struct host_run *run,
		      struct machine **ret, struct error *err)
{
	_cleanup_free_ char *found = tempdir_path("found"), *caps = tempdir_path("found/" PROTOCOL_CAPS);

	(void)description;
	(void)run;
	fake.starts++;
	assert_clean(spec);
	assert_ok(dir_make(found, err), err);
	put_text(caps, "what libvirt has found\n");
	assert_ok(results_disk_write(found, spec->results, err), err);
	put_text(spec->console, "");
	put_text(spec->port, fake.says);
	*ret = xcalloc(1, sizeof(**ret));
	return 0;
}

static int fake_save(struct machine *m, const char *state, struct error *err)
{
	(void)m;
	fake.saves++;
	if (fake.cannot_save)
		return error_set(err, STATUS_USAGE, "no space left on device");
	put_text(state, "the memory of a machine\n");
	return 0;
}

static int fake_restore(const struct machine_spec *spec, const char *state, const struct host_run *run,
			struct machine **ret, struct error *err)
{
	(void)spec;
	(void)state;
	(void)run;
	(void)ret;
	return error_set(err, STATUS_USAGE, "the state is of another machine");
}

static enum machine_state fake_poll(struct machine *m)
{
	(void)m;
	return MACHINE_RUNNING;
}

static void fake_destroy(struct machine *m)
{
	free(m);
}

#define FAKE .description = "machine.txt", .patience = 1, .attempts = 1, .describe = fake_describe, \
	.start = fake_start, .poll = fake_poll, .destroy = fake_destroy
static const struct machine_kind savable = {
	FAKE, .name = "savable", .identity = fake_identity, .save = fake_save, .restore = fake_restore,
};
static const struct machine_kind other = { FAKE, .name = "other" };

static void put(const char *name, const char *text)
{
	_cleanup_free_ char *path = tempdir_path(name);

	dir_make_parents(path);
	put_text(path, text);
}

static void set(char **option, const char *name)
{
	free(*option);
	*option = tempdir_path(name);
}

static void put_machine(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.says = "phase libvirt\nexitmeter-host: ready\n";
	fake.emulator = "QEMU 7.2";
	put("kit/host/bookworm/exitmeter", "#!/bin/true\n");
	put("kit/host-init", "#!/bin/true\n");
	put("image/image.json", "{ \"suite\": \"bookworm\", \"files\": { \"root.img\": {} } }\n");
	put("run/notes", "");
	set(&c.kit, "kit");
	set(&c.host_image, "image");
	set(&c.cache, "cache");
	c.guest = GUEST_MICRO;
}

/* What came of a call of host_prepare(). */
static struct { char *saved, *notes; struct host_boot boot; } got;

static void forget(void)
{
	free(take_ptr(got.saved));
	free(take_ptr(got.notes));
}

static int teardown_all(void **state)
{
	forget();
	return teardown(state);
}

/* Prepares as a run of its own.  `restore`: tries to restore what was saved, too. */
static void prepare_and(const struct machine_kind *kind, bool restore)
{
	_cleanup_free_ char *dir = tempdir_path("run"), *path = tempdir_path("run/notes");
	struct scratch scratch = { .lock_fd = -1 };
	struct evidence evidence = { 0 };
	struct error err = { 0 };
	struct progress p;
	struct host_run run = { .config = &c, .dir = dir, .scratch = &scratch, .progress = &p, .evidence = &evidence };
	FILE *out = fopen(path, "we");

	forget();
	assert_non_null(out);
	progress_init(&p, out, false);
	assert_ok(scratch_create(c.cache, NULL, &scratch, &err), &err);
	host_boot_init(&got.boot, kind, &run);
	assert_ok(host_prepare(&got.boot, &err), &err);
	assert_null(got.boot.machine);
	assert_false(got.boot.is_clean);
	if (restore)
		assert_ok(host_boot_restore(&got.boot, &err), &err);
	got.saved = got.boot.saved ? xstrdup(got.boot.saved) : NULL;
	host_boot_deinit(&got.boot);
	scratch_destroy(&scratch);
	evidence_deinit(&evidence);
	progress_end(&p);
	assert_int_equal(fclose(out), 0);
	got.notes = get_text(path);
}

static void prepare(const struct machine_kind *kind)
{
	prepare_and(kind, false);
}

static void assert_told(const char *words)
{
	if (!strstr(got.notes, words))
		fail_msg("wanted '%s' among the notes: %s", words, got.notes);
}

static void assert_counts(unsigned int starts, unsigned int saves)
{
	assert_int_equal(fake.starts, starts);
	assert_int_equal(fake.saves, saves);
}

/* How many saved hosts there are, half made ones included. */
static int count_saved(void)
{
	_cleanup_free_ char *hosts = tempdir_path("cache/hosts");
	DIR *d = opendir(hosts);
	int n = 0;

	for (struct dirent *e; d && (e = readdir(d));)
		n += e->d_type == DT_DIR && e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

static void the_first_run_makes_it_and_the_next_takes_it(void **state)
{
	_cleanup_free_ char *first = NULL, *memory = NULL;

	(void)state;
	put_machine();
	prepare(&savable);
	assert_told("one is made, once");
	assert_non_null(got.saved);
	first = xstrdup(got.saved);
	memory = xasprintf("%s/" SAVED_HOST_STATE, first);
	free(get_text(memory));
	prepare(&savable);
	assert_string_equal(got.saved, first);
	assert_string_equal(got.notes, "");
	assert_counts(1, 1);
	assert_int_equal(count_saved(), 1);
}

static void another_machine_is_saved_beside_it(void **state)
{
	(void)state;
	put_machine();
	prepare(&savable);
	c.memory_mib *= 2;
	prepare(&savable);
	assert_counts(2, 2);
	fake.emulator = "QEMU 7.3";
	prepare(&savable);
	assert_counts(3, 3);
	put("kit/host-init", "#!/bin/false\n");
	prepare(&savable);
	put("kit/host/bookworm/exitmeter", "#!/bin/false\n");
	prepare(&savable);
	put("image/image.json", "{ \"suite\": \"bookworm\", \"files\": { \"root.img\": { } } }\n");
	prepare(&savable);
	assert_counts(6, 6);
	assert_int_equal(count_saved(), 6);
}

static void the_size_of_the_guests_disk_counts_and_not_its_name(void **state)
{
	(void)state;
	put_machine();
	c.guest = GUEST_CLOUD;
	put("a.img", "one disk");
	put("b.img", "another disk");
	free(c.guest_disk_format);
	c.guest_disk_format = xstrdup("raw");
	set(&c.guest_disk, "a.img");
	prepare(&savable);
	set(&c.guest_disk, "b.img");
	prepare(&savable);
	assert_counts(1, 1);	/* both are one sector */
	assert_int_equal(truncate(c.guest_disk, 1 << 20), 0);
	prepare(&savable);
	assert_counts(2, 2);
}

static void damage_is_made_good(void **state)
{
	_cleanup_free_ char *path = NULL;

	(void)state;
	put_machine();
	prepare(&savable);
	path = xasprintf("%s/" SAVED_HOST_STATE, got.saved);
	put_text(path, "the memory of a machinE\n");
	prepare(&savable);
	assert_told("is altered: SHA-256");
	assert_told("one is made, once");
	assert_non_null(got.saved);
	assert_counts(2, 2);
}

static void what_cannot_be_restored_is_gone_and_nothing_has_started(void **state)
{
	(void)state;
	put_machine();
	prepare_and(&savable, true);
	assert_told("the saved host is thrown away: the state is of another machine");
	assert_null(got.saved);
	assert_int_equal(count_saved(), 0);
}

static void anew_throws_the_old_one_away(void **state)
{
	(void)state;
	put_machine();
	prepare(&savable);
	c.saved_host = SAVED_HOST_ANEW;
	prepare(&savable);
	assert_counts(2, 2);
	assert_int_equal(count_saved(), 1);
}

static void a_run_may_go_without(void **state)
{
	(void)state;
	put_machine();
	c.saved_host = SAVED_HOST_NO;
	prepare(&savable);
	c.saved_host = SAVED_HOST_YES;
	c.deterministic = true;
	prepare(&savable);
	assert_null(got.saved);
	assert_string_equal(got.notes, "");
	assert_counts(0, 0);
}

/* Bochs cannot be saved, and in the user's own libvirt the name may be taken.  What libvirt finds is kept. */
static void without_a_save_only_the_capabilities_are_found_out(void **state)
{
	(void)state;
	put_machine();
	prepare(&other);
	assert_told("libvirt's capabilities in this host image are found out");
	assert_null(got.saved);
	prepare(&other);
	assert_string_equal(got.notes, "");
	assert_counts(1, 0);
	c.libvirt_uri = xstrdup("test:///default");
	prepare(&savable);
	assert_null(got.saved);
	assert_counts(2, 0);
}

static void a_host_that_cannot_be_saved_boots(void **state)
{
	(void)state;
	put_machine();
	fake.cannot_save = true;
	prepare(&savable);
	assert_told("no saved L1 host: no space left on device; it boots");
	assert_null(got.saved);
	assert_int_equal(count_saved(), 0);
}

static void a_clean_host_that_fails_is_not_saved(void **state)
{
	(void)state;
	put_machine();
	fake.says = "error 2 no libvirt\nexitmeter-host: status 2\n";
	prepare(&savable);
	assert_told("inside the L1 host: no libvirt; it boots");
	assert_null(got.saved);
	assert_counts(1, 0);
	assert_int_equal(count_saved(), 0);
}

/* The path of the one lock, which the caller frees. */
static char *find_lock(void)
{
	_cleanup_free_ char *hosts = tempdir_path("cache/hosts");
	DIR *d = opendir(hosts);
	char *path = NULL;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (strstr(e->d_name, ".lock")) {
			assert_null(path);
			path = xasprintf("%s/%s", hosts, e->d_name);
		}
	closedir(d);
	assert_non_null(path);
	return path;
}

static void while_another_run_makes_it_this_one_boots(void **state)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;

	(void)state;
	put_machine();
	prepare(&savable);
	path = find_lock();
	dir_remove(got.saved);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	prepare(&savable);
	assert_told("another run is making it now; it boots");
	assert_null(got.saved);
	assert_counts(1, 1);
}

#define prepare_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		prepare_test(the_first_run_makes_it_and_the_next_takes_it),
		prepare_test(another_machine_is_saved_beside_it),
		prepare_test(the_size_of_the_guests_disk_counts_and_not_its_name),
		prepare_test(damage_is_made_good),
		prepare_test(what_cannot_be_restored_is_gone_and_nothing_has_started),
		prepare_test(anew_throws_the_old_one_away),
		prepare_test(a_run_may_go_without),
		prepare_test(without_a_save_only_the_capabilities_are_found_out),
		prepare_test(a_host_that_cannot_be_saved_boots),
		prepare_test(a_clean_host_that_fails_is_not_saved),
		prepare_test(while_another_run_makes_it_this_one_boots),
	};

	return cmocka_run_group_tests_name("host_prepare", tests, NULL, NULL);
}
