/* SPDX-License-Identifier: GPL-2.0-only */
/* Traces in KVM's modules on the console of an L1 host, as kernel_trace_find() finds them. */
#ifndef EXITMETER_CONSOLE_TRACE_H
#define EXITMETER_CONSOLE_TRACE_H

#include "evidence/kernel_trace.h"

/* False: there is none, or the console cannot be read. */
bool console_trace_find(const char *console_path, unsigned int kinds, struct kernel_trace *ret);

#endif
