/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a guest that says nothing runs all the same, and whether it can have a kernel: it has one only if it has
 * read one from its disk, because no guest of ours has a network.
 */
#ifndef EXITMETER_GUEST_LIFE_H
#define EXITMETER_GUEST_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "vm/domain.h"

/* Zeros, but for the first three, which are borrowed. */
struct guest_life {
	struct domain *domain;
	uint64_t (*exits)(void *context);	/* how many exits the VM has had so far */
	void *context;
	int64_t asked_ms;			/* when it was last asked for */
	uint64_t last_exits;			/* how many there were then */
	bool is_running;			/* there were many more than at the time before */
	bool has_read_kernel;
};

/* Whether the VM has had more than a few exits in the last seconds. */
bool guest_life_is_running(struct guest_life *l);
/*
 * Whether it has read as much of its disk as the smallest kernel has (run/smallest_kernel.h).  True also where that
 * cannot be known.  QEMU is asked, which costs it a moment, so this is for a guest whose time is up.
 */
bool guest_life_can_have_kernel(struct guest_life *l);

#endif
