// SPDX-License-Identifier: GPL-2.0-only
#include "base/relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"

/* What poll() tells of a file that can be read, be it only to its end. */
#define READABLE (POLLIN | POLLHUP | POLLERR)

/* Returns how many bytes came; -1: none will come any more. */
static ssize_t take(int fd, char *bytes, size_t size)
{
	ssize_t n = read(fd, bytes, size);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	return n > 0 ? n : -1;
}

/* Whether the file is still there.  What it does not take yet stays. */
static bool give(int fd, char *bytes, size_t *len)
{
	ssize_t n = write(fd, bytes, *len);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	*len -= (size_t)n;
	memmove(bytes, bytes + n, *len);
	return true;
}

/* What is typed behind the key is for nobody. */
static bool take_typed(struct relay *r)
{
	char bytes[RELAY_SHOWN];
	ssize_t n = take(r->in, bytes, sizeof(bytes));
	const char *key;
	size_t len, room = sizeof(r->typed) - r->typed_len;

	if (n < 0)
		return false;
	key = memchr(bytes, RELAY_KEY, (size_t)n);
	len = key ? (size_t)(key - bytes) : (size_t)n;
	memcpy(r->typed + r->typed_len, bytes, len < room ? len : room);
	r->typed_len += len < room ? len : room;
	r->is_left = key;
	return true;
}

static bool take_shown(struct relay *r)
{
	ssize_t n = take(r->console, r->shown, sizeof(r->shown));

	r->shown_len = n > 0 ? (size_t)n : 0;
	return n >= 0;
}

static enum relay_state carry(struct relay *r, const struct pollfd p[3])
{
	if (p[0].revents && !take_typed(r))
		return RELAY_HUNG_UP;
	if (p[1].revents && !give(r->out, r->shown, &r->shown_len))
		return RELAY_HUNG_UP;
	if (p[2].revents & READABLE && !r->shown_len && !take_shown(r))
		return RELAY_CLOSED;
	if (p[2].revents & POLLOUT && r->typed_len && !give(r->console, r->typed, &r->typed_len))
		return RELAY_CLOSED;
	return r->is_left && !r->typed_len ? RELAY_LEFT : RELAY_GOES_ON;
}

/* What is wanted of each file.  A file of which nothing is wanted, and that is gone, would not let us wait. */
static void ask(const struct relay *r, struct pollfd p[3])
{
	short of_console = (short)((r->shown_len ? 0 : POLLIN) | (r->typed_len ? POLLOUT : 0));

	p[0] = (struct pollfd){ .fd = r->is_left ? -1 : r->in, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = r->shown_len ? r->out : -1, .events = POLLOUT };
	p[2] = (struct pollfd){ .fd = of_console ? r->console : -1, .events = of_console };
}

enum relay_state relay_run(struct relay *r, int ms)
{
	int64_t until = now_ms() + ms;
	enum relay_state state = RELAY_GOES_ON;

	for (int64_t left = ms; left >= 0 && state == RELAY_GOES_ON && !interrupt_pending(); left = until - now_ms()) {
		struct pollfd p[3];

		ask(r, p);
		if (poll(p, 3, (int)left) > 0)
			state = carry(r, p);
	}
	/* A console that hangs takes nothing any more. */
	return state == RELAY_GOES_ON && r->is_left ? RELAY_LEFT : state;
}
