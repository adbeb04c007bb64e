/* SPDX-License-Identifier: GPL-2.0-only */
/* A clock that only goes forward, for time limits and durations. */
#ifndef EXITMETER_CLOCK_H
#define EXITMETER_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC: setting the date does not change it. */
int64_t now_ms(void);

#endif
