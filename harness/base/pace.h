/* SPDX-License-Identifier: GPL-2.0-only */
/* How much slower this machine is now than the one that time limits were chosen for. */
#ifndef EXITMETER_PACE_H
#define EXITMETER_PACE_H

#define PACE_MAX 10
/* What a user is told of a factor, a long, that is more than 1. */
#define PACE_NOTE "this machine is busy or slow: time limits are %ld times as long"

/*
 * Does a piece of work, which takes a tenth of a second of CPU time, and returns how many times longer
 * than that it took: 1 on an idle machine, and PACE_MAX at most.  Other work on it counts, too, and since that comes
 * and goes, the factor is not less than pace_of_load() of the last minute.
 */
long pace_measure(void);
/* The factor for work that took so many milliseconds. */
long pace_of(long ms);
/* The factor for so many processes, on average, that want so many CPUs. */
long pace_of_load(double load, long cpus);

#endif
