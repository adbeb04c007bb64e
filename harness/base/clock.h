/* SPDX-License-Identifier: GPL-2.0-only */
/* Clocks that only go forward, for time limits and durations. */
#ifndef EXITMETER_CLOCK_H
#define EXITMETER_CLOCK_H

#include <stdint.h>
#include <sys/types.h>

/* Milliseconds of CLOCK_MONOTONIC: setting the date does not change it. */
int64_t now_ms(void);
/* Milliseconds of CPU time that the process with all its threads has had, or -1 where there is none. */
int64_t process_cpu_ms(pid_t pid);

#endif
