/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_PROBE_WORK_H
#define EXITMETER_PROBE_WORK_H

/* Causes exits of several reasons on every CPU; ends on CPU 0. */
void work_on_every_cpu(void);

#endif
