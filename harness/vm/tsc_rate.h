/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures how fast this machine's time stamp counter (TSC) counts. */
#ifndef EXITMETER_TSC_RATE_H
#define EXITMETER_TSC_RATE_H

/* Returns its rate in kHz, by the kernel's raw clock.  The first call takes a tenth of a second. */
long tsc_rate_khz(void);

#endif
