/* SPDX-License-Identifier: GPL-2.0-only */
/* Time that only goes forward, for limits and durations. */
#ifndef EXITMETER_CLOCK_H
#define EXITMETER_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC, which no change of the date moves. */
int64_t now_ms(void);

#endif
