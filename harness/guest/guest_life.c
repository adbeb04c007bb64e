// SPDX-License-Identifier: GPL-2.0-only
#include "guest/guest_life.h"

#include "base/clock.h"
#include "run/smallest_kernel.h"

#define LIFE_MS 5000			/* how often it is asked whether a guest that says nothing runs */
#define LIFE_EXITS 100			/* a guest that runs has more exits in that time */

bool guest_life_is_running(struct guest_life *l)
{
	int64_t now = now_ms();
	uint64_t exits;

	if (now - l->asked_ms < LIFE_MS)
		return l->is_running;
	exits = l->exits(l->context);
	l->is_running = exits >= l->last_exits + LIFE_EXITS;
	l->last_exits = exits;
	l->asked_ms = now;
	return l->is_running;
}

bool guest_life_can_have_kernel(struct guest_life *l)
{
	int64_t bytes;

	if (!l->has_read_kernel) {
		bytes = domain_bytes_read(l->domain);
		l->has_read_kernel = bytes < 0 || bytes >= SMALLEST_KERNEL_BYTES;
	}
	return l->has_read_kernel;
}
