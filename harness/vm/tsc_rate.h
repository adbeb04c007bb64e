/* SPDX-License-Identifier: GPL-2.0-only */
/* How fast this machine's time stamp counter is. */
#ifndef EXITMETER_TSC_RATE_H
#define EXITMETER_TSC_RATE_H

/* In kHz, measured against the kernel's raw clock; takes a tenth of a second the first time. */
long tsc_rate_khz(void);

#endif
