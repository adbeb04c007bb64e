// SPDX-License-Identifier: GPL-2.0-only
/* A terminal and a console, of which the tests hold the other ends. */
#include "support/tempdir.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/relay.h"

#define A_MOMENT 5	/* milliseconds; what is there is carried at once */

struct ends {
	int typist, reader, guest;
	struct relay relay;
};

static struct ends *open_ends(void)
{
	struct ends *e = xcalloc(1, sizeof(*e));
	int in[2], out[2], console[2];

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, console), 0);
	assert_int_equal(fcntl(out[0], F_SETFL, O_NONBLOCK), 0);
	e->typist = in[1];
	e->reader = out[0];
	e->guest = console[1];
	e->relay.in = in[0];
	e->relay.out = out[1];
	e->relay.console = console[0];
	return e;
}

static void close_ends(struct ends *e)
{
	const int fds[] = { e->typist, e->reader, e->guest, e->relay.in, e->relay.out, e->relay.console };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(e);
}

static void write_text(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void reads(int fd, const char *want)
{
	char got[256] = "";
	ssize_t n = read(fd, got, sizeof(got) - 1);

	assert_int_equal(n < 0 ? 0 : n, strlen(want));
	assert_string_equal(got, want);
}

static void bytes_go_both_ways_as_they_are(void **state)
{
	struct ends *e = open_ends();

	(void)state;
	write_text(e->typist, "root\r\x03\x1b[A");
	write_text(e->guest, "login: \x1b[2J\xff\r\n");
	assert_int_equal(relay_run(&e->relay, A_MOMENT), RELAY_GOES_ON);
	reads(e->guest, "root\r\x03\x1b[A");
	reads(e->reader, "login: \x1b[2J\xff\r\n");
	close_ends(e);
}

static void the_key_ends_it_and_is_for_nobody(void **state)
{
	struct ends *e = open_ends();

	(void)state;
	write_text(e->typist, "before\x1d" "behind");
	assert_int_equal(relay_run(&e->relay, A_MOMENT), RELAY_LEFT);
	reads(e->guest, "before");
	close_ends(e);
}

/* Fills whatever lies between the relay and a guest that reads nothing. */
static void type_until_nothing_is_taken(struct ends *e)
{
	static char much[RELAY_SHOWN];
	int still = 0;

	memset(much, 'x', sizeof(much));
	while (still < 3) {
		size_t before = e->relay.typed_len;

		assert_int_equal(write(e->typist, much, sizeof(much)), sizeof(much));
		assert_int_equal(relay_run(&e->relay, 0), RELAY_GOES_ON);
		still = before == sizeof(e->relay.typed) && e->relay.typed_len == before ? still + 1 : 0;
	}
}

static void who_types_into_a_guest_that_hangs_can_leave(void **state)
{
	struct ends *e = open_ends();

	(void)state;
	type_until_nothing_is_taken(e);
	write_text(e->typist, "\x1d");
	assert_int_equal(relay_run(&e->relay, A_MOMENT), RELAY_LEFT);
	close_ends(e);
}

static void last_words_are_carried_before_the_end_is_told(void **state)
{
	struct ends *e = open_ends();

	(void)state;
	write_text(e->guest, "Power down");
	close(e->guest);
	e->guest = -1;
	assert_int_equal(relay_run(&e->relay, A_MOMENT), RELAY_CLOSED);
	reads(e->reader, "Power down");
	close_ends(e);
}

static void a_terminal_that_is_gone_is_told(void **state)
{
	struct ends *e = open_ends();

	(void)state;
	close(e->typist);
	e->typist = -1;
	assert_int_equal(relay_run(&e->relay, A_MOMENT), RELAY_HUNG_UP);
	close_ends(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_go_both_ways_as_they_are),
		cmocka_unit_test(the_key_ends_it_and_is_for_nobody),
		cmocka_unit_test(who_types_into_a_guest_that_hangs_can_leave),
		cmocka_unit_test(last_words_are_carried_before_the_end_is_told),
		cmocka_unit_test(a_terminal_that_is_gone_is_told),
	};

	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
