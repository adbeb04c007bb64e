/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_LOGCOPY_H
#define EXITMETER_LOGCOPY_H

#include <stddef.h>

#include "base/error.h"

/*
 * Copies a log.  One longer than `most` bytes keeps its first and its last half
 * of that, and between them a line that says how much was left out.  One that was
 * never made is nothing to copy, and no error.
 */
int logcopy(const char *from, const char *to, size_t most, struct error *err);

#endif
