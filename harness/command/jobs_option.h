/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_JOBS_OPTION_H
#define EXITMETER_JOBS_OPTION_H

#include "run/config.h"

/*
 * How many runs go on at a time: as --jobs says, else as many as there are CPUs and memory for, by what is available
 * now and what the control groups allow.  guest_mib: the memory of the largest guest.
 */
unsigned int jobs_option_count(const struct config *c, long guest_mib);

#endif
