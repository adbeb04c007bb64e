/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest whose life is played: what it says on its ports and what its domain does, moment by moment, for the watch to
 * look at.  The linker puts these three functions in the place of libvirt's (Makefile).
 */
#ifndef EXITMETER_TESTS_PLAYEDGUEST_H
#define EXITMETER_TESTS_PLAYEDGUEST_H

#include "support/watchtest.h"
#include "support/fakevm.h"

#include <fcntl.h>

#include "base/error.h"
#include "base/memory.h"
#include "guest/guest_watch.h"

struct moment {
	const char *console, *records;	/* what the guest says now */
	const char *boxed;		/* what it puts into the mailbox */
	uint32_t begun;			/* the points that it has begun to read, as the mailbox tells */
	unsigned int resets;		/* in all, as the domain tells them */
	enum domain_state state;
};

/* A life: a moment for each look that the watch takes, and the last one goes on. */
static const struct moment *lived;
static unsigned int moments, looks;
static char *texts[EM_POINTS], *console_path, *records_path;
/* How the limits of the next watch differ from the defaults; 0: they do not. */
static struct {
	long silence, early, start, pace;
	enum guest_type guest;
	uint64_t (*exits)(void *context);
	int64_t bytes_read;
} given_more;
static struct mailbox mailbox;
static bool snapped[EM_POINTS];
static enum boot_mark marks[64];
static unsigned int marks_told, looks_told;

unsigned int __wrap_domain_reboots(const struct domain *d);
enum domain_state __wrap_domain_poll(struct domain *d);
int64_t __wrap_domain_bytes_read(struct domain *d);

/* The guest's side of the mailbox: text first, then how much of it there is. */
static inline void box(const struct moment *m)
{
	static uint32_t bytes;
	size_t len = m->boxed ? strlen(m->boxed) : 0;

	if (mailbox.fd < 0)
		return;
	bytes = looks ? bytes : 0;
	assert_int_equal(pwrite(mailbox.fd, m->boxed, len, (off_t)(offsetof(struct em_mailbox, text) + bytes)), len);
	bytes += (uint32_t)len;
	assert_int_equal(pwrite(mailbox.fd, &bytes, 4, offsetof(struct em_mailbox, bytes)), 4);
	assert_int_equal(pwrite(mailbox.fd, &m->begun, 4, offsetof(struct em_mailbox, points)), 4);
}

static inline void snap(void *context, enum em_point point)
{
	(void)context;
	snapped[point] = true;
}

static inline void drop(void *context, enum em_point point)
{
	(void)context;
	snapped[point] = false;
}

static inline void look_once(void *context)
{
	(void)context;
	looks_told++;
}

static inline void note_mark(void *context, enum boot_mark mark)
{
	(void)context;
	assert_true(marks_told < ARRAY_SIZE(marks));
	marks[marks_told++] = mark;
}

/* A look begins with domain_poll(), which tells of the last moment, and goes on with this, once. */
unsigned int __wrap_domain_reboots(const struct domain *d)
{
	(void)d;
	if (looks == moments)
		return lived[moments - 1].resets;
	say(console_path, lived[looks].console);
	say(records_path, lived[looks].records);
	box(&lived[looks]);
	return lived[looks++].resets;
}

enum domain_state __wrap_domain_poll(struct domain *d)
{
	(void)d;
	return looks ? lived[looks - 1].state : DOMAIN_RUNNING;
}

int64_t __wrap_domain_bytes_read(struct domain *d)
{
	(void)d;
	return given_more.bytes_read;
}

static inline int setup(void **state)
{
	if (tempdir_setup(state))
		return -1;
	fake_init(EM_SVM, EM_SPLIT);
	for (int i = 0; i < EM_POINTS; i++) {
		fake_work();
		texts[i] = fake_point((enum em_point)i, FAKE_NONCE);
	}
	mailbox = (struct mailbox){ .fd = -1 };
	memset(snapped, 0, sizeof(snapped));
	marks_told = looks_told = 0;
	memset(&given_more, 0, sizeof(given_more));
	given_more.bytes_read = 8 << 20;
	console_path = tempdir_path("console.log");
	records_path = tempdir_path("records.log");
	return 0;
}

static inline int teardown(void **state)
{
	for (int i = 0; i < EM_POINTS; i++)
		free(texts[i]);
	free(console_path);
	free(records_path);
	return tempdir_teardown(state);
}

static inline void watch(enum scenario scenario, const struct moment *of, unsigned int n, struct guest_watch *w)
{
	struct watch_given given;
	struct error err = { 0 };

	watch_given_init(&given);
	given.config.scenario = scenario;
	free(given.config.nonce);
	given.config.nonce = xstrdup(FAKE_NONCE);
	given.config.guest = given_more.guest;
	if (given_more.silence)
		given.config.timeout_silence = given_more.silence;
	given.config.pace = given_more.pace;
	if (given_more.start)
		given.config.timeout_start = given_more.start;
	if (given_more.early)
		given.config.timeout_early = given_more.early;
	remove(console_path);
	remove(records_path);
	lived = of;
	moments = n;
	looks = 0;
	*w = (struct guest_watch){
		.console_path = console_path,
		.records_path = records_path,
		.mailbox = mailbox.fd >= 0 ? &mailbox : NULL,
		.snapshot = snap,
		.look = look_once,
		.mark = note_mark,
		.drop = drop,
		.exits = given_more.exits,
		.config = &given.config,
		.progress = &given.progress,
	};
	assert_ok(guest_watch_run(w, &err), &err);
	watch_given_deinit(&given);
}

#define WATCH(scenario, life, w) watch(scenario, life, ARRAY_SIZE(life), w)

static inline void assert_end(const struct guest_watch *w, enum outcome outcome, const char *detail)
{
	if (w->outcome != outcome || !strstr(w->detail, detail))
		fail_msg("wanted outcome %d and '%s', got %d and '%s'", (int)outcome, detail, (int)w->outcome, w->detail);
}

static inline void open_mailbox(void)
{
	mailbox = (struct mailbox){ .path = tempdir_path("mailbox") };
	mailbox.fd = open(mailbox.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(ftruncate(mailbox.fd, sizeof(struct em_mailbox)), 0);
}

#define watch_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
